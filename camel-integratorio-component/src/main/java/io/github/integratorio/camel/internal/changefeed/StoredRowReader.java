package io.github.integratorio.camel.internal.changefeed;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.State;

/**
 * Reads rows of the base of a feed from its store.
 *
 * @param store keeps the base
 * @param feed  the feed
 * @param state state of the feed in which its base has the rows
 */
record StoredRowReader(FeedStore store, FeedId feed, State state) {

    /** Number of rows read from the store at once. */
    private static final int CHUNK_SIZE = 500;

    /** Another node has recorded a snapshot, so the base is another one. */
    static final class StaleBaseException extends Exception {
        private static final long serialVersionUID = 1;

        StaleBaseException() {
            super("another node has recorded a snapshot", null, false, false);
        }
    }

    /** Divides keys into parts whose rows can be read at once. */
    static List<List<String>> chunks(Collection<String> keys) {
        List<List<String>> chunks = new ArrayList<>();
        for (String key : keys) {
            if (chunks.isEmpty() || chunks.get(chunks.size() - 1).size() == CHUNK_SIZE) {
                chunks.add(new ArrayList<>());
            }
            chunks.get(chunks.size() - 1).add(key);
        }
        return chunks;
    }

    /**
     * Reads rows by key.
     *
     * @throws StaleBaseException if the base does not have them anymore
     * @throws FeedStateException if the base should have them and is damaged
     */
    Map<String, String> rows(List<String> keys) throws StaleBaseException {
        Map<String, String> rows = store.rows(feed, keys);
        if (rows.size() == keys.size()) {
            return rows;
        }
        if (store.state(feed).equals(Optional.of(state))) {
            throw new FeedStateException(feed + ": the state is damaged: a recorded row is missing");
        }
        throw new StaleBaseException();
    }
}
