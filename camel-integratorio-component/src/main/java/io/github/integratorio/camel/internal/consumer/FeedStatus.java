package io.github.integratorio.camel.internal.consumer;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import io.github.integratorio.camel.internal.changefeed.ChangeFeed;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;

/**
 * Status of a feed for its operators; contains ids and numbers, but no row.
 *
 * @param id           id of the feed
 * @param state        its state
 * @param heldRemovals number of missing rows in a held snapshot; 0 if none is held
 * @param heldSnapshot  name of the held snapshot, which an operator accepts; null if none is held
 * @param failing      number of failed deliveries of each pending change, by change id
 * @param inFlight     number of changes that the route is processing
 */
public record FeedStatus(FeedId id, State state, int heldRemovals, String heldSnapshot, Map<String, Integer> failing,
        int inFlight) {

    /** State of a feed or a consumer, from the best to the worst. */
    public enum State {
        /** Not polled yet. */
        WAITING,
        /** The last poll succeeded, and no change has failed. */
        RUNNING,
        /** The last poll or a change failed. */
        FAILING,
        /** Too many rows are missing at once. */
        HELD;

        /** Returns the name in lower case, as shown to operators. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Returns the worse of two states. */
        State worse(State other) {
            return compareTo(other) < 0 ? other : this;
        }
    }

    /**
     * Returns the current status of a feed.
     *
     * @param polled true if its last poll succeeded; null before the first poll
     */
    public static FeedStatus of(ChangeFeed feed, Boolean polled) {
        int held = feed.heldRemovals();
        Map<String, Integer> failing = new TreeMap<>(feed.outbox().failing());
        State state = polled == null ? State.WAITING : State.RUNNING;
        if (Boolean.FALSE.equals(polled) || !failing.isEmpty()) {
            state = State.FAILING;
        }
        return new FeedStatus(feed.id(), held > 0 ? State.HELD : state, held, feed.heldSnapshot(), failing,
                feed.outbox().inFlight());
    }
}
