package io.github.integratorio.camel.internal.text;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Text of unknown origin in messages and logs. */
class RedactionTest {

    @ParameterizedTest
    @ValueSource(strings = { "jane@example.com", "(jane@example.com)", "jane%40example.com", "x jane＠example.com y",
            "\"jane doe\"@example.com", "jane}@example.com", "a@b jane@example.com", "a%40b%40jane%40example.com",
            "@jane@example.com", "jane @ example.com", "jane\n@example.com", "jane\uFE6Bexample.com",
            "<jane@example.com>", "%40jane%2540example.com", "jane&#64;example.com", "jane&amp;#64;example.com",
            "jane&amp;commat;example.com", "jane&#64example.com", "jane\\x40example.com", "jane\\100example.com",
            "jane\\\\u0040example.com", "jane%u0040example.com", "jane&nbsp;@example.com", "jane   @example.com",
            "jane(x y)@example.com", "jane (x y) @example.com" })
    void addresses_are_masked_wherever_they_are(String text) {
        assertFalse(Redaction.mask(text).contains("jane"), Redaction.mask(text));
    }

    @ParameterizedTest
    @ValueSource(strings = { "tok+/=Zx9$9a==", "tok%2B%2F%3DZx9%249a%3D%3D", "TOK%2b/%3dZx9$9a%3d=", "tok+\\/=Zx9$9a==",
            "tok\\u002b/\\u003dZx9$9a==", "tok%252B%252F%253DZx9%25249a%253D%253D", "tok&#43;/&#x3D;Zx9$9a==",
            "tok+\\\\\\/=Zx9$9a==", "tok&plus;&sol;&equals;Zx9$9a==",
            "tok&amp;#43;/=Zx9$9a==", "tok=2B/=3DZx9$9a==", "tok /=Zx9$9a==", "tok+/=Zx9$9a", "tok-_=Zx9$9a" })
    void a_token_is_masked_in_every_notation(String written) {
        assertEquals("1 *** 2", Redaction.without("1 " + written + " 2", List.of("other", "tok+/=Zx9$9a==")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = { "tokens", "tok", "a token + 1", "&amp; and &plus;", "at 100 % = all", "C:\\xample\\u0041" })
    void other_text_stays_as_it_is(String text) {
        assertEquals(text, Redaction.mask(Redaction.without(text, List.of("tok+/=Zx9$9a=="))));
        assertFalse(Redaction.hasAddress(text));
    }

    @Test
    void a_line_is_cut_between_words_so_that_no_secret_loses_what_it_is_known_by() {
        String token = "canary-token";
        for (int before = 0; before < 200; before++) {
            String line = Redaction.line("before " + "x".repeat(before) + token + " after", 40);
            assertFalse(line.contains("cana") && !line.contains(token), line);
        }
        assertEquals("one two…", Redaction.line("one two three", 10));
    }

    @ParameterizedTest
    @ValueSource(strings = { "jane.doe@example.com", "jane.doe%40example.com", "jane.doe&#64;example.com",
            "Bearer jane.doe" })
    void a_long_page_of_markup_is_cut_between_words_too(String secret) {
        for (int before = 0; before < 60; before++) {
            for (String tags : List.of("<p><b></b></p>".repeat(12), "<br>\n".repeat(36), "\n".repeat(170))) {
                String page = "error " + tags.substring(0, 100 + before) + "> " + secret + " " + "<p>".repeat(100);
                String line = Redaction.line(page, 40);
                assertFalse(line.contains("ane") || line.contains("doe"), line);
                assertTrue(line.startsWith("error"), line);
            }
        }
    }

    /** Trying each letter of a word as the beginning of an address would take minutes. */
    @Test
    @Timeout(60)
    void a_long_text_is_masked_at_once() {
        String word = "x".repeat(1 << 20);
        assertEquals(word + " j***@example.com", Redaction.mask(word + " jane@example.com"));
        assertEquals(word + "\nx***@", Redaction.mask(word + "\n" + word + "@"));
        assertEquals(word + "{}", Redaction.mask(word + "{}"));
        assertEquals(word + "{} a***@", Redaction.mask(word + "{} ab@"));
    }

    @Test
    void a_bearer_token_is_masked_also_in_a_text_without_an_address() {
        assertEquals("sent Bearer *** to the API", Redaction.mask("sent Bearer abc.def-123 to the API"));
    }
}
