package io.github.integratorio.camel.internal.client;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioRateLimitException;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.internal.client.protocol.FailureKind;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.ScriptedServer;
import io.github.integratorio.camel.support.ScriptedServer.Answer;
import io.github.integratorio.camel.support.VirtualClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static io.github.integratorio.camel.support.VirtualClient.failure;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The time of retries, to the millisecond of virtual time. */
class RetryTimingTest {

    private static final Answer GOOD = json(200, "{\"_id\":\"l1\"}");
    /** Time until the token bucket has a token again after a pause. */
    private static final int TOKEN = 5;

    private ScriptedServer server;
    private VirtualClient client;

    @BeforeEach
    void start() throws Exception {
        server = ScriptedServer.start();
        client = VirtualClient.of(server);
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    /** Milliseconds until a call succeeds that gets one 429. */
    private double waitAfter(String... headers) {
        return waitAfter(429, headers);
    }

    private double waitAfter(int status, String... headers) {
        long before = client.scheduler.nanoTime();
        server.then(json(status, "{}", headers), GOOD);
        client.call(ApiMethod.GET_LICENSE).join();
        return (client.scheduler.nanoTime() - before) / 1e6;
    }

    private static void assertWithin(double least, double most, double millis) {
        assertTrue(millis >= least && millis <= most, millis + " ms");
    }

    @Test
    @Covers({ 61, 66 })
    void a_retry_after_of_zero_or_in_the_past_gives_the_normal_delay() {
        assertWithin(0, 200 + TOKEN, waitAfter("Retry-After: 0"));
        assertWithin(0, 200 + TOKEN,
                waitAfter("Retry-After: Mon, 01 Jun 2026 09:00:00 GMT", "Date: Mon, 01 Jun 2026 10:00:00 GMT"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "-1", "abc", "", "1.5", "1e3", "Mon, 32 Jun 2026 10:00:07 GMT" })
    @Covers(62)
    void an_invalid_retry_after_is_ignored(String value) {
        assertWithin(1_000, 1_200 + TOKEN, waitAfter("Retry-After: " + value));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "2|2000", "' 3 '|3000", "Mon, 01 Jun 2026 11:00:05 GMT|5000",
            "Monday, 01-Jun-26 11:00:05 GMT|5000", "Mon Jun  1 11:00:05 2026|5000" })
    @Covers({ 60, 62, 64, 65 })
    void the_delay_is_never_shorter_than_retry_after_by_the_clock_of_the_server(String value, int millis) {
        // The server's clock is an hour fast.
        assertWithin(millis, millis * 1.2 + TOKEN,
                waitAfter("Retry-After: " + value, "Date: Mon, 01 Jun 2026 11:00:00 GMT"));
    }

    @ParameterizedTest
    @ValueSource(ints = { 408, 425, 429, 500, 502, 503, 504, 529 })
    @Covers({ 53, 60 })
    void a_failing_api_that_says_when_to_come_back_is_not_asked_before(int status) {
        assertWithin(12_000, 14_400 + TOKEN, waitAfter(status, "Retry-After: 12"));
        assertWithin(5_000, 6_000 + TOKEN,
                waitAfter(status, "Retry-After: Mon, 01 Jun 2026 11:00:05 GMT", "Date: Mon, 01 Jun 2026 11:00:00 GMT"));
        assertEquals(4, server.requestCount());
    }

    @ParameterizedTest
    @ValueSource(ints = { 429, 503 })
    @Covers(71)
    void the_whole_account_waits_for_a_pause_and_then_for_one_request(int status) {
        server.then(json(status, "{}", "Retry-After: 12"));
        CompletableFuture<ApiResponse> first = client.begin(ApiMethod.CREATE_CONNECTOR);
        await().until(() -> server.requestCount() == 1 && client.isIdle());
        List<CompletableFuture<ApiResponse>> others =
                IntStream.range(0, 20).mapToObj(i -> client.begin(ApiMethod.GET_LICENSE)).toList();
        client.scheduler.advance(Duration.ofMillis(11_999));
        assertEquals(1, server.requestCount());

        server.then(json(status, "{}", "Retry-After: 30"));
        client.scheduler.advance(Duration.ofMillis(1 + TOKEN));
        await().until(() -> server.requestCount() == 2 && client.isIdle());
        client.scheduler.advance(Duration.ofSeconds(29));
        assertEquals(2, server.requestCount());

        IntStream.range(0, 22).forEach(i -> server.then(GOOD));
        others.forEach(other -> client.pass(other).join());
        client.pass(first);
        assertEquals(status == 429, !first.isCompletedExceptionally());
        assertEquals(status == 429 ? 23 : 22, server.requestCount());
    }

    @ParameterizedTest
    @ValueSource(strings = { "61", "300", "3600", "Mon, 01 Jun 2026 10:59:00 GMT" })
    @Covers(63)
    void nobody_waits_longer_than_the_maximum(String value) {
        assertWithin(60_000, 60_000 + 6 * TOKEN,
                waitAfter("Retry-After: " + value, "Date: Mon, 01 Jun 2026 10:00:00 GMT"));
        assertWithin(60_000, 60_000 + 6 * TOKEN,
                waitAfter(503, "Retry-After: " + value, "Date: Mon, 01 Jun 2026 10:00:00 GMT"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "86400", "1780308000", "1780308000000", "9223372036854775808",
            "Wed, 01 Jan 2098 00:00:00 GMT" })
    @Covers(63)
    void an_absurd_pause_counts_as_none(String value) {
        assertWithin(1_000, 1_200 + TOKEN, waitAfter("Retry-After: " + value));
        assertWithin(0, 200 + TOKEN, waitAfter(503, "Retry-After: " + value));
        assertEquals(Duration.ZERO, client.rateLimiter.status().paused());
    }

    @Test
    @Covers(65)
    void a_retry_after_date_is_compared_with_the_local_clock_if_the_response_has_no_date() {
        assertWithin(5_000, 6_000 + TOKEN, waitAfter("Retry-After: Mon, 01 Jun 2026 10:00:05 GMT"));
    }

    @Test
    @Covers(67)
    void the_longest_of_several_retry_after_headers_applies() {
        assertWithin(4_000, 4_800 + TOKEN,
                waitAfter("Retry-After: 2", "Retry-After: 4", "Retry-After: x", "Retry-After: 3"));
    }

    @Test
    @Covers({ 69, 70 })
    void a_pause_without_retry_after_is_a_second_and_doubles() {
        IntStream.range(0, 9).forEach(i -> server.then(json(429, "{}")));
        assertInstanceOf(IntegratorioRateLimitException.class, failure(client.call(ApiMethod.GET_LICENSE)));
        assertEquals(6, server.requestCount());
        int all = 1_000 + 2_000 + 4_000 + 8_000 + 10_000;
        assertWithin(all, all * 1.2, client.scheduler.elapsed() / 1e6);
    }

    @Test
    @Covers(76)
    void delays_differ_from_call_to_call() {
        Set<Long> delays = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            server.then(ScriptedServer.reset(), GOOD);
            client.call(ApiMethod.GET_LICENSE).join();
            assertWithin(0, 200, client.context.waited().toMillis());
            delays.add(client.context.waited().toNanos());
        }
        assertTrue(delays.size() > 10, delays.toString());
    }

    static Stream<Arguments> failuresWithDelays() {
        return Stream.of(Arguments.of(json(429, "{}", "Retry-After: 2"), 2_000, 2_400 + TOKEN),
                Arguments.of(
                        json(429, "{}", "Retry-After: Mon, 01 Jun 2026 10:00:02 GMT",
                                "Date: Mon, 01 Jun 2026 10:00:00 GMT"),
                        2_000, 2_400 + TOKEN),
                Arguments.of(json(429, "{}"), 1_000, 1_200 + TOKEN), Arguments.of(ScriptedServer.reset(), 0, 200));
    }

    @ParameterizedTest
    @MethodSource("failuresWithDelays")
    @Covers(81)
    void changing_the_system_clock_while_a_call_waits_has_no_effect(Answer failure, int least, int most) {
        for (Duration jump : List.of(Duration.ofDays(1), Duration.ofDays(-1))) {
            // The previous retry may have used the only token just after its pause; time does not advance below.
            client.scheduler.advance(Duration.ofMillis(TOKEN));
            long before = client.scheduler.nanoTime();
            int requests = server.requestCount();
            server.then(failure, GOOD);
            client.scheduler.setWallClock(jump);
            CompletableFuture<ApiResponse> answer = client.begin(ApiMethod.GET_LICENSE);
            await().until(() -> server.requestCount() == requests + 1 && client.isIdle());
            client.scheduler.setWallClock(jump);
            client.pass(answer).join();
            assertWithin(least, most, (client.scheduler.nanoTime() - before) / 1e6);
            assertEquals(requests + 2, server.requestCount());
        }
    }

    @Test
    @Covers(79)
    void a_deadline_during_the_delay_after_an_ambiguous_attempt_ends_as_ambiguous() {
        server.then(ScriptedServer.reset(), json(429, "{}", "Retry-After: 2"));
        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class,
                failure(client.pass(client.begin(ApiMethod.UPDATE_LICENSE, Duration.ofSeconds(1)))));
        assertWithin(0, 1_000, client.scheduler.elapsed() / 1e6);
        assertEquals(2, server.requestCount());
    }

    @Test
    @Covers(79)
    void a_deadline_in_the_queue_of_the_rate_limiter_after_an_ambiguous_attempt_ends_as_ambiguous() {
        server.then(ScriptedServer.reset(), json(429, "{}", "Retry-After: 3600"));
        CompletableFuture<ApiResponse> write = client.begin(ApiMethod.UPDATE_LICENSE, Duration.ofSeconds(50));
        await().until(() -> server.requestCount() == 1 && client.isIdle());
        assertInstanceOf(IntegratorioRateLimitException.class,
                failure(client.begin(ApiMethod.GET_LICENSE, Duration.ofSeconds(50))));

        Throwable error = assertInstanceOf(IntegratorioAmbiguousOutcomeException.class, failure(client.pass(write)));
        assertTrue(error.getMessage().contains("pause of the account"), error.getMessage());
        assertEquals(2, server.requestCount());
    }

    @Test
    @Covers({ 74, 75 })
    void after_an_outage_a_successful_call_earns_a_retry_and_calls_are_not_slower() {
        // The server responds with 500 if no response is scripted.
        for (int i = 0; i < 200; i++) {
            failure(client.call(ApiMethod.GET_LICENSE));
        }
        assertEquals(1, client.context.attempts());
        server.then(GOOD);
        client.call(ApiMethod.GET_LICENSE).join();

        server.then(ScriptedServer.reset(), GOOD);
        client.call(ApiMethod.GET_LICENSE).join();
        assertEquals(2, client.context.attempts());
        assertEquals(300, client.rateLimiter.status().requestsPerSecond());
    }

    @Test
    void a_listener_is_told_how_long_calls_wait_and_how_long_their_requests_take() {
        List<Duration> waits = new CopyOnWriteArrayList<>();
        List<Duration> requests = new CopyOnWriteArrayList<>();
        client.observer = new CallListener() {
            @Override
            public void answered(ApiMethod call, Throwable error, FailureKind failure, Duration took) {
                requests.add(took);
            }

            @Override
            public void waited(ApiMethod call, Duration waited) {
                waits.add(waited);
            }
        };
        assertWithin(12_000, 14_400 + TOKEN, waitAfter("Retry-After: 12"));
        Duration all = waits.stream().reduce(Duration.ZERO, Duration::plus);
        assertEquals(client.context.waited(), all);
        assertEquals(client.scheduler.elapsed(), all.toNanos());
        assertEquals(List.of(Duration.ZERO, Duration.ZERO), requests);

        waits.clear();
        server.then(json(429, "{}", "Retry-After: 12"));
        CompletableFuture<ApiResponse> first = client.begin(ApiMethod.GET_LICENSE, Duration.ofSeconds(1));
        await().until(() -> client.isIdle() && server.requestCount() == 3);
        failure(client.pass(first));
        server.then(GOOD);
        client.call(ApiMethod.GET_LICENSE).join();
        assertWithin(10_999, 12_000 + 6 * TOKEN, client.context.waited().toNanos() / 1e6);
        assertEquals(client.context.waited(), waits.get(waits.size() - 1));
    }

    @ParameterizedTest
    @CsvSource({ "10, the rest of operationTimeout", "30, requestTimeout", "90, requestTimeout" })
    void a_request_without_a_response_names_the_time_that_ended_it(int seconds, String option) {
        server.then(server.rawThenSilence("HTTP/1.1 200 OK\r\n"));
        CompletableFuture<ApiResponse> call =
                client.begin(ApiMethod.CREATE_CONNECTOR, Duration.ofSeconds(seconds));
        await().until(() -> server.requestCount() == 1);
        client.scheduler.advance(Duration.ofSeconds(Math.min(seconds, 30)));
        StringBuilder text = new StringBuilder();
        for (Throwable error = failure(call); error != null; error = error.getCause()) {
            text.append(error).append(System.lineSeparator());
        }
        assertTrue(text.toString().contains(option)
                && (seconds < 30 || !text.toString().contains("operationTimeout")), text::toString);
    }
}
