package io.github.integratorio.camel.internal.changefeed;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.internal.changefeed.store.Change;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore;

/**
 * Hands out the pending changes of a feed, in order per key: a change waits for the ones of the same key before it. One that failed is
 * handed out again on a later pass, and is never dropped. Acknowledgements are written some at a time while a pass goes on, so
 * that after a crash at most so many changes come again. Thread-safe.
 */
public final class Outbox {

    /** How many acknowledgements may be unwritten. */
    static final int UNWRITTEN = 50;
    /** A change that failed so often is passed over once, then twice, then four times as often, up to so many times. */
    private static final int PATIENCE = 5;
    private static final int LONGEST_REST = 64;
    private static final int PAGE = 500;

    private final FeedStore store;
    private final FeedId feed;
    private final Map<String, Change> underWay = new HashMap<>();
    private final Map<String, Change> acknowledged = new LinkedHashMap<>();
    private final Map<String, Failures> failures = new HashMap<>();
    private boolean passing;
    private long passes;

    /** How often a change has failed, and the first pass on which it may be tried again. */
    private record Failures(int count, long again) {
    }

    Outbox(FeedStore store, FeedId feed) {
        this.store = store;
        this.feed = feed;
    }

    /** Begins a pass: what failed on an earlier one may be tried again. */
    public synchronized void beginPass() {
        passing = true;
        passes++;
    }

    /**
     * The changes to be delivered next; each is under way until it is acknowledged or has failed.
     *
     * @param most how many at the most
     */
    public synchronized List<Change> claim(int most) {
        write();
        List<Change> due = new ArrayList<>();
        Set<String> waiting = new HashSet<>();
        Set<String> there = new HashSet<>();
        Change last = null;
        List<Change> page;
        do {
            page = store.pending(feed, last, PAGE);
            for (Change change : page) {
                last = change;
                there.add(change.id());
                if (due.size() < most && waiting.add(change.key()) && mayGo(change)) {
                    due.add(change);
                    underWay.put(change.id(), change);
                }
            }
        } while (due.size() < most && page.size() == PAGE);
        if (page.size() < PAGE) {
            // Another node may have dealt with what failed here.
            failures.keySet().retainAll(there);
        }
        return due;
    }

    private boolean mayGo(Change change) {
        Failures failed = failures.get(change.id());
        return !underWay.containsKey(change.id()) && (failed == null || passes >= failed.again());
    }

    /** Ends a pass: whatever is acknowledged is written. */
    public synchronized void endPass() {
        passing = false;
        write();
    }

    /**
     * A change has been dealt with.
     *
     * @throws FeedStateException when that cannot be written; it is remembered, and written with the next
     */
    public synchronized void acknowledge(Change change) {
        if (underWay.remove(change.id()) == null) {
            return;
        }
        failures.remove(change.id());
        acknowledged.put(change.id(), change);
        if (!passing || acknowledged.size() >= UNWRITTEN) {
            write();
        }
    }

    /** A change could not be dealt with: it stays pending. */
    public synchronized void markFailed(Change change) {
        if (underWay.remove(change.id()) != null) {
            int count = failures.containsKey(change.id()) ? failures.get(change.id()).count() + 1 : 1;
            int rest = count < PATIENCE ? 0 : Math.min(LONGEST_REST, 1 << Math.min(count - PATIENCE, 30));
            failures.put(change.id(), new Failures(count, passes + 1 + rest));
        }
    }

    /** A change was not delivered after all: it stays pending. */
    public synchronized void release(Change change) {
        underWay.remove(change.id());
    }

    private void write() {
        if (!acknowledged.isEmpty()) {
            store.acknowledge(feed, acknowledged.values());
            acknowledged.clear();
        }
    }

    /** How often each change has failed that failed and is still pending, by its id. */
    public synchronized Map<String, Integer> failing() {
        Map<String, Integer> counts = new HashMap<>();
        failures.forEach((id, failed) -> counts.put(id, failed.count()));
        return counts;
    }

    /** How many changes are under way. */
    public synchronized int inFlight() {
        return underWay.size();
    }
}
