package io.github.integratorio.camel.internal.client;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What is taken for an API token. */
class TokenSourceTest {

    private static String refusal(String token) {
        return assertThrows(IllegalArgumentException.class, () -> TokenSource.check("accessToken", token)).getMessage();
    }

    @ParameterizedTest
    @ValueSource(strings = { "!", "~", "a1b2", "Bearer", "BearerOfNews", "<", "$", "%20" })
    void a_word_of_visible_ascii_is_taken(String token) {
        assertEquals(token, TokenSource.check("accessToken", token));
    }

    @ParameterizedTest
    @ValueSource(strings = { "a b", "a\n", "a\u007f", "a\u00e9", "\u0000" })
    void anything_else_is_refused_without_being_shown(String token) {
        String refusal = refusal("s3cr3t" + token);
        assertTrue(refusal.startsWith("accessToken: the token has a space, line break or non-ASCII character"),
                refusal);
        assertFalse(refusal.contains("s3cr3t"), refusal);
    }

    @ParameterizedTest
    @ValueSource(strings = { "Bearer s3cr3t", "bearer\ts3cr3t", "BEARER " })
    void the_prefix_of_the_header_is_refused(String token) {
        assertEquals("accessToken: give the token alone, without 'Bearer'", refusal(token));
    }

    @ParameterizedTest
    @CsvSource({ "${TOKEN}, ${TOKEN}", "a${, ${…}", "${TOKEN:s3cr3t}, ${TOKEN…}", "{{token}}, {{token}}",
            "{{token:s3cr3t}}, {{token…}}",
            "{{env:TOKEN}}, {{env:TOKEN}}", "$TOKEN, $TOKEN", "%TOKEN%, %TOKEN%", "<your token>, <your token>" })
    void a_placeholder_that_was_not_replaced_is_shown_without_its_default(String token, String shown) {
        assertTrue(refusal(token).startsWith("accessToken: the placeholder " + shown + " was not replaced"),
                refusal(token));
    }

    @Test
    void its_text_form_hides_the_token() {
        assertEquals("AccessToken[***]", new TokenSource("s3cr3t", null).toString());
    }
}
