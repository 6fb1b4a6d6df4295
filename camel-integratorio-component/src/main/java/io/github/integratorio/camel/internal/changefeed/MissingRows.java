package io.github.integratorio.camel.internal.changefeed;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

import io.github.integratorio.camel.internal.changefeed.store.FeedId;

/**
 * Number of rows missing in the latest snapshots of all lists of a consumer: an API that fails for all lists at once may show each of
 * them without a few rows. Lists that are held on their own do not count. Thread-safe.
 */
public final class MissingRows {

    /** Number of rows that may always be missing, because a percentage would never let a short list lose a row. */
    private static final int MIN_LIMIT = 5;

    private final Map<FeedId, Count> latest = new HashMap<>();

    /** Number of rows missing in snapshots, of those known before. */
    record Count(int missing, int known) {
    }

    /** Returns whether too many rows are missing. */
    static boolean isTooMany(int missing, int known, int percentage) {
        return missing > MIN_LIMIT && missing * 100L > (long) known * percentage;
    }

    /** Counts the snapshot of a list, and returns the sum of the latest snapshots of all lists. */
    synchronized Count count(FeedId list, int missing, int known) {
        latest.put(list, new Count(missing, known));
        return latest.values().stream().reduce(new Count(0, 0),
                (one, other) -> new Count(one.missing() + other.missing(), one.known() + other.known()));
    }

    /** Forgets a list. */
    synchronized void forget(FeedId list) {
        latest.remove(list);
    }

    /** Forgets all lists but these, because the others are not polled anymore. */
    public synchronized void retain(Collection<FeedId> lists) {
        latest.keySet().retainAll(lists);
    }
}
