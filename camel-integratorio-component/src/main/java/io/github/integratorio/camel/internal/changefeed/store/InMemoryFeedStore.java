package io.github.integratorio.camel.internal.changefeed.store;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Store that keeps the state in memory, until the process ends. */
public final class InMemoryFeedStore implements FeedStore {

    private final Map<FeedId, Feed> feeds = new HashMap<>();

    private static final class Feed {
        private State state;
        private final Map<String, String> rows = new HashMap<>();
        private final Map<String, Instant> seen = new HashMap<>();
        private final TreeMap<Change, Change> pending = new TreeMap<>(Change.ORDER);
    }

    @Override
    public synchronized Optional<State> state(FeedId feed) {
        return Optional.ofNullable(feeds.get(feed)).map(found -> found.state);
    }

    @Override
    public synchronized void rows(FeedId feed, RowReader reader) {
        Feed found = find(feed);
        found.rows.forEach((key, row) -> reader.read(key, row, found.seen.get(key)));
    }

    @Override
    public synchronized Map<String, String> rows(FeedId feed, Collection<String> keys) {
        Map<String, String> rows = find(feed).rows;
        return keys.stream().filter(rows::containsKey).collect(Collectors.toMap(key -> key, rows::get));
    }

    @Override
    public synchronized boolean commit(FeedId feed, State expected, State next, Recording recording) {
        if (!Optional.ofNullable(expected).equals(state(feed))) {
            return false;
        }
        Feed target = feeds.computeIfAbsent(feed, id -> new Feed());
        target.state = next;
        target.rows.putAll(recording.rows());
        target.seen.keySet().removeAll(recording.rows().keySet());
        target.seen.putAll(recording.seen());
        recording.removed().forEach(target.rows::remove);
        recording.withdrawn().forEach(target.pending::remove);
        recording.changes().forEach(change -> target.pending.put(change, change));
        return true;
    }

    @Override
    public synchronized Pending pending(FeedId feed, Change after, int max) {
        TreeMap<Change, Change> pending = find(feed).pending;
        return new Pending(state(feed),
                (after == null ? pending : pending.tailMap(after, false)).values().stream().limit(max).toList());
    }

    @Override
    public synchronized List<Change> notices(FeedId feed) {
        return find(feed).pending.values().stream().filter(Change::isNotice).toList();
    }

    @Override
    public synchronized void acknowledge(FeedId feed, Collection<Change> changes) {
        changes.forEach(find(feed).pending::remove);
    }

    private Feed find(FeedId feed) {
        return feeds.getOrDefault(feed, new Feed());
    }

    @Override
    public void close() {
        // Releases nothing: the state lives as long as this object.
    }
}
