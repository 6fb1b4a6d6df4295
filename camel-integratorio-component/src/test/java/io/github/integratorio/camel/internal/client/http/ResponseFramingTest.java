package io.github.integratorio.camel.internal.client.http;

import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.internal.client.protocol.FailureKind;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.EveryCallSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.integratorio.camel.support.ScriptedServer.endless;
import static io.github.integratorio.camel.support.ScriptedServer.raw;
import static io.github.integratorio.camel.support.VirtualClient.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Responses that are cut, have two lengths or none, or are not HTTP; and unusual ones that are valid. */
class ResponseFramingTest extends EveryCallSupport {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

    private static final List<String> BROKEN = List.of(
            // Shorter than its length; with a chunk, all chunks, the length of a chunk or the last chunk missing.
            OK + "Content-Length: 500\r\n\r\n", OK + "Content-Length: 500\r\n\r\n{\"_id\":\"l1\"}",
            OK + "Transfer-Encoding: chunked\r\n\r\n", OK + "Transfer-Encoding: chunked\r\n\r\n50\r\n{\"_id\"",
            OK + "Transfer-Encoding: chunked\r\n\r\n2\r\n[]", OK + "Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n",
            OK + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n[]\r\n0\r\n\r\n",
            OK + "Transfer-Encoding: chunked\r\n\r\n-1\r\n[]\r\n0\r\n\r\n",
            // Without a length, cut within and between rows.
            OK + "\r\n{\"_id\":\"l1\",\"a", OK + "\r\n{\"_id\":\"l1\",", OK + "\r\n[{\"_id\":\"a\"},{\"_i",
            OK + "\r\n[{\"_id\":\"a\"}", OK + "\r\n[{\"_id\":\"a\"},",
            // Chunked but cut, although the length is right; and codings that were not requested.
            OK + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\nnull",
            OK + "Transfer-Encoding: gzip, chunked\r\n\r\n4\r\nnull\r\n0\r\n\r\n",
            OK + "Transfer-Encoding: identity\r\nContent-Length: 4\r\n\r\nnull",
            OK + "Content-Length: 4\r\nContent-Length: 500\r\n\r\nnull", OK + "Content-Length: 4, 500\r\n\r\nnull",
            OK + "Content-Length: -1\r\n\r\nnull", OK + "Content-Length: 4194305\r\n\r\nnull",
            OK + "Content-Length: 2147483648\r\n\r\nnull", OK + "Content-Length: 9223372036854775807\r\n\r\nnull",
            OK + "Content-Length: 9223372036854775808\r\n\r\nnull", OK + "Content-Length: four\r\n\r\nnull");

    private static final List<String> NO_HTTP = List.of(
            "SSH-2.0-OpenSSH_9.2\r\n", "220 mail.example.com ESMTP\r\n\r\n", "ICY 200 OK\r\n\r\n", "HTTP/1.1\r\n\r\n",
            "HTTP/1.1 \r\n\r\n",
            "HTTP/2.0 200 OK\r\n\r\n", "\u0000\u0000\u0000\u0000\r\n\r\n", "\r\n".repeat(50), "null",
            "HTTP/1.1 abc OK\r\n\r\n", "HTTP/1.1 000 OK\r\n\r\n", "HTTP/1.1 099 OK\r\n\r\n", "HTTP/1.1 -200 OK\r\n\r\n",
            "HTTP/1.1 599 X\r\n\r\n", "HTTP/1.1 600 X\r\n\r\n", "HTTP/1.1 999 X\r\n\r\n", "HTTP/1.1 1000 X\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: TLS/1.2\r\nConnection: upgrade\r\n\r\n",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n");

    private void ambiguousEach(ApiMethod call, List<String> answers) {
        for (String answer : answers) {
            try {
                ambiguous(call, raw(answer));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("after " + answer, e);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @Covers({ 20, 21, 22, 23, 24, 25, 26 })
    void an_incomplete_response_makes_the_call_ambiguous(ApiMethod call) {
        ambiguousEach(call, BROKEN);
    }

    @ParameterizedTest
    @EnumSource
    @Covers({ 20, 21 })
    void a_head_that_breaks_off_is_no_empty_response(ApiMethod call) {
        String head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n";
        ambiguousEach(call, IntStream.range("HTTP/1.1 ".length(), head.length() + 1)
                .mapToObj(length -> head.substring(0, length)).toList());
        String closing = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: x/y\r\n";
        ambiguousEach(call, IntStream.range(closing.indexOf("close") + 5, closing.length() + 1)
                .mapToObj(length -> closing.substring(0, length)).toList());
        ambiguousEach(call, List.of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chun", "HTTP/1.0 200 OK\r\nServer: x",
                "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + closing, "\r\n" + closing,
                "HTTP/1.1 201 Created\r\nDate: Mon, 01", "HTTP/1.1 202\r\nX: y\r\n"));
    }

    @ParameterizedTest
    @EnumSource
    @Covers(25)
    void a_connection_is_not_reused_after_a_response_with_two_lengths(ApiMethod call) {
        int connections = notReusedAfter(call, OK + "Content-Length: 4\r\nContent-Length: 8\r\n\r\nnullnull");
        assertEquals(NEVER_TWICE.contains(call) ? 2 : 3, connections);
    }

    /** A server or proxy that gives up may answer before the request that it has: what follows would be the answer to that one. */
    @ParameterizedTest
    @ValueSource(ints = { 408, 500, 503 })
    void a_connection_is_not_reused_after_a_response_that_may_be_out_of_turn(int status) {
        for (ApiMethod call : List.of(ApiMethod.LIST_LICENSES, ApiMethod.CREATE_LICENSE)) {
            notReusedAfter(call, "HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n");
        }
    }

    /** Returns the number of requests, of which the first one has a connection of its own. */
    private int notReusedAfter(ApiMethod call, String response) {
        List<Socket> used = new CopyOnWriteArrayList<>();
        server.then((socket, out) -> {
            used.add(socket);
            out.write(response.getBytes());
        });
        for (int i = 0; i < 2; i++) {
            server.then((socket, out) -> {
                used.add(socket);
                good(call).give(socket, out);
            });
        }
        client.call(call);
        client.call(call).join();
        assertTrue(used.size() > 1, "" + used);
        assertFalse(used.subList(1, used.size()).contains(used.get(0)));
        server.clear();
        return used.size();
    }

    @ParameterizedTest
    @EnumSource
    @Covers({ 27, 56 })
    void a_response_that_is_not_http_makes_the_call_ambiguous(ApiMethod call) {
        ambiguousEach(call, NO_HTTP);
    }

    @ParameterizedTest
    @EnumSource
    @Covers(27)
    void a_status_line_that_never_ends_is_given_up(ApiMethod call) {
        ambiguous(call, endless("HTTP/1.1 200 ", "x".repeat(1000), Long.MAX_VALUE));
        ambiguous(call, endless("", "SSH-2.0\r\n", Long.MAX_VALUE));
    }

    @ParameterizedTest
    @EnumSource
    @Covers({ 28, 29 })
    void http_1_0_and_interim_responses_are_accepted(ApiMethod call) {
        String body = goodBody(call);
        String whole = OK + "Content-Length: " + body.length() + "\r\n\r\n" + body;
        List<String> good = List.of("HTTP/1.0 200 OK\r\n\r\n" + body,
                "HTTP/1.0 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body,
                "HTTP/1.1 200\r\nContent-Length: " + body.length() + "\r\n\r\n" + body,
                "HTTP/1.1 100 Continue\r\n\r\n" + whole,
                "HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n" + whole,
                "HTTP/1.1 102 Processing\r\n\r\n".repeat(20) + whole, "\r\n\r\n" + whole);
        for (String answer : good) {
            server.then(answer.startsWith("HTTP/1.0") ? raw(answer) : (socket, out) -> out.write(answer.getBytes()));
            client.call(call).join();
        }
        assertEquals(good.size(), server.requestCount());
        assertEquals(List.of(), client.failures);
    }

    @ParameterizedTest
    @EnumSource
    @Covers(29)
    void endless_interim_responses_are_ended_by_the_timeout(ApiMethod call) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        server.then((socket, out) -> {
            for (int i = 0;; i++) {
                out.write("HTTP/1.1 103 Early Hints\r\n\r\n".getBytes());
                if (i == 1000) {
                    begun.countDown();
                }
            }
        });
        if (!NEVER_TWICE.contains(call)) {
            server.then(good(call));
        }
        CompletableFuture<ApiResponse> answer = client.begin(call);
        begun.await();
        client.scheduler.advance(Duration.ofSeconds(30));
        client.pass(answer);
        assertEquals(List.of(FailureKind.AMBIGUOUS), client.failures);
        assertEquals(NEVER_TWICE.contains(call) ? 1 : 2, server.requestCount());
    }

    @ParameterizedTest
    @EnumSource
    @Covers(30)
    void endless_headers_are_given_up(ApiMethod call) {
        ambiguous(call, endless(OK, "X-A: b\r\n", Long.MAX_VALUE));
        ambiguous(call, endless(OK + "X-A: ", "b".repeat(1000), Long.MAX_VALUE));
        ambiguous(call, endless(OK + "X-A: b\r\n", " folded\r\n", Long.MAX_VALUE));
        ambiguous(call, endless(OK + "Transfer-Encoding: chunked\r\n\r\n0\r\n", "X-Trailer: b\r\n", Long.MAX_VALUE));
        ambiguous(call, endless(OK + "Transfer-Encoding: chunked\r\n\r\n", "0", Long.MAX_VALUE));
    }

    @ParameterizedTest
    @EnumSource
    @Covers(31)
    void a_malformed_header_line_is_rejected_or_ignored(ApiMethod call) {
        String body = goodBody(call);
        String length = "Content-Length: " + body.length() + "\r\n";
        for (String header : List.of("X-A: b\rContent-Length: 0", "X-A: b\u0000c", "X\rContent-Length: 0: b",
                "no colon", ": no name", "X A: b")) {
            int before = server.requestCount();
            String odd = OK + length + header + "\r\n\r\n" + body;
            // The connection stays open, so that closing it does not hide the effect of the header.
            server.then((socket, out) -> out.write(odd.getBytes()), good(call));
            CompletableFuture<ApiResponse> answer = client.call(call);
            int sent = server.requestCount() - before;
            // Either the response is rejected, or the header is ignored.
            if (answer.isCompletedExceptionally()) {
                assertAmbiguous(failure(answer));
                assertEquals(1, sent);
                client.call(call).join();
            } else if (sent == 1) {
                client.call(call).join();
            }
            assertEquals(2, server.requestCount() - before);
        }
    }
}
