package io.github.integratorio.camel.internal.json;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a response may take of the memory. */
class JsonTest {

    private static byte[] list(String item, int megabytes) {
        int count = (megabytes << 20) / (item.length() + 1);
        return ("[" + (item + ",").repeat(count) + item + "]").getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(strings = { "{}", "[]", "1", "{\"ab\":{}}", "[[],[]]", "{\"a\":[{},{}]}" })
    void a_large_response_of_tiny_values_is_refused_because_each_takes_much_more_than_its_bytes(String item) {
        byte[] text = list(item, 2);
        Json.LimitException refused =
                assertThrows(Json.LimitException.class, () -> Json.parseAnswer(text, text.length));
        assertTrue(refused.getMessage().startsWith("exceeds a limit: more than one value"), refused.getMessage());
    }

    @Test
    void a_large_list_of_licenses_and_a_small_one_of_tiny_values_are_read() throws Exception {
        byte[] licenses = list("{\"_id\":\"5ec4020003\",\"expires\":null,\"opts\":{},\"sandbox\":false,"
                + "\"user\":{\"email\":\"jane@example.com\"}}", 8);
        assertTrue(((List<?>) Json.parseAnswer(licenses, licenses.length)).size() > 50_000);
        byte[] small = ("[" + "{},".repeat(300_000) + "{}]").getBytes(StandardCharsets.US_ASCII);
        assertEquals(300_001, ((List<?>) Json.parseAnswer(small, small.length)).size());
    }
}
