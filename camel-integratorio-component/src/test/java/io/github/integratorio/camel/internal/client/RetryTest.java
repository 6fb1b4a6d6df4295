package io.github.integratorio.camel.internal.client;

import java.net.ServerSocket;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioRateLimitException;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.support.EveryCallSupport;
import io.github.integratorio.camel.support.ScriptedServer;
import io.github.integratorio.camel.support.ScriptedServer.Answer;
import io.github.integratorio.camel.support.VirtualClient;
import io.github.integratorio.camel.support.VirtualScheduler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static io.github.integratorio.camel.support.ScriptedServer.raw;
import static io.github.integratorio.camel.support.VirtualClient.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Which failures of which calls are sent again, how often, and when. */
class RetryTest extends EveryCallSupport {

    /** Answers that leave open what happened: rows 11, 13, 14, 20, 21, 27, 39, 53, 55, 56. */
    private static List<Answer> ambiguous(ApiMethod call) {
        Stream<Answer> always = Stream.of(ScriptedServer.reset(), raw(""), raw("SSH-2.0-OpenSSH_9\r\n"),
                raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"),
                raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\""),
                json(500, "{}"), json(502, "<html>"), json(503, "{}", "Retry-After: 1"), json(504, ""), json(520, ""), json(599, ""),
                json(408, "{}"), json(425, "{}"));
        return call.responseKind() == ApiMethod.ResponseKind.NOTHING || call.responseKind() == ApiMethod.ResponseKind.ANYTHING ? always.toList()
                : Stream.concat(always, Stream.of(json(200, "{\"_id\""), json(200, ""))).toList();
    }

    @ParameterizedTest
    @EnumSource
    void an_ambiguous_failure_is_sent_again_only_where_twice_is_as_good_as_once(ApiMethod call) {
        for (Answer bad : ambiguous(call)) {
            ambiguous(call, bad);
        }
    }

    @ParameterizedTest
    @EnumSource
    void rows_41_to_47_and_50_a_definite_refusal_is_never_sent_again(ApiMethod call) {
        for (int status : new int[] { 301, 302, 307, 308, 400, 401, 402, 403, 404, 405, 409, 410, 413, 415, 418, 422, 451, 499 }) {
            int before = server.requestCount();
            server.then(json(status, "{\"errors\":[{\"code\":\"x\"}]}", "Location: http://127.0.0.1:" + server.port() + "/other"));
            IntegratorioApiException refused = assertInstanceOf(IntegratorioApiException.class, failure(client.call(call)));
            assertEquals(status, refused.getStatusCode());
            assertEquals(1, server.requestCount() - before);
        }
        if (call.responseKind() == ApiMethod.ResponseKind.OBJECT) {
            server.then(json(200, "{\"errors\":[{\"code\":\"x\"}]}"));
            assertInstanceOf(IntegratorioApiException.class, failure(client.call(call)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void row_1_what_was_never_sent_is_tried_again_for_every_call(ApiMethod call) throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }
        try (VirtualClient nowhere = new VirtualClient("http://127.0.0.1:" + closed + "/v1", () -> "t", VirtualClient.RETRY,
                VirtualClient.GATE, new VirtualScheduler(VirtualClient.START))) {
            IntegratorioTransportException error = assertInstanceOf(IntegratorioTransportException.class, failure(nowhere.call(call)));
            assertTrue(error.isNotSent());
            assertEquals(6, nowhere.context.attempts());
        }
    }

    @ParameterizedTest
    @EnumSource
    void rows_60_and_71_a_429_is_waited_out_by_every_call(ApiMethod call) {
        server.then(json(429, "{\"errors\":[{\"code\":\"rate_limited\"}]}", "Retry-After: 2"), good(call));
        CompletableFuture<ApiResponse> answer = client.call(call);
        answer.join();
        long waited = client.timeline.nanoTime();
        assertTrue(waited >= Duration.ofSeconds(2).toNanos() && waited <= Duration.ofMillis(2_400).toNanos(), waited + " ns");
        assertEquals(2, server.requestCount());
        assertTrue(client.context.waited().toMillis() >= 2_000, "" + client.context.waited());
    }

    @Test
    void row_69_after_so_many_retries_the_last_429_is_told() {
        IntStream.range(0, 9).forEach(i -> server.then(json(429, "{}", "Retry-After: 1")));
        assertInstanceOf(IntegratorioRateLimitException.class, failure(client.call(ApiMethod.CREATE_LICENSE)));
        assertEquals(6, server.requestCount());
    }

    static Stream<Arguments> pauses() {
        return Stream.of(Arguments.of("Retry-After: 61", 61L), Arguments.of("Retry-After: 9223372036854775808", 3_155_760_000L - 2_160_000L));
    }

    @ParameterizedTest
    @MethodSource("pauses")
    void rows_63_and_68_a_pause_that_is_too_long_fails_at_once_and_says_so(String header, long seconds) {
        server.then(json(429, "{}", header));
        IntegratorioRateLimitException limit
                = assertInstanceOf(IntegratorioRateLimitException.class, failure(client.call(ApiMethod.GET_LICENSE)));
        assertTrue(limit.getRetryAfter().toSeconds() >= seconds, "" + limit.getRetryAfter());
        assertTrue(limit.getMessage().contains("Retry-After: " + limit.getRetryAfter().toSeconds() + " s"), limit.getMessage());
        assertEquals(1, server.requestCount());
        assertEquals(0, client.timeline.nanoTime());
    }

    @Test
    void row_70_a_429_without_header_is_waited_out_for_a_second_at_least() {
        server.then(json(429, "{}"), good(ApiMethod.GET_LICENSE));
        client.call(ApiMethod.GET_LICENSE).join();
        assertTrue(client.timeline.nanoTime() >= Duration.ofSeconds(1).toNanos());
    }

    @Test
    void row_48_another_token_is_tried_once_after_a_401() throws Exception {
        Iterator<String> tokens = List.of("first", "second", "third").iterator();
        try (VirtualClient renewing = new VirtualClient(server.baseUrl(), tokens::next, VirtualClient.RETRY, VirtualClient.GATE,
                new VirtualScheduler(VirtualClient.START))) {
            server.then(json(401, "{\"message\":\"no\"}"), good(ApiMethod.CREATE_LICENSE));
            renewing.call(ApiMethod.CREATE_LICENSE).join();
            assertTrue(server.requests().get(1).contains("Bearer second"), server.requests().get(1));

            server.then(json(401, "{\"message\":\"no\"}"), json(401, "{\"message\":\"no\"}"));
            failure(renewing.call(ApiMethod.CREATE_LICENSE));
            assertEquals(4, server.requestCount());
        }
    }

    @Test
    void row_49_the_same_token_is_not_tried_again() {
        server.then(json(401, "{\"message\":\"no\"}"));
        failure(client.call(ApiMethod.GET_LICENSE));
        assertEquals(1, server.requestCount());
    }

    @Test
    void rows_51_and_52_a_404_on_a_deletion_is_a_success_only_after_a_try_of_our_own_that_got_no_answer() {
        server.then(json(404, "{}"));
        assertEquals(404, ((IntegratorioApiException) failure(client.call(ApiMethod.DELETE_LICENSE))).getStatusCode());

        server.then(ScriptedServer.reset(), json(404, "{}"));
        assertEquals(404, client.call(ApiMethod.DELETE_LICENSE).join().status());
    }

    @Test
    void row_79_that_an_earlier_try_may_have_worked_is_never_forgotten() {
        server.then(ScriptedServer.reset(), json(422, "{\"errors\":[{\"code\":\"x\"}]}"));
        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class, failure(client.call(ApiMethod.UPDATE_LICENSE)));

        server.then(ScriptedServer.reset(), json(429, "{}", "Retry-After: 3600"));
        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class, failure(client.call(ApiMethod.UPDATE_LICENSE)));
        assertEquals(4, server.requestCount());
    }

    @Test
    void a_page_walk_that_is_broken_begins_again_and_one_that_is_throttled_goes_on() {
        String second = "Link: <?page=2>; rel=\"next\"";
        server.then(json(200, "[{\"_id\":\"a\"}]", second), ScriptedServer.reset(), json(200, "[{\"_id\":\"a\"}]", second),
                json(429, "{}", "Retry-After: 1"), json(200, "[{\"_id\":\"b\"}]"));
        assertEquals(List.of("a", "b"),
                client.call(ApiMethod.LIST_LICENSES).join().rows().stream().map(row -> row.get("_id")).toList());
        assertEquals(5, server.requestCount());
    }

    @Test
    void row_74_in_an_outage_hardly_anything_is_sent_twice() {
        int calls = 3_000;
        for (int i = 0; i < calls * 2; i++) {
            server.then(json(500, "{}"));
        }
        for (int i = 0; i < calls; i++) {
            failure(client.call(ApiMethod.GET_LICENSE));
        }
        assertTrue(server.requestCount() <= 1.12 * calls + 100 && server.requestCount() > calls, "" + server.requestCount());
    }

    @Test
    void row_76_delays_are_spread_from_nothing_to_a_limit_that_doubles() {
        assertEquals(Duration.ZERO, VirtualClient.RETRY.delay(0, 0));
        assertEquals(Duration.ofMillis(100), VirtualClient.RETRY.delay(0, 0.5));
        assertEquals(Duration.ofMillis(800), VirtualClient.RETRY.delay(2, 1));
        assertEquals(Duration.ofSeconds(10), VirtualClient.RETRY.delay(1_000_000, 1));
    }
}
