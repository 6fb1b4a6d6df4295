package io.github.integratorio.tests.fuzz;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.integratorio.camel.internal.json.Json;
import io.github.integratorio.camel.internal.json.JsonRows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RowsFuzzTest {

    private static final int LONGEST_MESSAGE = 400;

    /** A user's table of licenses, read in parts, is that which is read as a whole. */
    @FuzzTest(maxDuration = "10m")
    void rows_are_those_of_the_whole_document_or_refused(byte[] document) throws IOException {
        List<Object> rows = new ArrayList<>();
        try (JsonRows parts = JsonRows.of(new ByteArrayInputStream(document))) {
            parts.forEachRemaining(rows::add);
        } catch (IllegalArgumentException e) {
            assertNotNull(e.getMessage());
            assertTrue(e.getMessage().length() < LONGEST_MESSAGE, e.getMessage());
            return;
        }
        String text = new String(document, StandardCharsets.UTF_8);
        if (!text.stripLeading().startsWith("[") || text.indexOf(0) >= 0
                || !Arrays.equals(document, text.getBytes(StandardCharsets.UTF_8))) {
            // Only tables may be in UTF-16, and several documents one after the other.
            return;
        }
        assertEquals(Json.parseInput(document), rows);
    }
}
