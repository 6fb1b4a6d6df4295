package io.github.integratorio.camel.support;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.integratorio.camel.internal.changefeed.ChangeFeed;
import io.github.integratorio.camel.internal.changefeed.FeedConfig;
import io.github.integratorio.camel.internal.changefeed.SnapshotSource;
import io.github.integratorio.camel.internal.changefeed.store.Change;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore;
import io.github.integratorio.camel.internal.changefeed.store.InMemoryFeedStore;

/** List that a test rewrites, with the feed that polls it. */
public final class WatchedList {

    public static final FeedId ID = new FeedId("test", "licenses", "c1");

    public final FeedStore store;
    public ChangeFeed feed;
    private final FeedConfig config;
    private List<String> pages = List.of("[]");
    private Exception failure;

    public WatchedList() {
        this(new InMemoryFeedStore(), settings());
    }

    public WatchedList(FeedStore store, FeedConfig config) {
        this.store = store;
        this.config = config;
        restart();
    }

    /** Returns the default settings of the component. */
    public static FeedConfig settings(String... ignored) {
        return new FeedConfig("_id", false, 20, 1, Set.of(ignored));
    }

    /** Replaces the feed, like a new process. */
    public void restart() {
        feed = new ChangeFeed(store, ID, "https://api", config);
    }

    /** Replaces the list with one page of rows. */
    public WatchedList rows(String... rows) {
        return pages("[" + String.join(",", rows) + "]");
    }

    public WatchedList rows(List<String> rows) {
        return rows(rows.toArray(new String[0]));
    }

    /** Replaces the list with pages. */
    public WatchedList pages(String... json) {
        pages = List.of(json);
        failure = null;
        return this;
    }

    /** Makes the list fail after its last page. */
    public WatchedList thenFails(Exception failure) {
        this.failure = failure;
        return this;
    }

    /** Returns rows with numbers in a range. */
    public static List<String> numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(number -> row("r" + number, number)).collect(Collectors.toCollection(ArrayList::new));
    }

    public static String row(String id, Object value) {
        return "{\"_id\":\"" + id + "\",\"v\":" + value + "}";
    }

    /** Polls the list; claims and acknowledges its changes. */
    public List<Change> poll() throws Exception {
        feed.pollSnapshot(source());
        return take();
    }

    /** Claims and acknowledges the pending changes. */
    public List<Change> take() {
        List<Change> taken = new ArrayList<>();
        feed.outbox().beginPoll();
        List<Change> next;
        while (!(next = feed.outbox().claim(100)).isEmpty()) {
            next.forEach(feed.outbox()::acknowledge);
            taken.addAll(next);
        }
        feed.outbox().endPoll();
        return taken;
    }

    /** Polls the list; returns its changes as {@code TYPE key}. */
    public List<String> news() throws Exception {
        return poll().stream().map(change -> change.type() + " " + change.key()).toList();
    }

    public SnapshotSource source() {
        return () -> new SnapshotSource.Pages() {
            private final Iterator<String> rest = pages.iterator();

            @Override
            public InputStream next() throws Exception {
                if (!rest.hasNext() && failure != null) {
                    throw failure;
                }
                return rest.hasNext() ? new ByteArrayInputStream(rest.next().getBytes(StandardCharsets.UTF_8)) : null;
            }

            @Override
            public void close() {
                // Nothing is held.
            }
        };
    }
}
