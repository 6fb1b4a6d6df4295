package io.github.integratorio.camel.internal.client.ratelimit;

import java.time.Duration;
import java.util.stream.Stream;

import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.RateModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The share of the permitted rate that is used, and the rejections, in a model of the API with low and high latency. */
class RateTest {

    private static final RateLimits LIMITS = new RateLimits(300, 1000, 64, 50_000);

    /** Minimum and maximum latency of a request in milliseconds; a response takes the same time. */
    static Stream<Arguments> ways() {
        return Stream.of(Arguments.of(1, 3), Arguments.of(10, 40), Arguments.of(20, 120));
    }

    private static RateModel model(int depth, int perSecond, int fastest, int slowest) {
        return new RateModel(LIMITS, depth, perSecond, Duration.ofMillis(fastest), Duration.ofMillis(slowest));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void an_account_without_other_clients_is_fully_used_without_a_429(int fastest, int slowest) {
        RateModel model = model(1000, 300, fastest, slowest);
        model.offer(20_000);
        model.pass(Duration.ofSeconds(60));
        double permitted = 1000 + 60 * 300;
        assertTrue(model.taken >= 0.98 * permitted, model.taken + " of " + permitted);
        assertEquals(0, model.refused);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void beside_a_client_that_uses_half_the_rate_few_requests_get_a_429_and_the_other_half_is_used(int fastest,
            int slowest) {
        RateModel model = model(1000, 300, fastest, slowest);
        model.neighbour(150);
        model.offer(20_000);
        model.pass(Duration.ofSeconds(60));
        assertTrue(model.taken >= 0.9 * (1000 + 60 * 150), "" + model.taken);
        assertTrue(model.refused > 0 && model.refused <= 0.02 * (model.taken + model.refused),
                model.refused + " of " + model.taken);

        model.countAnew().pass(Duration.ofSeconds(30));
        assertTrue(model.refused <= 0.005 * (model.taken + model.refused),
                "later " + model.refused + " of " + model.taken);
    }

    @ParameterizedTest
    @MethodSource("ways")
    @Covers(73)
    void an_account_with_a_tenth_of_the_expected_rate_is_fully_used(int fastest, int slowest) {
        RateModel model = model(100, 30, fastest, slowest);
        model.offerEachSecond(300);
        model.pass(Duration.ofSeconds(10)).countAnew().pass(Duration.ofSeconds(110));
        assertTrue(model.taken >= 0.9 * 110 * 30, "" + model.taken);
        assertTrue(model.refused > 0 && model.refused <= 0.05 * (model.taken + model.refused),
                model.refused + " of " + model.taken);
    }

    @ParameterizedTest
    @MethodSource("ways")
    @Covers(75)
    void the_full_rate_is_reached_within_30_seconds_after_an_outage(int fastest, int slowest) {
        RateModel model = model(1000, 300, fastest, slowest);
        model.offer(40_000);
        model.pass(Duration.ofSeconds(10));
        model.permit(0);
        model.pass(Duration.ofMinutes(10));
        assertEquals(10, model.rateLimiter.status().requestsPerSecond());
        model.permit(300);
        model.pass(Duration.ofSeconds(30)).countAnew().pass(Duration.ofSeconds(10));
        assertTrue(model.taken >= 0.98 * 10 * 300, "" + model.taken);
        assertEquals(0, model.refused);
    }

    @Test
    void several_429_responses_at_once_reduce_the_rate_once() {
        RateModel model = model(10, 1, 10, 10);
        model.offer(50);
        model.pass(Duration.ofMillis(500));
        assertEquals(40, model.refused);
        assertEquals(210, model.rateLimiter.status().requestsPerSecond());
        assertEquals(Duration.ofMillis(520), model.rateLimiter.status().paused());
    }

    @Test
    void a_full_bucket_admits_a_burst_and_then_one_request_per_token() {
        RateModel model = model(100_000, 100_000, 0, 0);
        model.offer(2_000);
        model.scheduler.advance(Duration.ZERO);
        assertEquals(1000, model.taken);
        model.pass(Duration.ofMillis(999));
        assertEquals(1299, model.taken);
        model.pass(Duration.ofMillis(2));
        assertEquals(1300, model.taken);
    }
}
