package io.github.integratorio.camel;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import io.github.integratorio.camel.internal.changefeed.ChangeFeed;
import io.github.integratorio.camel.internal.changefeed.store.Change;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;
import io.github.integratorio.camel.internal.consumer.ChangeMessageWriter;
import io.github.integratorio.camel.internal.consumer.ConsumerFeeds;
import io.github.integratorio.camel.internal.consumer.FeedStatus;
import io.github.integratorio.camel.internal.consumer.FeedStoreRegistry;
import io.github.integratorio.camel.internal.observability.IntegratorioConsumerHealthCheck;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedOperation;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.spi.Synchronization;
import org.apache.camel.support.BridgeExceptionHandlerToErrorHandler;
import org.apache.camel.support.ScheduledBatchPollingConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches a list and routes each change. What is pending from before comes first, then a snapshot is taken, then what is new
 * in it comes. A change is acknowledged when its exchange is completed, whenever and on whatever thread that is.
 */
@ManagedResource(description = "Managed integrator.io consumer")
public class IntegratorioConsumer extends ScheduledBatchPollingConsumer {

    private static final Logger LOG = LoggerFactory.getLogger(IntegratorioConsumer.class);
    private static final int BATCH = 1_000;

    private final IntegratorioEndpoint endpoint;
    private final Map<FeedId, Boolean> polled = new ConcurrentHashMap<>();
    private ChangeMessageWriter form;
    private FeedStoreRegistry.Lease lease;
    private ConsumerFeeds feeds;
    /** Why the last acknowledgement could not be written; null when it could. */
    private volatile RuntimeException unwritten;

    IntegratorioConsumer(IntegratorioEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
    }

    @Override
    protected void doBuild() throws Exception {
        if (getHealthCheck() == null) {
            setHealthCheck(new IntegratorioConsumerHealthCheck(this, "consumer:" + getRouteId()));
        }
        super.doBuild();
    }

    @Override
    protected void doStart() throws Exception {
        lease = ((IntegratorioComponent) endpoint.getComponent()).feedStores().lease(endpoint.getConfiguration());
        form = new ChangeMessageWriter(endpoint.getResource(), endpoint.getConfiguration().getOutputType(), endpoint.getServiceUrl());
        polled.clear();
        feeds = new ConsumerFeeds(endpoint, lease);
        ((IntegratorioComponent) endpoint.getComponent()).consumers().add(this);
        super.doStart();
    }

    /** Also called when the start failed. */
    @Override
    protected void doStop() throws Exception {
        try {
            super.doStop();
        } finally {
            ((IntegratorioComponent) endpoint.getComponent()).consumers().remove(this);
            if (lease != null) {
                lease.close();
                lease = null;
            }
        }
    }

    /** How each feed stands; empty before the start. */
    public List<FeedStatus> statuses() {
        return feeds == null ? List.of()
                : feeds.known().stream().map(feed -> FeedStatus.of(feed, polled.get(feed.id()))).toList();
    }

    FeedStatus.State state() {
        FeedStatus.State own = getLastError() != null ? FeedStatus.State.FAILING
                : isConsumerReady() ? FeedStatus.State.RUNNING : FeedStatus.State.WAITING;
        return statuses().stream().map(FeedStatus::state).reduce(own, FeedStatus.State::or);
    }

    /** How the feed that is worst off stands: waiting, running, failing or held. */
    @ManagedAttribute(description = "How the list that is worst off stands: waiting, running, failing or held")
    public String getFeedState() {
        return state().toString();
    }

    /** How many rows are missing in snapshots that are held for it, by feed. */
    @ManagedAttribute(description = "How many rows are missing in snapshots that are held for it, by list")
    public Map<String, Integer> getHeldRemovals() {
        Map<String, Integer> held = new TreeMap<>();
        statuses().stream().filter(feed -> feed.heldRemovals() > 0).forEach(feed -> held.put(feed.id().toString(), feed.heldRemovals()));
        return held;
    }

    /** How often each change has failed that is still pending, by its id. */
    @ManagedAttribute(description = "How often each change has failed that is still pending, by its id")
    public Map<String, Integer> getFailingChanges() {
        Map<String, Integer> failing = new TreeMap<>();
        statuses().forEach(feed -> failing.putAll(feed.failing()));
        return failing;
    }

    /** How many changes a route has taken and not completed. */
    @ManagedAttribute(description = "How many changes a route has taken and not completed")
    public int getChangesUnderWay() {
        return statuses().stream().mapToInt(FeedStatus::underWay).sum();
    }

    /**
     * Takes the rows that are missing in a held snapshot for removed.
     *
     * @param  feed the feed, as in {@link #getHeldRemovals()}
     * @return      how many they are; 0 when nothing is held there
     */
    @ManagedOperation(description = "Takes the rows that are missing in the held snapshot of a list for removed; gives how many they are")
    public int acceptRemovals(String feed) {
        return feeds == null ? 0
                : feeds.known().stream().filter(one -> one.id().toString().equals(feed)).mapToInt(ChangeFeed::acceptRemovals).sum();
    }

    @Override
    protected int poll() throws Exception {
        shutdownRunningTask = null;
        pendingExchanges = 0;
        Exception failure = null;
        Collection<ChangeFeed> current = List.of();
        try {
            current = feeds.refreshAndGetActive();
        } catch (Exception e) {
            failure = e;
        }
        int delivered = 0;
        for (ChangeFeed feed : feeds.known()) {
            try {
                delivered += poll(feed, current.contains(feed), limit() - delivered);
                polled.put(feed.id(), true);
            } catch (Exception e) {
                // One that fails does not keep the others from being looked at.
                polled.put(feed.id(), false);
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
        return delivered;
    }

    private int limit() {
        return maxMessagesPerPoll > 0 ? maxMessagesPerPoll : Integer.MAX_VALUE;
    }

    private int poll(ChangeFeed feed, boolean isCurrent, int most) throws Exception {
        feed.outbox().beginPass();
        try {
            int delivered = deliver(feed, most);
            if (isCurrent && delivered < most && isBatchAllowed()) {
                int found = feed.pollSnapshot(feeds.source(feed));
                // What a route does with the changes may take long.
                forceConsumerAsReady();
                LOG.debug("{}: {} changes", feed.id(), found);
                delivered += deliver(feed, most - delivered);
            }
            return delivered;
        } finally {
            feed.outbox().endPass();
        }
    }

    private int deliver(ChangeFeed feed, int most) {
        int delivered = 0;
        List<Change> batch;
        while (delivered < most && isBatchAllowed()
                && !(batch = feed.outbox().claim(Math.min(BATCH, most - delivered))).isEmpty()) {
            unwritten = null;
            delivered += processBatch(batch.stream().map(change -> new Due(feed, change))
                    .collect(Collectors.toCollection(ArrayDeque::new)));
            if (unwritten != null) {
                throw unwritten;
            }
        }
        return delivered;
    }

    /** A change that is to be routed now. */
    private record Due(ChangeFeed feed, Change change) {
    }

    @Override
    public int processBatch(Queue<Object> batch) {
        int size = batch.size();
        int index = 0;
        for (; index < size && isBatchAllowed() && unwritten == null; index++) {
            pendingExchanges = size - index - 1;
            Due due = (Due) batch.remove();
            route(due.feed(), due.change(), index, size);
        }
        pendingExchanges = 0;
        batch.forEach(rest -> ((Due) rest).feed().outbox().release(((Due) rest).change()));
        return index;
    }

    private void route(ChangeFeed feed, Change change, int index, int size) {
        Exchange exchange = createExchange(true);
        exchange.setProperty(ExchangePropertyKey.BATCH_INDEX, index);
        exchange.setProperty(ExchangePropertyKey.BATCH_SIZE, size);
        exchange.setProperty(ExchangePropertyKey.BATCH_COMPLETE, index == size - 1);
        form.write(exchange.getMessage(), feed.id(), change);
        exchange.getExchangeExtension().addOnCompletion(new Acknowledgement(feed, change));
        try {
            getProcessor().process(exchange);
        } catch (Exception e) {
            // Thrown before there was a unit of work that could have ended.
            feed.outbox().markFailed(change);
            getExceptionHandler().handleException("The change was not taken, and stays pending: " + change.id(), exchange, e);
        }
    }

    /** What happens when an exchange is completed. Holds all it needs, for a route may remove any header. */
    private final class Acknowledgement implements Synchronization {
        private final ChangeFeed feed;
        private final Change change;

        Acknowledgement(ChangeFeed feed, Change change) {
            this.feed = feed;
            this.change = change;
        }

        @Override
        public void onComplete(Exchange exchange) {
            // An exchange that was marked for rollback completes, too.
            if (exchange.isRollbackOnly() || exchange.isRollbackOnlyLast()) {
                feed.outbox().markFailed(change);
                return;
            }
            try {
                feed.outbox().acknowledge(change);
            } catch (RuntimeException e) {
                // It is remembered and written later; until then nothing more is emitted. Camel would swallow it here.
                unwritten = e;
                getExceptionHandler().handleException("An acknowledgement could not be written yet", e);
            }
        }

        @Override
        public void onFailure(Exchange exchange) {
            feed.outbox().markFailed(change);
            Exception cause = exchange.getException();
            // With a bridge the route's error handler has seen it already.
            if (cause != null && !(getExceptionHandler() instanceof BridgeExceptionHandlerToErrorHandler)) {
                getExceptionHandler().handleException("The change failed and stays pending: " + change.id(), exchange, cause);
            }
        }
    }
}
