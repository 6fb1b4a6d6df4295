package io.github.integratorio.camel.internal.client.protocol;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import io.github.integratorio.camel.support.Covers;
import org.apache.hc.core5.http.message.BasicHttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Every form of {@code Retry-After} (RFC 9110, 10.2.3). */
class RetryAfterTest {

    private static final Instant NOW = Instant.parse("2026-06-01T10:00:00Z");

    private static Optional<Duration> of(String date, String... values) {
        BasicHttpResponse head = new BasicHttpResponse(429);
        if (date != null) {
            head.addHeader("Date", date);
        }
        for (String value : values) {
            head.addHeader("Retry-After", value);
        }
        return RetryAfter.of(head, NOW);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            value = { "2|2", "0|0", "' 3 '|3", "Mon, 01 Jun 2026 10:00:07 GMT|7", "Monday, 01-Jun-26 10:00:08 GMT|8",
                    "Mon Jun  1 10:00:09 2026|9", "Mon, 01 Jun 2026 09:59:00 GMT|0",
                    "Tue Jun 16 10:00:00 2026|1296000" })
    @Covers({ 60, 61, 64, 66 })
    void seconds_and_three_date_formats_are_parsed(String value, long seconds) {
        assertEquals(Optional.of(Duration.ofSeconds(seconds)), of(null, value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = { "-1", "abc", "", "1.5", "1e3", "Xxx, 01 Jun 2026 10:00:07 GMT", "Mon, 32 Jun 2026 10:00:07 GMT",
                    "Tue, 01 Jun 2026 10:00:07 GMT", "Mon, 01 Jun 2026 10:00:07 CET" })
    @Covers(62)
    void an_unparsable_value_is_ignored(String value) {
        assertEquals(Optional.empty(), of(null, value));
    }

    @Test
    @Covers(63)
    void a_number_beyond_the_range_of_long_is_a_very_long_delay() {
        assertEquals(Optional.of(Duration.ofDays(36500)), of(null, "9223372036854775808"));
    }

    @Test
    @Covers(65)
    void a_date_is_compared_with_the_date_header_of_the_response() {
        assertEquals(Optional.of(Duration.ofSeconds(5)),
                of("Mon, 01 Jun 2026 11:00:00 GMT", "Mon, 01 Jun 2026 11:00:05 GMT"));
    }

    @Test
    @Covers(67)
    void the_longest_of_several_values_applies() {
        assertEquals(Optional.of(Duration.ofSeconds(9)), of(null, "3", "9", "x", "4"));
    }
}
