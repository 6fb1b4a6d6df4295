package io.github.integratorio.camel;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import io.github.integratorio.camel.internal.account.ClientRegistry;
import io.github.integratorio.camel.internal.changefeed.ChangeFeed;
import io.github.integratorio.camel.internal.changefeed.store.Change;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;
import io.github.integratorio.camel.internal.consumer.ChangeMessageWriter;
import io.github.integratorio.camel.internal.consumer.ConsumerFeeds;
import io.github.integratorio.camel.internal.consumer.ConsumerStatus;
import io.github.integratorio.camel.internal.consumer.FeedStatus;
import io.github.integratorio.camel.internal.consumer.FeedStoreRegistry;
import io.github.integratorio.camel.internal.observability.IntegratorioConsumerHealthCheck;
import io.github.integratorio.camel.internal.observability.ObservedConsumer;
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
 * Polls lists and routes each change. A poll delivers the pending changes, then fetches a snapshot and delivers its changes. A
 * change is acknowledged when its exchange completes, which may be later and on another thread.
 */
@ManagedResource(description = "Managed integrator.io consumer")
public class IntegratorioConsumer extends ScheduledBatchPollingConsumer implements ObservedConsumer {

    private static final Logger LOG = LoggerFactory.getLogger(IntegratorioConsumer.class);
    private static final int BATCH_SIZE = 1_000;

    private final IntegratorioEndpoint endpoint;
    private final Map<FeedId, Boolean> polled = new ConcurrentHashMap<>();
    private ChangeMessageWriter writer;
    private ClientRegistry.Client client;
    private FeedStoreRegistry.Lease lease;
    private ConsumerFeeds feeds;
    /** Failure to store the last acknowledgement; null if it was stored. */
    private volatile RuntimeException acknowledgementFailure;

    IntegratorioConsumer(IntegratorioEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
    }

    @Override
    protected void doBuild() throws Exception {
        if (getHealthCheck() == null) {
            setHealthCheck(new IntegratorioConsumerHealthCheck(this, this, "consumer:" + getRouteId()));
        }
        super.doBuild();
    }

    @Override
    protected void doStart() throws Exception {
        client = endpoint.connect();
        lease = endpoint.getComponent().feedStores().lease(endpoint.getConfiguration(), endpoint.getComponent());
        writer = new ChangeMessageWriter(endpoint.getResource(), endpoint.getConfiguration().getOutputType(),
                endpoint.getServiceUrl());
        polled.clear();
        feeds = new ConsumerFeeds(endpoint, client, lease);
        endpoint.getComponent().consumers().add(this);
        super.doStart();
    }

    /** Also called after a failed start. */
    @Override
    protected void doStop() throws Exception {
        try {
            super.doStop();
        } finally {
            endpoint.getComponent().consumers().remove(this);
            if (lease != null) {
                lease.close();
                lease = null;
            }
            if (client != null) {
                endpoint.getComponent().release(client);
                client = null;
            }
        }
    }

    @Override
    public ConsumerStatus status() {
        FeedStatus.State own = getLastError() != null ? FeedStatus.State.FAILING
                : isConsumerReady() ? FeedStatus.State.RUNNING : FeedStatus.State.WAITING;
        return new ConsumerStatus(own, feeds == null ? List.of()
                : feeds.known().stream().map(feed -> FeedStatus.of(feed, polled.get(feed.id()))).toList());
    }

    /** Returns the worst state of all feeds: waiting, running, failing or held. */
    @ManagedAttribute(description = "Worst state of all lists: waiting, running, failing or held")
    public String getFeedState() {
        return status().state().toString();
    }

    /** Returns the held snapshots, by feed: the number of missing rows, and a fingerprint of their keys. */
    @ManagedAttribute(
            description = "Held snapshots, by list and for all lists: number of missing rows, and a fingerprint of their keys")
    public Map<String, String> getHeldRemovals() {
        return status().heldSnapshots();
    }

    /** Returns the number of failed deliveries of each pending change, by change id. */
    @ManagedAttribute(description = "Number of failed deliveries of each pending change, by change id")
    public Map<String, Integer> getFailingChanges() {
        return status().failingChanges();
    }

    /** Returns the number of changes that the route is processing. */
    @ManagedAttribute(description = "Number of changes that the route is processing")
    public int getChangesInFlight() {
        return status().inFlight();
    }

    @Override
    @ManagedOperation(
            description = "Accepts that the rows missing in the held snapshot of a list are removed, given its name and value in HeldRemovals; returns their number, or 0 if another snapshot is held by now")
    public int acceptRemovals(String feed, String snapshot) {
        return feeds == null ? 0 : feeds.acceptRemovals(feed, snapshot, status());
    }

    @Override
    protected int poll() throws Exception {
        shutdownRunningTask = null;
        pendingExchanges = 0;
        Exception failure = null;
        Collection<ChangeFeed> active = List.of();
        try {
            active = feeds.refreshAndGetActive();
        } catch (Exception e) {
            failure = e;
        }
        int delivered = 0;
        for (ChangeFeed feed : feeds.known()) {
            try {
                delivered += poll(feed, active.contains(feed), limit() - delivered);
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
        }
        if (failure != null) {
            throw failure;
        }
        return delivered;
    }

    private int limit() {
        return maxMessagesPerPoll > 0 ? maxMessagesPerPoll : Integer.MAX_VALUE;
    }

    private int poll(ChangeFeed feed, boolean isActive, int max) throws Exception {
        feed.outbox().beginPoll();
        try {
            int delivered = deliver(feed, max);
            if (isActive && delivered < max && isBatchAllowed()) {
                int found = feed.pollSnapshot(feeds.source(feed));
                // Before the delivery, because the route may take long.
                forceConsumerAsReady();
                LOG.debug("{}: {} changes", feed.id(), found);
                delivered += deliver(feed, max - delivered);
            }
            return delivered;
        } finally {
            feed.outbox().endPoll();
        }
    }

    private int deliver(ChangeFeed feed, int max) {
        int delivered = 0;
        List<Change> batch;
        while (delivered < max && isBatchAllowed()
                && !(batch = feed.outbox().claim(Math.min(BATCH_SIZE, max - delivered))).isEmpty()) {
            acknowledgementFailure = null;
            delivered += processBatch(batch.stream().map(change -> new PendingDelivery(feed, change))
                    .collect(Collectors.toCollection(ArrayDeque::new)));
            if (acknowledgementFailure != null) {
                throw acknowledgementFailure;
            }
        }
        return delivered;
    }

    /** A change to be routed in this poll. */
    private record PendingDelivery(ChangeFeed feed, Change change) {
    }

    @Override
    public int processBatch(Queue<Object> batch) {
        int size = batch.size();
        int index = 0;
        for (; index < size && isBatchAllowed() && acknowledgementFailure == null; index++) {
            pendingExchanges = size - index - 1;
            PendingDelivery delivery = (PendingDelivery) batch.remove();
            route(delivery.feed(), delivery.change(), index, size);
        }
        pendingExchanges = 0;
        for (Object rest : batch) {
            PendingDelivery delivery = (PendingDelivery) rest;
            delivery.feed().outbox().release(delivery.change());
        }
        return index;
    }

    private void route(ChangeFeed feed, Change change, int index, int size) {
        Exchange exchange = createExchange(true);
        exchange.setProperty(ExchangePropertyKey.BATCH_INDEX, index);
        exchange.setProperty(ExchangePropertyKey.BATCH_SIZE, size);
        exchange.setProperty(ExchangePropertyKey.BATCH_COMPLETE, index == size - 1);
        writer.write(exchange.getMessage(), feed.id(), change);
        exchange.getExchangeExtension().addOnCompletion(new Acknowledgement(feed, change));
        try {
            getProcessor().process(exchange);
        } catch (Exception e) {
            // Thrown before the unit of work existed, so that no completion is called.
            feed.outbox().markFailed(change);
            getExceptionHandler().handleException(
                    "The route did not accept a change, which stays pending: " + change.id(), exchange, e);
        }
    }

    /** Acknowledges a change when its exchange completes. Keeps the change itself, because the route may remove any header. */
    private final class Acknowledgement implements Synchronization {
        private final ChangeFeed feed;
        private final Change change;

        Acknowledgement(ChangeFeed feed, Change change) {
            this.feed = feed;
            this.change = change;
        }

        @Override
        public void onComplete(Exchange exchange) {
            // An exchange that is marked for rollback completes, too.
            if (exchange.isRollbackOnly() || exchange.isRollbackOnlyLast()) {
                feed.outbox().markFailed(change);
                return;
            }
            try {
                feed.outbox().acknowledge(change);
            } catch (RuntimeException e) {
                // Camel would swallow the exception here. The outbox stores the acknowledgement later; until then, nothing is emitted.
                acknowledgementFailure = e;
                getExceptionHandler().handleException("Could not store an acknowledgement yet", e);
            }
        }

        @Override
        public void onFailure(Exchange exchange) {
            feed.outbox().markFailed(change);
            Exception cause = exchange.getException();
            // With bridgeErrorHandler, the error handler of the route has already seen it.
            if (cause != null && !(getExceptionHandler() instanceof BridgeExceptionHandlerToErrorHandler)) {
                getExceptionHandler().handleException("A change failed and stays pending: " + change.id(), exchange,
                        cause);
            }
        }
    }
}
