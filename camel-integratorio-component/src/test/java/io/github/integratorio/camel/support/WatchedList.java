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

/** A list that a test rewrites, and the feed that watches it. */
public final class WatchedList {

    public static final FeedId ID = new FeedId("test", "licenses", "c1");

    public final FeedStore store;
    public ChangeFeed feed;
    private final FeedConfig settings;
    private List<String> pages = List.of("[]");
    private Exception end;

    public WatchedList() {
        this(new InMemoryFeedStore(), settings());
    }

    public WatchedList(FeedStore store, FeedConfig settings) {
        this.store = store;
        this.settings = settings;
        restart();
    }

    /** As the component has them by default. */
    public static FeedConfig settings(String... ignored) {
        return new FeedConfig("_id", false, 20, 1, Set.of(ignored));
    }

    /** A new process. */
    public void restart() {
        feed = new ChangeFeed(store, ID, "https://api", settings);
    }

    /** The list has these rows now, on one page. */
    public WatchedList rows(String... rows) {
        return pages("[" + String.join(",", rows) + "]");
    }

    public WatchedList rows(List<String> rows) {
        return rows(rows.toArray(new String[0]));
    }

    /** The list comes in these pages now. */
    public WatchedList pages(String... json) {
        pages = List.of(json);
        end = null;
        return this;
    }

    /** Behind its pages the list fails now. */
    public WatchedList thenFails(Exception failure) {
        end = failure;
        return this;
    }

    /** Rows with these numbers, each with a value. */
    public static List<String> numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(number -> row("r" + number, number)).collect(Collectors.toCollection(ArrayList::new));
    }

    public static String row(String id, Object value) {
        return "{\"_id\":\"" + id + "\",\"v\":" + value + "}";
    }

    /** Looks at the list, and takes and acknowledges what is new. */
    public List<Change> poll() throws Exception {
        feed.pollSnapshot(source());
        return take();
    }

    /** Takes and acknowledges what is pending. */
    public List<Change> take() {
        List<Change> taken = new ArrayList<>();
        feed.outbox().beginPass();
        List<Change> next;
        while (!(next = feed.outbox().claim(100)).isEmpty()) {
            next.forEach(feed.outbox()::acknowledge);
            taken.addAll(next);
        }
        feed.outbox().endPass();
        return taken;
    }

    /** What is new at the list, as {@code TYPE key}. */
    public List<String> news() throws Exception {
        return poll().stream().map(change -> change.type() + " " + change.key()).toList();
    }

    public SnapshotSource source() {
        return () -> new SnapshotSource.Pages() {
            private final Iterator<String> rest = pages.iterator();

            @Override
            public InputStream next() throws Exception {
                if (!rest.hasNext() && end != null) {
                    throw end;
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
