package io.github.integratorio.camel.internal.client;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

import io.github.integratorio.camel.internal.client.protocol.RetryAfter;
import io.github.integratorio.camel.support.Covers;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.apache.hc.core5.http.message.BasicHttpResponse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Properties of every delay. */
class RetryDelayTest {

    private static final DateTimeFormatter IMF =
            DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ROOT);
    private static final DateTimeFormatter RFC_850 =
            DateTimeFormatter.ofPattern("EEEE, dd-MMM-uu HH:mm:ss 'GMT'", Locale.ENGLISH);
    private static final DateTimeFormatter ASCTIME =
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss uuuu", Locale.ROOT);

    private static RetryPolicy settings(int first, int longest) {
        return new RetryPolicy(Duration.ofMinutes(2), 5, Duration.ofMillis(first), Duration.ofMillis(longest),
                Duration.ofMinutes(1));
    }

    @Property
    @Covers(76)
    void a_delay_is_uniformly_distributed_between_zero_and_a_bound_that_doubles(
            @ForAll @IntRange(min = 1, max = 100_000) int first,
            @ForAll @IntRange(min = 1, max = 100_000) int longest, @ForAll @IntRange(max = 1_000) int retry,
            @ForAll @DoubleRange(max = 1) double random) {
        RetryPolicy settings = settings(first, longest);
        double bound = Math.min(longest, first * Math.pow(2, retry)) * 1e6;
        assertEquals(random * bound, settings.delay(retry, random).toNanos(), 1 + bound * 1e-9);
    }

    @Property
    @Covers(70)
    void a_pause_without_retry_after_is_at_least_a_second_and_doubles(
            @ForAll @IntRange(min = 1, max = 100_000) int longest, @ForAll @IntRange(max = 100) int retry) {
        double expected = Math.max(1_000, Math.min(longest, 1_000 * Math.pow(2, retry)));
        assertEquals(expected, settings(200, longest).defaultPause(retry).toMillis());
    }

    @Property
    @Covers({ 64, 65, 66 })
    void a_retry_after_date_in_each_of_three_formats_is_compared_with_the_date_of_the_response(
            @ForAll @LongRange(max = 4_102_444_800L) long date,
            @ForAll @LongRange(min = -100_000, max = 1_000_000_000) long later) {
        Instant own = Instant.ofEpochSecond(date);
        for (DateTimeFormatter form : new DateTimeFormatter[] { IMF, RFC_850, ASCTIME }) {
            BasicHttpResponse head = new BasicHttpResponse(429);
            head.addHeader("Date", IMF.format(own.atZone(ZoneOffset.UTC)));
            head.addHeader("Retry-After", form.format(own.plusSeconds(later).atZone(ZoneOffset.UTC)));
            // Independent of the clock of this machine.
            assertEquals(Optional.of(Duration.ofSeconds(Math.max(0, later))), RetryAfter.of(head, Instant.EPOCH));
        }
    }

    @Property
    @Covers(62)
    void any_retry_after_header_gives_a_delay_or_is_ignored(@ForAll String text) {
        BasicHttpResponse head = new BasicHttpResponse(429);
        head.addHeader("Retry-After", text);
        assertTrue(RetryAfter.of(head, Instant.EPOCH).map(wait -> !wait.isNegative()).orElse(true), text);
    }
}
