package io.github.integratorio.camel;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.Reader;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.integratorio.camel.api.License;
import org.apache.camel.TypeConversionException;
import org.apache.camel.TypeConverter;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Model objects and lists of them convert to whatever Camel's other steps ask for. */
class IntegratorioConverterTest {

    private static final String ONE = "{\"_id\":\"l1\",\"opts\":{\"n\":\"ü\"}}";

    private final DefaultCamelContext context = new DefaultCamelContext();
    private TypeConverter converter;

    @BeforeEach
    void start() {
        context.start();
        converter = context.getTypeConverter();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private void assertConverts(Object value, String json) throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        JsonNode expected = mapper.readTree(json);
        assertEquals(expected, mapper.readTree(converter.mandatoryConvertTo(String.class, value)));
        assertEquals(expected, mapper.readTree(converter.mandatoryConvertTo(byte[].class, value)));
        assertEquals(expected, mapper.readTree(converter.mandatoryConvertTo(InputStream.class, value)));
        assertEquals(expected, mapper.readTree(converter.mandatoryConvertTo(Reader.class, value)));
        assertEquals(expected, converter.mandatoryConvertTo(JsonNode.class, value));
    }

    @Test
    void a_model_object_converts_to_text_bytes_stream_reader_and_tree() throws Exception {
        assertConverts(License.of(Map.of("_id", "l1")), "{\"_id\":\"l1\"}");
    }

    @Test
    void a_list_of_model_objects_converts_to_the_same() throws Exception {
        License license = converter.mandatoryConvertTo(License.class, ONE);
        assertConverts(List.of(license, license), "[" + ONE + "," + ONE + "]");
    }

    @Test
    void text_of_any_class_converts_to_a_model_object() throws Exception {
        assertEquals("l1", converter.mandatoryConvertTo(License.class, new StringBuilder(ONE)).getId());
    }

    @ParameterizedTest
    @ValueSource(strings = { "jane@example.com", "{\"email\": jane@example.com}", "{\"email\": \"jane@example.com\"" })
    void an_error_of_a_conversion_does_not_show_the_value(String text) {
        for (Object value : List.of(text, text.getBytes(UTF_8), new ByteArrayInputStream(text.getBytes(UTF_8)))) {
            String failure = "" + assertThrows(TypeConversionException.class,
                    () -> converter.mandatoryConvertTo(License.class, value));
            assertFalse(failure.contains("@example.com"), failure);
            assertTrue(failure.contains("is not valid JSON"), failure);
        }
    }
}
