package io.github.integratorio.camel.internal.changefeed;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.api.MassRemovalException;
import io.github.integratorio.camel.internal.changefeed.store.Change;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.Recording;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.State;
import io.github.integratorio.camel.internal.json.JsonMerge;
import io.github.integratorio.camel.internal.json.JsonValues;

/**
 * Finds what changed in a list since it was last recorded, and records it, as the new base and as pending changes in one step, before
 * anybody hears of it. That step is made only when nobody else has made one since the base was read; so of two nodes that watch
 * one list, one waits for the other. {@link Outbox} hands out what is pending.
 *
 * <p>For one thread at a time, but for {@link #heldRemovals()}, {@link #acceptRemovals()} and {@link #outbox()}.
 */
public final class ChangeFeed {

    /** How many rows are compared with the store at once. */
    private static final int CHUNK = 500;

    private final FeedStore store;
    private final FeedId id;
    private final String origin;
    private final FeedConfig settings;
    private final RemovalDetector removals;
    private final Outbox deliveries;
    /** What is in memory of the base, and of which state it is the base; null when it has to be read. */
    private RowIndex index;
    private State state;
    private boolean begun;

    /**
     * @param store    keeps the state
     * @param id       the name of the state
     * @param origin   where the rows come from, such as the API's URL; state from elsewhere is refused
     * @param settings how the list is watched
     */
    public ChangeFeed(FeedStore store, FeedId id, String origin, FeedConfig settings) {
        this.store = store;
        this.id = id;
        this.origin = origin;
        this.settings = settings;
        this.removals = new RemovalDetector(id, settings);
        this.deliveries = new Outbox(store, id);
    }

    /** The name of the state. */
    public FeedId id() {
        return id;
    }

    /** Hands out what is pending. */
    public Outbox outbox() {
        return deliveries;
    }

    /** How many rows are missing in a snapshot that is held for it; 0 when none is held. */
    public int heldRemovals() {
        return removals.held();
    }

    /**
     * Takes the rows that are missing in the held snapshot for removed, when the next snapshot misses no others.
     *
     * @return how many they are; 0 when no snapshot is held
     */
    public int acceptRemovals() {
        return removals.accept();
    }

    /**
     * Takes a snapshot and records what is different in it.
     *
     * @return                how many changes were recorded
     * @throws MassRemovalException  when too many rows are missing; nothing was recorded
     * @throws FeedStateException when the state cannot be read or written, or is not of this feed
     * @throws Exception      when the list cannot be read whole; nothing was recorded
     */
    public int pollSnapshot(SnapshotSource source) throws Exception {
        readState();
        SnapshotDiff walk = new SnapshotDiff(index, settings.keyField());
        try (SnapshotSource.Pages pages = source.open()) {
            InputStream page;
            while ((page = pages.next()) != null) {
                walk.page(page);
            }
        }
        return state == null ? recordFirstSnapshot(walk) : diffAndRecord(walk);
    }

    private void readState() {
        Optional<State> now = store.state(id);
        if (begun && now.isEmpty()) {
            throw new FeedStateException(id + ": the state is gone since the last poll; restart the route to begin anew,"
                    + " which loses the changes until then");
        }
        if (now.isPresent() && !now.get().origin().equals(origin)) {
            throw new FeedStateException(id + ": the state is of another region or base URL than this endpoint's");
        }
        begun = now.isPresent();
        boolean same = Optional.ofNullable(state).equals(now);
        if (index != null && !index.isSparse() && same) {
            return;
        }
        index = null;
        if (!same) {
            removals.countAnew();
        }
        state = now.orElse(null);
        RowIndex read = new RowIndex();
        if (state != null) {
            store.rows(id, (key, row) -> read.add(key, bytes(row)));
        }
        index = read;
    }

    private static byte[] bytes(String row) {
        return row.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    private int recordFirstSnapshot(SnapshotDiff walk) {
        Map<String, String> rows = new LinkedHashMap<>();
        walk.found().forEach((key, content) -> rows.put(key, SnapshotDiff.text(content)));
        State first = new State(origin, UUID.randomUUID().toString(), 1);
        List<Change> changes = new ArrayList<>();
        if (settings.emitInitial()) {
            ChangeIds numbers = new ChangeIds(first);
            rows.forEach((key, row) -> changes.add(numbers.change(ChangeType.ADDED, key, row, null)));
        }
        return commit(first, new Recording(rows, List.of(), changes), walk);
    }

    private int diffAndRecord(SnapshotDiff walk) throws Exception {
        // First of all: it counts walks, and one that is compared in vain is one, too.
        Set<String> removed = removals.decide(missing(walk), index.count(), walk.pages());
        State next = new State(origin, state.incarnation(), state.generation() + 1);
        ChangeIds numbers = new ChangeIds(next);
        List<Change> changes = new ArrayList<>();
        Map<String, String> rows = new LinkedHashMap<>();
        List<String> alike = new ArrayList<>();
        for (List<String> keys : chunks(walk.found().keySet())) {
            Map<String, String> base = baseRows(keys.stream().filter(key -> index.findKey(key) >= 0).toList());
            if (base == null) {
                return 0;
            }
            for (String key : keys) {
                String before = base.get(key);
                String now = SnapshotDiff.text(walk.found().get(key));
                if (before == null) {
                    changes.add(numbers.change(ChangeType.ADDED, key, now, null));
                } else if (isSame(before, now)) {
                    alike.add(key);
                    continue;
                } else if (walk.isSame(index.findKey(key))) {
                    throw SnapshotDiff.ambiguous();
                } else {
                    changes.add(numbers.change(ChangeType.UPDATED, key, now, before));
                }
                rows.put(key, now);
            }
        }
        for (List<String> keys : chunks(removed)) {
            Map<String, String> base = baseRows(keys);
            if (base == null) {
                return 0;
            }
            keys.forEach(key -> changes.add(numbers.change(ChangeType.REMOVED, key, base.get(key), base.get(key))));
        }
        // The same in other bytes: from now on these are the ones that are expected.
        alike.forEach(key -> index.content(index.findKey(key), walk.found().get(key)));
        if (changes.isEmpty()) {
            walk.updateOrder();
            return 0;
        }
        return commit(next, new Recording(rows, removed, changes), walk);
    }

    /** Rows that are known to be in the base; null when another node has recorded something, and they are not in it any more. */
    private Map<String, String> baseRows(List<String> keys) {
        Map<String, String> base = store.rows(id, keys);
        if (base.size() == keys.size()) {
            return base;
        }
        if (store.state(id).equals(Optional.of(state))) {
            throw new FeedStateException(id + ": the state is damaged: a row that was in it is not found any more");
        }
        return null;
    }

    private boolean isSame(String before, String now) {
        Map<String, Object> one = Change.fields(before);
        Map<String, Object> other = Change.fields(now);
        return JsonMerge.same(JsonValues.without(one, settings.ignoredFields()), JsonValues.without(other, settings.ignoredFields()));
    }

    private Set<String> missing(SnapshotDiff walk) {
        Set<String> keys = new LinkedHashSet<>();
        if (walk.missing() > 0) {
            for (int number = 0; number < index.numbers(); number++) {
                if (walk.isMissing(number)) {
                    keys.add(index.key(number));
                }
            }
        }
        return keys;
    }

    private int commit(State next, Recording recording, SnapshotDiff walk) {
        RowIndex known = index;
        State before = state;
        // Until it is known that the store has it, nothing is known of the base.
        index = null;
        if (!store.commit(id, before, next, recording)) {
            return 0;
        }
        recording.removed().forEach(key -> known.remove(known.findKey(key)));
        recording.rows().forEach((key, row) -> {
            int number = known.findKey(key);
            if (number < 0) {
                known.add(key, walk.found().get(key));
            } else {
                known.content(number, walk.found().get(key));
            }
        });
        walk.updateOrder();
        index = known;
        state = next;
        begun = true;
        return recording.changes().size();
    }

    private static List<List<String>> chunks(Collection<String> keys) {
        List<List<String>> chunks = new ArrayList<>();
        for (String key : keys) {
            if (chunks.isEmpty() || chunks.get(chunks.size() - 1).size() == CHUNK) {
                chunks.add(new ArrayList<>());
            }
            chunks.get(chunks.size() - 1).add(key);
        }
        return chunks;
    }

    /** Names the changes of one recording. */
    private static final class ChangeIds {
        private final State state;
        /** A state that was put back to an earlier one counts the same numbers again: the names differ all the same. */
        private final String recording = Long.toString(UUID.randomUUID().getLeastSignificantBits() >>> 1, 36);

        ChangeIds(State state) {
            this.state = state;
        }

        Change change(ChangeType type, String key, String content, String previous) {
            return new Change(key + ':' + state.generation() + ':' + recording, key, type, state.generation(), content, previous);
        }
    }
}
