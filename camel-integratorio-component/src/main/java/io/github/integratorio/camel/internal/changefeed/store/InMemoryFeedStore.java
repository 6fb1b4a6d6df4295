package io.github.integratorio.camel.internal.changefeed.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** Keeps state as long as the process lives. */
public final class InMemoryFeedStore implements FeedStore {

    private final Map<FeedId, Kept> feeds = new HashMap<>();

    private static final class Kept {
        private State state;
        private final Map<String, String> rows = new HashMap<>();
        private final TreeMap<Change, Change> pending = new TreeMap<>(Change.ORDER);
    }

    @Override
    public synchronized Optional<State> state(FeedId feed) {
        return Optional.ofNullable(feeds.get(feed)).map(kept -> kept.state);
    }

    @Override
    public synchronized void rows(FeedId feed, BiConsumer<String, String> reader) {
        kept(feed).rows.forEach(reader);
    }

    @Override
    public synchronized Map<String, String> rows(FeedId feed, Collection<String> keys) {
        Map<String, String> all = kept(feed).rows;
        return keys.stream().filter(all::containsKey).collect(Collectors.toMap(key -> key, all::get));
    }

    @Override
    public synchronized boolean commit(FeedId feed, State expected, State next, Recording recording) {
        if (!Optional.ofNullable(expected).equals(state(feed))) {
            return false;
        }
        Kept kept = feeds.computeIfAbsent(feed, key -> new Kept());
        kept.state = next;
        kept.rows.putAll(recording.rows());
        recording.removed().forEach(kept.rows::remove);
        recording.changes().forEach(change -> kept.pending.put(change, change));
        return true;
    }

    @Override
    public synchronized List<Change> pending(FeedId feed, Change after, int most) {
        TreeMap<Change, Change> pending = kept(feed).pending;
        return (after == null ? pending : pending.tailMap(after, false)).values().stream().limit(most).toList();
    }

    @Override
    public synchronized void acknowledge(FeedId feed, Collection<Change> changes) {
        changes.forEach(kept(feed).pending::remove);
    }

    private Kept kept(FeedId feed) {
        return feeds.getOrDefault(feed, new Kept());
    }

    @Override
    public void close() {
        // What it kept is gone with it.
    }
}
