package io.github.integratorio.camel.internal.client.protocol;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What may become a segment of a path. */
class ApiRequestTest {

    private static String refusal(String id) {
        return assertThrows(IllegalArgumentException.class, () -> ApiRequest.requireId("licenseId", id)).getMessage();
    }

    @ParameterizedTest
    @ValueSource(strings = { "a", "z", "A", "Z", "0", "9", "_", "-", "5d0c1e2f3a4b5c6d7e8f9a0b" })
    void an_id_has_letters_digits_underscores_and_hyphens(String id) {
        assertEquals(id, ApiRequest.requireId("licenseId", id));
    }

    /** Among them the neighbours of those that are allowed. */
    @ParameterizedTest
    @ValueSource(strings = { "", "`", "{", "@", "[", "/", ":", ".", "..", "%2e", "a/b", "a?b", "a b", "a\n", "\u00e9",
            "\uff11" })
    void nothing_else_is_an_id(String id) {
        assertFalse(ApiRequest.isId(id));
        assertTrue(refusal(id).startsWith("licenseId: expected an id of 1 to 64 characters A-Z a-z 0-9 _ - but got '"));
    }

    @Test
    void an_id_has_at_most_64_characters() {
        assertTrue(ApiRequest.isId("x".repeat(64)));
        assertFalse(ApiRequest.isId("x".repeat(65)));
    }

    @ParameterizedTest
    @CsvSource({ "a b, a?b", "jane@example.com, ***@example.com" })
    void a_refusal_shows_the_text_but_no_address(String id, String shown) {
        assertTrue(refusal(id).endsWith("but got '" + shown + "'"), refusal(id));
    }

    @Test
    void a_refusal_shows_the_beginning_of_a_long_text() {
        assertTrue(refusal(null).endsWith("but got none"));
        assertTrue(refusal("." + "x".repeat(39)).endsWith("but got '." + "x".repeat(39) + "'"));
        assertTrue(refusal("." + "x".repeat(40)).endsWith("but got '." + "x".repeat(39) + "…' (41 characters)"));
    }
}
