package io.github.integratorio.camel.internal.changefeed.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;

import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.State;

/** Table of the feeds: their states, and the numbers of their rows in the other tables. */
final class FeedTable {

    private static final String SELECT =
            "SELECT id, origin, incarnation, generation, known_count, pending_count, check_sum, noticed_until, noticed_since"
                    + " FROM integratorio_feed WHERE name = ?";

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
        return find(connection, feed, SELECT);
    }

    /** Reads a feed and locks it until the end of the transaction; returns null if it has never begun. */
    static Feed lock(Connection connection, FeedId feed) throws SQLException {
        return find(connection, feed, SELECT + " FOR UPDATE");
    }

    private static Feed find(Connection connection, FeedId feed, String sql) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, feed.toString());
            try (ResultSet found = select.executeQuery()) {
                if (!found.next()) {
                    return null;
                }
                State state = new State(found.getString(2), found.getString(3), found.getLong(4), instant(found, 8),
                        instant(found, 9));
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

    /** Reads milliseconds, which may be null. */
    static Instant instant(ResultSet found, int column) throws SQLException {
        long millis = found.getLong(column);
        return found.wasNull() ? null : Instant.ofEpochMilli(millis);
    }

    /** Returns milliseconds; null for null. */
    static Long millis(Instant instant) {
        return instant == null ? null : instant.toEpochMilli();
    }

    private static int checksum(FeedId feed, State state) {
        String moments = state.noticedUntil() == null && state.noticedSince() == null ? null
                : millis(state.noticedUntil()) + "," + millis(state.noticedSince());
        return Checksum.withMoment(moments, feed.toString(), state.origin(), state.incarnation(),
                Long.toString(state.generation()));
    }

    /** Begins a feed, without rows and changes; fails if another transaction has begun it. */
    static Feed insert(Connection connection, FeedId feed, State state) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO integratorio_feed"
                + " (name, origin, incarnation, generation, check_sum, noticed_until, noticed_since, known_count,"
                + " pending_count)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0)")) {
            insert.setString(1, feed.toString());
            insert.setString(2, state.origin());
            insert.setString(3, state.incarnation());
            insert.setLong(4, state.generation());
            insert.setInt(5, checksum(feed, state));
            insert.setObject(6, millis(state.noticedUntil()), Types.BIGINT);
            insert.setObject(7, millis(state.noticedSince()), Types.BIGINT);
            insert.executeUpdate();
        }
        return require(connection, feed);
    }

    /** Writes the state and the counts of a locked feed. */
    static void update(Connection connection, FeedId feed, Feed values) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE integratorio_feed SET origin = ?,"
                + " incarnation = ?, generation = ?, check_sum = ?, noticed_until = ?, noticed_since = ?,"
                + " known_count = ?, pending_count = ? WHERE id = ?")) {
            update.setString(1, values.state().origin());
            update.setString(2, values.state().incarnation());
            update.setLong(3, values.state().generation());
            update.setInt(4, checksum(feed, values.state()));
            update.setObject(5, millis(values.state().noticedUntil()), Types.BIGINT);
            update.setObject(6, millis(values.state().noticedSince()), Types.BIGINT);
            update.setLong(7, values.rows());
            update.setLong(8, values.changes());
            update.setLong(9, values.number());
            update.executeUpdate();
        }
    }
}
