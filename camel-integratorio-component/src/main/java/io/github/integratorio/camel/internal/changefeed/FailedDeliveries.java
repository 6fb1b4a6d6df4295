package io.github.integratorio.camel.internal.changefeed;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.github.integratorio.camel.internal.changefeed.store.Change;

/**
 * The pending changes whose delivery has failed, and the poll that retries each: the next one, and after several failures a later one.
 * Not thread-safe.
 */
final class FailedDeliveries {

    /** Number of failures after which a change skips polls: one, then two, four and so on, up to the maximum. */
    static final int FAILURES_BEFORE_BACKOFF = 5;
    private static final int MAX_SKIPPED_POLLS = 64;

    private final Map<String, Failure> byId = new HashMap<>();
    private long polls;
    /** Ids of those that this poll has not found among the pending changes. */
    private final Set<String> unseen = new HashSet<>();
    /** The only one that this poll retries; null if it retries all that are due. */
    private String onlyRetry;

    /** Number of failed deliveries of a change, the first poll that may retry it, and the change without its rows. */
    record Failure(int count, long retryPoll, Change change) {
    }

    /**
     * Begins a poll.
     *
     * @param isProbe true to retry only the one that has been due for the longest time
     */
    void beginPoll(boolean isProbe) {
        polls++;
        unseen.clear();
        unseen.addAll(byId.keySet());
        onlyRetry = !isProbe || byId.isEmpty() ? null
                : byId.values().stream().min(Comparator.comparingLong(Failure::retryPoll)).get().change().id();
    }

    /** Returns whether this poll may deliver a change. */
    boolean isDue(Change change) {
        Failure failure = byId.get(change.id());
        return failure == null
                || polls >= failure.retryPoll() && (onlyRetry == null || onlyRetry.equals(change.id()));
    }

    /** Adds a failed delivery of a change, and returns their number. */
    int add(Change change) {
        int count = byId.containsKey(change.id()) ? byId.get(change.id()).count() + 1 : 1;
        int skipped = count < FAILURES_BEFORE_BACKOFF ? 0
                : Math.min(MAX_SKIPPED_POLLS, 1 << Math.min(count - FAILURES_BEFORE_BACKOFF, 30));
        byId.put(change.id(), new Failure(count, polls + 1 + skipped,
                new Change(change.id(), change.key(), change.type(), change.version(), null, null)));
        return count;
    }

    /** Returns the failure of a change; null if it has none. */
    Failure get(String changeId) {
        return byId.get(changeId);
    }

    void remove(String changeId) {
        byId.remove(changeId);
    }

    /** Notes that a change is still pending. */
    void markPending(Change change) {
        unseen.remove(change.id());
    }

    /** Forgets those that are not pending any more: another node has delivered them, or somebody has deleted them. */
    void retainPending() {
        byId.keySet().removeAll(unseen);
        unseen.clear();
    }

    /** Returns the number of failed deliveries of each change, by change id. */
    Map<String, Integer> counts() {
        Map<String, Integer> counts = new HashMap<>();
        byId.forEach((id, failure) -> counts.put(id, failure.count()));
        return counts;
    }
}
