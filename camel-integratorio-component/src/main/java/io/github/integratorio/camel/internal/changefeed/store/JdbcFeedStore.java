package io.github.integratorio.camel.internal.changefeed.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.internal.changefeed.store.FeedTable.Feed;
import io.github.integratorio.camel.internal.changefeed.store.TransactionTemplate.TransactionCallback;

/**
 * Store in a database: H2 in a file, or a PostgreSQL that several nodes share. Each row of a list is a row of a table, so a commit
 * writes only the rows that changed. Each read verifies checksums.
 */
public final class JdbcFeedStore implements FeedStore {

    /** Rows that are read at once. */
    private static final int PAGE_SIZE = 500;

    private final TransactionTemplate transactions;
    /** Newest generation of each feed that this store has read or written. */
    private final Map<FeedId, Long> newest = new ConcurrentHashMap<>();

    /**
     * Opens the store.
     *
     * @param  dataSource         the database, which the store does not close
     * @param  tables             whether to create or upgrade the tables
     * @throws FeedStateException if the database cannot be used
     */
    public JdbcFeedStore(DataSource dataSource, Schema.Tables tables) {
        this.transactions = new TransactionTemplate(dataSource);
        Schema.prepare(transactions, tables);
    }

    /** Opens the store, and creates or upgrades its tables. */
    public JdbcFeedStore(DataSource dataSource) {
        this(dataSource, Schema.Tables.CREATE);
    }

    /** Runs a callback in a transaction that writes, unless another version of this component has upgraded the tables. */
    private <T> T write(TransactionCallback<T> callback) {
        return transactions.write(connection -> {
            Schema.verifyFormat(connection);
            return callback.run(connection);
        });
    }

    @Override
    public Optional<State> state(FeedId feed) {
        long known = newest.getOrDefault(feed, 0L);
        Optional<State> state = transactions.run("read",
                connection -> Optional.ofNullable(FeedTable.find(connection, feed)).map(Feed::state));
        verifyNotOlder(feed, known, state);
        return state;
    }

    /** Verifies that a state is not older than one that was known before it was read. */
    private void verifyNotOlder(FeedId feed, long known, Optional<State> state) {
        long current = state.map(State::generation).orElse(known);
        if (current < known) {
            throw new FeedStateException(feed + ": the state is older than the one this process has seen (generation "
                    + current + " instead of " + known + "), as after a backup was restored or a replica promoted;"
                    + " restore the newer state, or restart the route to continue from the older one,"
                    + " which may repeat changes and miss the removal of rows added since");
        }
        newest.merge(feed, current, Math::max);
    }

    @Override
    public void rows(FeedId feed, RowReader reader) {
        transactions.run("read", connection -> {
            Feed found = FeedTable.require(connection, feed);
            long count = TransactionSettings.isPostgres(connection) ? readWithCursor(connection, found.number(), reader)
                    : readPages(connection, found.number(), reader);
            if (count != found.rows()) {
                if (!found.equals(FeedTable.find(connection, feed))) {
                    throw new FeedStateException(feed + ": another node has changed the state while it was read");
                }
                throw new FeedStateException(
                        feed + ": the state is damaged: it has " + count + " rows instead of " + found.rows());
            }
            return null;
        });
    }

    /** Reads all rows in one pass, in any order, and never holds more than a page of them. */
    private static long readWithCursor(Connection connection, long feed, RowReader reader)
            throws SQLException {
        try (PreparedStatement select = connection
                .prepareStatement("SELECT row_key, content, check_sum, seen_at FROM integratorio_row WHERE feed = ?")) {
            select.setFetchSize(PAGE_SIZE);
            select.setLong(1, feed);
            return readRows(select, reader);
        }
    }

    /** Reads all rows in pages: H2 would hold all rows of one result in the heap, or write them to a temporary file. */
    private static long readPages(Connection connection, long feed, RowReader reader)
            throws SQLException {
        long count = 0;
        long page;
        String[] last = { "" };
        // Performance: sorts by the whole primary key; otherwise H2 would read and sort all rows for each page.
        try (PreparedStatement select =
                connection.prepareStatement("SELECT row_key, content, check_sum, seen_at FROM integratorio_row"
                        + " WHERE feed = ? AND row_key > ? ORDER BY feed, row_key LIMIT " + PAGE_SIZE)) {
            do {
                select.setLong(1, feed);
                select.setString(2, last[0]);
                Set<String> keys = new HashSet<>();
                page = readRows(select, (key, row, seen) -> {
                    Checksum.verifyOnce(keys, key);
                    reader.read(key, row, seen);
                    last[0] = key;
                });
                count += page;
            } while (page == PAGE_SIZE);
        }
        return count;
    }

    /** Reads rows, except keys without content; returns their number. */
    private static long readRows(PreparedStatement select, RowReader reader) throws SQLException {
        long count = 0;
        try (ResultSet found = select.executeQuery()) {
            while (found.next()) {
                String content = found.getString(2);
                if (content != null) {
                    Instant seen = FeedTable.instant(found, 4);
                    if (found.getInt(3) != Checksum.withMoment(FeedTable.millis(seen), found.getString(1), content)) {
                        throw Checksum.damaged();
                    }
                    reader.read(found.getString(1), content, seen);
                    count++;
                }
            }
        }
        return count;
    }

    @Override
    public Map<String, String> rows(FeedId feed, Collection<String> keys) {
        if (keys.isEmpty()) {
            return Map.of();
        }
        // Performance: looks up each key, whatever the database knows of the tables. With "row_key IN (...)", H2 compares each row of
        // the feed with each key (56 s for 50,000 changes among 100,000 rows, this join 3.1 s); an inner join may do the same.
        String sql = "SELECT wanted.row_key, content, check_sum, seen_at FROM (VALUES "
                + String.join(",", Collections.nCopies(keys.size(), "(?)")) + ") AS wanted (row_key)"
                + " LEFT JOIN integratorio_row known ON known.feed = ? AND known.row_key = wanted.row_key";
        return transactions.run("read", connection -> {
            TransactionSettings.useIndexesOnly(connection);
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                int parameter = 1;
                for (String key : keys) {
                    select.setString(parameter++, key);
                }
                select.setLong(parameter, FeedTable.require(connection, feed).number());
                Map<String, String> rows = new HashMap<>();
                readRows(select, (key, row, seen) -> {
                    if (rows.put(key, row) != null) {
                        throw Checksum.damaged();
                    }
                });
                return rows;
            }
        });
    }

    @Override
    public boolean commit(FeedId feed, State expected, State next, Recording recording) {
        boolean isCommitted = write(connection -> {
            // A second node waits here for the first one, and then finds another generation.
            Feed found = FeedTable.lock(connection, feed);
            if (!Objects.equals(expected, found == null ? null : found.state())) {
                return false;
            }
            Feed known = found == null ? FeedTable.insert(connection, feed, next) : found;
            long deleted = found == null ? 0
                    : delete(connection, known.number(), recording.rows().keySet())
                            + delete(connection, known.number(), recording.removed());
            long withdrawn = deleteChanges(connection, known.number(), recording.withdrawn());
            insertRows(connection, known.number(), recording);
            insertChanges(connection, known.number(), recording.changes());
            FeedTable.update(connection, feed, new Feed(known.number(), next,
                    known.rows() - deleted + recording.rows().size(),
                    known.changes() - withdrawn + recording.changes().size()));
            return true;
        });
        if (isCommitted) {
            newest.merge(feed, next.generation(), Math::max);
        }
        return isCommitted;
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

    private static void insertRows(Connection connection, long feed, Recording recording) throws SQLException {
        try (BulkInsert insert =
                new BulkInsert(connection, "integratorio_row (feed, row_key, content, seen_at, check_sum)", 5)) {
            for (Map.Entry<String, String> row : recording.rows().entrySet()) {
                Long seen = FeedTable.millis(recording.seen().get(row.getKey()));
                insert.add(feed, row.getKey(), row.getValue(), seen,
                        Checksum.withMoment(seen, row.getKey(), row.getValue()));
            }
            insert.finish();
        }
    }

    private static void insertChanges(Connection connection, long feed, List<Change> changes) throws SQLException {
        try (BulkInsert insert = new BulkInsert(connection,
                "integratorio_change (feed, version, row_key, id, type, content, previous, due_at, check_sum)", 9)) {
            for (Change change : changes) {
                insert.add(feed, change.version(), change.key(), change.id(), change.type().name(), change.content(),
                        change.previous(), FeedTable.millis(change.dueAt()), checksum(change));
            }
            insert.finish();
        }
    }

    @Override
    public Pending pending(FeedId feed, Change after, int max) {
        long known = newest.getOrDefault(feed, 0L);
        Pending pending = transactions.run("read", connection -> {
            TransactionSettings.useIndexesOnly(connection);
            Feed found;
            List<Change> changes;
            do {
                found = FeedTable.find(connection, feed);
                if (found == null) {
                    return new Pending(Optional.empty(), List.of());
                }
                changes = readChanges(connection, found.number(), after, max);
                if (after != null || changes.size() == max || changes.size() == found.changes()) {
                    return new Pending(Optional.of(found.state()), changes);
                }
                // Different numbers are no damage if another transaction has changed the feed between the two statements.
            } while (!found.equals(FeedTable.find(connection, feed)));
            throw new FeedStateException(feed + ": the state is damaged: it has " + changes.size()
                    + " pending changes instead of " + found.changes()
                    + "; restore them, or, if they were deleted on purpose, run: UPDATE integratorio_feed SET pending_count ="
                    + " (SELECT COUNT(*) FROM integratorio_change WHERE feed = integratorio_feed.id) WHERE name = '"
                    + feed + "'");
        });
        verifyNotOlder(feed, known, pending.state());
        return pending;
    }

    /** Reads changes in two parts, each of which is one range of the primary key: the rest of a version, and later versions. */
    private static List<Change> readChanges(Connection connection, long feed, Change after, int max)
            throws SQLException {
        List<Change> changes = new ArrayList<>();
        if (after != null) {
            readChanges(connection, "version = ? AND row_key > ?", max, changes, feed, after.version(), after.key());
        }
        if (changes.size() < max) {
            readChanges(connection, "version > ?", max - changes.size(), changes, feed,
                    after == null ? 0 : after.version());
        }
        return changes;
    }

    private static void readChanges(Connection connection, String condition, int max, List<Change> changes,
            Object... values) throws SQLException {
        Set<String> ids = new HashSet<>();
        // Performance: sorts by the whole primary key; otherwise H2 would read and sort all changes for each page.
        try (PreparedStatement select =
                connection.prepareStatement("SELECT id, row_key, type, version, content, previous, due_at, check_sum"
                        + " FROM integratorio_change WHERE feed = ? AND " + condition
                        + " ORDER BY feed, version, row_key LIMIT ?")) {
            for (int i = 0; i < values.length; i++) {
                select.setObject(i + 1, values[i]);
            }
            select.setInt(values.length + 1, max);
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    Checksum.verifyOnce(ids, found.getString(1));
                    Instant dueAt = FeedTable.instant(found, 7);
                    if (found.getInt(8) != Checksum.withMoment(FeedTable.millis(dueAt), found.getString(1),
                            found.getString(2), found.getString(3), found.getString(4), found.getString(5),
                            found.getString(6))) {
                        throw Checksum.damaged();
                    }
                    changes.add(
                            new Change(found.getString(1), found.getString(2), ChangeType.valueOf(found.getString(3)),
                                    found.getLong(4), found.getString(5), found.getString(6), dueAt));
                }
            }
        }
    }

    private static int checksum(Change change) {
        return Checksum.withMoment(FeedTable.millis(change.dueAt()), change.id(), change.key(), change.type().name(),
                Long.toString(change.version()), change.content(), change.previous());
    }

    @Override
    public void acknowledge(FeedId feed, Collection<Change> changes) {
        if (changes.isEmpty()) {
            return;
        }
        write(connection -> {
            // Two nodes that acknowledge the same changes wait here for each other, instead of for single changes.
            Feed found = FeedTable.lock(connection, feed);
            if (found == null) {
                return null;
            }
            long deleted = deleteChanges(connection, found.number(), changes);
            FeedTable.update(connection, feed,
                    new Feed(found.number(), found.state(), found.rows(), found.changes() - deleted));
            return null;
        });
    }

    /** Deletes changes by id, because a state restored from a backup may have another one with the same version and key. */
    private static long deleteChanges(Connection connection, long feed, Collection<Change> changes)
            throws SQLException {
        try (BatchStatement batch = new BatchStatement(connection,
                "DELETE FROM integratorio_change WHERE feed = ? AND version = ? AND row_key = ? AND id = ?")) {
            for (Change change : changes) {
                batch.add(feed, change.version(), change.key(), change.id());
            }
            return batch.finish();
        }
    }

    @Override
    public List<Change> notices(FeedId feed) {
        return transactions.run("read", connection -> {
            List<Change> notices = new ArrayList<>();
            Feed known = FeedTable.find(connection, feed);
            if (known == null) {
                return notices;
            }
            try (PreparedStatement select = connection.prepareStatement("SELECT id, row_key, type, version, due_at"
                    + " FROM integratorio_change WHERE feed = ? AND due_at IS NOT NULL")) {
                select.setLong(1, known.number());
                try (ResultSet found = select.executeQuery()) {
                    while (found.next()) {
                        notices.add(new Change(found.getString(1), found.getString(2),
                                ChangeType.valueOf(found.getString(3)), found.getLong(4), null, null,
                                FeedTable.instant(found, 5)));
                    }
                }
            }
            return notices;
        });
    }

    @Override
    public void close() {
        // Does not close the data source, which belongs to the user.
        transactions.close();
    }
}
