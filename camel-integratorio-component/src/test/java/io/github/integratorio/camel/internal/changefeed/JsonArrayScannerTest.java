package io.github.integratorio.camel.internal.changefeed;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.github.integratorio.camel.internal.json.Json;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Where the elements of a list end, however its bytes arrive. */
class JsonArrayScannerTest {

    /** Texts with what could be taken for the end of a string or an element. */
    @Provide
    Arbitrary<List<Map<String, String>>> lists() {
        Arbitrary<String> text = Arbitraries.strings().withChars("ab\"\\{}[],é\n").ofMaxLength(40);
        return Arbitraries.maps(text, text).ofMaxSize(4).list().ofMaxSize(8);
    }

    /** A stream that gives no more than some bytes at a time. */
    private static InputStream inChunks(byte[] bytes, int size) {
        return new FilterInputStream(new ByteArrayInputStream(bytes)) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return super.read(target, offset, Math.min(length, size));
            }
        };
    }

    @Property
    void each_element_is_found_in_any_chunks_and_one_that_is_too_long_is_known_by_its_beginning(
            @ForAll("lists") List<Map<String, String>> rows, @ForAll @IntRange(min = 1, max = 40) int chunk,
            @ForAll @IntRange(min = 1, max = 300) int maxLength) throws IOException {
        List<String> expected =
                rows.stream().map(row -> new String(Json.toBytes(row), StandardCharsets.UTF_8)).toList();
        byte[] body = expected.stream().collect(Collectors.joining(" ,\n", "[", "]")).getBytes(StandardCharsets.UTF_8);
        JsonArrayScanner scanner = new JsonArrayScanner(inChunks(body, chunk), maxLength);
        List<String> found = new ArrayList<>();
        while (scanner.next()) {
            int length = scanner.length();
            byte[] tooLong = scanner.tooLong();
            byte[] element = expected.get(found.size()).getBytes(StandardCharsets.UTF_8);
            assertEquals(element.length > maxLength, tooLong != null, "too long");
            byte[] seen = tooLong != null ? tooLong : scanner.copy(length);
            assertEquals(new String(element, 0, Math.min(element.length, seen.length), StandardCharsets.UTF_8),
                    new String(seen, StandardCharsets.UTF_8));
            found.add(expected.get(found.size()));
            scanner.skip(length);
        }
        assertEquals(expected, found);
    }
}
