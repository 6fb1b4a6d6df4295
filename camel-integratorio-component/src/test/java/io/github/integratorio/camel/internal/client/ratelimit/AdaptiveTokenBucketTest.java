package io.github.integratorio.camel.internal.client.ratelimit;

import java.util.Random;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The client's token bucket compared with that of the API. */
class AdaptiveTokenBucketTest {

    private static final long MILLISECOND = 1_000_000;
    private static final int RATE = 300;

    /** Requests reach this bucket with a delay, and responses reach the client with a further delay; always in order. */
    private static final class Api {
        private final int burst;
        private int sent;
        private int arrived;
        private double tokens;
        private long refilledAt;
        private int refused;

        Api(int burst) {
            this.burst = burst;
            this.tokens = burst;
        }

        void arrive(long now) {
            tokens = Math.min(burst, tokens + (double) (now - refilledAt) * RATE / 1e9);
            refilledAt = now;
            // A whole token, except for rounding on both sides.
            if (tokens < 1 - 1e-6) {
                refused++;
            }
            tokens--;
            sent--;
            arrived++;
        }
    }

    @Property(tries = 300)
    void no_request_gets_a_429_at_any_latency(@ForAll Random random,
            @ForAll @IntRange(min = 50, max = 1000) int burst, @ForAll @IntRange(min = 1, max = 50) int concurrent) {
        assertEquals(0, refused(random, burst, concurrent));
    }

    @Property(tries = 300)
    void no_request_gets_a_429_if_a_whole_burst_is_in_flight(@ForAll Random random,
            @ForAll @IntRange(min = 1, max = 60) int burst) {
        assertEquals(0, refused(random, burst, burst));
    }

    private static int refused(Random random, int burst, int concurrent) {
        Api api = new Api(burst);
        AdaptiveTokenBucket bucket = new AdaptiveTokenBucket(RATE, burst, concurrent);
        int inFlight = 0;
        int eager = 0;
        int way = 0;
        int back = 0;
        long now = 0;
        for (int step = 0; step < 20_000; step++) {
            if (step % 500 == 0) {
                eager = random.nextInt(3);
                way = 1 + random.nextInt(20);
                back = 1 + random.nextInt(20);
            }
            now += random.nextInt(4) * MILLISECOND / 4;
            if (random.nextInt(way) == 0) {
                for (int i = random.nextInt(concurrent + 1); i > 0 && api.sent > 0; i--) {
                    api.arrive(now);
                }
            }
            if (random.nextInt(back) == 0) {
                for (int i = random.nextInt(concurrent + 1); i > 0 && api.arrived > 0; i--) {
                    api.arrived--;
                    bucket.responded(now, inFlight);
                    inFlight--;
                }
            }
            for (int i = eager; i > 0 && inFlight < concurrent && bucket.take(now, inFlight); i--) {
                inFlight++;
                api.sent++;
            }
        }
        return api.refused;
    }

    @Test
    void a_burst_whose_first_requests_arrive_late_gets_no_429_at_its_end() {
        Api api = new Api(1000);
        AdaptiveTokenBucket bucket = new AdaptiveTokenBucket(RATE, 1000, 128);
        int inFlight = 0;
        long now = 0;
        while (inFlight < 128 && bucket.take(now, inFlight)) {
            inFlight++;
            api.sent++;
        }
        // A new program sends its first requests slowly: one per ten milliseconds, fewer than the API's bucket gains.
        int sent = inFlight;
        for (; now < 5_000 * MILLISECOND; now += MILLISECOND) {
            int arriving = now >= 1_280 * MILLISECOND ? api.sent : now % (10 * MILLISECOND) == 0 ? 1 : 0;
            for (; arriving > 0; arriving--) {
                api.arrive(now);
                bucket.responded(now, inFlight--);
            }
            for (; inFlight < 128 && bucket.take(now, inFlight); inFlight++, sent++) {
                api.sent++;
            }
        }
        assertEquals(0, api.refused);
        double permitted = 128 + 1000 + RATE * (5 - 1.28);
        assertTrue(sent > permitted * 0.97, "sent " + sent + " of " + permitted);
    }

    @Test
    void a_burst_smaller_than_the_concurrency_does_not_limit_the_concurrency() {
        AdaptiveTokenBucket bucket = new AdaptiveTokenBucket(RATE, 2, 100);
        long now = 0;
        assertTrue(bucket.take(now, 0));
        assertTrue(bucket.take(now, 1));
        bucket.responded(now, 2);
        for (int inFlight = 1; inFlight < 100; inFlight++) {
            now += bucket.nanosToNext(now, inFlight);
            assertTrue(bucket.take(now, inFlight));
        }
        assertEquals(99.0 / RATE, now / 1e9, 1e-3);
    }

    @Test
    void a_429_cuts_the_rate_by_30_percent_down_to_a_thirtieth_and_it_recovers_slowly_at_first() {
        AdaptiveTokenBucket bucket = new AdaptiveTokenBucket(RATE, 100_000, 10);
        long until = 100_000 * MILLISECOND;
        bucket.throttled(until);
        assertEquals(210, bucket.rate(until), 1e-6);
        assertEquals(210, bucket.rate(until - 1_000 * MILLISECOND), 1e-6);
        assertEquals(RATE, bucket.rate(until + 60_000 * MILLISECOND), 1e-6, "recovers without requests");
        assertFalse(bucket.take(until, 0));
        assertTrue(bucket.take(until + 5_000 * MILLISECOND, 0));
        assertEquals(210 + RATE * 0.04, bucket.rate(until + 5_000 * MILLISECOND), 1e-6);
        assertTrue(bucket.take(until + 12_500 * MILLISECOND, 0));
        assertEquals(210 + RATE * 0.25, bucket.rate(until + 12_500 * MILLISECOND), 1e-6);
        assertTrue(bucket.take(until + 25_000 * MILLISECOND, 0));
        assertEquals(RATE, bucket.rate(until + 25_000 * MILLISECOND), 1e-6);

        for (int i = 0; i < 20; i++) {
            bucket.throttled(until + 30_000 * MILLISECOND);
        }
        assertEquals(10, bucket.rate(until + 30_000 * MILLISECOND), 1e-6);
    }

    @Test
    void the_time_to_the_next_token_counts_the_part_that_is_there() {
        AdaptiveTokenBucket bucket = new AdaptiveTokenBucket(1, 1, 1);
        assertEquals(0, bucket.nanosToNext(0, 0));
        assertTrue(bucket.take(0, 0));
        assertEquals(Long.MAX_VALUE, bucket.nanosToNext(250 * MILLISECOND, 1));
        bucket.responded(250 * MILLISECOND, 1);
        assertEquals(750 * MILLISECOND, bucket.nanosToNext(500 * MILLISECOND, 0));
        assertEquals(0, bucket.nanosToNext(1_250 * MILLISECOND, 0));
    }

    @Test
    void a_full_bucket_gains_nothing_by_a_response() {
        AdaptiveTokenBucket bucket = new AdaptiveTokenBucket(1, 1, 10);
        bucket.responded(0, 1);
        assertTrue(bucket.take(0, 0));
        assertEquals(Long.MAX_VALUE, bucket.nanosToNext(0, 1));
    }

    @Test
    void a_token_taken_ahead_is_owed_and_one_taken_after_idle_time_comes_from_a_full_bucket() {
        AdaptiveTokenBucket bucket = new AdaptiveTokenBucket(1, 1, 10);
        bucket.takeAhead(0, 0);
        bucket.takeAhead(0, 1);
        bucket.responded(0, 2);
        assertEquals(2_000 * MILLISECOND, bucket.nanosToNext(0, 1));

        // The API's bucket is full again, and does not refill before it has the request.
        bucket.takeAhead(60_000 * MILLISECOND, 0);
        assertEquals(Long.MAX_VALUE, bucket.nanosToNext(60_000 * MILLISECOND, 1));
    }
}
