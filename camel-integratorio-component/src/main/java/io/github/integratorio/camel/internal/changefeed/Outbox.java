package io.github.integratorio.camel.internal.changefeed;

import java.time.Instant;
import java.util.ArrayList;
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
    /** Number of failures after which a change skips polls. */
    public static final int FAILURES_BEFORE_BACKOFF = FailedDeliveries.FAILURES_BEFORE_BACKOFF;

    private final FeedStore store;
    private final FeedId feed;
    private final InFlightChanges inFlight;
    /** Held during each use of the store, which may take long; always taken before this object's own lock. */
    private final Object storeAccess = new Object();
    /** State that an empty claim read in this poll; null if the state has to be read. Guarded by storeAccess. */
    private Optional<State> idleState;

    // Guarded by this.
    private final Map<String, Change> unwritten = new LinkedHashMap<>();
    private final FailedDeliveries failures = new FailedDeliveries();
    private PendingChangesPass pass = new PendingChangesPass();
    private boolean polling;

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
                unwritten.putAll(inFlight.takeUnwritten());
                pass = new PendingChangesPass();
                failures.beginPoll(isProbe);
            }
        }
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
        while (claimed.size() < max) {
            Change change = pass.poll();
            if (change == null) {
                return !pass.isReadToEnd();
            }
            if (!inFlight.isBusy(change, this)) {
                if (failures.isDue(change)) {
                    inFlight.add(change, this);
                    claimed.add(change);
                } else {
                    pass.block(change);
                }
            } else if (!pass.offerWaiting(change)) {
                if (!claimed.isEmpty()) {
                    // Some will have ended at the next claim.
                    pass.putBack(change);
                    return false;
                }
                pass.block(change);
            }
        }
        return false;
    }

    /** Reads the next page, and returns the state of the feed at that moment. No acknowledgement is written meanwhile. */
    private Optional<State> readPage() {
        Change after;
        synchronized (this) {
            after = pass.last();
        }
        Pending read = store.pending(feed, after, PendingChangesPass.PAGE_SIZE);
        synchronized (this) {
            read.changes().forEach(failures::markPending);
            pass.add(read.changes(),
                    change -> inFlight.contains(change, this) || unwritten.containsKey(change.id()));
            if (pass.isReadToEnd()) {
                failures.retainPending();
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
        pass.changesRecorded();
    }

    /**
     * Lets this poll deliver notices, because a look at the list has shown the ends of their licenses, and the notices of licenses with
     * another end are withdrawn.
     *
     * @param notShown keys whose notices wait for another look
     * @param now      the API's time at the beginning of the look; later notices wait
     */
    synchronized void confirmNotices(Set<String> notShown, Instant now) {
        pass.confirmNotices(notShown, now);
    }

    /** Makes notices wait for the next look, because the last one was too long ago. */
    public synchronized void holdNotices() {
        pass.holdNotices();
    }

    /** Ends a poll and writes all acknowledgements; may wait for the store. */
    public void endPoll() {
        synchronized (this) {
            polling = false;
            pass.end();
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
            pass.completed(change);
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

    /**
     * Marks the delivery of a change as failed; the change stays pending.
     *
     * @return number of its failed deliveries; 0 if it is not in flight
     */
    public synchronized int markFailed(Change change) {
        if (!inFlight.remove(change, this)) {
            return 0;
        }
        pass.block(change);
        return failures.add(change);
    }

    /** Releases a claimed change that was not delivered; it can be claimed again. */
    public synchronized void release(Change change) {
        if (inFlight.remove(change, this)) {
            pass.putBack(change);
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
        FailedDeliveries.Failure failure;
        synchronized (this) {
            failure = failures.get(changeId);
            if (failure == null || inFlight.contains(failure.change(), this)) {
                return 0;
            }
            // This pass may have read it already.
            pass.block(failure.change());
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
        return failures.counts();
    }

    InFlightChanges changesInFlight() {
        return inFlight;
    }

    /** Returns the number of changes in flight. */
    public int inFlight() {
        return inFlight.size();
    }
}
