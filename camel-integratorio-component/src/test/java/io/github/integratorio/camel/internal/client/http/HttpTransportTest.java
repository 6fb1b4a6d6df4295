package io.github.integratorio.camel.internal.client.http;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.paging.RowIterator;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.RawResponse;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.ScriptedServer;
import io.github.integratorio.camel.support.VirtualClient;
import io.github.integratorio.camel.support.VirtualScheduler;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Races between sending, timeout and the release of connections, and what is left after the end. */
class HttpTransportTest {

    private ScriptedServer server;

    @BeforeEach
    void start() throws Exception {
        server = ScriptedServer.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private static TransportConfig config(ScriptedServer server, Consumer<HttpAsyncClientBuilder> customizer) {
        return new TransportConfig(URI.create(server.baseUrl()), null, null, 0, Duration.ofSeconds(10),
                VirtualClient.BUFFERED, customizer);
    }

    @Test
    @Covers(83)
    void a_request_reported_as_not_sent_is_never_sent() throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        CountDownLatch timedOut = new CountDownLatch(1);
        AtomicInteger through = new AtomicInteger();
        VirtualScheduler scheduler = new VirtualScheduler(VirtualClient.START);
        server.then(json(201, "{\"_id\":\"l1\"}"));
        // The connection is established at the moment of the timeout.
        try (HttpTransport transport =
                new HttpTransport(config(server, builder -> builder.addExecInterceptorLast("late",
                        (request, entity, scope, chain, callback) -> {
                            connected.countDown();
                            try {
                                timedOut.await(10, TimeUnit.SECONDS);
                            } catch (InterruptedException e) {
                                throw new java.io.InterruptedIOException();
                            }
                            chain.proceed(request, entity, scope, callback);
                            through.incrementAndGet();
                        })))) {
            CompletableFuture<RawResponse> answer =
                    transport.send(new ApiRequest(ApiMethod.CREATE_LICENSE, "c1", null, "{}".getBytes()),
                            "/v1/connectors/c1/licenses", "t",
                            new ResponseLimits(Duration.ofSeconds(30), "requestTimeout", Duration.ofSeconds(30),
                                    1 << 20, false),
                            scheduler, Runnable::run, () -> {});
            // Runs on the thread of the timeout, before it cancels the request.
            answer.whenComplete((result, error) -> {
                timedOut.countDown();
                await().until(() -> through.get() == 1);
            });
            assertTrue(connected.await(10, TimeUnit.SECONDS));
            scheduler.advance(Duration.ofSeconds(30));

            assertTrue(((IntegratorioTransportException) VirtualClient.failure(answer)).isNotSent());
        }
        assertEquals(0, server.requestCount());
    }

    @Test
    void a_stream_closed_immediately_releases_its_permit() {
        server.then(ScriptedServer.endless("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[",
                "{\"_id\":\"a\"},", 1L << 30));
        try (VirtualClient client = VirtualClient.of(server)) {
            client.client.stream(ApiRequest.of(ApiMethod.LIST_LICENSES, "c1", null),
                    CallContext.begin(client.scheduler, Duration.ofMinutes(2)))
                    .thenAccept(answer -> ((RowIterator) answer.value()).close()).join();

            await().until(() -> client.rateLimiter.status().inFlight() == 0);
        }
    }

    private static CompletableFuture<RawResponse> list(HttpTransport transport, VirtualScheduler scheduler) {
        return transport.send(ApiRequest.of(ApiMethod.LIST_LICENSES, "c1", null), "/v1/connectors/c1/licenses", "t",
                new ResponseLimits(Duration.ofSeconds(30), "requestTimeout", Duration.ofSeconds(30), 1 << 20, false),
                scheduler, Runnable::run, () -> {});
    }

    @Test
    void each_request_has_the_token_of_its_call_and_says_what_it_is() throws Exception {
        VirtualScheduler scheduler = new VirtualScheduler(VirtualClient.START);
        List<String> tokens = List.of("one", "two", "two", "wo", "xtwo");
        try (HttpTransport transport = new HttpTransport(config(server, null))) {
            Thread.currentThread().interrupt();
            for (String token : tokens) {
                server.then(json(201, "{}"));
                CompletableFuture<RawResponse> sent =
                        transport.send(new ApiRequest(ApiMethod.CREATE_LICENSE, "c1", null, "{}".getBytes()), "/x",
                                token, new ResponseLimits(Duration.ofSeconds(30), "requestTimeout",
                                        Duration.ofSeconds(30), 1 << 20, false),
                                scheduler, Runnable::run, () -> {});
                assertTrue(Thread.interrupted(), "the thread is still interrupted");
                sent.join();
                Thread.currentThread().interrupt();
            }
        } finally {
            Thread.interrupted();
        }
        for (int i = 0; i < tokens.size(); i++) {
            List<String> head = server.requests().get(i).lines().toList();
            assertEquals("POST /x HTTP/1.1", head.get(0));
            assertTrue(head.contains("Authorization: Bearer " + tokens.get(i)), "" + head);
            assertTrue(head.contains("Accept: application/json"), "" + head);
            assertTrue(head.stream().anyMatch(line -> line.startsWith("Content-Type: application/json")), "" + head);
        }
    }

    @Test
    void a_request_whose_timeout_cannot_be_scheduled_ends() throws Exception {
        VirtualScheduler stopped = new VirtualScheduler(VirtualClient.START);
        stopped.stop();
        server.then(json(200, "[]"));
        try (HttpTransport transport = new HttpTransport(config(server, null))) {
            list(transport, stopped).handle((response, error) -> "ended").get(10, TimeUnit.SECONDS);
        }
    }

    /** Answers when the client has closed the connection. */
    private static ScriptedServer.Answer silent(CountDownLatch asked, CountDownLatch disconnected) {
        return (socket, out) -> {
            asked.countDown();
            try {
                socket.getInputStream().read();
            } finally {
                disconnected.countDown();
            }
        };
    }

    @Test
    void closing_ends_requests_in_flight_and_their_connections_and_later_ones_are_not_sent() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch disconnected = new CountDownLatch(1);
        server.then(silent(asked, disconnected));
        VirtualScheduler scheduler = new VirtualScheduler(VirtualClient.START);
        HttpTransport transport = new HttpTransport(config(server, null));
        CompletableFuture<RawResponse> inFlight = list(transport, scheduler);
        assertTrue(asked.await(10, TimeUnit.SECONDS));
        Thread.currentThread().interrupt();
        transport.close();
        assertTrue(Thread.interrupted(), "the thread is still interrupted");
        assertTrue(disconnected.await(10, TimeUnit.SECONDS));
        assertFalse(((IntegratorioTransportException) VirtualClient.failure(inFlight)).isNotSent());
        assertFalse(scheduler.hasTasks(), "a timeout is still scheduled");
        IntegratorioTransportException late =
                (IntegratorioTransportException) VirtualClient.failure(list(transport, scheduler));
        assertTrue(late.isNotSent() && late.getCause().getMessage().equals("the component was stopped"));
        assertFalse(transport.isAlive());
        assertEquals(1, server.requestCount());
    }

    @Test
    void closing_ends_a_request_that_has_no_connection_yet() {
        VirtualScheduler scheduler = new VirtualScheduler(VirtualClient.START);
        HttpTransport transport = new HttpTransport(config(server, builder -> builder.addExecInterceptorLast("lost",
                (request, entity, scope, chain, callback) -> {
                    // It never goes on.
                })));
        CompletableFuture<RawResponse> waiting = list(transport, scheduler);
        transport.close();
        assertTrue(((IntegratorioTransportException) VirtualClient.failure(waiting)).isNotSent());
        assertFalse(scheduler.hasTasks(), "a timeout is still scheduled");
    }

    @Test
    void closing_ends_the_threads() {
        VirtualScheduler scheduler = new VirtualScheduler(VirtualClient.START);
        server.then(json(200, "[]"));
        Set<Thread> before = ioThreads();
        try (HttpTransport transport = new HttpTransport(config(server, null))) {
            list(transport, scheduler).join();
        }
        Set<Thread> left = ioThreads();
        left.removeAll(before);
        await().until(() -> left.stream().noneMatch(Thread::isAlive));
    }

    private static Set<Thread> ioThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("httpclient-")).collect(Collectors.toSet());
    }
}
