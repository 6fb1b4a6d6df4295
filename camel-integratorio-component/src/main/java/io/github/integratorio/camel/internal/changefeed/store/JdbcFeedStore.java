package io.github.integratorio.camel.internal.changefeed.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import javax.sql.DataSource;

import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.internal.changefeed.store.FeedTable.Feed;

/**
 * Keeps state in a database: H2 in a file, or a PostgreSQL that several nodes share. A row of a list is a row of a table, so that
 * one change among many rows writes little. What is read is checked against a sum that was written with it.
 */
public final class JdbcFeedStore implements FeedStore {

    private static final int PAGE = 2_000;

    private final TransactionTemplate transactions;

    /**
     * Makes the tables when they are not there.
     *
     * @param  dataSource     where the state is; is not closed here
     * @throws FeedStateException when it cannot be used
     */
    public JdbcFeedStore(DataSource dataSource) {
        this(dataSource, true);
    }

    /**
     * As the other.
     *
     * @param mayBegin whether the tables may be made
     */
    JdbcFeedStore(DataSource dataSource, boolean mayBegin) {
        this.transactions = new TransactionTemplate(dataSource);
        Schema.prepare(transactions, mayBegin);
    }

    @Override
    public Optional<State> state(FeedId feed) {
        return transactions.run("read", connection -> Optional.ofNullable(FeedTable.find(connection, feed)).map(Feed::state));
    }

    @Override
    public void rows(FeedId feed, BiConsumer<String, String> reader) {
        transactions.runOnSnapshot("read", connection -> {
            Feed now = FeedTable.existing(connection, feed);
            long count = 0;
            String last = "";
            List<String[]> page;
            do {
                page = page(connection, now.number(), last);
                for (String[] row : page) {
                    reader.accept(row[0], row[1]);
                    last = row[0];
                    count++;
                }
            } while (page.size() == PAGE);
            if (count != now.rows()) {
                throw new FeedStateException(feed + ": the state is damaged: it has " + count + " rows instead of " + now.rows());
            }
            return null;
        });
    }

    // Here and for changes: in the order of the primary key, all of it, or H2 would read everything and sort it for each page.
    private static List<String[]> page(Connection connection, long feed, String after) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT row_key, content, check_sum FROM integratorio_row WHERE feed = ? AND row_key > ? ORDER BY feed, row_key")) {
            select.setMaxRows(PAGE);
            select.setLong(1, feed);
            select.setString(2, after);
            return readRows(select);
        }
    }

    private static List<String[]> readRows(PreparedStatement select) throws SQLException {
        List<String[]> rows = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        try (ResultSet found = select.executeQuery()) {
            while (found.next()) {
                Checksum.verifyOnce(keys, found.getString(1));
                Checksum.verify(found.getInt(3), found.getString(1), found.getString(2));
                rows.add(new String[] { found.getString(1), found.getString(2) });
            }
        }
        return rows;
    }

    @Override
    public Map<String, String> rows(FeedId feed, Collection<String> keys) {
        if (keys.isEmpty()) {
            return Map.of();
        }
        // Not "row_key IN (...)": H2 would read all rows of the feed and hold each against each key.
        String sql = "SELECT known.row_key, content, check_sum FROM (VALUES "
                     + String.join(",", Collections.nCopies(keys.size(), "(?)")) + ") AS wanted (row_key)"
                     + " JOIN integratorio_row known ON known.feed = ? AND known.row_key = wanted.row_key";
        return transactions.run("read", connection -> {
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                int parameter = 1;
                for (String key : keys) {
                    select.setString(parameter++, key);
                }
                select.setLong(parameter, FeedTable.existing(connection, feed).number());
                Map<String, String> rows = new HashMap<>();
                readRows(select).forEach(row -> rows.put(row[0], row[1]));
                return rows;
            }
        });
    }

    @Override
    public boolean commit(FeedId feed, State expected, State next, Recording recording) {
        return transactions.write(connection -> {
            // Whoever comes second waits here for the first, and then finds another generation.
            if (!(expected == null ? FeedTable.insert(connection, feed, next) : FeedTable.advance(connection, feed, expected, next))) {
                return false;
            }
            long number = FeedTable.existing(connection, feed).number();
            long gone = expected == null ? 0
                    : delete(connection, number, recording.rows().keySet()) + delete(connection, number, recording.removed());
            insertRows(connection, number, recording.rows());
            insertChanges(connection, number, recording.changes());
            FeedTable.count(connection, number, recording.rows().size() - gone, recording.changes().size());
            return true;
        });
    }

    private static long delete(Connection connection, long feed, Collection<String> keys) throws SQLException {
        try (BatchStatement batch = new BatchStatement(connection, "DELETE FROM integratorio_row WHERE feed = ? AND row_key = ?")) {
            for (String key : keys) {
                batch.add(feed, key);
            }
            return batch.end();
        }
    }

    private static void insertRows(Connection connection, long feed, Map<String, String> rows) throws SQLException {
        try (BatchStatement batch = new BatchStatement(connection, "INSERT INTO integratorio_row (feed, row_key, content, check_sum) VALUES (?, ?, ?, ?)")) {
            for (Map.Entry<String, String> row : rows.entrySet()) {
                batch.add(feed, row.getKey(), row.getValue(), Checksum.of(row.getKey(), row.getValue()));
            }
            batch.end();
        }
    }

    private static void insertChanges(Connection connection, long feed, List<Change> changes) throws SQLException {
        try (BatchStatement batch = new BatchStatement(connection, "INSERT INTO integratorio_change"
                + " (feed, version, row_key, id, type, content, previous, check_sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (Change change : changes) {
                batch.add(feed, change.version(), change.key(), change.id(), change.type().name(), change.content(), change.previous(),
                        sum(change));
            }
            batch.end();
        }
    }

    @Override
    public List<Change> pending(FeedId feed, Change after, int most) {
        return transactions.runOnSnapshot("read", connection -> {
            Feed now = FeedTable.find(connection, feed);
            if (now == null) {
                return List.of();
            }
            try (PreparedStatement select = connection.prepareStatement("SELECT id, row_key, type, version, content, previous, check_sum"
                    + " FROM integratorio_change WHERE feed = ? AND (version > ? OR version = ? AND row_key > ?)"
                    + " ORDER BY feed, version, row_key")) {
                select.setMaxRows(most);
                select.setLong(1, now.number());
                select.setLong(2, after == null ? 0 : after.version());
                select.setLong(3, after == null ? 0 : after.version());
                select.setString(4, after == null ? "" : after.key());
                List<Change> changes = readChanges(select);
                long there = after != null ? now.changes() : changes.size() < most ? changes.size() : countChanges(connection, now.number());
                if (there != now.changes()) {
                    throw new FeedStateException(feed + ": the state is damaged: " + there + " changes are pending instead of " + now.changes());
                }
                return changes;
            }
        });
    }

    private static long countChanges(Connection connection, long feed) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT COUNT(*) FROM integratorio_change WHERE feed = ?")) {
            select.setLong(1, feed);
            try (ResultSet found = select.executeQuery()) {
                found.next();
                return found.getLong(1);
            }
        }
    }

    private static int sum(Change change) {
        return Checksum.of(change.id(), change.key(), change.type().name(), Long.toString(change.version()), change.content(), change.previous());
    }

    private static List<Change> readChanges(PreparedStatement select) throws SQLException {
        List<Change> changes = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        try (ResultSet found = select.executeQuery()) {
            while (found.next()) {
                Checksum.verifyOnce(ids, found.getString(1));
                Checksum.verify(found.getInt(7), found.getString(1), found.getString(2), found.getString(3), found.getString(4),
                        found.getString(5), found.getString(6));
                changes.add(new Change(found.getString(1), found.getString(2), ChangeType.valueOf(found.getString(3)), found.getLong(4),
                        found.getString(5), found.getString(6)));
            }
        }
        return changes;
    }

    @Override
    public void acknowledge(FeedId feed, Collection<Change> changes) {
        transactions.write(connection -> {
            Feed now = FeedTable.find(connection, feed);
            if (now == null) {
                return null;
            }
            // By id: in a state that was put back, the same version of the key may be another change.
            try (BatchStatement batch = new BatchStatement(connection, "DELETE FROM integratorio_change WHERE feed = ? AND version = ? AND row_key = ? AND id = ?")) {
                // In one order, so that two nodes never wait for each other.
                for (Change change : changes.stream().sorted(Change.ORDER).toList()) {
                    batch.add(now.number(), change.version(), change.key(), change.id());
                }
                FeedTable.count(connection, now.number(), 0, -batch.end());
            }
            return null;
        });
    }

    @Override
    public void close() {
        // The database belongs to others.
        transactions.close();
    }
}
