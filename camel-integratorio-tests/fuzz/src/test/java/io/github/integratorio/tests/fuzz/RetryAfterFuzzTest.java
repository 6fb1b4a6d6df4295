package io.github.integratorio.tests.fuzz;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.integratorio.camel.internal.client.protocol.RetryAfter;
import org.apache.hc.core5.http.message.BasicHttpResponse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RetryAfterFuzzTest {

    private static final Instant NOW = Instant.parse("2031-01-01T00:00:00Z");

    /** The first line is the {@code Date}, each other one a {@code Retry-After}. */
    @FuzzTest(maxDuration = "10m")
    void a_retry_after_header_is_a_delay_or_ignored(byte[] headers) {
        String[] lines = new String(headers, StandardCharsets.ISO_8859_1).split("\n", -1);
        BasicHttpResponse head = new BasicHttpResponse(429);
        head.addHeader("Date", lines[0]);
        for (int i = 1; i < lines.length; i++) {
            head.addHeader("Retry-After", lines[i]);
        }
        Optional<Duration> delay = RetryAfter.of(head, NOW);
        delay.ifPresent(wait -> assertFalse(wait.isNegative(), wait::toString));
        if (lines.length == 1) {
            assertTrue(delay.isEmpty());
        } else if (lines.length == 2 && lines[1].matches("[0-9]{1,9}")) {
            assertEquals(Optional.of(Duration.ofSeconds(Long.parseLong(lines[1]))), delay);
        }
    }
}
