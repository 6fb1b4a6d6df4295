package io.github.integratorio.camel.internal.changefeed;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
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
 * Delivers the pending changes of a feed at least once and in order per key: a change waits for all earlier changes of its key. Each poll
 * makes one pass over the pending changes, and a later poll retries a failed change, which is never dropped. During a poll,
 * acknowledgements are written in groups, so a crash repeats at most one group of changes. Thread-safe; no method waits for the store
 * except those that say so.
 */
public final class Outbox {

    /** Maximum number of acknowledgements that are not written yet. */
    static final int MAX_UNWRITTEN = 50;
    /** Number of failures after which a change skips polls: one, then two, four and so on, up to the maximum. */
    public static final int FAILURES_BEFORE_BACKOFF = 5;
    private static final int MAX_SKIPPED_POLLS = 64;
    private static final int PAGE_SIZE = 500;
    /** Maximum number of changes in memory that wait for an earlier change of their key. */
    private static final int MAX_WAITING = 1_000;

    private final FeedStore store;
    private final FeedId feed;
    private final InFlightChanges inFlight;
    /** Held during each use of the store, which may take long; always taken before this object's own lock. */
    private final Object storeAccess = new Object();
    /** State that an empty claim read in this poll; null if the state has to be read. Guarded by storeAccess. */
    private Optional<State> idleState;

    // Guarded by this.
    private final Map<String, Change> unwritten = new LinkedHashMap<>();
    private final Map<String, Failure> failures = new HashMap<>();
    private boolean polling;
    private long polls;

    // The pass of this poll, guarded by this.
    /** The change read last; null before the first one. */
    private Change last;
    /** True if no change is known to be pending after the last one. */
    private boolean isReadToEnd;
    private final Deque<Change> page = new ArrayDeque<>();
    /** Changes that wait in this pass for the one of their key that is in flight, and their number. */
    private final Map<String, Deque<Change>> waiting = new HashMap<>();
    private int waitingCount;
    /** Keys whose changes wait for a later poll. */
    private final Set<String> blocked = new HashSet<>();
    /** Keys whose changes wait for a look at the list that shows the end of their license, because one is a notice. */
    private final Set<String> unconfirmed = new HashSet<>();
    /** Keys that the look in this pass has not shown; null before the look. */
    private Set<String> missing;
    /** Ids of the failures that this pass has not found among the pending changes. */
    private final Set<String> unseenFailures = new HashSet<>();
    /** The only failed change that this pass retries; null if it retries all that are due. */
    private String onlyRetry;

    /** Number of failed deliveries of a change, the first poll that may retry it, and the change without its rows. */
    private record Failure(int count, long retryPoll, Change change) {
    }

    Outbox(FeedStore store, FeedId feed, InFlightChanges inFlight) {
        this.store = store;
        this.feed = feed;
        this.inFlight = inFlight;
    }

    /** Begins a poll, which may retry changes that failed in earlier ones. */
    public void beginPoll() {
        beginPoll(false);
    }

    /**
     * Begins a poll.
     *
     * @param isProbe true to retry only the failed change that has been due for the longest time; others are tried once
     */
    public void beginPoll(boolean isProbe) {
        synchronized (storeAccess) {
            idleState = null;
            synchronized (this) {
                polling = true;
                polls++;
                unwritten.putAll(inFlight.takeUnwritten());
                restartPass();
                missing = null;
                blocked.clear();
                unseenFailures.clear();
                unseenFailures.addAll(failures.keySet());
                onlyRetry = !isProbe || failures.isEmpty() ? null
                        : failures.values().stream().min(Comparator.comparingLong(Failure::retryPoll)).get().change()
                                .id();
            }
        }
    }

    private void restartPass() {
        last = null;
        isReadToEnd = false;
        page.clear();
        waiting.clear();
        waitingCount = 0;
        unconfirmed.clear();
    }

    /**
     * Claims the next changes to deliver; may wait for the store. Each is in flight until it is acknowledged, released or marked as
     * failed.
     *
     * @param max maximum number of changes
     */
    public List<Change> claim(int max) {
        List<Change> claimed = new ArrayList<>();
        synchronized (storeAccess) {
            idleState = null;
            Optional<State> state = null;
            while (claimRead(claimed, max)) {
                // If the store cannot be written, nothing more is delivered.
                writeAcknowledgements();
                state = readPage();
            }
            if (claimed.isEmpty()) {
                idleState = state;
            }
        }
        return claimed;
    }

    /** Claims changes that were read; returns true if more have to be read. */
    private synchronized boolean claimRead(List<Change> claimed, int max) {
        while (claimed.size() < max && !page.isEmpty()) {
            Change change = page.poll();
            if (blocked.contains(change.key()) || unconfirmed.contains(change.key())) {
                continue;
            }
            if (change.isNotice() && (missing == null || missing.contains(change.key()))) {
                unconfirmed.add(change.key());
                continue;
            }
            if (inFlight.isBusy(change, this)) {
                if (waitingCount < MAX_WAITING) {
                    waiting.computeIfAbsent(change.key(), key -> new ArrayDeque<>()).add(change);
                    waitingCount++;
                } else if (claimed.isEmpty()) {
                    block(change.key());
                } else {
                    // Some will have ended at the next claim.
                    page.addFirst(change);
                    return false;
                }
            } else if (!isDue(change)) {
                block(change.key());
            } else {
                inFlight.add(change, this);
                claimed.add(change);
            }
        }
        return claimed.size() < max && !isReadToEnd;
    }

    private boolean isDue(Change change) {
        Failure failure = failures.get(change.id());
        return failure == null
                || polls >= failure.retryPoll() && (onlyRetry == null || onlyRetry.equals(change.id()));
    }

    private void block(String key) {
        blocked.add(key);
        Deque<Change> later = waiting.remove(key);
        if (later != null) {
            waitingCount -= later.size();
        }
    }

    /** Reads the next page, and returns the state of the feed at that moment. No acknowledgement is written meanwhile. */
    private Optional<State> readPage() {
        Change after;
        synchronized (this) {
            after = last;
        }
        Pending read = store.pending(feed, after, PAGE_SIZE);
        synchronized (this) {
            for (Change change : read.changes()) {
                last = change;
                unseenFailures.remove(change.id());
                if (inFlight.contains(change, this) || unwritten.containsKey(change.id())) {
                    continue;
                }
                page.add(change);
            }
            isReadToEnd = read.changes().size() < PAGE_SIZE;
            if (isReadToEnd) {
                // Another node has delivered these, or somebody has deleted them.
                failures.keySet().removeAll(unseenFailures);
                unseenFailures.clear();
            }
        }
        return read.state();
    }

    /** Reads the state of the feed, unless an empty claim has just read it: a poll without changes needs a single transaction. */
    Optional<State> readState() {
        synchronized (storeAccess) {
            Optional<State> read = idleState;
            idleState = null;
            return read != null ? read : store.state(feed);
        }
    }

    /** Makes the next claim read the store, because the feed has recorded changes. */
    synchronized void changesRecorded() {
        isReadToEnd = false;
    }

    /**
     * Lets this pass deliver notices, because a look at the list has shown the ends of their licenses, and the notices of licenses with
     * another end are withdrawn.
     *
     * @param notShown keys whose notices wait for another look
     */
    synchronized void confirmNotices(Set<String> notShown) {
        missing = notShown;
        if (!unconfirmed.isEmpty() || !page.isEmpty() || waitingCount > 0) {
            // What was read before may be withdrawn.
            restartPass();
        }
    }

    /** Ends a poll and writes all acknowledgements; may wait for the store. */
    public void endPoll() {
        synchronized (this) {
            polling = false;
            page.clear();
            waiting.clear();
            waitingCount = 0;
        }
        synchronized (storeAccess) {
            idleState = null;
            writeAcknowledgements();
        }
    }

    /**
     * Acknowledges a delivered change; may wait for the store.
     *
     * @return                    false if the change is not in flight, so that nothing was acknowledged
     * @throws FeedStateException if the acknowledgement cannot be written; the next acknowledgement or claim writes it
     */
    public boolean acknowledge(Change change) {
        boolean isDue;
        boolean isLate;
        synchronized (this) {
            if (!inFlight.remove(change, this)) {
                return false;
            }
            unwritten.put(change.id(), change);
            failures.remove(change.id());
            makeNextClaimable(change.key());
            isLate = !polling;
            isDue = isLate || unwritten.size() >= MAX_UNWRITTEN;
        }
        if (isDue) {
            try {
                writeAcknowledgements();
            } catch (RuntimeException e) {
                if (isLate) {
                    // The consumer may have stopped before the exchange ended, and has no store any more.
                    inFlight.leaveUnwritten(Map.of(change.id(), change));
                }
                throw e;
            }
        }
        return true;
    }

    private void makeNextClaimable(String key) {
        Deque<Change> later = waiting.get(key);
        if (later != null) {
            waitingCount--;
            page.addFirst(later.poll());
            if (later.isEmpty()) {
                waiting.remove(key);
            }
        }
    }

    /**
     * Marks the delivery of a change as failed; the change stays pending.
     *
     * @return number of its failed deliveries; 0 if it is not in flight
     */
    public synchronized int markFailed(Change change) {
        if (!inFlight.remove(change, this)) {
            return 0;
        }
        block(change.key());
        int count = failures.containsKey(change.id()) ? failures.get(change.id()).count() + 1 : 1;
        int skipped = count < FAILURES_BEFORE_BACKOFF ? 0
                : Math.min(MAX_SKIPPED_POLLS, 1 << Math.min(count - FAILURES_BEFORE_BACKOFF, 30));
        failures.put(change.id(), new Failure(count, polls + 1 + skipped,
                new Change(change.id(), change.key(), change.type(), change.version(), null, null)));
        return count;
    }

    /** Releases a claimed change that was not delivered; it can be claimed again. */
    public synchronized void release(Change change) {
        if (inFlight.remove(change, this)) {
            page.addFirst(change);
        }
    }

    /** Releases all changes in flight, because their exchanges will not complete. */
    public void abandon() {
        inFlight.abandon(this);
    }

    /**
     * Removes a change that failed from the pending ones, as if it had been delivered; may wait for the store.
     *
     * @return                    number of its failed deliveries; 0 if no change with this id has failed, or it is being retried now
     * @throws FeedStateException if this cannot be written yet
     */
    public int skip(String changeId) {
        Failure failure;
        synchronized (this) {
            failure = failures.get(changeId);
            if (failure == null || inFlight.contains(failure.change(), this)) {
                return 0;
            }
            // This pass may have read it already.
            block(failure.change().key());
            failures.remove(changeId);
            unwritten.put(changeId, failure.change());
        }
        writeAcknowledgements();
        return failure.count();
    }

    private void writeAcknowledgements() {
        synchronized (this) {
            if (unwritten.isEmpty()) {
                return;
            }
        }
        synchronized (storeAccess) {
            Map<String, Change> written;
            synchronized (this) {
                written = new LinkedHashMap<>(unwritten);
            }
            if (!written.isEmpty()) {
                store.acknowledge(feed, written.values());
                synchronized (this) {
                    unwritten.keySet().removeAll(written.keySet());
                }
            }
        }
    }

    /** Returns the number of failed deliveries of each pending change, by change id. */
    public synchronized Map<String, Integer> failing() {
        Map<String, Integer> counts = new HashMap<>();
        failures.forEach((id, failure) -> counts.put(id, failure.count()));
        return counts;
    }

    InFlightChanges changesInFlight() {
        return inFlight;
    }

    /** Returns the number of changes in flight. */
    public int inFlight() {
        return inFlight.size();
    }
}
