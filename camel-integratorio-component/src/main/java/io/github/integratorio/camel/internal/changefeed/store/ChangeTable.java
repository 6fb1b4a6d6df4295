package io.github.integratorio.camel.internal.changefeed.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.github.integratorio.camel.api.ChangeType;

/** The table of pending changes. Each read of their content verifies checksums. */
final class ChangeTable {

    private ChangeTable() {
    }

    /**
     * Returns pending changes of a feed, by version and then by key. Reads two parts, each of which is one range of the primary key: the
     * rest of a version, and later versions.
     *
     * @param after the change after which to begin; null for the first
     */
    static List<Change> read(Connection connection, long feed, Change after, int max) throws SQLException {
        List<Change> changes = new ArrayList<>();
        if (after != null) {
            read(connection, "version = ? AND row_key > ?", max, changes, feed, after.version(), after.key());
        }
        if (changes.size() < max) {
            read(connection, "version > ?", max - changes.size(), changes, feed,
                    after == null ? 0 : after.version());
        }
        return changes;
    }

    private static void read(Connection connection, String condition, int max, List<Change> changes,
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

    /** Returns the pending expiry notices of a feed, without content. */
    static List<Change> notices(Connection connection, long feed) throws SQLException {
        List<Change> notices = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT id, row_key, type, version, due_at"
                + " FROM integratorio_change WHERE feed = ? AND due_at IS NOT NULL")) {
            select.setLong(1, feed);
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    notices.add(new Change(found.getString(1), found.getString(2),
                            ChangeType.valueOf(found.getString(3)), found.getLong(4), null, null,
                            FeedTable.instant(found, 5)));
                }
            }
        }
        return notices;
    }

    /** Inserts the changes of a recording. */
    static void insert(Connection connection, long feed, List<Change> changes) throws SQLException {
        try (BulkInsert insert = new BulkInsert(connection,
                "integratorio_change (feed, version, row_key, id, type, content, previous, due_at, check_sum)", 9)) {
            for (Change change : changes) {
                insert.add(feed, change.version(), change.key(), change.id(), change.type().name(), change.content(),
                        change.previous(), FeedTable.millis(change.dueAt()), checksum(change));
            }
            insert.finish();
        }
    }

    /**
     * Deletes changes; returns how many there were. Their id decides, because a state restored from a backup may have another one with
     * the same version and key.
     */
    static long delete(Connection connection, long feed, Collection<Change> changes)
            throws SQLException {
        try (BatchStatement batch = new BatchStatement(connection,
                "DELETE FROM integratorio_change WHERE feed = ? AND version = ? AND row_key = ? AND id = ?")) {
            for (Change change : changes) {
                batch.add(feed, change.version(), change.key(), change.id());
            }
            return batch.finish();
        }
    }

    private static int checksum(Change change) {
        return Checksum.withMoment(FeedTable.millis(change.dueAt()), change.id(), change.key(), change.type().name(),
                Long.toString(change.version()), change.content(), change.previous());
    }
}
