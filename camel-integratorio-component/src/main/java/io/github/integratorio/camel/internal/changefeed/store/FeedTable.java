package io.github.integratorio.camel.internal.changefeed.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.State;

/** Table of the feeds: their states, and the numbers of their rows in the other tables. */
final class FeedTable {

    private FeedTable() {
    }

    /**
     * Row of the table.
     *
     * @param number  id of the feed in the other tables
     * @param state   state of the feed
     * @param rows    number of rows in its base
     * @param changes number of its pending changes
     */
    record Feed(long number, State state, long rows, long changes) {
    }

    /** Reads a feed; returns null if it has never begun. */
    static Feed find(Connection connection, FeedId feed) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT id, origin, incarnation, generation, row_count, change_count,"
                        + " check_sum FROM integratorio_feed WHERE name = ?")) {
            select.setString(1, feed.toString());
            try (ResultSet found = select.executeQuery()) {
                if (!found.next()) {
                    return null;
                }
                State state = new State(found.getString(2), found.getString(3), found.getLong(4));
                if (found.getInt(7) != checksum(feed, state)) {
                    throw Checksum.damaged();
                }
                return new Feed(found.getLong(1), state, found.getLong(5), found.getLong(6));
            }
        }
    }

    /** Reads a feed that has begun. */
    static Feed require(Connection connection, FeedId feed) throws SQLException {
        Feed found = find(connection, feed);
        if (found == null) {
            throw new FeedStateException(feed + ": the state is gone");
        }
        return found;
    }

    private static int checksum(FeedId feed, State state) {
        return Checksum.of(feed.toString(), state.origin(), state.incarnation(), Long.toString(state.generation()));
    }

    /** Begins a feed; returns false if it has begun already. */
    static boolean insert(Connection connection, FeedId feed, State state) throws SQLException {
        if (find(connection, feed) != null) {
            return false;
        }
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO integratorio_feed"
                + " (name, origin, incarnation, generation, check_sum, row_count, change_count) VALUES (?, ?, ?, ?, ?, 0, 0)")) {
            insert.setString(1, feed.toString());
            insert.setString(2, state.origin());
            insert.setString(3, state.incarnation());
            insert.setLong(4, state.generation());
            insert.setInt(5, checksum(feed, state));
            insert.executeUpdate();
            return true;
        }
    }

    /** Replaces the state of a feed; returns false if it is not the expected one. */
    static boolean advance(Connection connection, FeedId feed, State expected, State next) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE integratorio_feed"
                + " SET origin = ?, incarnation = ?, generation = ?, check_sum = ?"
                + " WHERE name = ? AND origin = ? AND incarnation = ? AND generation = ?")) {
            update.setString(1, next.origin());
            update.setString(2, next.incarnation());
            update.setLong(3, next.generation());
            update.setInt(4, checksum(feed, next));
            update.setString(5, feed.toString());
            update.setString(6, expected.origin());
            update.setString(7, expected.incarnation());
            update.setLong(8, expected.generation());
            return update.executeUpdate() == 1;
        }
    }

    /** Adds to the numbers of rows and of pending changes of a feed. */
    static void addCounts(Connection connection, long number, long rows, long changes) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE integratorio_feed SET row_count = row_count + ?, change_count = change_count + ? WHERE id = ?")) {
            update.setLong(1, rows);
            update.setLong(2, changes);
            update.setLong(3, number);
            update.executeUpdate();
        }
    }
}
