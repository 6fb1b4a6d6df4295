package io.github.integratorio.camel.internal.changefeed;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import io.github.integratorio.camel.api.MassRemovalException;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;

/**
 * Decides when a row that is missing is taken for removed: not while so many are missing that something else must be wrong, and
 * not before it was missing often enough. What it remembers is lost with the process; then it only begins to count again.
 */
final class RemovalDetector {

    /** So many rows may always be missing, or a list of three would never lose one. */
    private static final int FLOOR = 5;

    private final FeedId feed;
    private final FeedConfig settings;
    private Map<String, Integer> missed = Map.of();
    /** Guarded by this, as who accepts is no poll; the keys that are held, and those whose removal an operator accepted. */
    private Set<String> held = Set.of();
    private Set<String> accepted = Set.of();

    RemovalDetector(FeedId feed, FeedConfig settings) {
        this.feed = feed;
        this.settings = settings;
    }

    /**
     * Decides on the rows that are missing in a complete walk.
     *
     * @param  missing       their keys
     * @param  known         how many rows there were
     * @param  pages         in how many pages the list came: a row may slip from one to another while they are read
     * @return               the keys that are taken for removed
     * @throws MassRemovalException when the snapshot is not to be believed
     */
    synchronized Set<String> decide(Set<String> missing, int known, int pages) throws MassRemovalException {
        boolean confirmed = !missing.isEmpty() && accepted.containsAll(missing);
        if (!confirmed && missing.size() > FLOOR && missing.size() * 100L > (long) known * settings.massRemovalLimit()) {
            held = missing;
            // What was accepted was another snapshot than this one.
            accepted = Set.of();
            missed = Map.of();
            throw new MassRemovalException(feed.toString(), missing.size(), known);
        }
        held = Set.of();
        accepted = Set.of();
        if (confirmed) {
            return missing;
        }
        // A list that comes empty all at once may be a list that did not come.
        int needed = Math.max(settings.removalConfirmations(), pages > 1 || missing.size() == known ? 2 : 1);
        Map<String, Integer> before = missed;
        missed = new HashMap<>();
        missing.forEach(key -> missed.put(key, before.getOrDefault(key, 0) + 1));
        missing.removeIf(key -> missed.get(key) < needed);
        // One that is removed now may be back later, and then counts from the beginning.
        missed.keySet().removeAll(missing);
        return missing;
    }

    /** The base is another one: somebody else may have seen a row that was missing here. */
    synchronized void countAnew() {
        missed = Map.of();
    }

    /** How many rows are missing in a snapshot that is held; 0 when none is. */
    synchronized int held() {
        return held.size();
    }

    /**
     * Takes the rows that are missing in the held snapshot for removed, when the next one misses no others.
     *
     * @return how many they are; 0 when no snapshot is held
     */
    synchronized int accept() {
        accepted = held;
        return accepted.size();
    }
}
