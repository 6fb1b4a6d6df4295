package io.github.integratorio.camel.internal.changefeed;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.internal.changefeed.store.Change;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.Pending;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.State;

/**
 * Delivers the pending changes of a feed at least once and in order per key: a change waits for all earlier changes of its key. A
 * later poll retries a failed change, which is never dropped. During a poll, acknowledgements are written in groups, so a crash
 * repeats at most one group of changes. Thread-safe.
 */
public final class Outbox {

    /** Maximum number of acknowledgements that are not written yet. */
    static final int MAX_UNWRITTEN = 50;
    /** Number of failures after which a change skips polls: one, then two, four and so on, up to the maximum. */
    private static final int FAILURES_BEFORE_BACKOFF = 5;
    private static final int MAX_SKIPPED_POLLS = 64;
    private static final int PAGE_SIZE = 500;

    private final FeedStore store;
    private final FeedId feed;
    private final Map<String, Change> inFlight = new HashMap<>();
    private final Map<String, Change> unwritten = new LinkedHashMap<>();
    private final Map<String, Failure> failures = new HashMap<>();
    private boolean polling;
    private long polls;
    /** True if another claim in this poll would find no change. */
    private boolean drained;
    /** State that an empty claim read in this poll; null if the state has to be read. */
    private Optional<State> idleState;

    /** Number of failed deliveries of a change, and the first poll that may retry it. */
    private record Failure(int count, long retryPoll) {
    }

    Outbox(FeedStore store, FeedId feed) {
        this.store = store;
        this.feed = feed;
    }

    /** Begins a poll, which may retry changes that failed in earlier ones. */
    public synchronized void beginPoll() {
        polling = true;
        polls++;
        drained = false;
        idleState = null;
    }

    /**
     * Claims the next changes to deliver. Each is in flight until it is acknowledged, released or marked as failed.
     *
     * @param max maximum number of changes
     */
    public synchronized List<Change> claim(int max) {
        writeAcknowledgements();
        if (drained) {
            return List.of();
        }
        idleState = null;
        List<Change> claimed = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        Set<String> pendingIds = new HashSet<>();
        boolean isAnyLeft = false;
        Pending page;
        Change last = null;
        do {
            page = store.pending(feed, last, PAGE_SIZE);
            for (Change change : page.changes()) {
                last = change;
                pendingIds.add(change.id());
                if (claimed.size() == max || !keys.add(change.key())) {
                    isAnyLeft = true;
                } else if (isClaimable(change)) {
                    claimed.add(change);
                    inFlight.put(change.id(), change);
                }
            }
        } while (claimed.size() < max && page.changes().size() == PAGE_SIZE);
        if (page.changes().size() < PAGE_SIZE) {
            // Another node may have delivered changes that failed here.
            failures.keySet().retainAll(pendingIds);
            drained = !isAnyLeft;
        }
        if (claimed.isEmpty()) {
            idleState = page.state();
        }
        return claimed;
    }

    private boolean isClaimable(Change change) {
        Failure failure = failures.get(change.id());
        return !inFlight.containsKey(change.id()) && (failure == null || polls >= failure.retryPoll());
    }

    /** Reads the state of the feed, unless an empty claim has just read it: a poll without changes needs a single transaction. */
    synchronized Optional<State> readState() {
        Optional<State> read = idleState;
        idleState = null;
        return read != null ? read : store.state(feed);
    }

    /** Makes the next claim read the store, because the feed has recorded changes. */
    synchronized void changesRecorded() {
        drained = false;
    }

    /** Ends a poll and writes all acknowledgements. */
    public synchronized void endPoll() {
        polling = false;
        idleState = null;
        writeAcknowledgements();
    }

    /**
     * Acknowledges a delivered change.
     *
     * @throws FeedStateException if the acknowledgement cannot be written; the next acknowledgement or claim writes it
     */
    public synchronized void acknowledge(Change change) {
        if (inFlight.remove(change.id()) == null) {
            return;
        }
        failures.remove(change.id());
        unwritten.put(change.id(), change);
        if (!polling || unwritten.size() >= MAX_UNWRITTEN) {
            writeAcknowledgements();
        }
    }

    /** Marks the delivery of a change as failed; the change stays pending. */
    public synchronized void markFailed(Change change) {
        if (inFlight.remove(change.id()) != null) {
            int count = failures.containsKey(change.id()) ? failures.get(change.id()).count() + 1 : 1;
            int skipped = count < FAILURES_BEFORE_BACKOFF ? 0
                    : Math.min(MAX_SKIPPED_POLLS, 1 << Math.min(count - FAILURES_BEFORE_BACKOFF, 30));
            failures.put(change.id(), new Failure(count, polls + 1 + skipped));
        }
    }

    /** Releases a claimed change that was not delivered; it can be claimed again. */
    public synchronized void release(Change change) {
        inFlight.remove(change.id());
        drained = false;
    }

    private void writeAcknowledgements() {
        if (!unwritten.isEmpty()) {
            store.acknowledge(feed, unwritten.values());
            unwritten.clear();
        }
    }

    /** Returns the number of failed deliveries of each pending change, by change id. */
    public synchronized Map<String, Integer> failing() {
        Map<String, Integer> counts = new HashMap<>();
        failures.forEach((id, failure) -> counts.put(id, failure.count()));
        return counts;
    }

    /** Returns the number of changes in flight. */
    public synchronized int inFlight() {
        return inFlight.size();
    }
}
