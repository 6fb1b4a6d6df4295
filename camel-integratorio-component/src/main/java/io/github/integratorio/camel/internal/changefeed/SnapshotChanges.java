package io.github.integratorio.camel.internal.changefeed;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.internal.changefeed.ExpiryNotices.Notice;
import io.github.integratorio.camel.internal.changefeed.StoredRowReader.StaleBaseException;
import io.github.integratorio.camel.internal.changefeed.store.Change;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.Recording;
import io.github.integratorio.camel.internal.json.JsonMerge;
import io.github.integratorio.camel.internal.json.JsonValues;

/**
 * Changes between the base of a feed and a snapshot, and the new and changed rows, by key.
 *
 * @param rows       new and changed rows in JSON, by key
 * @param changes    changes of rows, and notices
 * @param equivalent keys of rows that have other bytes than in the base, but the same content
 */
record SnapshotChanges(Map<String, String> rows, List<Change> changes, List<String> equivalent) {

    /**
     * Compares the rows of a snapshot with the base.
     *
     * @param  version            version of the changes
     * @throws StaleBaseException if another node has recorded a snapshot
     * @throws Exception          if the list has two different rows with the same key
     */
    static SnapshotChanges find(SnapshotDiff diff, RowIndex index, StoredRowReader base, long version,
            Set<String> ignoredFields) throws Exception {
        Ids ids = new Ids(version);
        SnapshotChanges found = new SnapshotChanges(new LinkedHashMap<>(), new ArrayList<>(), new ArrayList<>());
        for (List<String> keys : StoredRowReader.chunks(diff.newOrChanged().keySet())) {
            Map<String, String> known = base.rows(keys.stream().filter(key -> index.findKey(key) >= 0).toList());
            for (String key : keys) {
                String previous = known.get(key);
                String row = SnapshotDiff.text(diff.newOrChanged().get(key));
                if (previous == null) {
                    found.changes.add(new Change(ids.of(key), key, ChangeType.ADDED, version, row, null));
                } else if (isEquivalent(previous, row, ignoredFields)) {
                    found.equivalent.add(key);
                    continue;
                } else if (diff.isUnchanged(index.findKey(key))) {
                    throw SnapshotDiff.duplicateKey();
                } else {
                    found.changes.add(new Change(ids.of(key), key, ChangeType.UPDATED, version, row, previous));
                }
                found.rows.put(key, row);
            }
        }
        return found;
    }

    /**
     * Adds the removed rows.
     *
     * @param  removed            their keys
     * @param  version            version of the changes
     * @throws StaleBaseException if another node has recorded a snapshot
     */
    void addRemoved(Set<String> removed, StoredRowReader base, long version) throws StaleBaseException {
        Ids ids = new Ids(version);
        for (List<String> keys : StoredRowReader.chunks(removed)) {
            Map<String, String> known = base.rows(keys);
            keys.forEach(key -> changes.add(
                    new Change(ids.of(key), key, ChangeType.REMOVED, version, known.get(key), known.get(key))));
        }
    }

    /**
     * Adds notices, each with a version of its own, so that their order is kept.
     *
     * @param  version            version of the other changes
     * @return                    the greatest version
     * @throws StaleBaseException if another node has recorded a snapshot
     */
    long addNotices(List<Notice> notices, StoredRowReader base, long version) throws StaleBaseException {
        Map<String, String> known = new HashMap<>();
        for (List<String> keys : StoredRowReader.chunks(notices.stream().map(Notice::key)
                .filter(key -> !rows.containsKey(key)).collect(Collectors.toSet()))) {
            known.putAll(base.rows(keys));
        }
        long last = version;
        for (Notice notice : notices) {
            String key = notice.key();
            last++;
            changes.add(notice.change(last, rows.getOrDefault(key, known.get(key))));
        }
        return last;
    }

    private static boolean isEquivalent(String previous, String row, Set<String> ignoredFields) {
        return JsonMerge.same(JsonValues.without(Change.fields(previous), ignoredFields),
                JsonValues.without(Change.fields(row), ignoredFields));
    }

    /**
     * Returns the recording of a first snapshot.
     *
     * @param emit whether each row is an addition
     */
    static Recording first(SnapshotDiff diff, boolean emit, long version) {
        Ids ids = new Ids(version);
        Map<String, byte[]> rows = diff.newOrChanged();
        List<String> added = emit ? List.copyOf(rows.keySet()) : List.of();
        return new Recording(LazyRecords.texts(rows), List.of(), LazyRecords.list(added,
                key -> new Change(ids.of(key), key, ChangeType.ADDED, version, SnapshotDiff.text(rows.get(key)),
                        null)));
    }

    /** Ids of the changes of one commit. */
    private static final class Ids {
        private final long version;
        /** Makes ids unique, because versions repeat if the clock goes back together with the database. */
        private final String suffix = Long.toString(UUID.randomUUID().getLeastSignificantBits() >>> 1, 36);

        Ids(long version) {
            this.version = version;
        }

        String of(String key) {
            return key + ':' + version + ':' + suffix;
        }
    }
}
