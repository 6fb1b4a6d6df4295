package io.github.integratorio.camel.internal.consumer;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.github.integratorio.camel.internal.changefeed.store.FeedId;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * Status of a consumer for its operators; contains ids and numbers, but no row.
 *
 * @param own      state of the consumer itself, without its feeds
 * @param activity what the consumer is doing
 * @param feeds    status of each feed
 */
public record ConsumerStatus(FeedStatus.State own, PollActivity activity, List<FeedStatus> feeds) {

    /** Returns the worst state of the consumer and its feeds. */
    public FeedStatus.State state() {
        return feeds.stream().map(FeedStatus::state).reduce(own, FeedStatus.State::worse);
    }

    /** Returns the number of missing rows in held snapshots, by feed. */
    public Map<String, Integer> heldRemovals() {
        Map<String, Integer> held = new TreeMap<>();
        feeds.stream().filter(feed -> feed.heldRemovals() > 0)
                .forEach(feed -> held.put(feed.id().toString(), feed.heldRemovals()));
        return held;
    }

    /**
     * Returns the names of the held snapshots, by feed. If several feeds are held, there is also a name for all of them, which an
     * operator accepts at once.
     */
    public Map<String, String> heldSnapshots() {
        Map<String, String> held = new TreeMap<>();
        feeds.stream().filter(feed -> feed.heldSnapshot() != null)
                .forEach(feed -> held.put(feed.id().toString(), feed.heldSnapshot()));
        if (held.size() > 1) {
            FeedId one = feeds.get(0).id();
            int rows = feeds.stream().mapToInt(FeedStatus::heldRemovals).sum();
            held.put(new FeedId(one.consumerId(), one.resource(), null).toString(),
                    rows + "-" + DigestUtils.sha256Hex(held.toString()).substring(0, 8));
        }
        return held;
    }

    /** Returns the number of failed deliveries of each pending change, by change id. */
    public Map<String, Integer> failingChanges() {
        Map<String, Integer> failing = new TreeMap<>();
        feeds.forEach(feed -> failing.putAll(feed.failing()));
        return failing;
    }

    /** Returns the number of changes that the route is processing. */
    public int inFlight() {
        return feeds.stream().mapToInt(FeedStatus::inFlight).sum();
    }
}
