package io.github.integratorio.tests.fuzz;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.integratorio.camel.internal.json.IsoInstants;

import static org.junit.jupiter.api.Assertions.assertEquals;

class InstantFuzzTest {

    @FuzzTest(maxDuration = "10m")
    void an_end_is_read_as_the_jdk_reads_it_or_refused(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        Instant read;
        try {
            read = IsoInstants.parse(text);
        } catch (DateTimeException e) {
            return;
        }
        try {
            assertEquals(OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS), read);
        } catch (DateTimeException e) {
            // Not ISO 8601 as the JDK has it, such as an offset without a colon.
        }
        assertEquals(read, IsoInstants.parse(read.toString()));
    }
}
