package io.github.integratorio.camel.internal.client.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.paging.RowIterator;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.EveryCallSupport;
import io.github.integratorio.camel.support.ScriptedServer;
import io.github.integratorio.camel.support.ScriptedServer.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static io.github.integratorio.camel.support.ScriptedServer.raw;
import static io.github.integratorio.camel.support.VirtualClient.failure;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Reuse of connections: when they are reused, when not, and that none is leaked. */
class PooledConnectionTest extends EveryCallSupport {

    private static final String OTHER = "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"_id\":\"other\"}";

    @ParameterizedTest
    @EnumSource
    @Covers(18)
    void a_connection_closed_by_the_server_is_detected_before_a_call_uses_it(ApiMethod call) throws Exception {
        CountDownLatch noticed = new CountDownLatch(1);
        Answer answer = good(call);
        server.then((socket, out) -> {
            answer.give(socket, out);
            out.flush();
            socket.shutdownOutput();
            // The client's side is also closed.
            socket.getInputStream().read();
            noticed.countDown();
        }, answer);
        client.call(call).join();
        noticed.await();
        client.call(call).join();

        assertEquals(List.of(), client.failures);
        assertEquals(1, client.context.attempts());
        assertEquals(2, server.requestCount());
        assertEquals(2, server.connectionCount());
    }

    @ParameterizedTest
    @EnumSource
    @Covers(18)
    void no_call_is_sent_twice_on_a_connection_that_the_server_closes_at_the_same_moment(ApiMethod call) {
        Answer answer = good(call);
        Answer andClose = (socket, out) -> {
            answer.give(socket, out);
            out.flush();
            socket.close();
        };
        boolean answerIsLeft = false;
        for (int i = 0; i < 100; i++) {
            int before = server.requestCount();
            if (!answerIsLeft) {
                server.then(andClose);
            }
            CompletableFuture<ApiResponse> result = client.call(call);
            answerIsLeft = result.isCompletedExceptionally();
            if (answerIsLeft) {
                assertTrue(NEVER_TWICE.contains(call));
                assertAmbiguous(failure(result));
            }
            assertEquals(answerIsLeft ? 0 : 1, server.requestCount() - before);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Covers(18)
    void a_connection_closed_instead_of_a_response_makes_the_call_ambiguous(ApiMethod call) {
        server.then(good(call));
        client.call(call).join();
        ambiguous(call, raw(""));
    }

    @ParameterizedTest
    @EnumSource
    @Covers(19)
    void a_connection_is_not_reused_once_the_server_may_close_it(ApiMethod call) {
        // No request is started in the last second of its keep-alive time.
        for (String kept : List.of("timeout=1", "timeout=1, max=100", "timeout=0")) {
            server.then(json(200, goodBody(call), "Keep-Alive: " + kept));
            client.call(call).join();
        }
        assertEquals(3, server.connectionCount());
        int calls = 30;
        for (int i = 0; i < calls; i++) {
            server.then(json(200, goodBody(call),
                    "Keep-Alive: " + List.of("timeout=3600", "timeout=none", "max=5").get(i % 3)));
            client.call(call).join();
        }
        // A response may be handed over just before its connection is free; then another connection is used.
        assertTrue(server.connectionCount() < 3 + calls / 2, "" + server.connectionCount());
        assertEquals(List.of(), client.failures);
    }

    @ParameterizedTest
    @EnumSource
    @Covers(24)
    void bytes_after_a_response_with_two_lengths_are_never_read_as_another_response(ApiMethod call) {
        String body = goodBody(call).isEmpty() ? "null" : goodBody(call);
        String chunked =
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n";
        server.then((socket, out) -> {
            out.write(chunked.getBytes());
            out.flush();
            out.write(OTHER.getBytes());
        }, good(call));
        // The chunked encoding applies, and the connection is closed afterwards.
        client.call(call).join();
        client.call(call).join();
        assertEquals(2, server.requestCount());
        assertEquals(2, server.connectionCount());
        assertEquals(List.of(), client.failures);
    }

    @ParameterizedTest
    @EnumSource
    void an_unsolicited_response_is_not_taken_for_that_of_the_next_call(ApiMethod call) throws Exception {
        CountDownLatch noticed = new CountDownLatch(1);
        server.then((socket, out) -> {
            good(call).give(socket, out);
            out.write(OTHER.getBytes());
            out.flush();
            try {
                socket.getInputStream().read();
            } finally {
                noticed.countDown();
            }
        }, good(call));
        client.call(call).join();
        noticed.await();
        client.call(call).join();
        assertEquals(2, server.connectionCount());
        assertEquals(2, server.requestCount());
    }

    @Test
    void a_stream_closed_early_closes_its_connection() throws Exception {
        server.then(good(ApiMethod.LIST_LICENSES));
        client.call(ApiMethod.LIST_LICENSES).join();
        CountDownLatch closed = new CountDownLatch(1);
        server.then((socket, out) -> {
            out.write("HTTP/1.1 200 OK\r\n\r\n[{\"_id\":\"a\"},".getBytes());
            out.flush();
            try {
                socket.getInputStream().read();
            } finally {
                closed.countDown();
            }
        });
        RowIterator rows = (RowIterator) client.client.stream(ApiRequest.of(ApiMethod.LIST_LICENSES, "c1", null),
                CallContext.begin(client.scheduler, Duration.ofMinutes(1))).join().value();
        assertEquals("a", rows.next().get("_id"));
        rows.close();
        closed.await();
        await().until(() -> client.rateLimiter.status().inFlight() == 0);
    }

    @Test
    @Covers(35)
    void a_thousand_connections_that_end_in_every_way_leak_no_file_descriptor() throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "Linux");
        List<ApiMethod> calls = List.of(ApiMethod.values());
        List<Answer> ends =
                List.of(json(500, "{}", "Connection: close"), raw(""), ScriptedServer.reset(), raw("SSH-2.0\r\n"),
                        raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"));
        churn(calls, ends, 100);
        int before = openFiles();
        churn(calls, ends, 1000);
        await().until(() -> openFiles() <= before + 5);
    }

    private void churn(List<ApiMethod> calls, List<Answer> ends, int times) {
        for (int i = 0; i < times; i++) {
            ApiMethod call = calls.get(i % calls.size());
            int before = server.connectionCount();
            server.then(ends.get(i % ends.size()));
            if (!NEVER_TWICE.contains(call)) {
                server.then(json(200, goodBody(call), "Connection: close"));
            }
            client.call(call);
            assertEquals(before + (NEVER_TWICE.contains(call) ? 1 : 2), server.connectionCount());
        }
    }

    private static int openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return (int) files.count();
        }
    }
}
