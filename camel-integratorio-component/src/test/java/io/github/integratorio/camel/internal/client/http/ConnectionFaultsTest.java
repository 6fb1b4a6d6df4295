package io.github.integratorio.camel.internal.client.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.internal.client.protocol.FailureKind;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.EveryCallSupport;
import io.github.integratorio.camel.support.ScriptedServer;
import io.github.integratorio.camel.support.ScriptedServer.Answer;
import io.github.integratorio.camel.support.VirtualClient;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.util.TimeValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static io.github.integratorio.camel.support.ScriptedServer.raw;
import static io.github.integratorio.camel.support.VirtualClient.failure;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Every call over connections that cannot be opened or break. */
class ConnectionFaultsTest extends EveryCallSupport {

    private static final int TRIES = 1 + VirtualClient.RETRY.maxRetries();

    private static void assertNotSent(VirtualClient client, Throwable error) {
        IntegratorioTransportException transport = assertInstanceOf(IntegratorioTransportException.class, error);
        assertTrue(transport.isNotSent() && !transport.isUntrusted(), transport.getMessage());
        assertFalse(transport.getMessage().contains(TOKEN), transport.getMessage());
        assertTrue(client.failures.stream().allMatch(FailureKind.NOT_SENT::equals), client.failures.toString());
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean isRefused(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return false;
        } catch (ConnectException e) {
            return true;
        }
    }

    @ParameterizedTest
    @EnumSource
    @Covers(2)
    void an_unknown_host_is_retried_and_nothing_is_sent(ApiMethod call) {
        try (VirtualClient lost = newClient("https://nowhere.invalid/v1")) {
            Throwable error = failure(lost.call(call));
            assertInstanceOf(UnknownHostException.class, error.getCause());
            assertNotSent(lost, error);
            assertEquals(TRIES, lost.failures.size());
        }
    }

    @Test
    @Covers(3)
    void a_connect_timeout_is_retried_for_every_call_and_nothing_is_sent() throws Exception {
        List<Socket> queued = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                VirtualClient waiting =
                        newClient("http://127.0.0.1:" + full.getLocalPort() + "/v1", null, 0, Duration.ofMillis(50),
                                // Checks its clock more often than by default.
                                builder -> builder.setIOReactorConfig(IOReactorConfig.custom()
                                        .setSelectInterval(TimeValue.ofMilliseconds(10)).build()))) {
            fill(full, queued);
            List<CompletableFuture<ApiResponse>> calls = new ArrayList<>();
            for (ApiMethod call : ApiMethod.values()) {
                calls.add(waiting.begin(call));
            }
            for (CompletableFuture<ApiResponse> call : calls) {
                assertNotSent(waiting, failure(waiting.pass(call)));
            }
            assertEquals(calls.size() * TRIES, waiting.failures.size());
        } finally {
            for (Socket socket : queued) {
                socket.close();
            }
        }
    }

    /** Connects until the server's backlog is full. */
    private static void fill(ServerSocket server, List<Socket> queued) throws IOException {
        while (queued.size() < 1000) {
            Socket socket = new Socket();
            queued.add(socket);
            try {
                socket.connect(server.getLocalSocketAddress(), 500);
            } catch (SocketTimeoutException e) {
                return;
            }
        }
        throw new AssertionError("the queue never filled");
    }

    @ParameterizedTest
    @EnumSource
    @Covers(4)
    void a_call_that_retries_reaches_a_server_that_comes_back(ApiMethod call) throws Exception {
        server.then(json(200, goodBody(call), "Connection: close"));
        client.call(call).join();
        int port = server.port();
        server.close();
        await().until(() -> isRefused(port));
        CompletableFuture<ApiResponse> waiting = client.begin(call);
        await().until(() -> client.isIdle() && client.failures.contains(FailureKind.NOT_SENT));
        assertFalse(waiting.isDone());

        server = ScriptedServer.start(InetAddress.getLoopbackAddress(), port);
        server.then(good(call));
        client.pass(waiting).join();
        assertEquals(1, server.requestCount());
        assertEquals(List.of(FailureKind.NOT_SENT), client.failures);
    }

    @ParameterizedTest
    @EnumSource
    @Covers(11)
    void no_call_is_sent_twice_on_a_connection_that_is_closed_at_once(ApiMethod call) {
        server.thenCut(0).then(good(call));
        CompletableFuture<ApiResponse> answer = client.call(call);

        assertEquals(1, client.failures.size());
        boolean mayRepeat = !NEVER_TWICE.contains(call) || client.failures.get(0) == FailureKind.NOT_SENT;
        assertEquals(mayRepeat ? 1 : 0, server.requestCount());
        assertEquals(mayRepeat ? 2 : 1, server.connectionCount());
        if (mayRepeat) {
            answer.join();
        } else {
            assertAmbiguous(failure(answer));
        }
    }

    @ParameterizedTest
    @EnumSource
    @Covers(12)
    void a_request_that_was_partly_read_is_ambiguous(ApiMethod call) {
        boolean hasBody = call.isWrite() && !call.method().equals("DELETE");
        byte[] large = hasBody ? ("{\"a\":\"" + "x".repeat(200_000) + "\"}").getBytes() : null;
        server.thenCut(hasBody ? 100_000 : 30);
        if (!NEVER_TWICE.contains(call)) {
            server.then(good(call));
        }
        client.context = CallContext.begin(client.scheduler, VirtualClient.RETRY.operationTimeout());
        CompletableFuture<ApiResponse> answer = client.pass(client.client.call(
                new ApiRequest(call, "c1", call.pathTemplate().contains("{licenseId}") ? "l1" : null, large),
                client.context));

        assertEquals(List.of(FailureKind.AMBIGUOUS), client.failures);
        assertEquals(NEVER_TWICE.contains(call) ? 0 : 1, server.requestCount());
        if (NEVER_TWICE.contains(call)) {
            assertAmbiguous(failure(answer));
            assertEquals(1, server.connectionCount());
        } else {
            answer.join();
        }
    }

    @ParameterizedTest
    @EnumSource
    @Covers({ 13, 14 })
    void a_connection_that_ends_after_the_request_makes_the_call_ambiguous(ApiMethod call) {
        for (Answer end : List.of(raw(""), ScriptedServer.reset())) {
            ambiguous(call, end);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Covers({ 15, 16, 17 })
    void a_response_that_is_incomplete_at_the_timeout_closes_the_connection(ApiMethod call) throws Exception {
        for (String part : List.of("", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n[", "HTTP/1.1 200 OK\r\n\r\n{\"_id\":\"l1\"")) {
            int before = server.requestCount();
            CountDownLatch given = new CountDownLatch(1);
            CountDownLatch closed = new CountDownLatch(1);
            server.then((socket, out) -> {
                out.write(part.getBytes());
                out.flush();
                given.countDown();
                try {
                    socket.getInputStream().read();
                } finally {
                    closed.countDown();
                }
            });
            CompletableFuture<ApiResponse> answer = client.begin(call);
            given.await();
            client.scheduler.advance(Duration.ofMillis(29_999));
            assertFalse(answer.isDone());
            assertEquals(1, client.rateLimiter.status().inFlight());
            if (!NEVER_TWICE.contains(call)) {
                server.then(good(call));
            }
            client.scheduler.advance(Duration.ofMillis(1));
            client.pass(answer);

            assertTrue(closed.await(10, TimeUnit.SECONDS), "the connection stays open: " + part);
            assertEquals(NEVER_TWICE.contains(call) ? 1 : 2, server.requestCount() - before);
            if (NEVER_TWICE.contains(call)) {
                assertAmbiguous(failure(answer));
                assertTrue(failure(answer).getMessage().contains("response lost: "), failure(answer).getMessage());
            } else {
                answer.join();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @Covers(33)
    void a_proxy_that_is_unreachable_or_refuses_gets_no_token(ApiMethod call) throws Exception {
        try (VirtualClient behind =
                newClient("https://api.example.invalid/v1", null, closedPort(), CONNECT_TIMEOUT, null)) {
            assertNotSent(behind, failure(behind.call(call)));
            assertEquals(TRIES, behind.failures.size());
        }
        for (int i = 0; i < TRIES; i++) {
            server.then(raw("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"));
        }
        try (VirtualClient behind =
                newClient("https://api.example.invalid/v1", null, server.port(), CONNECT_TIMEOUT, null)) {
            assertNotSent(behind, failure(behind.call(call)));
        }
        assertEquals(TRIES, server.requestCount());
        server.then(raw(
                "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n"));
        try (VirtualClient behind =
                newClient("https://api.example.invalid/v1", null, server.port(), CONNECT_TIMEOUT, null)) {
            assertTrue(assertInstanceOf(IntegratorioTransportException.class, failure(behind.call(call))).isNotSent());
            assertEquals(List.of(FailureKind.REJECTED), behind.failures);
        }
        assertEquals(TRIES + 1, server.requestCount());
        for (String request : server.requests()) {
            assertTrue(request.startsWith("CONNECT api.example.invalid:443 ") && !request.contains(TOKEN), request);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Covers(34)
    void the_reachable_one_of_two_addresses_is_used(ApiMethod call) throws Exception {
        assumeTrue(InetAddress.getByName("::1").isReachable(1_000), "IPv6");
        InetAddress six = InetAddress.getByName("::1");
        InetAddress four = InetAddress.getByName("127.0.0.1");
        int free = closedPort();
        try (ScriptedServer alive = ScriptedServer.start(six, free)) {
            for (List<InetAddress> addresses : List.of(List.of(four, six), List.of(six, four), List.of(six))) {
                alive.then(good(call));
                try (VirtualClient dual = newClient("http://localhost:" + alive.port() + "/v1", null, 0,
                        CONNECT_TIMEOUT, builder -> builder
                                .setConnectionManager(PoolingAsyncClientConnectionManagerBuilder.create()
                                        .setDnsResolver(only(addresses)).build()))) {
                    dual.call(call).join();
                    assertEquals(List.of(), dual.failures, "no attempt failed");
                }
            }
            alive.then(good(call));
            try (VirtualClient literal = newClient("http://[::1]:" + alive.port() + "/v1")) {
                literal.call(call).join();
            }
            assertEquals(4, alive.requestCount());
            assertTrue(alive.requests().get(3).contains("Host: [::1]:" + alive.port()), alive.requests().get(3));
        }
    }

    private static DnsResolver only(List<InetAddress> addresses) {
        return new DnsResolver() {
            @Override
            public InetAddress[] resolve(String host) {
                return addresses.toArray(InetAddress[]::new);
            }

            @Override
            public List<InetSocketAddress> resolve(String host, int port) {
                return addresses.stream().map(address -> new InetSocketAddress(address, port)).toList();
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        };
    }
}
