package io.github.integratorio.camel;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.internal.client.ratelimit.RateLimiterStatus;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.ScriptedServer.Answer;
import io.github.integratorio.camel.support.ScriptedServerTestSupport;
import io.github.integratorio.camel.support.ThreadPerTaskExecutor;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.engine.DefaultShutdownStrategy;
import org.apache.camel.spi.RouteStartupOrder;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Stopping the Camel context completes every call once with the correct outcome, in any state of the call. */
// A stop that takes milliseconds for seconds would hang here for minutes.
@Timeout(120)
class StopTest extends ScriptedServerTestSupport {

    /** Number of worker threads. */
    private static final int WORKERS = 2_000;

    private static final String SELL =
            "integratorio:licenses?operation=create&connectorId=c1&email=jane@example.com&expires=P30D";
    private static final String UPDATE = "integratorio:licenses?operation=update&connectorId=c1&licenseId=l1";
    private static final String EXPIRY = "{\"expires\":\"2099-01-31T12:00:00.000Z\"}";

    private final CountDownLatch released = new CountDownLatch(1);

    @Override
    protected void configure(IntegratorioComponent component) {
        component.getConfiguration().setRequestTimeout(60_000);
    }

    @BeforeEach
    void littlePatience() {
        context.getShutdownStrategy().setTimeUnit(TimeUnit.MILLISECONDS);
        context.getShutdownStrategy().setTimeout(300);
        context.getExecutorServiceManager().setShutdownAwaitTermination(300);
    }

    /** An exchange in flight, and the number of times it completed. */
    private final class Call {
        private final AsyncProducer producer;
        private final Exchange exchange = new DefaultExchange(context);
        private final AtomicInteger callbacks = new AtomicInteger();
        private final CompletableFuture<Void> done = new CompletableFuture<>();

        Call(String uri) throws Exception {
            producer = context.getEndpoint(uri).createAsyncProducer();
            producer.start();
        }

        Call begin(Object body) {
            return begin(body, () -> {});
        }

        Call begin(Object body, Runnable then) {
            exchange.getMessage().setBody(body);
            producer.process(exchange, doneSync -> {
                callbacks.incrementAndGet();
                then.run();
                done.complete(null);
            });
            return this;
        }

        /** The failure of the exchange, which must have completed exactly once. */
        <T extends Exception> T failure(Class<T> type) {
            await("comes back").until(done::isDone);
            assertEquals(1, callbacks.get());
            T failure = assertInstanceOf(type, exchange.getException());
            assertFalse(failure.getMessage().contains("canary") || failure.getMessage().contains("jane@"),
                    failure.getMessage());
            return failure;
        }

        void assertNotSent() {
            IntegratorioTransportException failure = failure(IntegratorioTransportException.class);
            assertTrue(failure.isNotSent() && failure.getMessage().contains("stop"), failure.getMessage());
        }

        void assertAmbiguous() {
            failure(IntegratorioAmbiguousOutcomeException.class);
        }
    }

    private RateLimiterStatus rateLimiter() {
        return RunningComponent.rateLimiters(context).get(0)
                .status();
    }

    private Answer whenReleased(Answer answer) {
        return (socket, out) -> {
            released.await();
            answer.give(socket, out);
        };
    }

    private void arrived(int requests) {
        await().until(() -> server.requestCount() >= requests);
    }

    @Test
    void calls_in_flight_finish_while_new_ones_are_rejected() throws Exception {
        context.getShutdownStrategy().setTimeUnit(TimeUnit.MINUTES);
        context.getExecutorServiceManager().setShutdownAwaitTermination(60_000);
        server.then(whenReleased(json(201, LICENSE)));
        Call sale = new Call(SELL).begin(null);
        arrived(1);
        AsyncProducer producer = context.getEndpoint(GET).createAsyncProducer();
        producer.start();
        CompletableFuture<Void> stop = CompletableFuture.runAsync(context::stop, ThreadPerTaskExecutor.INSTANCE);
        Exchange late = new DefaultExchange(context);
        await().until(() -> {
            late.setException(null);
            producer.process(late);
            return late.getException() instanceof RejectedExecutionException;
        });
        assertEquals(
                "integratorio is stopping, or Camel has stopped this producer because the cacheSize of its step is smaller than"
                        + " the number of URIs in use: the operation was not started, and nothing was sent",
                late.getException().getMessage());
        assertFalse(sale.done.isDone() || stop.isDone());
        released.countDown();
        stop.join();

        assertNull(sale.exchange.getException());
        assertEquals(1, sale.callbacks.get());
        assertEquals(WriteOutcome.CREATED, sale.exchange.getMessage().getHeader(IntegratorioConstants.OUTCOME));
    }

    @Test
    void a_producer_that_stops_refuses_exchanges_at_once_while_it_waits_for_its_last_one() throws Exception {
        context.getShutdownStrategy().setTimeUnit(TimeUnit.MINUTES);
        server.then(whenReleased(json(201, LICENSE)));
        Call sale = new Call(SELL).begin(null);
        arrived(1);
        CompletableFuture<Void> stop = CompletableFuture.runAsync(sale.producer::stop, ThreadPerTaskExecutor.INSTANCE);
        await().until(() -> {
            Exchange late = new DefaultExchange(context);
            sale.producer.process(late);
            return late.getException() instanceof RejectedExecutionException;
        });
        Exchange later = new DefaultExchange(context);
        sale.producer.process(later);
        assertInstanceOf(RejectedExecutionException.class, later.getException());
        assertFalse(sale.done.isDone() || stop.isDone());
        released.countDown();
        stop.join();
    }

    @Test
    @Covers(115)
    void a_create_in_flight_is_reported_as_ambiguous_once() throws Exception {
        server.then(server.rawThenSilence(""));
        Call sale = new Call(SELL).begin(null);
        arrived(1);
        context.stop();

        sale.assertAmbiguous();
        assertEquals(1, server.requestCount());
    }

    /** As that of Quarkus in its dev mode. */
    @Test
    void a_shutdown_strategy_that_waits_for_nothing_has_no_unit() throws Exception {
        context.setShutdownStrategy(new DefaultShutdownStrategy(context) {
            @Override
            public long getTimeout() {
                return 0;
            }

            @Override
            public TimeUnit getTimeUnit() {
                return null;
            }

            @Override
            public void shutdown(CamelContext camel, List<RouteStartupOrder> routes) {
                // Routes are not waited for.
            }
        });
        server.then(server.rawThenSilence(""));
        Call sale = new Call(SELL).begin(null);
        arrived(1);
        ComponentServices services = context.getComponent("integratorio", IntegratorioComponent.class).services();
        context.stop();

        sale.assertAmbiguous();
        assertNull(services.clients());
    }

    @Test
    @Covers(115)
    void a_create_under_reconciliation_is_reported_as_ambiguous_once() throws Exception {
        server.then(json(500, "{}"), json(200, "[]"), json(200, "[]"));
        Call sale = new Call(SELL).begin(null);
        arrived(2);
        context.stop();

        sale.assertAmbiguous();
        assertEquals(1, server.requests().stream().filter(request -> request.startsWith("POST")).count());
    }

    @Test
    void a_call_queued_by_the_rate_limiter_was_not_sent() throws Exception {
        context.getComponent("integratorio", IntegratorioComponent.class).getConfiguration()
                .setMaxConcurrentRequests(1);
        server.then(server.rawThenSilence(""));
        Call first = new Call(CREATE).begin(NEW);
        arrived(1);
        List<Call> queued =
                List.of(new Call(CREATE).begin(NEW), new Call(SELL).begin(null), new Call(UPDATE).begin(EXPIRY),
                        new Call(GET).begin(null));
        assertEquals(4, rateLimiter().queued());
        context.stop();

        first.assertAmbiguous();
        queued.forEach(Call::assertNotSent);
        assertEquals(1, server.requestCount());
    }

    @Test
    void a_write_queued_behind_an_earlier_one_was_not_sent() throws Exception {
        server.then(server.rawThenSilence(""), server.rawThenSilence(""));
        Call sale = new Call(SELL).begin(null);
        Call update = new Call(UPDATE).begin(EXPIRY);
        arrived(2);
        Call secondSale = new Call(SELL).begin(null);
        Call secondUpdate = new Call(UPDATE).begin(EXPIRY);
        context.stop();

        sale.assertAmbiguous();
        update.assertAmbiguous();
        secondSale.assertNotSent();
        secondUpdate.assertNotSent();
        assertEquals(2, server.requestCount());
    }

    @Test
    void a_call_waiting_to_be_retried_after_a_429_was_not_sent() throws Exception {
        server.then(json(429, "{}", "Retry-After: 50"));
        String patient = "&maxRetries=3";
        Call sale = new Call(SELL + patient).begin(null);
        await().until(() -> server.requestCount() == 1 && !rateLimiter().paused().isZero());
        Call read = new Call(GET + patient).begin(null);
        context.stop();

        sale.assertNotSent();
        read.assertNotSent();
        assertEquals(1, server.requestCount());
    }

    @Test
    void a_call_waiting_to_be_retried_after_a_lost_response_stays_ambiguous() throws Exception {
        server.then(json(503, "{}"));
        Call update = new Call(UPDATE + "&maxRetries=10&retryDelay=100000&maxRetryDelay=100000").begin(EXPIRY);
        arrived(1);
        context.stop();

        update.assertAmbiguous();
    }

    @Test
    void an_exchange_waiting_for_a_worker_thread_is_completed_too() throws Exception {
        // More than the queues of Camel's own pools hold.
        int calls = WORKERS + 50;
        IntStream.range(0, calls).forEach(i -> server.then(json(200, LICENSE)));
        AtomicInteger held = new AtomicInteger();
        List<Call> all = IntStream.range(0, calls).mapToObj(i -> {
            try {
                return new Call(GET).begin(null, () -> hold(held));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }).toList();
        await().atMost(Duration.ofMinutes(1))
                .until(() -> held.get() == WORKERS && server.requestCount() == calls && rateLimiter().inFlight() == 0);
        assertTrue(all.stream().noneMatch(call -> call.done.isDone()), "continued on an I/O thread");
        context.stop();

        await().until(() -> all.stream().allMatch(call -> call.done.isDone()));
        all.forEach(call -> assertEquals(1, call.callbacks.get()));
        all.forEach(call -> assertNull(call.exchange.getException()));
    }

    /** Blocks the worker until it is interrupted. */
    private void hold(AtomicInteger held) {
        if (held.incrementAndGet() <= WORKERS) {
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
