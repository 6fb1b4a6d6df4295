package io.github.integratorio.camel.internal.changefeed;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import io.github.integratorio.camel.api.MassRemovalException;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;

/**
 * Decides whether a missing row counts as removed. It holds a snapshot that misses suspiciously many rows, and requires a row to be
 * missing in enough consecutive snapshots. It keeps its counts in memory only, so counting starts over with the process. Thread-safe.
 */
final class RemovalDetector {

    /** Number of rows that may always be missing, because a percentage would never let a short list lose a row. */
    private static final int MIN_LIMIT = 5;

    private final FeedId feed;
    private final FeedConfig config;
    /** Number of consecutive snapshots in which a row was missing, by key. */
    private Map<String, Integer> missingCounts = Map.of();
    /** Keys of the rows missing in the held snapshot. */
    private Set<String> held = Set.of();
    /** Keys of the rows whose removal an operator has accepted. */
    private Set<String> accepted = Set.of();

    RemovalDetector(FeedId feed, FeedConfig config) {
        this.feed = feed;
        this.config = config;
    }

    /**
     * Decides which of the rows missing in a complete snapshot are removed.
     *
     * @param  missing               their keys
     * @param  known                 number of rows in the base
     * @param  pages                 number of pages of the snapshot: a row can move to a page that was already read
     * @return                       the keys of the removed rows
     * @throws MassRemovalException  if too many rows are missing; the snapshot is held
     */
    synchronized Set<String> detect(Set<String> missing, int known, int pages) throws MassRemovalException {
        boolean isAccepted = !missing.isEmpty() && accepted.containsAll(missing);
        if (!isAccepted && missing.size() > MIN_LIMIT
                && missing.size() * 100L > (long) known * config.massRemovalLimit()) {
            held = missing;
            // The operator accepted another snapshot than this one.
            accepted = Set.of();
            missingCounts = Map.of();
            throw new MassRemovalException(feed.toString(), missing.size(), known);
        }
        held = Set.of();
        accepted = Set.of();
        if (isAccepted) {
            return missing;
        }
        // An empty list may be a failure of the API.
        int required = Math.max(config.removalConfirmations(), pages > 1 || missing.size() == known ? 2 : 1);
        Map<String, Integer> previousCounts = missingCounts;
        missingCounts = new HashMap<>();
        missing.forEach(key -> missingCounts.put(key, previousCounts.getOrDefault(key, 0) + 1));
        missing.removeIf(key -> missingCounts.get(key) < required);
        // If a removed row returns, its count starts over.
        missingCounts.keySet().removeAll(missing);
        return missing;
    }

    /** Resets the counts, because another node has changed the base and may have seen the missing rows. */
    synchronized void resetCounts() {
        missingCounts = Map.of();
    }

    /** Returns the number of rows missing in the held snapshot; 0 if no snapshot is held. */
    synchronized int held() {
        return held.size();
    }

    /**
     * Accepts that the rows missing in the held snapshot are removed, unless the next snapshot misses other rows, too.
     *
     * @return the number of missing rows; 0 if no snapshot is held
     */
    synchronized int accept() {
        accepted = held;
        return accepted.size();
    }
}
