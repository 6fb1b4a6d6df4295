package io.github.integratorio.camel.internal.changefeed;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.github.integratorio.camel.api.MassRemovalException;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * Decides whether a missing row counts as removed. It holds a snapshot that misses suspiciously many rows, of this list or of all lists
 * of the consumer together, and requires a row to be missing in enough consecutive snapshots. It keeps its counts in memory only, so
 * counting starts over with the process. Thread-safe.
 */
final class RemovalDetector {

    private final FeedId feed;
    private final FeedConfig config;
    private final MissingRows allLists;
    /** Number of consecutive snapshots in which a row was missing, by key. */
    private Map<String, Integer> missingCounts = new HashMap<>();
    /** Number of consecutive empty snapshots. */
    private int emptySnapshots;
    /** Keys of the rows missing in the held snapshot. */
    private Set<String> held = Set.of();
    /** Keys of the rows whose removal an operator has accepted and that are not recorded as removed yet. */
    private Set<String> accepted = Set.of();

    RemovalDetector(FeedId feed, FeedConfig config, MissingRows allLists) {
        this.feed = feed;
        this.config = config;
        this.allLists = allLists;
    }

    /**
     * Counts empty snapshots: one look is not enough to believe that a list is empty.
     *
     * @param  isEmpty whether the snapshot has no rows
     * @return         whether the snapshot, if empty, is one of too few in a row
     */
    synchronized boolean isDoubtful(boolean isEmpty) {
        emptySnapshots = isEmpty ? emptySnapshots + 1 : 0;
        return isEmpty && emptySnapshots < config.emptyListConfirmations();
    }

    /**
     * Takes note of the rows that a snapshot shows, also if it is dropped afterwards: their count starts over, and what an operator has
     * accepted holds no longer.
     *
     * @param missing the keys of the others
     */
    synchronized void startOver(Set<String> missing) {
        missingCounts.keySet().retainAll(missing);
        if (missing.isEmpty() || !accepted.containsAll(missing)) {
            accepted = Set.of();
        }
    }

    /**
     * Decides which of the rows missing in a complete snapshot are removed, after {@link #startOver}.
     *
     * @param  missing               their keys
     * @param  known                 number of rows in the base
     * @param  pages                 number of pages of the snapshot: a row can move to a page that was already read
     * @param  isDoubtful            whether the snapshot is empty and has to be confirmed
     * @return                       the keys of the removed rows
     * @throws MassRemovalException  if too many rows are missing; the snapshot is held
     */
    synchronized Set<String> detect(Set<String> missing, int known, int pages, boolean isDoubtful)
            throws MassRemovalException {
        // An operator may have accepted another snapshot just now.
        if (!missing.isEmpty() && accepted.containsAll(missing)) {
            allLists.forget(feed);
            held = Set.of();
            return missing;
        }
        if (MissingRows.isTooMany(missing.size(), known, config.massRemovalLimit())) {
            allLists.forget(feed);
            held = missing;
            throw new MassRemovalException(feed.toString(), missing.size(), known);
        }
        MissingRows.Count all = allLists.count(feed, missing.size(), known);
        if (!missing.isEmpty() && MissingRows.isTooMany(all.missing(), all.known(), config.massRemovalLimit())) {
            held = missing;
            throw new MassRemovalException(feed + ", together with the other lists of the consumer", all.missing(),
                    all.known());
        }
        held = Set.of();
        missing.forEach(key -> missingCounts.merge(key, 1, Integer::sum));
        // An answer without any of the known rows may be a failure of the API.
        int required = Math.max(config.removalConfirmations(), pages > 1 || missing.size() == known ? 2 : 1);
        Set<String> removed = new HashSet<>(missing);
        removed.removeIf(key -> isDoubtful || missingCounts.get(key) < required);
        return removed;
    }

    /** Takes note that the removed rows are recorded. */
    synchronized void removalsRecorded(Set<String> removed) {
        accepted = Set.of();
        missingCounts.keySet().removeAll(removed);
    }

    /** Resets the counts, because another node has changed the base and may have seen the missing rows. */
    synchronized void resetCounts() {
        missingCounts.clear();
        emptySnapshots = 0;
    }

    /** Returns the number of rows missing in the held snapshot; 0 if no snapshot is held. */
    synchronized int held() {
        return held.size();
    }

    /** Returns the name of the held snapshot, which has the number of the missing rows and a fingerprint of their keys; or null. */
    synchronized String heldSnapshot() {
        return held.isEmpty() ? null : snapshotOf(held);
    }

    /** Returns a name for some keys: their number, and a fingerprint of them. */
    static String snapshotOf(Set<String> keys) {
        return keys.size() + "-" + DigestUtils.sha256Hex(String.join("\n", new TreeSet<>(keys))).substring(0, 8);
    }

    /**
     * Accepts that the rows missing in the held snapshot are removed. This holds until their removal is recorded, unless a snapshot
     * that misses other rows, or none, comes before.
     *
     * @param  snapshot the name of the held snapshot, as shown to the operator
     * @return          the number of missing rows; 0 if this snapshot is not held
     */
    synchronized int accept(String snapshot) {
        if (!snapshot.equals(heldSnapshot())) {
            return 0;
        }
        accepted = held;
        return accepted.size();
    }
}
