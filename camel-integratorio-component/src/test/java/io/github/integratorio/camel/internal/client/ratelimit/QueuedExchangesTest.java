package io.github.integratorio.camel.internal.client.ratelimit;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.RunningComponent;
import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.IntegratorioRateLimitException;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.ScriptedServer.Answer;
import io.github.integratorio.camel.support.ScriptedServerTestSupport;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static io.github.integratorio.camel.support.ScriptedServer.reset;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Exchanges that wait for a permit, for the end of a pause, or for a retry. */
class QueuedExchangesTest extends ScriptedServerTestSupport {

    private static final String DELETE = "integratorio:licenses?operation=delete&connectorId=c1";
    private static final String UPDATE = "integratorio:connectors?operation=update&connectorId=c1";
    private static final int PERMITS = 64;

    private final CountDownLatch hold = new CountDownLatch(1);

    @Override
    protected void configure(IntegratorioComponent component) {
        component.getConfiguration().setMaxRetries(5);
        component.getConfiguration().setRetryDelay(1);
        component.getConfiguration().setRequestsPerSecond(1_000_000);
        component.getConfiguration().setRequestBurst(1_000_000);
        component.getConfiguration().setMaxConcurrentRequests(PERMITS);
    }

    private Answer held(Answer answer) {
        return (socket, out) -> {
            hold.await();
            answer.give(socket, out);
        };
    }

    private RateLimiterStatus rateLimiter() {
        List<AccountRateLimiter> rateLimiters =
                RunningComponent.rateLimiters(context);
        assertEquals(1, rateLimiters.size());
        return rateLimiters.get(0).status();
    }

    private AsyncProducer producer(String uri) throws Exception {
        AsyncProducer producer = context.getEndpoint(uri).createAsyncProducer();
        producer.start();
        return producer;
    }

    @Test
    @Covers(72)
    void a_pause_of_one_account_does_not_affect_another() {
        server.then(json(429, "{}", "Retry-After: 3600"), json(200, LICENSE));
        // Shorter than the longest pause.
        String get = GET + "&operationTimeout=50000";
        fail(IntegratorioRateLimitException.class, get, null);
        // No response is scripted: the request must not be sent.
        assertTrue(fail(IntegratorioTransportException.class, get, null).isNotSent());
        assertEquals(1, server.requestCount());

        assertEquals(null, send(GET + "&accessToken=canary-token-2", null).getException());
        assertEquals(2, server.requestCount());
    }

    @ParameterizedTest
    @ValueSource(booleans = { false, true })
    @Covers(80)
    void a_call_waiting_to_be_retried_completes_once_when_the_context_stops(boolean ambiguousBefore) throws Exception {
        if (ambiguousBefore) {
            server.then(reset());
        }
        server.then(json(429, "{}", "Retry-After: 50"));
        int requests = ambiguousBefore ? 2 : 1;
        context.getShutdownStrategy().setTimeout(1);
        AtomicInteger callbacks = new AtomicInteger();
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(NEW);
        producer(UPDATE).process(exchange, sync -> callbacks.incrementAndGet());
        await().until(() -> server.requestCount() == requests && !rateLimiter().paused().isZero()
                && rateLimiter().inFlight() == 0);
        assertEquals(0, callbacks.get());

        context.stop();
        assertEquals(1, callbacks.get());
        if (ambiguousBefore) {
            assertInstanceOf(IntegratorioAmbiguousOutcomeException.class, exchange.getException());
        } else {
            assertTrue(assertInstanceOf(IntegratorioTransportException.class, exchange.getException()).isNotSent());
        }
        assertEquals(requests, server.requestCount());
    }

    @Test
    @Covers(78)
    void thousands_of_calls_that_time_out_at_once_are_not_continued_on_the_timer_thread() throws Exception {
        int calls = 3_000;
        IntStream.range(0, calls).forEach(i -> server.then(held(json(200, ""))));
        AsyncProducer producer = producer(DELETE + "&operationTimeout=500");
        Set<String> threads = ConcurrentHashMap.newKeySet();
        CountDownLatch slow = new CountDownLatch(1);
        List<CompletableFuture<Exchange>> all =
                IntStream.range(0, calls).mapToObj(i -> send(producer, i).thenApply(exchange -> {
                    threads.add(Thread.currentThread().getName());
                    try {
                        // A route may block; the timer must continue.
                        slow.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return exchange;
                })).toList();
        await().until(() -> rateLimiter().queued() == 0);
        slow.countDown();

        int ambiguous = 0;
        for (CompletableFuture<Exchange> future : all) {
            Exception error = future.join().getException();
            if (error instanceof IntegratorioAmbiguousOutcomeException) {
                ambiguous++;
            } else {
                assertTrue(assertInstanceOf(IntegratorioTransportException.class, error).isNotSent(),
                        error.getMessage());
            }
        }
        assertTrue(server.requestCount() <= ambiguous, server.requestCount() + " arrived, " + ambiguous + " said so");
        assertTrue(threads.stream().allMatch(name -> name.endsWith("integratorio")), threads.toString());
    }

    @Test
    @Covers(84)
    void ten_thousand_exchanges_wait_without_a_thread_and_proceed_in_arrival_order() throws Exception {
        int calls = 10_000;
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:delete").to(DELETE);
            }
        });
        IntStream.range(0, PERMITS).forEach(i -> server.then(held(json(200, ""))));
        IntStream.range(PERMITS, calls).forEach(i -> server.then(json(200, "")));
        // Not by the template, whose threads do not preserve the order.
        AsyncProducer route = producer("direct:delete");
        List<CompletableFuture<Exchange>> all = IntStream.range(0, calls).mapToObj(i -> send(route, i)).toList();

        await().until(() -> server.requestCount() == PERMITS);
        assertEquals(PERMITS, rateLimiter().inFlight());
        assertEquals(calls - PERMITS, rateLimiter().queued());
        assertNoThreadWaits();

        hold.countDown();
        all.forEach(future -> assertEquals(null, future.join().getException()));
        assertEquals(calls, server.requestCount());
        assertInOrder(calls);
    }

    private CompletableFuture<Exchange> send(AsyncProducer producer, int license) {
        CompletableFuture<Exchange> done = new CompletableFuture<>();
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setHeader(IntegratorioConstants.LICENSE_ID, "l" + license);
        producer.process(exchange, sync -> done.complete(exchange));
        return done;
    }

    private static void assertNoThreadWaits() {
        for (ThreadInfo thread : ManagementFactory.getThreadMXBean().dumpAllThreads(true, true)) {
            if (thread.getThreadName().startsWith("Camel ")) {
                assertFalse(thread.getThreadState() == Thread.State.BLOCKED
                        // The timer's idle thread is not one of them, although it began in this component.
                        || Arrays.stream(thread.getStackTrace())
                                .filter(frame -> !frame.getClassName().contains(".TimerThreads"))
                                .anyMatch(frame -> frame.getClassName().startsWith("io.github.integratorio")
                                        || frame.getClassName().startsWith("org.apache.camel.processor")),
                        thread.toString());
            }
        }
    }

    /** With this number of concurrent requests, at most the others may be missing before each arrival. */
    private void assertInOrder(int calls) {
        BitSet arrived = new BitSet();
        for (String request : server.requests()) {
            int number =
                    Integer.parseInt(request.substring(request.indexOf("/licenses/l") + 11, request.indexOf(" HTTP/")));
            assertFalse(arrived.get(number), "twice: " + number);
            arrived.set(number);
            int missing = number + 1 - arrived.get(0, number + 1).cardinality();
            assertTrue(missing < PERMITS, missing + " were overtaken by " + number);
        }
        assertEquals(calls, arrived.cardinality());
    }

    @Test
    @Covers(84)
    void with_one_permit_exchanges_proceed_exactly_in_arrival_order() throws Exception {
        AsyncProducer producer = producer(DELETE + "&maxConcurrentRequests=1");
        int calls = 500;
        server.then(held(json(200, "")));
        IntStream.range(1, calls).forEach(i -> server.then(json(200, "")));
        List<CompletableFuture<Exchange>> all = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            all.add(send(producer, i));
            if (i == calls / 2) {
                // The others start as permits are released.
                hold.countDown();
            }
        }
        all.forEach(future -> assertEquals(null, future.join().getException()));
        List<String> expected = IntStream.range(0, calls)
                .mapToObj(i -> "DELETE /v1/connectors/c1/licenses/l" + i + " HTTP/1.1").toList();
        assertEquals(expected,
                server.requests().stream().map(request -> request.substring(0, request.indexOf('\r'))).toList());
    }

    @Test
    @Covers(85)
    void an_interrupted_thread_keeps_its_interrupt_flag_and_its_call_is_made() throws Exception {
        AsyncProducer producer = producer(GET);
        for (int i = 0; i < 2 * PERMITS; i++) {
            server.then(json(200, LICENSE));
            CompletableFuture<Exchange> done = new CompletableFuture<>();
            Exchange exchange = new DefaultExchange(context);
            Thread.currentThread().interrupt();
            producer.process(exchange, sync -> done.complete(exchange));
            assertTrue(Thread.interrupted(), "the interrupt flag was lost");
            assertEquals(null, done.join().getException());
            assertEquals(1, exchange.getMessage().getHeader(IntegratorioConstants.ATTEMPTS));
        }
        await().until(() -> rateLimiter().inFlight() == 0);
    }

    @Test
    @Covers(85)
    void a_caller_interrupted_while_it_waits_holds_no_permit() throws Exception {
        IntStream.range(0, PERMITS).forEach(i -> server.then(held(json(200, LICENSE))));
        List<Thread> callers = IntStream.range(0, PERMITS)
                .mapToObj(i -> new Thread(() -> template.send(GET, exchange -> {}))).toList();
        callers.forEach(Thread::start);
        await().until(() -> server.requestCount() == PERMITS);
        callers.forEach(Thread::interrupt);
        for (Thread caller : callers) {
            caller.join(Duration.ofSeconds(10).toMillis());
            assertFalse(caller.isAlive());
        }
        hold.countDown();
        await().until(() -> rateLimiter().inFlight() == 0);
        server.then(json(200, LICENSE));
        assertNotNull(send(GET, null).getMessage().getBody(String.class));
    }
}
