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
 * Store in a database: H2 in a file, or a PostgreSQL that several nodes share. Each row of a list is a row of a table, so a commit
 * writes only the rows that changed. Each read verifies checksums.
 */
public final class JdbcFeedStore implements FeedStore {

    private static final int PAGE_SIZE = 2_000;

    private final TransactionTemplate transactions;

    /**
     * Opens the store and creates its tables if they do not exist.
     *
     * @param  dataSource         the database, which the store does not close
     * @throws FeedStateException if the database cannot be used
     */
    public JdbcFeedStore(DataSource dataSource) {
        this(dataSource, true);
    }

    /**
     * Opens the store.
     *
     * @param mayCreate whether to create the tables if they do not exist
     */
    JdbcFeedStore(DataSource dataSource, boolean mayCreate) {
        this.transactions = new TransactionTemplate(dataSource);
        Schema.prepare(transactions, mayCreate);
    }

    @Override
    public Optional<State> state(FeedId feed) {
        return transactions.run("read",
                connection -> Optional.ofNullable(FeedTable.find(connection, feed)).map(Feed::state));
    }

    @Override
    public void rows(FeedId feed, BiConsumer<String, String> reader) {
        transactions.readSnapshot(connection -> {
            Feed found = FeedTable.require(connection, feed);
            long count = 0;
            String last = "";
            List<String[]> page;
            do {
                page = readPage(connection, found.number(), last);
                for (String[] row : page) {
                    reader.accept(row[0], row[1]);
                    last = row[0];
                    count++;
                }
            } while (page.size() == PAGE_SIZE);
            if (count != found.rows()) {
                throw new FeedStateException(
                        feed + ": the state is damaged: it has " + count + " rows instead of " + found.rows());
            }
            return null;
        });
    }

    // Performance: sorts by the whole primary key, here and for changes; otherwise H2 would read and sort all rows for each page.
    private static List<String[]> readPage(Connection connection, long feed, String after) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT row_key, content, check_sum FROM integratorio_row WHERE feed = ? AND row_key > ? ORDER BY feed, row_key")) {
            select.setMaxRows(PAGE_SIZE);
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
        // Performance: with "row_key IN (...)", H2 compares each row of the feed with each key. For 50,000 changes among 100,000 rows
        // that takes 56 s, this join 3.1 s.
        String sql = "SELECT known.row_key, content, check_sum FROM (VALUES "
                + String.join(",", Collections.nCopies(keys.size(), "(?)")) + ") AS wanted (row_key)"
                + " JOIN integratorio_row known ON known.feed = ? AND known.row_key = wanted.row_key";
        return transactions.run("read", connection -> {
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                int parameter = 1;
                for (String key : keys) {
                    select.setString(parameter++, key);
                }
                select.setLong(parameter, FeedTable.require(connection, feed).number());
                Map<String, String> rows = new HashMap<>();
                readRows(select).forEach(row -> rows.put(row[0], row[1]));
                return rows;
            }
        });
    }

    @Override
    public boolean commit(FeedId feed, State expected, State next, Recording recording) {
        return transactions.write(connection -> {
            // A second node waits here for the first one, and then finds another generation.
            if (!(expected == null ? FeedTable.insert(connection, feed, next)
                    : FeedTable.advance(connection, feed, expected, next))) {
                return false;
            }
            long number = FeedTable.require(connection, feed).number();
            long deleted = expected == null ? 0
                    : delete(connection, number, recording.rows().keySet())
                            + delete(connection, number, recording.removed());
            insertRows(connection, number, recording.rows());
            insertChanges(connection, number, recording.changes());
            FeedTable.addCounts(connection, number, recording.rows().size() - deleted, recording.changes().size());
            return true;
        });
    }

    private static long delete(Connection connection, long feed, Collection<String> keys) throws SQLException {
        try (BatchStatement batch =
                new BatchStatement(connection, "DELETE FROM integratorio_row WHERE feed = ? AND row_key = ?")) {
            for (String key : keys) {
                batch.add(feed, key);
            }
            return batch.finish();
        }
    }

    private static void insertRows(Connection connection, long feed, Map<String, String> rows) throws SQLException {
        try (BatchStatement batch = new BatchStatement(connection,
                "INSERT INTO integratorio_row (feed, row_key, content, check_sum) VALUES (?, ?, ?, ?)")) {
            for (Map.Entry<String, String> row : rows.entrySet()) {
                batch.add(feed, row.getKey(), row.getValue(), Checksum.of(row.getKey(), row.getValue()));
            }
            batch.finish();
        }
    }

    private static void insertChanges(Connection connection, long feed, List<Change> changes) throws SQLException {
        try (BatchStatement batch = new BatchStatement(connection, "INSERT INTO integratorio_change"
                + " (feed, version, row_key, id, type, content, previous, check_sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (Change change : changes) {
                batch.add(feed, change.version(), change.key(), change.id(), change.type().name(), change.content(),
                        change.previous(), checksum(change));
            }
            batch.finish();
        }
    }

    @Override
    public Pending pending(FeedId feed, Change after, int max) {
        return transactions.readSnapshot(connection -> {
            Feed found = FeedTable.find(connection, feed);
            if (found == null) {
                return new Pending(Optional.empty(), List.of());
            }
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT id, row_key, type, version, content, previous, check_sum"
                            + " FROM integratorio_change WHERE feed = ? AND (version > ? OR version = ? AND row_key > ?)"
                            + " ORDER BY feed, version, row_key")) {
                select.setMaxRows(max);
                select.setLong(1, found.number());
                select.setLong(2, after == null ? 0 : after.version());
                select.setLong(3, after == null ? 0 : after.version());
                select.setString(4, after == null ? "" : after.key());
                List<Change> changes = readChanges(select);
                long count = after != null ? found.changes()
                        : changes.size() < max ? changes.size() : countChanges(connection, found.number());
                if (count != found.changes()) {
                    throw new FeedStateException(
                            feed + ": the state is damaged: it has " + count + " pending changes instead of "
                                    + found.changes());
                }
                return new Pending(Optional.of(found.state()), changes);
            }
        });
    }

    private static long countChanges(Connection connection, long feed) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT COUNT(*) FROM integratorio_change WHERE feed = ?")) {
            select.setLong(1, feed);
            try (ResultSet found = select.executeQuery()) {
                found.next();
                return found.getLong(1);
            }
        }
    }

    private static int checksum(Change change) {
        return Checksum.of(change.id(), change.key(), change.type().name(), Long.toString(change.version()),
                change.content(), change.previous());
    }

    private static List<Change> readChanges(PreparedStatement select) throws SQLException {
        List<Change> changes = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        try (ResultSet found = select.executeQuery()) {
            while (found.next()) {
                Checksum.verifyOnce(ids, found.getString(1));
                Checksum.verify(found.getInt(7), found.getString(1), found.getString(2), found.getString(3),
                        found.getString(4), found.getString(5), found.getString(6));
                changes.add(new Change(found.getString(1), found.getString(2), ChangeType.valueOf(found.getString(3)),
                        found.getLong(4), found.getString(5), found.getString(6)));
            }
        }
        return changes;
    }

    @Override
    public void acknowledge(FeedId feed, Collection<Change> changes) {
        transactions.write(connection -> {
            Feed found = FeedTable.find(connection, feed);
            if (found == null) {
                return null;
            }
            // By id, because a state restored from a backup may have another change with the same version and key.
            try (BatchStatement batch = new BatchStatement(connection,
                    "DELETE FROM integratorio_change WHERE feed = ? AND version = ? AND row_key = ? AND id = ?")) {
                // In a fixed order, so that two nodes cannot deadlock.
                for (Change change : changes.stream().sorted(Change.ORDER).toList()) {
                    batch.add(found.number(), change.version(), change.key(), change.id());
                }
                FeedTable.addCounts(connection, found.number(), 0, -batch.finish());
            }
            return null;
        });
    }

    @Override
    public void close() {
        // Does not close the data source, which belongs to the user.
        transactions.close();
    }
}
