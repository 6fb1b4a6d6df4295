package io.github.integratorio.camel.internal.consumer;

import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import io.github.integratorio.camel.internal.changefeed.ChangeFeed;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;

/**
 * How a feed stands, for who operates it: ids and counts, nothing of a row.
 *
 * @param id           the feed
 * @param state        in one word
 * @param heldRemovals how many rows are missing in a snapshot that is held for it
 * @param failing      how often each change has failed that is still pending, by its id
 * @param underWay     how many changes a route has taken and not completed
 */
public record FeedStatus(FeedId id, State state, int heldRemovals, Map<String, Integer> failing, int underWay) {

    /** From the best to the worst, so that the worst of several stands for all. */
    public enum State {
        /** Not yet polled. */
        WAITING,
        /** The last poll was good and no change has failed. */
        RUNNING,
        /** The last poll or a change failed. */
        FAILING,
        /** Too many rows are missing at once. */
        HELD;

        /** As operators read it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }

        public State or(State other) {
            return Comparator.<State>naturalOrder().compare(this, other) < 0 ? other : this;
        }
    }

    /**
     * The status of a feed now.
     *
     * @param polled whether its last poll was good; null before the first
     */
    public static FeedStatus of(ChangeFeed feed, Boolean polled) {
        int held = feed.heldRemovals();
        Map<String, Integer> failing = new TreeMap<>(feed.outbox().failing());
        State state = polled == null ? State.WAITING : State.RUNNING;
        if (Boolean.FALSE.equals(polled) || !failing.isEmpty()) {
            state = State.FAILING;
        }
        return new FeedStatus(feed.id(), held > 0 ? State.HELD : state, held, failing, feed.outbox().inFlight());
    }
}
