package io.github.integratorio.camel.internal.consumer;

import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.integratorio.camel.internal.changefeed.ChangeFeed;
import io.github.integratorio.camel.internal.changefeed.Outbox;
import io.github.integratorio.camel.internal.changefeed.store.Change;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.spi.Synchronization;
import org.apache.camel.support.BridgeExceptionHandlerToErrorHandler;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.LoggingExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands changes to the route of a consumer. A change is acknowledged when its exchange completes, which may be later and on another
 * thread, and stays pending when its exchange fails.
 */
public final class ChangeRouter {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeRouter.class);

    private final DefaultConsumer consumer;
    private final ChangeMessageWriter writer;
    private final DeliveryCircuit circuit = new DeliveryCircuit();
    /** Number of changes that failed since the end of the last poll. */
    private final AtomicInteger failed = new AtomicInteger();
    /** Changes that are being acknowledged, which may wait for the store, and since when. */
    private final Map<Ending, Instant> acknowledging = new ConcurrentHashMap<>();
    /** Failure to store an acknowledgement in this poll; null if all were stored. */
    private volatile RuntimeException acknowledgementFailure;

    /** Creates the router of a consumer that starts. */
    public ChangeRouter(DefaultConsumer consumer, ChangeMessageWriter writer) {
        this.consumer = consumer;
        this.writer = writer;
    }

    /** Begins a poll. */
    public void beginPoll() {
        acknowledgementFailure = null;
        circuit.beginPoll();
    }

    /** Begins the part of a poll that delivers changes of one feed. */
    public void beginFeed(ChangeFeed feed) {
        acknowledgementFailure = null;
        feed.outbox().beginPoll(circuit.isProbing());
    }

    /** Returns true unless the route has refused too many changes in a row, or an acknowledgement could not be stored. */
    public boolean isReady() {
        return circuit.isClosed() && acknowledgementFailure == null;
    }

    /** Throws the failure to store an acknowledgement, if there was one. */
    public void verifyAcknowledged() {
        if (acknowledgementFailure != null) {
            throw acknowledgementFailure;
        }
    }

    /** Returns since when an acknowledgement has been waiting for the store; empty if there is none. */
    public Optional<Instant> acknowledgingSince() {
        return acknowledging.values().stream().min(Comparator.naturalOrder());
    }

    /** Ends a poll and logs how many changes failed. */
    public void endPoll() {
        boolean isStopped = !circuit.isClosed();
        circuit.endPoll();
        int count = failed.getAndSet(0);
        if (count > 1) {
            LOG.warn("{} changes failed and stay pending{}; the first one is logged above", count,
                    isStopped ? "; as they failed in a row, the poll stopped delivering, and the next "
                            + circuit.pollsToSkip() + " polls deliver nothing" : "");
        }
    }

    /** Routes a claimed change. */
    public void route(ChangeFeed feed, Change change, int index, int size) {
        Exchange exchange = consumer.createExchange(true);
        exchange.setProperty(ExchangePropertyKey.BATCH_INDEX, index);
        exchange.setProperty(ExchangePropertyKey.BATCH_SIZE, size);
        exchange.setProperty(ExchangePropertyKey.BATCH_COMPLETE, index == size - 1);
        Ending ending = new Ending(feed, change);
        exchange.getExchangeExtension().addOnCompletion(ending);
        try {
            writer.write(exchange.getMessage(), feed.id(), change);
            consumer.getProcessor().process(exchange);
        } catch (Throwable e) {
            // Thrown before the unit of work existed, so that no completion is called; or an Error that Camel lets pass, whose completion
            // is called with a later exchange of this thread.
            exchange.setException(e);
            ending.onFailure(exchange);
        }
    }

    /** Learns the end of an exchange, once. Keeps the change itself, because the route may remove any header. */
    private final class Ending implements Synchronization {
        private final ChangeFeed feed;
        private final Change change;
        private final AtomicBoolean isKnown = new AtomicBoolean();

        Ending(ChangeFeed feed, Change change) {
            this.feed = feed;
            this.change = change;
        }

        @Override
        public void onComplete(Exchange exchange) {
            if (!isKnown.compareAndSet(false, true)) {
                return;
            }
            // An exchange that is marked for rollback completes, too.
            if (exchange.isRollbackOnly() || exchange.isRollbackOnlyLast()) {
                fail(exchange, null);
                return;
            }
            circuit.succeeded();
            acknowledging.put(this, Instant.now());
            try {
                feed.outbox().acknowledge(change);
            } catch (RuntimeException e) {
                // Camel would swallow the exception here. The outbox stores the acknowledgement later; until then, nothing is emitted.
                acknowledgementFailure = e;
                consumer.getExceptionHandler().handleException("Could not store an acknowledgement yet", e);
            } finally {
                acknowledging.remove(this);
            }
        }

        @Override
        public void onFailure(Exchange exchange) {
            if (isKnown.compareAndSet(false, true)) {
                fail(exchange, exchange.getException());
            }
        }

        private void fail(Exchange exchange, Throwable cause) {
            int failures = feed.outbox().markFailed(change);
            if (failures == 0) {
                return;
            }
            // One that has failed more often is likely to fail whatever the state of the route.
            if (failures <= Outbox.FAILURES_BEFORE_BACKOFF) {
                circuit.failed();
            }
            boolean isFirst = failed.getAndIncrement() == 0;
            // With bridgeErrorHandler, the error handler of the route has already seen it. A log needs no second stack trace.
            if (cause != null && !(consumer.getExceptionHandler() instanceof BridgeExceptionHandlerToErrorHandler)
                    && (isFirst || !(consumer.getExceptionHandler() instanceof LoggingExceptionHandler))) {
                consumer.getExceptionHandler().handleException("A change failed and stays pending: " + change.id(),
                        exchange, cause);
            }
        }
    }
}
