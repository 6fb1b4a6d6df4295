package io.github.integratorio.camel.internal.changefeed.store;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;

import io.github.integratorio.camel.api.FeedStateException;

/**
 * Keeps the base of each feed, which are the rows recorded last, and the pending changes, which are those not acknowledged yet. Each
 * write is atomic, and durable when the method returns. Thread-safe. Each method throws {@link FeedStateException} if the state cannot
 * be read or written; a failed write may have happened, so the caller must read the state again.
 */
public interface FeedStore extends AutoCloseable {

    /**
     * State of a feed.
     *
     * @param origin       source of its rows
     * @param incarnation  random id, which differs each time the feed starts over
     * @param generation   number of the last recording, which is the time of the recording in milliseconds or greater
     * @param noticedUntil all expiry notices due until this moment of the API's clock, in milliseconds, are recorded; null without notices
     * @param noticedSince moment at which the notices began, in milliseconds; null without notices
     */
    record State(String origin, String incarnation, long generation, Instant noticedUntil, Instant noticedSince) {

        /** Creates the state of a feed without expiry notices. */
        public State(String origin, String incarnation, long generation) {
            this(origin, incarnation, generation, null, null);
        }

        /** Returns the state after the first recording of a feed, with a random incarnation. */
        public static State first(String origin) {
            return new State(origin, UUID.randomUUID().toString(), System.currentTimeMillis());
        }

        /**
         * Returns the state after another recording. Its generation has not been used before, even if this state was restored from a
         * backup and others followed it before.
         */
        public State next() {
            return new State(origin, incarnation, Math.max(generation + 1, System.currentTimeMillis()), noticedUntil,
                    noticedSince);
        }

        /** Returns this state with the given generation, and expiry notices recorded until a moment, since another; both may be null. */
        public State with(long usedGeneration, Instant until, Instant since) {
            return new State(origin, incarnation, usedGeneration, until, since);
        }
    }

    /**
     * Changes to a feed that one commit writes.
     *
     * @param rows      new and changed rows in JSON, by key
     * @param removed   keys of the removed rows
     * @param changes   changes that become pending
     * @param withdrawn pending changes to delete, because they are not true anymore; those that are not pending are ignored
     * @param seen      when rows of this recording were first seen, in milliseconds, by key; those that are not known are absent
     */
    record Recording(Map<String, String> rows, Collection<String> removed, List<Change> changes,
            Collection<Change> withdrawn, Map<String, Instant> seen) {

        /** Creates a recording that withdraws nothing. */
        public Recording(Map<String, String> rows, Collection<String> removed, List<Change> changes) {
            this(rows, removed, changes, List.of(), Map.of());
        }
    }

    /**
     * Pending changes, with the state of the feed at that moment.
     *
     * @param state   state of the feed; empty if it has never begun
     * @param changes the changes, by version and then by key
     */
    record Pending(Optional<State> state, List<Change> changes) {
    }

    /** Returns the state of a feed; empty if it has never begun. */
    Optional<State> state(FeedId feed);

    /** Reads rows of a base. */
    @FunctionalInterface
    interface RowReader {

        /**
         * Reads a row.
         *
         * @param key  its key
         * @param row  the row in JSON
         * @param seen when it was first seen; null if that is not known
         */
        void read(String key, String row, Instant seen);
    }

    /** Passes each row of the base to a reader, in any order. */
    void rows(FeedId feed, RowReader reader);

    /** Passes key and JSON of each row of the base to a reader, in any order. */
    default void rows(FeedId feed, BiConsumer<String, String> reader) {
        rows(feed, (key, row, seen) -> reader.accept(key, row));
    }

    /** Returns the rows of the base that have the given keys, by key. */
    Map<String, String> rows(FeedId feed, Collection<String> keys);

    /**
     * Writes a recording and the next state, if the feed is still in the expected state.
     *
     * @param  expected current state; null for a feed that has never begun
     * @param  next     the state afterwards
     * @return          false if the feed is in another state; nothing was written
     */
    boolean commit(FeedId feed, State expected, State next, Recording recording);

    /**
     * Returns pending changes.
     *
     * @param after the change to start after; null to start at the first
     * @param max   maximum number of changes
     */
    Pending pending(FeedId feed, Change after, int max);

    /** Returns the pending expiry notices, in any order and without their rows. */
    List<Change> notices(FeedId feed);

    /** Deletes pending changes; ignores changes that are not pending. */
    void acknowledge(FeedId feed, Collection<Change> changes);

    @Override
    void close();
}
