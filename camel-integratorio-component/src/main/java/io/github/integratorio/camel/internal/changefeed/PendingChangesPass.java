package io.github.integratorio.camel.internal.changefeed;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import io.github.integratorio.camel.internal.changefeed.store.Change;

/** One pass over the pending changes of a feed, page by page and in order per key. Not thread-safe. */
final class PendingChangesPass {

    /** Number of changes to read at once. */
    static final int PAGE_SIZE = 500;
    /** Maximum number of changes in memory that wait for an earlier change of their key. */
    private static final int MAX_WAITING = 1_000;

    /** The change read last; null before the first one. */
    private Change last;
    /** True if no change is known to be pending after the last one. */
    private boolean isReadToEnd;
    private final Deque<Change> page = new ArrayDeque<>();
    /** Changes that wait for the one of their key that is in flight, and their number. */
    private final Map<String, Deque<Change>> waiting = new HashMap<>();
    private int waitingCount;
    /** Keys whose changes wait for a later pass. */
    private final Set<String> blocked = new HashSet<>();
    /** Keys whose changes wait for a look at the list that shows the end of their license, because one is a notice. */
    private final Set<String> unconfirmed = new HashSet<>();
    /** Keys that the look has not shown; null before the look. */
    private Set<String> missing;
    /** The API's time at the beginning of the look. */
    private Instant looked;

    /** Returns the change after which the next page begins; null before the first page. */
    Change last() {
        return last;
    }

    boolean isReadToEnd() {
        return isReadToEnd;
    }

    /** Makes the pass read on, because changes were recorded after it reached the end. */
    void changesRecorded() {
        isReadToEnd = false;
    }

    /** Adds the next page. */
    void add(List<Change> changes, Predicate<Change> isTaken) {
        for (Change change : changes) {
            last = change;
            if (!isTaken.test(change)) {
                page.add(change);
            }
        }
        isReadToEnd = changes.size() < PAGE_SIZE;
    }

    /** Takes the next change of those that were read; null if there is none. */
    Change poll() {
        Change change = page.poll();
        while (change != null && isHeld(change)) {
            change = page.poll();
        }
        return change;
    }

    private boolean isHeld(Change change) {
        if (change.isNotice()
                && (missing == null || missing.contains(change.key()) || change.dueAt().isAfter(looked))) {
            unconfirmed.add(change.key());
        }
        return blocked.contains(change.key()) || unconfirmed.contains(change.key());
    }

    /** Lets notices pass that are due, except those of the given keys; begins again if changes were read, because notices may be withdrawn. */
    void confirmNotices(Set<String> notShown, Instant now) {
        missing = notShown;
        looked = now;
        if (!unconfirmed.isEmpty() || !page.isEmpty() || waitingCount > 0) {
            last = null;
            isReadToEnd = false;
            unconfirmed.clear();
            end();
        }
    }

    /** Lets no notice pass. */
    void holdNotices() {
        missing = null;
    }

    /** Puts a change back that was taken, as the next one. */
    void putBack(Change change) {
        page.addFirst(change);
    }

    /** Lets a change wait for the one of its key that is in flight; returns false if too many wait already. */
    boolean offerWaiting(Change change) {
        if (waitingCount == MAX_WAITING) {
            return false;
        }
        waiting.computeIfAbsent(change.key(), key -> new ArrayDeque<>()).add(change);
        waitingCount++;
        return true;
    }

    /** Makes the change that waits for the given one the next of this pass. */
    void completed(Change change) {
        Deque<Change> later = waiting.get(change.key());
        if (later != null) {
            waitingCount--;
            page.addFirst(later.poll());
            if (later.isEmpty()) {
                waiting.remove(change.key());
            }
        }
    }

    /** Leaves a change and all later ones of its key to a later pass. */
    void block(Change change) {
        blocked.add(change.key());
        Deque<Change> later = waiting.remove(change.key());
        if (later != null) {
            waitingCount -= later.size();
        }
    }

    /** Drops the changes that were read and not taken. */
    void end() {
        page.clear();
        waiting.clear();
        waitingCount = 0;
    }
}
