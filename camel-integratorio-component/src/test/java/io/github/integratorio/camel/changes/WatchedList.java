package io.github.integratorio.camel.changes;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A list that a test rewrites, and the feed that watches it. */
final class WatchedList {

    static final FeedId ID = new FeedId("test", "licenses", "c1");

    final FeedStore store;
    ChangeFeed feed;
    private final FeedSettings settings;
    private List<String> pages = List.of("[]");
    private Exception end;

    WatchedList() {
        this(new MemoryFeedStore(), settings());
    }

    WatchedList(FeedStore store, FeedSettings settings) {
        this.store = store;
        this.settings = settings;
        restart();
    }

    /** As the component has them by default. */
    static FeedSettings settings(String... ignored) {
        return new FeedSettings("_id", false, 20, 1, Set.of(ignored));
    }

    /** A new process. */
    void restart() {
        feed = new ChangeFeed(store, ID, "https://api", settings);
    }

    /** The list has these rows now, on one page. */
    WatchedList rows(String... rows) {
        return pages("[" + String.join(",", rows) + "]");
    }

    WatchedList rows(List<String> rows) {
        return rows(rows.toArray(new String[0]));
    }

    /** The list comes in these pages now. */
    WatchedList pages(String... json) {
        pages = List.of(json);
        end = null;
        return this;
    }

    /** Behind its pages the list fails now. */
    WatchedList thenFails(Exception failure) {
        end = failure;
        return this;
    }

    /** Rows with these numbers, each with a value. */
    static List<String> numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(number -> row("r" + number, number)).collect(Collectors.toCollection(ArrayList::new));
    }

    static String row(String id, Object value) {
        return "{\"_id\":\"" + id + "\",\"v\":" + value + "}";
    }

    /** Looks at the list, and takes and acknowledges what is new. */
    List<Change> poll() throws Exception {
        feed.refresh(source());
        return take();
    }

    /** Takes and acknowledges what is pending. */
    List<Change> take() {
        List<Change> taken = new ArrayList<>();
        feed.deliveries().beginPass();
        List<Change> next;
        while (!(next = feed.deliveries().next(100)).isEmpty()) {
            next.forEach(feed.deliveries()::acknowledge);
            taken.addAll(next);
        }
        feed.deliveries().endPass();
        return taken;
    }

    /** What is new at the list, as {@code TYPE key}. */
    List<String> news() throws Exception {
        return poll().stream().map(change -> change.type() + " " + change.key()).toList();
    }

    Source source() {
        return () -> new Source.Pages() {
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
