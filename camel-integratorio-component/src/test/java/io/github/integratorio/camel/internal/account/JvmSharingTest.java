package io.github.integratorio.camel.internal.account;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.RunningComponent;
import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.IntegratorioRateLimitException;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.support.ScriptedServer.Answer;
import io.github.integratorio.camel.support.ScriptedServerTestSupport;
import io.github.integratorio.camel.support.ThreadPerTaskExecutor;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Components and Camel contexts of one JVM that use one account share what belongs to the account, and nothing else. */
class JvmSharingTest extends ScriptedServerTestSupport {

    private static final String SELL = "integratorio:licenses?operation=create&connectorId=c1";
    private static final String UPDATE = "integratorio:licenses?operation=update&connectorId=c1&licenseId=l1";
    private static final Map<String, Object> JANE =
            Map.of("email", "jane@example.com", "expires", "2099-01-31T12:00:00Z");
    private static final String EXPIRY = "{\"expires\":\"2099-01-31T12:00:00.000Z\"}";

    private final List<CamelContext> others = new ArrayList<>();
    private final CountDownLatch released = new CountDownLatch(1);

    @AfterEach
    void stopOthers() {
        released.countDown();
        others.forEach(CamelContext::stop);
    }

    /** Another started context on the same server. */
    private CamelContext another(String token) {
        CamelContext camel = new DefaultCamelContext();
        IntegratorioComponent component = new IntegratorioComponent();
        component.getConfiguration().setBaseUrl(server.baseUrl());
        component.getConfiguration().setAccessToken(token);
        component.getConfiguration().setMaxRetries(0);
        camel.addComponent("integratorio", component);
        camel.getShutdownStrategy().setTimeUnit(TimeUnit.MILLISECONDS);
        camel.getShutdownStrategy().setTimeout(300);
        others.add(camel);
        camel.start();
        return camel;
    }

    private static Exchange send(CamelContext camel, String uri, Object body) {
        return begin(camel, uri, body).join();
    }

    private static CompletableFuture<Exchange> begin(CamelContext camel, String uri, Object body) {
        ProducerTemplate template = camel.createProducerTemplate();
        return template.asyncSend(uri, exchange -> exchange.getMessage().setBody(body));
    }

    private Answer whenReleased(Answer answer) {
        return (socket, out) -> {
            released.await();
            answer.give(socket, out);
        };
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().contains("httpclient"))
                .count();
    }

    private static String license(String id) {
        return "{\"_id\":\"" + id + "\",\"created\":\"2099-01-01T00:00:00.000Z\",\"expires\":"
                + "\"2099-01-31T12:00:00.000Z\",\"user\":{\"email\":\"jane@example.com\"}}";
    }

    @ParameterizedTest
    @ValueSource(strings = { "canary-token", "canary-token-2" })
    void a_license_created_by_one_context_is_not_claimed_by_another(String token) {
        CamelContext other = another(token);
        server.then(json(201, license("b")));
        assertEquals(WriteOutcome.CREATED,
                send(other, SELL, JANE).getMessage().getHeader(IntegratorioConstants.OUTCOME));
        server.then(json(500, "{}"));
        IntStream.range(0, 4).forEach(i -> server.then(json(200, "[" + license("b") + "]")));

        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class,
                send(SELL + "&operationTimeout=1500", JANE).getException());
    }

    @ParameterizedTest
    @ValueSource(strings = { "canary-token", "canary-token-2" })
    void creations_for_one_user_run_one_after_the_other_in_all_contexts(String token) {
        CamelContext other = another(token);
        server.then(whenReleased(json(201, license("a"))), json(200, license("l9")), json(201, license("b")));
        CompletableFuture<Exchange> first = begin(context, SELL, JANE);
        await().until(() -> server.requestCount() == 1);
        CompletableFuture<Exchange> second = begin(other, SELL, JANE);
        assertNull(send(other, GET.replace("l1", "l9"), null).getException());
        assertEquals(1, server.requests().stream().filter(request -> request.startsWith("POST")).count());
        released.countDown();

        assertNull(first.join().getException());
        assertNull(second.join().getException());
    }

    @Test
    void a_pause_holds_all_contexts_with_the_token_and_no_others() {
        CamelContext other = another("canary-token");
        CamelContext stranger = another("canary-token-2");
        server.then(json(429, "{}", "Retry-After: 50"), json(200, LICENSE));
        assertInstanceOf(IntegratorioRateLimitException.class, send(GET, null).getException());
        String late = "&operationTimeout=1000";

        assertInstanceOf(IntegratorioTransportException.class, send(other, GET + late, null).getException());
        assertNull(send(stranger, GET + late, null).getException());
        assertEquals(2, server.requestCount());
    }

    @Test
    void a_pause_outlives_the_context_that_met_it() {
        CamelContext first = another("canary-token");
        server.then(json(429, "{}", "Retry-After: 50"), json(200, LICENSE));
        assertInstanceOf(IntegratorioRateLimitException.class, send(first, GET, null).getException());
        first.stop();

        assertInstanceOf(IntegratorioTransportException.class,
                send(another("canary-token"), GET + "&operationTimeout=1000", null).getException());
        assertEquals(1, server.requestCount());
    }

    @Test
    void different_rate_limits_are_refused_in_another_context_while_the_account_is_in_use() {
        assertNotNull(send(GET, null));
        CamelContext other = another("canary-token");
        Exception refused = send(other, GET + "&maxConcurrentRequests=1", null).getException();

        assertTrue(refused.getMessage().contains("maxConcurrentRequests") || refused.getCause().getMessage()
                .contains("maxConcurrentRequests"), refused.toString());
        context.stop();
        assertNotNull(send(other, GET + "&maxConcurrentRequests=1", null).getMessage());
        assertEquals(2, server.requestCount());
    }

    @Test
    void a_context_that_stops_ends_its_own_calls_and_no_others() {
        CamelContext stopping = another("canary-token");
        String one = "&maxConcurrentRequests=3";
        context.getComponent("integratorio", IntegratorioComponent.class).getConfiguration()
                .setMaxConcurrentRequests(3);
        for (int i = 0; i < 3; i++) {
            server.then(whenReleased(json(200, LICENSE)));
        }
        IntStream.range(0, 4).forEach(i -> server.then(json(200, LICENSE)));
        CompletableFuture<Exchange> mine = begin(context, UPDATE, EXPIRY);
        await().until(() -> server.requestCount() == 1);
        CompletableFuture<Exchange> sent = begin(stopping, CREATE + one, NEW);
        CompletableFuture<Exchange> read = begin(stopping, GET + one, null);
        await().until(() -> server.requestCount() == 3);
        CompletableFuture<Exchange> inTurn = begin(stopping, UPDATE + one, EXPIRY);
        CompletableFuture<Exchange> queued = begin(stopping, CREATE + one, NEW);
        CompletableFuture<Exchange> myQueued = begin(context, GET, null);
        CompletableFuture<Exchange> myTurn = begin(context, UPDATE, EXPIRY);
        await().until(() -> stopping.getInflightRepository().size() == 4);
        stopping.stop();

        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class, sent.join().getException());
        assertInstanceOf(IntegratorioTransportException.class, read.join().getException());
        for (CompletableFuture<Exchange> unsent : List.of(inTurn, queued)) {
            IntegratorioTransportException failure =
                    assertInstanceOf(IntegratorioTransportException.class, unsent.join().getException());
            assertTrue(failure.isNotSent() && failure.getMessage().contains("stop"), failure.getMessage());
        }
        released.countDown();
        for (CompletableFuture<Exchange> call : List.of(mine, myQueued, myTurn)) {
            assertNull(call.join().getException());
        }
        assertEquals(5, server.requestCount());
    }

    @Test
    void a_call_of_a_stopped_context_that_waits_to_be_retried_ends_at_once() {
        CamelContext stopping = another("canary-token");
        server.then(json(503, "{}"), json(200, LICENSE));
        CompletableFuture<Exchange> waiting = begin(stopping,
                UPDATE + "&maxRetries=10&retryDelay=100000&maxRetryDelay=100000&operationTimeout=600000", EXPIRY);
        await().until(() -> server.requestCount() == 1);
        stopping.stop();

        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class, waiting.join().getException());
        assertNull(send(GET, null).getException());
        assertEquals(2, server.requestCount());
    }

    @Test
    void a_list_that_nobody_reads_ends_with_its_context() throws Exception {
        CamelContext stopping = another("canary-token");
        CountDownLatch ended = new CountDownLatch(1);
        server.then((socket, out) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[".getBytes());
            try {
                while (true) {
                    out.write("{\"_id\":\"a\"},".getBytes());
                }
            } finally {
                ended.countDown();
            }
        });
        Exchange reading = new DefaultExchange(stopping);
        org.apache.camel.Producer producer = stopping.getEndpoint(LIST + "&streaming=true").createProducer();
        producer.start();
        producer.process(reading);
        assertNull(reading.getException());
        stopping.stop();

        assertTrue(ended.await(30, TimeUnit.SECONDS), "the connection is still open");
    }

    @Test
    void a_component_under_another_name_shares_the_account_too() {
        IntegratorioComponent second = new IntegratorioComponent();
        second.getConfiguration().setBaseUrl(server.baseUrl());
        second.getConfiguration().setAccessToken("canary-token");
        context.addComponent("other", second);
        server.then(json(200, LICENSE), json(429, "{}", "Retry-After: 50"));
        assertNull(send(GET, null).getException());
        assertInstanceOf(IntegratorioRateLimitException.class,
                send(GET.replace("integratorio:", "other:") + "&maxRetries=0", null).getException());

        assertInstanceOf(IntegratorioTransportException.class,
                send(GET + "&operationTimeout=500", null).getException());
        assertFewConnections();
    }

    @ParameterizedTest
    @ValueSource(strings = { "&sslContextParameters=#tls", "&operationTimeout=", "&requestTimeout=", "&retryDelay=" })
    void endpoints_that_differ_in_what_a_connection_does_not_need_share_connections(String option) {
        context.getRegistry().bind("tls", new SSLContextParameters());
        server.then(json(200, LICENSE));
        send(GET + (option.contains("#") ? option : option + 9_999), null);
        long before = threads();
        for (int i = 0; i < 100; i++) {
            server.then(json(200, LICENSE.replace("l1", "l" + i)));
            assertNull(
                    send(GET.replace("=l1", "=l" + i) + (option.contains("#") ? option : option + (10_000 + i)), null)
                            .getException());
        }

        assertEquals(before, threads());
        assertFewConnections();
    }

    /** A connection may become free a moment after the route has gone on with the response. */
    private void assertFewConnections() {
        assertTrue(server.connectionCount() <= 3, server.connectionCount() + " connections");
    }

    @Test
    void calls_without_a_cache_share_one_connection() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:get").toD(GET.replace("=l1", "=${header.id}") + "&operationTimeout=5000", -1);
            }
        });
        for (int i = 0; i < 200; i++) {
            server.then(json(200, LICENSE));
            Exchange exchange = template.request("direct:get", one -> one.getMessage().setHeader("id", "l1"));
            assertNull(exchange.getException());
        }

        assertFewConnections();
        server.then(json(429, "{}", "Retry-After: 50"));
        assertInstanceOf(IntegratorioRateLimitException.class,
                template.request("direct:get", one -> one.getMessage().setHeader("id", "l1")).getException());
        assertInstanceOf(IntegratorioTransportException.class,
                template.request("direct:get", one -> one.getMessage().setHeader("id", "l2")).getException());
        assertEquals(201, server.requestCount());
    }

    @Test
    void more_recipients_than_the_caches_of_camel_hold_leave_no_clients_behind() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:get").recipientList(simple(GET + "&operationTimeout=${header.time}"));
            }
        });
        for (int i = 0; i < 2_600; i++) {
            int time = 10_000 + i % 1_300;
            server.then(json(200, LICENSE));
            assertNull(template.request("direct:get", one -> one.getMessage().setHeader("time", time)).getException());
        }

        assertTrue(RunningComponent.clients(context).size() <= 1_000,
                RunningComponent.clients(context).size() + " clients");
        assertFewConnections();
    }

    @Test
    void twenty_contexts_that_start_and_stop_leave_nothing_behind() {
        context.stop();
        // Of other test classes in this JVM.
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        for (int i = 0; i < 20; i++) {
            CamelContext camel = another("canary-token");
            server.then(json(200, LICENSE));
            assertNull(send(camel, GET, null).getException());
            camel.stop();
        }
        AccountRegistry.ofJvm().endUnused();

        assertEquals(0, AccountRegistry.ofJvm().size());
        await().atMost(Duration.ofMinutes(1)).until(() -> Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread)).map(Thread::getName)
                .noneMatch(name -> name.contains("httpclient") || name.contains("evict")
                        || name.contains("integratorio")));
    }

    @Test
    void a_context_can_stop_while_another_one_starts() {
        CamelContext first = another("canary-token");
        server.then(json(200, LICENSE), json(200, LICENSE));
        assertNull(send(first, GET, null).getException());
        CompletableFuture<Void> stop = CompletableFuture.runAsync(first::stop, ThreadPerTaskExecutor.INSTANCE);
        CamelContext second = another("canary-token");

        assertNull(send(second, GET, null).getException());
        stop.join();
        assertFalse(second.isStopped());
    }
}
