package io.github.integratorio.camel.internal.json;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The rows of a list that is given as JSON: they are those of the whole document, or the list is refused. */
class JsonRowsTest {

    /** The rows; empty if they are refused, which is an IllegalArgumentException and nothing else. */
    private static Optional<List<Object>> rows(byte[] bytes) throws IOException {
        List<Object> rows = new ArrayList<>();
        try (JsonRows read = JsonRows.of(new ByteArrayInputStream(bytes))) {
            read.forEachRemaining(rows::add);
            return Optional.of(rows);
        } catch (IllegalArgumentException e) {
            assertTrue(e.getMessage().length() < 400, e.getMessage());
            return Optional.empty();
        }
    }

    @Provide
    Arbitrary<String> almostJson() {
        return Arbitraries
                .of("[", "]", "{", "}", ",", ":", "\"a\"", "\"_id\":1", "1", "-", "0", "1e9", ".5", "null", "true",
                        " ", "\n", "{}", "[]", "NaN", "\\", "\"", "\u00e9", "/**/", "1e999999999999")
                .list().ofMaxSize(8)
                .map(parts -> String.join("", parts));
    }

    @Property
    void a_list_in_parts_has_the_rows_of_the_whole_or_is_refused(@ForAll("almostJson") String inner)
            throws IOException {
        String text = "[" + inner + "]";
        Object whole;
        try {
            whole = Json.parseInput(text);
        } catch (IllegalArgumentException e) {
            assertEquals(Optional.empty(), rows(text.getBytes(StandardCharsets.UTF_8)), e.getMessage());
            return;
        }
        assertEquals(Optional.of(whole), rows(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Property
    void any_bytes_are_rows_or_refused(@ForAll byte[] bytes) throws IOException {
        rows(bytes);
    }

    @Test
    void bytes_that_are_no_text_in_any_encoding_are_refused() throws IOException {
        assertEquals(Optional.empty(), rows(new byte[] { 0, 0, 1, 0 }));
    }
}
