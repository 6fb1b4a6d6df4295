package io.github.integratorio.camel.internal.client;

import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.RunningComponent;
import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.concurrent.ThreadPools;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.ScriptedServerTestSupport;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static io.github.integratorio.camel.support.ScriptedServer.raw;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Requests that were not sent, timeouts, and the threads on which routes continue. */
class TransportTest extends ScriptedServerTestSupport {

    @Override
    protected void configure(IntegratorioComponent component) {
        component.getConfiguration().setRequestTimeout(700);
        component.getConfiguration().setConnectTimeout(1_000);
    }

    @Test
    @Covers({ 1, 2 })
    void a_request_that_was_not_sent_is_reported_as_not_sent() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }
        for (String base : List.of("http://127.0.0.1:" + closed + "/v1", "https://nowhere.invalid/v1")) {
            IntegratorioTransportException error =
                    fail(IntegratorioTransportException.class, CREATE + "&baseUrl=" + base, NEW);
            assertTrue(error.isNotSent(), error.getMessage());
        }
    }

    @Test
    @Covers(8)
    void a_server_without_tls_is_not_trusted_and_receives_no_request() {
        server.then(raw("HTTP/1.1 400 Bad\r\n\r\n"));
        IntegratorioTransportException error = fail(IntegratorioTransportException.class,
                CREATE + "&baseUrl=https://127.0.0.1:" + server.port() + "/v1", NEW);
        assertTrue(error.isNotSent(), error.getMessage());
        assertEquals(0, server.requests().stream().filter(request -> request.contains("licenses")).count());
    }

    @Test
    @Covers({ 15, 16, 17 })
    void the_timeout_covers_the_whole_response() {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: " + LICENSE.length() + "\r\n\r\n";
        server.then(server.rawThenSilence(""), server.rawThenSilence(head),
                server.rawThenSilence(head + LICENSE.substring(0, 20)),
                (socket, out) -> {
                    out.write(head.getBytes());
                    for (byte one : LICENSE.getBytes()) {
                        out.write(one);
                        out.flush();
                        new java.util.concurrent.CountDownLatch(1).await(100,
                                java.util.concurrent.TimeUnit.MILLISECONDS);
                    }
                });
        for (int i = 0; i < 4; i++) {
            IntegratorioTransportException error = fail(IntegratorioTransportException.class, GET, null);
            assertFalse(error.isNotSent());
            assertTrue(error.getMessage().contains("requestTimeout=700"), error.getMessage());
        }
        server.then(server.rawThenSilence(""));
        fail(IntegratorioAmbiguousOutcomeException.class, CREATE, NEW);
        assertEquals(5, server.requestCount());
    }

    @Test
    void routes_never_continue_on_an_io_thread_and_every_exchange_completes_once() throws Exception {
        Set<String> threads = ConcurrentHashMap.newKeySet();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                // A longer timeout than the other tests, because the machine may be busy.
                from("direct:get").to(GET + "&requestTimeout=30000")
                        .process(exchange -> threads.add(Thread.currentThread().getName())).to("mock:got");
            }
        });
        int calls = 200;
        IntStream.range(0, calls).forEach(i -> server.then(json(200, LICENSE)));
        getMockEndpoint("mock:got").expectedMessageCount(calls);
        List<CompletableFuture<Exchange>> all = IntStream.range(0, calls)
                .mapToObj(i -> template.asyncSend("direct:get", exchange -> {})).toList();
        all.forEach(one -> assertEquals(null, one.join().getException()));

        getMockEndpoint("mock:got").assertIsSatisfied();
        assertTrue(threads.stream().noneMatch(name -> name.contains("httpclient") || name.contains("dispatch")),
                threads.toString());
        assertEquals(calls, server.requestCount());
        // 64 requests in flight; each of the two I/O threads may have a request done whose connection is not free yet.
        assertTrue(server.connectionCount() <= 66, "" + server.connectionCount());
    }

    @Test
    void thousands_of_scheduled_and_queued_tasks_never_run_early_or_on_the_caller() {
        ThreadPools threads = RunningComponent.threads(context);
        String here = Thread.currentThread().getName();
        Set<String> wrong = ConcurrentHashMap.newKeySet();
        List<Runnable> planned = IntStream.range(0, 5_000)
                .mapToObj(i -> threads.scheduler().schedule(Duration.ofHours(1),
                        () -> wrong.add("before its time")))
                .toList();
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger done = new AtomicInteger();
        IntStream.range(0, 5_000).forEach(i -> threads.workers().execute(() -> {
            if (Thread.currentThread().getName().equals(here)) {
                wrong.add("on the caller");
            } else {
                await().until(() -> end.getCount() == 0);
            }
            done.incrementAndGet();
        }));
        end.countDown();
        await().until(() -> done.get() == 5_000);
        planned.forEach(Runnable::run);
        assertEquals(Set.of(), wrong);

        context.stop();
        threads.workers().execute(done::incrementAndGet);
        assertEquals(5_001, done.get());
    }

    @Test
    void routes_that_wait_for_their_own_calls_do_not_use_up_the_threads_that_process_responses() throws Exception {
        String get = GET + "&requestTimeout=30000&connectTimeout=30000";
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:nested").to(get).process(exchange -> template.requestBody(get, (Object) null));
            }
        });
        int calls = 150;
        IntStream.range(0, 2 * calls).forEach(i -> server.then(json(200, LICENSE)));
        List<CompletableFuture<Exchange>> all = IntStream.range(0, calls)
                .mapToObj(i -> template.asyncSend("direct:nested", exchange -> {})).toList();
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
        all.forEach(one -> assertEquals(null, one.join().getException()));
    }

    @Test
    void connections_are_reused() {
        IntStream.range(0, 50).forEach(i -> server.then(i % 5 == 4 ? json(404, "{}") : json(200, LICENSE)));
        IntStream.range(0, 50).forEach(i -> send(GET, null));
        // A response may be handed over just before its connection returns to the pool; then a second connection is used.
        assertTrue(server.connectionCount() <= 3, "" + server.connectionCount());
    }

    @Test
    @Covers(33)
    void a_proxy_that_rejects_the_connection_sees_no_token_and_nothing_is_sent() {
        server.then(raw("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"),
                raw("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"));
        for (int i = 0; i < 2; i++) {
            IntegratorioTransportException error = fail(IntegratorioTransportException.class,
                    CREATE + "&baseUrl=https://api.example.invalid/v1&proxyHost=127.0.0.1&proxyPort=" + server.port(),
                    NEW);
            assertTrue(error.isNotSent(), error.getMessage());
        }
        assertTrue(
                server.requests().stream()
                        .allMatch(request -> request.startsWith("CONNECT ") && !request.contains("canary")),
                server.requests().toString());
    }

    @Test
    void stopping_completes_calls_in_flight_once() {
        server.then(server.rawThenSilence(""));
        CompletableFuture<Exchange> call = template.asyncSend(CREATE, exchange -> exchange.getMessage().setBody(NEW));
        await().until(() -> server.requestCount() == 1);
        context.stop();
        assertTrue(call.join().getException() instanceof IntegratorioAmbiguousOutcomeException,
                "" + call.join().getException());
    }
}
