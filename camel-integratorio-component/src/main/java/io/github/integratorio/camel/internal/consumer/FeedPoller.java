package io.github.integratorio.camel.internal.consumer;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import io.github.integratorio.camel.internal.changefeed.ChangeFeed;
import io.github.integratorio.camel.internal.changefeed.store.Change;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;
import io.github.integratorio.camel.internal.concurrent.Scheduler;
import io.github.integratorio.camel.internal.consumer.PollActivity.Work;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls the feeds of a consumer, from its start to its stop. A poll delivers the pending changes of each feed, then reads its list and
 * delivers the changes found. Only the status may be read while a poll is running.
 */
public final class FeedPoller {

    private static final Logger LOG = LoggerFactory.getLogger(FeedPoller.class);
    private static final int BATCH_SIZE = 1_000;
    /** Licenses may be renewed while a slow route is told the notices of one look. */
    static final Duration MAX_LOOK_AGE = Duration.ofMinutes(5);

    private final ConsumerFeeds feeds;
    private final ChangeRouter router;
    private final PollActivityTracker activity;
    private final Scheduler scheduler;
    /** When the last look at a list began. */
    private long lookedAt;
    /** Whether the last poll of each feed succeeded. */
    private final Map<FeedId, Boolean> polled = new ConcurrentHashMap<>();

    /** The consumer that delivers the changes. */
    public interface Delivery {

        /** Returns whether the poll may continue. */
        boolean isAllowed();

        /** Learns that a list was read and recorded. */
        void listWasRead();

        /**
         * Delivers a batch by {@link #route} and {@link #release}.
         *
         * @return the number of changes that were routed
         */
        int deliver(Queue<Object> batch);
    }

    /** A claimed change. */
    private record PendingDelivery(ChangeFeed feed, Change change) {
    }

    /**
     * Creates the poller of a consumer that starts.
     *
     * @param activity  what the consumer is doing
     * @param scheduler measures the age of a look
     */
    public FeedPoller(ConsumerFeeds feeds, ChangeRouter router, PollActivityTracker activity, Scheduler scheduler) {
        this.feeds = feeds;
        this.router = router;
        this.activity = activity;
        this.scheduler = scheduler;
    }

    /** Returns the feeds. */
    public ConsumerFeeds feeds() {
        return feeds;
    }

    /** Returns the status of each feed. */
    public List<FeedStatus> status() {
        return feeds.known().stream().map(feed -> FeedStatus.of(feed, polled.get(feed.id()))).toList();
    }

    /** Returns what the consumer is doing. */
    public PollActivity activity() {
        return router.acknowledgingSince().map(since -> new PollActivity(Work.STORE, since)).orElse(activity.current());
    }

    /**
     * Polls all feeds, even if one fails.
     *
     * @param  limit     maximum number of changes to deliver
     * @return           the number of changes delivered
     * @throws Exception the first failure
     */
    public int poll(int limit, Delivery consumer) throws Exception {
        Exception failure = null;
        router.beginPoll();
        Collection<ChangeFeed> active = List.of();
        try {
            activity.begin(Work.API);
            active = feeds.refreshAndGetActive();
        } catch (Exception e) {
            failure = e;
        }
        int delivered = 0;
        try {
            for (ChangeFeed feed : feeds.inTurn()) {
                if (delivered == limit) {
                    break;
                }
                try {
                    delivered += poll(feed, active.contains(feed), limit - delivered, consumer);
                    polled.put(feed.id(), true);
                } catch (Exception e) {
                    // Poll the other feeds nevertheless.
                    polled.put(feed.id(), false);
                    if (failure == null) {
                        failure = e;
                    } else {
                        failure.addSuppressed(e);
                    }
                }
                if (delivered == limit) {
                    feeds.beginNextPollAfter(feed);
                }
            }
        } finally {
            activity.begin(Work.NONE);
            router.endPoll();
        }
        if (failure != null) {
            throw failure;
        }
        return delivered;
    }

    private int poll(ChangeFeed feed, boolean isActive, int max, Delivery consumer) throws Exception {
        router.beginFeed(feed);
        try {
            int delivered = deliver(feed, max, consumer);
            if (isActive && delivered < max && consumer.isAllowed()) {
                activity.begin(Work.STORE);
                lookedAt = scheduler.nanoTime();
                int found = feed.pollSnapshot(activity.observed(feeds.source(feed)));
                // Before the delivery, because the route may take long.
                consumer.listWasRead();
                LOG.debug("{}: {} changes", feed.id(), found);
                delivered += deliver(feed, max - delivered, consumer);
            }
            return delivered;
        } finally {
            activity.begin(Work.STORE);
            feed.outbox().endPoll();
        }
    }

    private int deliver(ChangeFeed feed, int max, Delivery consumer) {
        int delivered = 0;
        while (delivered < max && consumer.isAllowed() && isReady()) {
            activity.begin(Work.STORE);
            holdNoticesAfterOldLook(feed);
            List<Change> batch = feed.outbox().claim(Math.min(BATCH_SIZE, max - delivered));
            if (batch.isEmpty()) {
                break;
            }
            delivered += consumer.deliver(batch.stream().map(change -> new PendingDelivery(feed, change))
                    .collect(Collectors.toCollection(ArrayDeque::new)));
            router.verifyAcknowledged();
        }
        return delivered;
    }

    /** Returns true unless the route has refused too many changes in a row, or an acknowledgement could not be stored. */
    public boolean isReady() {
        return router.isReady();
    }

    private boolean holdNoticesAfterOldLook(ChangeFeed feed) {
        boolean isOld = scheduler.nanoTime() - lookedAt > MAX_LOOK_AGE.toNanos();
        if (isOld) {
            feed.outbox().holdNotices();
        }
        return isOld;
    }

    /**
     * Routes an element of a batch; a notice only if the last look at its list is recent.
     *
     * @param index its index in the batch
     * @param size  size of the batch
     */
    public void route(Object element, int index, int size) {
        PendingDelivery delivery = (PendingDelivery) element;
        if (delivery.change().isNotice() && holdNoticesAfterOldLook(delivery.feed())) {
            release(element);
            return;
        }
        activity.begin(Work.ROUTE);
        router.route(delivery.feed(), delivery.change(), index, size);
    }

    /** Releases an element of a batch that was not routed. */
    public void release(Object element) {
        PendingDelivery delivery = (PendingDelivery) element;
        delivery.feed().outbox().release(delivery.change());
    }
}
