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
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.EveryCallSupport;
import io.github.integratorio.camel.support.ScriptedServer;
import io.github.integratorio.camel.support.ScriptedServer.Answer;
import io.github.integratorio.camel.support.VirtualClient;
import io.github.integratorio.camel.support.VirtualScheduler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static io.github.integratorio.camel.support.ScriptedServer.raw;
import static io.github.integratorio.camel.support.VirtualClient.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Which failures of which calls are retried, how often, and when. */
class RetryTest extends EveryCallSupport {

    /** Responses after which it is unknown whether the call was carried out. */
    private static List<Answer> ambiguous(ApiMethod call) {
        Stream<Answer> always = Stream.of(ScriptedServer.reset(), raw(""), raw("SSH-2.0-OpenSSH_9\r\n"),
                raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"),
                raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\""),
                json(500, "{}"), json(502, "<html>"), json(503, "{}", "Retry-After: 1"), json(504, ""), json(520, ""),
                json(599, ""), json(408, "{}"), json(425, "{}"));
        return call.responseKind() == ApiMethod.ResponseKind.NOTHING
                || call.responseKind() == ApiMethod.ResponseKind.ANYTHING ? always.toList()
                        : Stream.concat(always, Stream.of(json(200, "{\"_id\""),
                                json(200, call.isReplacement() ? "{}" : ""))).toList();
    }

    @ParameterizedTest
    @EnumSource
    @Covers({ 11, 13, 14, 20, 21, 27, 39, 53, 55, 56 })
    void an_ambiguous_failure_is_retried_only_for_idempotent_calls(ApiMethod call) {
        for (Answer bad : ambiguous(call)) {
            ambiguous(call, bad);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Covers({ 41, 42, 43, 44, 45, 46, 47, 50 })
    void a_rejected_call_is_never_retried(ApiMethod call) {
        for (int status : new int[] { 400, 401, 403, 404, 405, 409, 415, 422 }) {
            int before = server.requestCount();
            server.then(json(status, "{\"errors\":[{\"code\":\"x\"}]}",
                    "Location: http://127.0.0.1:" + server.port() + "/other"));
            IntegratorioApiException refused =
                    assertInstanceOf(IntegratorioApiException.class, failure(client.call(call)));
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
    @Covers(1)
    void a_request_that_was_not_sent_is_retried_for_every_call(ApiMethod call) throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }
        try (VirtualClient nowhere =
                new VirtualClient("http://127.0.0.1:" + closed + "/v1", () -> "t", VirtualClient.RETRY,
                        VirtualClient.RATE_LIMITS, new VirtualScheduler(VirtualClient.START))) {
            IntegratorioTransportException error =
                    assertInstanceOf(IntegratorioTransportException.class, failure(nowhere.call(call)));
            assertTrue(error.isNotSent());
            assertEquals(6, nowhere.context.attempts());
        }
    }

    @ParameterizedTest
    @EnumSource
    @Covers({ 60, 71 })
    void every_call_waits_and_retries_after_a_429(ApiMethod call) {
        server.then(json(429, "{\"errors\":[{\"code\":\"rate_limited\"}]}", "Retry-After: 2"), good(call));
        CompletableFuture<ApiResponse> answer = client.call(call);
        answer.join();
        long waited = client.scheduler.elapsed();
        assertTrue(waited >= Duration.ofSeconds(2).toNanos() && waited <= Duration.ofMillis(2_400).toNanos(),
                waited + " ns");
        assertEquals(2, server.requestCount());
        assertTrue(client.context.waited().toMillis() >= 2_000, "" + client.context.waited());
    }

    @Test
    @Covers(69)
    void after_the_maximum_number_of_retries_the_last_429_is_reported() {
        IntStream.range(0, 9).forEach(i -> server.then(json(429, "{}", "Retry-After: 1")));
        assertInstanceOf(IntegratorioRateLimitException.class, failure(client.call(ApiMethod.CREATE_LICENSE)));
        assertEquals(6, server.requestCount());
    }

    @ParameterizedTest
    @ValueSource(ints = { 429, 503 })
    @Covers(68)
    void a_pause_beyond_the_deadline_fails_at_once_with_the_time_to_wait(int status) {
        server.then(json(status, "{}", "Retry-After: 31"));
        IntegratorioApiException limit = assertInstanceOf(IntegratorioApiException.class,
                failure(client.pass(client.begin(ApiMethod.GET_LICENSE, Duration.ofSeconds(30)))));
        assertEquals("31", limit.getResponseHeaders().get("Retry-After"));
        if (status == 429) {
            assertTrue(limit.getMessage().contains("Retry-After: 31 s"), limit.getMessage());
        }
        assertEquals(1, server.requestCount());
        assertEquals(0, client.scheduler.elapsed());
    }

    @Test
    @Covers(70)
    void a_429_without_retry_after_is_retried_after_at_least_a_second() {
        server.then(json(429, "{}"), good(ApiMethod.GET_LICENSE));
        client.call(ApiMethod.GET_LICENSE).join();
        assertTrue(client.scheduler.elapsed() >= Duration.ofSeconds(1).toNanos());
    }

    @Test
    @Covers(48)
    void a_401_is_retried_once_with_another_token() throws Exception {
        Iterator<String> tokens = List.of("first", "second", "third").iterator();
        try (VirtualClient renewing =
                new VirtualClient(server.baseUrl(), tokens::next, VirtualClient.RETRY, VirtualClient.RATE_LIMITS,
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
    @Covers(49)
    void a_401_is_not_retried_with_the_same_token() {
        server.then(json(401, "{\"message\":\"no\"}"));
        failure(client.call(ApiMethod.GET_LICENSE));
        assertEquals(1, server.requestCount());
    }

    @Test
    @Covers({ 51, 52 })
    void a_404_for_a_delete_is_a_success_only_after_an_ambiguous_attempt() {
        server.then(json(404, "{}"));
        assertEquals(404, ((IntegratorioApiException) failure(client.call(ApiMethod.DELETE_LICENSE))).getStatusCode());

        server.then(ScriptedServer.reset(), json(404, "{}"));
        assertEquals(404, client.call(ApiMethod.DELETE_LICENSE).join().status());
    }

    @Test
    void a_404_of_a_proxy_does_not_tell_that_an_ambiguous_delete_was_carried_out() {
        for (String type : new String[] { "text/html", "text/plain" }) {
            server.then(ScriptedServer.reset(), ScriptedServer.of(404, type, "no upstream"));
            assertInstanceOf(IntegratorioAmbiguousOutcomeException.class,
                    failure(client.call(ApiMethod.DELETE_LICENSE)));
        }
    }

    @Test
    @Covers(79)
    void a_call_with_an_ambiguous_attempt_stays_ambiguous() {
        server.then(ScriptedServer.reset(), json(422, "{\"errors\":[{\"code\":\"x\"}]}"));
        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class, failure(client.call(ApiMethod.UPDATE_LICENSE)));

        server.then(ScriptedServer.reset(), json(429, "{}", "Retry-After: 3600"));
        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class,
                failure(client.pass(client.begin(ApiMethod.UPDATE_LICENSE, Duration.ofSeconds(59)))));
        assertEquals(4, server.requestCount());
    }

    @Test
    void a_failed_list_restarts_with_the_first_page_and_a_throttled_one_continues() {
        String second = "Link: <?page=2>; rel=\"next\"";
        server.then(json(200, "[{\"_id\":\"a\"}]", second), ScriptedServer.reset(),
                json(200, "[{\"_id\":\"a\"}]", second),
                json(429, "{}", "Retry-After: 1"), json(200, "[{\"_id\":\"b\"}]"));
        assertEquals(List.of("a", "b"),
                client.call(ApiMethod.LIST_LICENSES).join().rows().stream().map(row -> row.get("_id")).toList());
        assertEquals(List.of("licenses", "page=2", "licenses", "page=2", "page=2"), server.requests().stream()
                .map(request -> request.lines().findFirst().orElseThrow().replaceAll(".*[/?](licenses|page=2).*", "$1"))
                .toList());
    }

    @Test
    @Covers(74)
    void during_an_outage_few_calls_are_retried() {
        int calls = 1_000;
        for (int i = 0; i < calls * 2; i++) {
            server.then(json(500, "{}"));
        }
        for (int i = 0; i < calls; i++) {
            failure(client.call(ApiMethod.GET_LICENSE));
        }
        assertTrue(server.requestCount() <= 1.12 * calls + 100 && server.requestCount() > calls,
                "" + server.requestCount());
    }

    @Test
    void after_an_outage_each_call_earns_a_part_of_a_retry_and_a_success_a_whole_one() {
        while (client.client.takeRetry()) {
            // Until none is left.
        }
        for (int i = 0; i < 13; i++) {
            server.then(json(200, "{\"_id\":\"l1\"}"));
            client.call(ApiMethod.GET_LICENSE).join();
        }
        int earned = 0;
        while (client.client.takeRetry()) {
            earned++;
        }
        assertEquals(14, earned);
    }

    @Test
    void a_call_for_which_no_connection_can_be_made_ends_and_gives_its_permit_back() {
        IntegratorioClient broken = new IntegratorioClient(
                VirtualClient.config(server.baseUrl(), () -> "t", VirtualClient.RETRY, VirtualClient.RATE_LIMITS),
                () -> {
                    throw new IllegalStateException("no thread left");
                }, client.rateLimiter, client.scheduler, Runnable::run, client.client.listener);
        Throwable failure = failure(broken.call(ApiRequest.of(ApiMethod.LIST_LICENSES, "c1", null),
                CallContext.begin(client.scheduler, Duration.ofMinutes(2))));
        assertEquals("no thread left", failure.getMessage());
        assertEquals(0, client.rateLimiter.status().inFlight());
        assertEquals(0, server.requestCount());
    }

    @Test
    @Covers(76)
    void delays_are_distributed_between_zero_and_a_limit_that_doubles() {
        assertEquals(Duration.ZERO, VirtualClient.RETRY.delay(0, 0));
        assertEquals(Duration.ofMillis(100), VirtualClient.RETRY.delay(0, 0.5));
        assertEquals(Duration.ofMillis(800), VirtualClient.RETRY.delay(2, 1));
        assertEquals(Duration.ofSeconds(10), VirtualClient.RETRY.delay(1_000_000, 1));
    }
}
