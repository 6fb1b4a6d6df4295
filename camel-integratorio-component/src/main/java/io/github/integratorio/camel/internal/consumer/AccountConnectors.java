package io.github.integratorio.camel.internal.consumer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.Recording;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.State;

/**
 * The connectors that the feeds of a whole account have found, kept as a feed of its own in the same store: whether a connector was
 * there at the beginning or is new, and which feeds may have pending changes after a restart. Not thread-safe.
 */
final class AccountConnectors {

    private static final String FIRST = "{\"new\":false}";
    private static final String NEW = "{\"new\":true}";

    private final FeedStore store;
    private final FeedId id;
    private final String origin;
    private final int emptyListConfirmations;
    private int emptyLists;
    /** Whether each connector is new, as read or recorded last; null before the beginning. */
    private Map<String, Boolean> recorded;

    /**
     * Creates the record.
     *
     * @param id                     name of the feed, which no list uses
     * @param origin                 source of the connectors
     * @param emptyListConfirmations number of consecutive empty lists after which an account counts as empty at the beginning
     */
    AccountConnectors(FeedStore store, FeedId id, String origin, int emptyListConfirmations) {
        this.store = store;
        this.id = id;
        this.origin = origin;
        this.emptyListConfirmations = emptyListConfirmations;
    }

    /**
     * Records the connectors of the account.
     *
     * @param  listed             ids of the connectors that the account has now
     * @return                    for each connector ever found, whether it is new since the beginning
     * @throws FeedStateException if the state cannot be read or written, or belongs to another account
     */
    Map<String, Boolean> record(Set<String> listed) {
        if (recorded != null && recorded.keySet().containsAll(listed)) {
            return recorded;
        }
        emptyLists = listed.isEmpty() ? emptyLists + 1 : 0;
        Optional<State> state = store.state(id);
        Map<String, Boolean> known = known(state);
        Map<String, String> added = new LinkedHashMap<>();
        listed.stream().filter(connector -> !known.containsKey(connector))
                .forEach(connector -> added.put(connector, state.isPresent() ? NEW : FIRST));
        boolean isBeginning = state.isEmpty() && (!listed.isEmpty() || emptyLists >= emptyListConfirmations);
        if (!isBeginning && added.isEmpty()) {
            return known;
        }
        State next = state.map(State::next).orElseGet(() -> State.first(origin));
        if (!store.commit(id, state.orElse(null), next, new Recording(added, List.of(), List.of()))) {
            throw new FeedStateException(id + ": another node has recorded the connectors at the same time");
        }
        added.forEach((connector, row) -> known.put(connector, row.equals(NEW)));
        recorded = known;
        return known;
    }

    /** Returns for each connector ever found, whether it is new since the beginning. */
    Map<String, Boolean> known() {
        return known(store.state(id));
    }

    private Map<String, Boolean> known(Optional<State> state) {
        Map<String, Boolean> known = new LinkedHashMap<>();
        if (state.isPresent()) {
            if (!state.get().origin().equals(origin)) {
                throw new FeedStateException(id + ": the state belongs to another region or base URL than the endpoint;"
                        + " restore the endpoint's region and baseUrl, or set a different consumerId");
            }
            store.rows(id, (connector, row) -> known.put(connector, row.equals(NEW)));
            recorded = known;
        }
        return known;
    }
}
