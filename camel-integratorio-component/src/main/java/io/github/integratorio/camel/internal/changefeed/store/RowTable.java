package io.github.integratorio.camel.internal.changefeed.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.github.integratorio.camel.internal.changefeed.store.FeedStore.Recording;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.RowReader;

/** The table of rows: the base of each feed. Each read verifies checksums. */
final class RowTable {

    /** Rows that are read at once. */
    private static final int PAGE_SIZE = 500;

    private RowTable() {
    }

    /** Passes all rows of a feed to a reader, in any order; returns their number. Never holds more than a page of them. */
    static long read(Connection connection, long feed, RowReader reader) throws SQLException {
        return TransactionSettings.isPostgres(connection) ? readWithCursor(connection, feed, reader)
                : readPages(connection, feed, reader);
    }

    /** Returns the rows with these keys; keys that are not there are missing. */
    static Map<String, String> find(Connection connection, long feed, Collection<String> keys) throws SQLException {
        // Performance: looks up each key, whatever the database knows of the tables. With "row_key IN (...)", H2 compares each row of
        // the feed with each key (56 s for 50,000 changes among 100,000 rows, this join 3.1 s); an inner join may do the same.
        String sql = "SELECT wanted.row_key, content, check_sum, seen_at FROM (VALUES "
                + String.join(",", Collections.nCopies(keys.size(), "(?)")) + ") AS wanted (row_key)"
                + " LEFT JOIN integratorio_row known ON known.feed = ? AND known.row_key = wanted.row_key";
        TransactionSettings.useIndexesOnly(connection);
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            int parameter = 1;
            for (String key : keys) {
                select.setString(parameter++, key);
            }
            select.setLong(parameter, feed);
            Map<String, String> rows = new HashMap<>();
            readRows(select, (key, row, seen) -> {
                if (rows.put(key, row) != null) {
                    throw Checksum.damaged();
                }
            });
            return rows;
        }
    }

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

    /** Deletes the rows with these keys; returns how many there were. */
    static long delete(Connection connection, long feed, Collection<String> keys) throws SQLException {
        try (BatchStatement batch =
                new BatchStatement(connection, "DELETE FROM integratorio_row WHERE feed = ? AND row_key = ?")) {
            for (String key : keys) {
                batch.add(feed, key);
            }
            return batch.finish();
        }
    }

    /** Inserts the new and changed rows of a recording, whose keys must not be in the table. */
    static void insert(Connection connection, long feed, Recording recording) throws SQLException {
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
}
