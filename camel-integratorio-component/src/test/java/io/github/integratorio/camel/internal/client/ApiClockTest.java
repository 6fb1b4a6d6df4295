package io.github.integratorio.camel.internal.client;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.CompletableFuture;

import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.support.VirtualClient;
import io.github.integratorio.camel.support.VirtualScheduler;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Which dates of the API are believed, and the time that they set. */
class ApiClockTest {

    private static final Instant LOCAL = VirtualClient.START;
    private static final Instant FAR = LOCAL.plus(Duration.ofDays(300));

    private final VirtualScheduler scheduler = new VirtualScheduler(LOCAL);
    private final ApiClock clock = new ApiClock(scheduler);

    private static CompletableFuture<ApiResponse> response(Instant date) {
        return CompletableFuture.completedFuture(new ApiResponse(200, null, 1, date == null ? null
                : DateTimeFormatter.RFC_1123_DATE_TIME.format(date.atOffset(ZoneOffset.UTC))));
    }

    private Instant confirmed(Instant date, Instant again) {
        return clock.confirmed(date, () -> response(again)).join();
    }

    @Test
    void a_date_within_a_minute_of_the_local_time_is_believed_at_once() {
        assertTrue(clock.believes(LOCAL.minusSeconds(60)));
        assertTrue(clock.believes(LOCAL.plusSeconds(60)));
        ApiClock other = new ApiClock(scheduler);
        assertFalse(other.believes(LOCAL.minusSeconds(60).minusNanos(1)));
        assertFalse(other.isSet());
    }

    @Test
    void it_shows_the_local_time_until_a_date_is_believed_and_then_the_time_since() {
        assertTrue(clock.believes(null));
        assertFalse(clock.isSet());
        assertEquals(LOCAL, clock.now());
        assertTrue(clock.believes(LOCAL.plusSeconds(40)));
        assertTrue(clock.isSet());
        scheduler.advance(Duration.ofHours(1));
        scheduler.setWallClock(Duration.ofDays(-7));
        assertEquals(LOCAL.plusSeconds(3640), clock.now());
    }

    @Test
    void a_date_far_away_is_believed_when_another_response_agrees() {
        assertFalse(clock.believes(FAR));
        assertFalse(clock.believes(FAR.plus(Duration.ofDays(1))), "it agrees with neither");
        scheduler.advance(Duration.ofMinutes(5));
        assertTrue(clock.believes(FAR.plus(Duration.ofDays(1)).plusSeconds(300)));
        scheduler.advance(Duration.ofMinutes(5));
        assertTrue(clock.believes(FAR.plus(Duration.ofDays(1)).plusSeconds(600)), "it agrees with the one believed");
        assertFalse(clock.believes(FAR));
    }

    @Test
    void a_doubt_ends_with_a_date_that_is_believed() {
        assertFalse(clock.believes(FAR));
        assertTrue(clock.believes(LOCAL));
        assertFalse(clock.believes(FAR));
    }

    @Test
    void the_confirmed_time_is_the_date_as_it_was_sent_if_it_is_believed() {
        assertEquals(LOCAL.plusSeconds(7), confirmed(LOCAL.plusSeconds(7), FAR));
        scheduler.advance(Duration.ofSeconds(5));
        assertEquals(LOCAL.plusSeconds(12), confirmed(null, FAR), "without a date it is what the clock shows");
    }

    @Test
    void otherwise_it_is_the_date_of_one_more_response_or_what_the_clock_shows() {
        assertEquals(FAR.plusSeconds(1), confirmed(FAR, FAR.plusSeconds(1)));
        Instant back = LOCAL.plusSeconds(30);
        assertEquals(back, confirmed(FAR.plus(Duration.ofDays(9)), back));
        scheduler.advance(Duration.ofSeconds(10));
        assertEquals(LOCAL.plusSeconds(40), confirmed(FAR.plus(Duration.ofDays(20)), null));
        assertEquals(LOCAL.plusSeconds(40), confirmed(FAR.plus(Duration.ofDays(30)), FAR.plus(Duration.ofDays(40))));
    }
}
