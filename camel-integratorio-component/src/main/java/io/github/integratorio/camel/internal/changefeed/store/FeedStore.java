package io.github.integratorio.camel.internal.changefeed.store;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

import io.github.integratorio.camel.api.FeedStateException;

/**
 * Keeps the base of each feed (the rows as they were last recorded) and the changes that nobody has acknowledged yet. Every
 * method that writes does so whole or not at all, and returns when it is safe from a crash. Thread-safe. Every method throws
 * {@link FeedStateException} when the state cannot be read or written; after a write that failed nobody knows whether it was
 * done until the state is read again.
 */
public interface FeedStore extends AutoCloseable {

    /**
     * Where a feed stands.
     *
     * @param origin      where its rows come from
     * @param incarnation made up when the feed began, so that another beginning is told from this one
     * @param generation  rises with every recording
     */
    record State(String origin, String incarnation, long generation) {
    }

    /**
     * What one recording writes.
     *
     * @param rows    rows that are new or changed, by key, in JSON
     * @param removed keys of rows that are gone
     * @param changes to be kept until they are acknowledged
     */
    record Recording(Map<String, String> rows, Collection<String> removed, List<Change> changes) {
    }

    /** Where the feed stands; empty when it has never begun. */
    Optional<State> state(FeedId feed);

    /** Gives all rows of the base, key and JSON, in any order. */
    void rows(FeedId feed, BiConsumer<String, String> reader);

    /** The rows of the base with these keys, as far as there are such. */
    Map<String, String> rows(FeedId feed, Collection<String> keys);

    /**
     * Takes the feed from one state to the next, when it is still in the first.
     *
     * @param  expected the state now; null for a feed that has never begun
     * @param  next     the state afterwards
     * @return          false when the feed is in another state, and nothing was written
     */
    boolean commit(FeedId feed, State expected, State next, Recording recording);

    /**
     * Changes that have not been acknowledged, by version and then by key.
     *
     * @param after the change after which to begin; null for the first
     * @param most  how many at the most
     */
    List<Change> pending(FeedId feed, Change after, int most);

    /** Forgets pending changes; those that are not there are no fault. */
    void acknowledge(FeedId feed, Collection<Change> changes);

    @Override
    void close();
}
