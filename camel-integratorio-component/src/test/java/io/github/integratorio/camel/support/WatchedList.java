package io.github.integratorio.camel.support;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
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

/** A list that a test modifies, and the feed that polls it. */
public final class WatchedList {

    public static final FeedId ID = new FeedId("test", "licenses", "c1");

    public final FeedStore store;
    public ChangeFeed feed;
    private final FeedConfig settings;
    private List<String> pages = List.of("[]");
    private Exception end;
    private Instant now = Instant.EPOCH;

    public WatchedList() {
        this(new InMemoryFeedStore(), settings());
    }

    public WatchedList(FeedStore store, FeedConfig settings) {
        this.store = store;
        this.settings = settings;
        restart();
    }

    /** The defaults of the component. */
    public static FeedConfig settings(String... ignored) {
        return new FeedConfig("_id", false, 20, 1, Set.of(ignored));
    }

    /** Restarts the feed as a new process does. */
    public void restart() {
        feed = new ChangeFeed(store, ID, "https://api", settings);
    }

    /** Sets the rows of the list, on one page. */
    public WatchedList rows(String... rows) {
        return pages("[" + String.join(",", rows) + "]");
    }

    public WatchedList rows(List<String> rows) {
        return rows(rows.toArray(new String[0]));
    }

    /** Sets the pages of the list. */
    public WatchedList pages(String... json) {
        pages = List.of(json);
        end = null;
        return this;
    }

    /** Sets the API's clock. */
    public WatchedList at(Instant time) {
        now = time;
        return this;
    }

    /** Makes the list fail after its pages. */
    public WatchedList thenFails(Exception failure) {
        end = failure;
        return this;
    }

    /** Rows with these numbers, each with a value. */
    public static List<String> numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(number -> row("r" + number, number))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    public static String row(String id, Object value) {
        return "{\"_id\":\"" + id + "\",\"v\":" + value + "}";
    }

    /** Polls the list, and claims and acknowledges the changes. */
    public List<Change> poll() throws Exception {
        feed.outbox().beginPoll();
        feed.pollSnapshot(source());
        return takeRest();
    }

    /** Claims and acknowledges the pending changes. */
    public List<Change> take() {
        feed.outbox().beginPoll();
        return takeRest();
    }

    private List<Change> takeRest() {
        List<Change> taken = new ArrayList<>();
        List<Change> next;
        while (!(next = feed.outbox().claim(100)).isEmpty()) {
            next.forEach(feed.outbox()::acknowledge);
            taken.addAll(next);
        }
        feed.outbox().endPoll();
        return taken;
    }

    /** Polls the list and returns its changes as {@code TYPE key}. */
    public List<String> newChanges() throws Exception {
        return poll().stream().map(change -> change.type() + " " + change.key()).toList();
    }

    public SnapshotSource source() {
        return () -> new SnapshotSource.Pages() {
            private final Iterator<String> rest = pages.iterator();

            @Override
            public Instant time() {
                return now;
            }

            @Override
            public InputStream next() throws Exception {
                if (!rest.hasNext() && end != null) {
                    throw end;
                }
                return rest.hasNext() ? new ByteArrayInputStream(rest.next().getBytes(StandardCharsets.UTF_8)) : null;
            }

            @Override
            public void close() {
                // No resources to release.
            }
        };
    }
}
