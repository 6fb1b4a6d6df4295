package io.github.integratorio.camel.internal.producer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.json.Json;
import io.github.integratorio.camel.internal.json.JsonMerge;
import io.github.integratorio.camel.internal.json.JsonValues;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.RequestPaths;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Properties of every string, byte and document. */
class AnyInputTest {

    @Property
    @Covers(125)
    void any_id_gives_a_path_with_the_segments_of_its_template_or_is_rejected(@ForAll String connector,
            @ForAll String license, @ForAll ApiMethod call) {
        check(call, connector, license);
    }

    @Property
    @Covers(125)
    void an_almost_valid_id_gives_a_path_with_the_segments_of_its_template_or_is_rejected(
            @ForAll("almostIds") String connector, @ForAll("almostIds") String license, @ForAll ApiMethod call) {
        check(call, connector, license);
    }

    private static void check(ApiMethod call, String connector, String license) {
        String path;
        try {
            path = RequestPaths.of(ApiRequest.of(call, connector, license));
        } catch (IllegalArgumentException e) {
            return;
        }
        String[] template = call.pathTemplate().split("/", -1);
        String[] segments = path.split("/", -1);
        assertEquals(template.length, segments.length, path);
        for (int i = 0; i < template.length; i++) {
            String expected = template[i].equals("{connectorId}") ? connector
                    : template[i].equals("{licenseId}") ? license : template[i];
            assertEquals(expected, segments[i]);
        }
        assertTrue(path.matches("[A-Za-z0-9_/-]+"), path);
    }

    @Provide
    Arbitrary<String> almostIds() {
        return Arbitraries.strings().withChars("aZ09_-./%\\?#;:@ \u0000\r\né").ofMinLength(1).ofMaxLength(66);
    }

    @Property
    @Covers(165)
    void any_document_is_unchanged_after_being_read_as_a_model_and_written(
            @ForAll("documents") Map<String, Object> document)
            throws IOException {
        byte[] sent = Json.toBytes(document);
        License read = License.of(JsonValues.object((Map<?, ?>) Json.parseAnswer(sent, sent.length)));
        byte[] written = Json.toBytes(read.asMap());
        assertEquals(new String(sent, StandardCharsets.UTF_8), new String(written, StandardCharsets.UTF_8));
        assertTrue(JsonMerge.same(document, Json.parseAnswer(written, written.length)));
    }

    @Provide
    Arbitrary<Map<String, Object>> documents() {
        return Arbitraries.maps(keys(), values(3)).ofMaxSize(6).map(LinkedHashMap::new);
    }

    private static Arbitrary<String> keys() {
        return Arbitraries.oneOf(Arbitraries.of("_id", "user", "expires", "opts", "CamelHttpUri"),
                Arbitraries.strings().ofMaxLength(5));
    }

    private static Arbitrary<Object> values(int depth) {
        Arbitrary<Object> simple = Arbitraries.oneOf(Arbitraries.strings().ofMaxLength(8).map(one -> (Object) one),
                Arbitraries.longs().map(one -> (Object) one), Arbitraries.bigDecimals().map(one -> (Object) one),
                Arbitraries.bigIntegers().map(one -> (Object) one), Arbitraries.of(true, false),
                Arbitraries.just(null));
        if (depth == 0) {
            return simple;
        }
        return Arbitraries.oneOf(simple,
                Arbitraries.lazy(() -> values(depth - 1)).list().ofMaxSize(3).map(one -> (Object) one),
                Arbitraries.maps(keys(), Arbitraries.lazy(() -> values(depth - 1))).ofMaxSize(3)
                        .map(one -> (Object) one));
    }

    @Property
    @Covers(176)
    void a_response_of_any_bytes_is_read_or_rejected(@ForAll byte[] bytes) {
        readOrRefuse(bytes);
    }

    @Property
    @Covers(176)
    void a_response_of_almost_valid_json_is_read_or_rejected(@ForAll("documents") Map<String, Object> document,
            @ForAll @Size(max = 4) List<Integer> edits) {
        byte[] bytes = Json.toBytes(document);
        for (int edit : edits) {
            bytes[Math.floorMod(edit, bytes.length)] = (byte) (edit >> 8);
        }
        readOrRefuse(bytes);
    }

    private static void readOrRefuse(byte[] bytes) {
        try {
            Object value = Json.parseAnswer(bytes, bytes.length);
            Json.toBytes(value);
        } catch (IOException e) {
            assertTrue(e.getMessage().length() < 400, e.getMessage());
        }
        try {
            Json.parseInput(bytes);
        } catch (IllegalArgumentException e) {
            assertTrue(e.getMessage().length() < 400, e.getMessage());
        }
    }

    @Property
    void a_document_cut_at_any_byte_is_rejected(@ForAll("documents") Map<String, Object> document, @ForAll int where) {
        byte[] bytes = Json.toBytes(document);
        int length = Math.floorMod(where, bytes.length);
        if (length > 0) {
            assertThrows(IOException.class, () -> Json.parseAnswer(bytes, length));
        }
    }
}
