package io.github.integratorio.camel.internal.license;

import java.util.stream.Stream;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Which addresses are valid, and which belong to the same user. The fast check accepts most, and only valid ones. */
class EmailAddressTest {

    @Provide
    Arbitrary<String> nearly() {
        Arbitrary<String> part = Arbitraries.strings().withChars("aZ0.-_+@").ofMaxLength(5);
        Arbitrary<String> name =
                Arbitraries.oneOf(part, Arbitraries.strings().withChars("a").ofMinLength(63).ofMaxLength(66));
        return Combinators.combine(name, part, part).as((one, two, three) -> one + "@" + two + "." + three);
    }

    @Property(tries = 20_000)
    void text_that_looks_like_an_email_address_is_valid(@ForAll("nearly") String text) {
        assertTrue(!EmailAddress.isCommon(text) || EmailAddress.isAddress(text), text);
    }

    @Property
    void other_text_does_not_look_like_an_email_address(@ForAll String text) {
        assertTrue(!EmailAddress.isCommon(text) || EmailAddress.isAddress(text), text);
    }

    @Test
    void nearly_all_email_addresses_take_the_fast_path() {
        Stream.of("a@b.c", "jane.doe+trial@mail.example.com", "x_1@a-b.example", "A".repeat(64) + "@EXAMPLE.com")
                .forEach(address -> assertTrue(EmailAddress.isCommon(address), address));
        Stream.of("", "a", "a.b", "a@b", "a@b.", "@b.c", "a@@b.c", "a@b@c.d", ".a@b.c", "a.@b.c", "a..b@c.d", "a@-b.c",
                "a@b-.c", "a@b_c.d")
                .forEach(other -> assertEquals(false, EmailAddress.isCommon(other), other));
    }

    @ParameterizedTest
    @CsvSource({ "Jane@Example.COM, jane@example.com", "jane@münchen.de, jane@xn--mnchen-3ya.de",
            "jane@MÜNCHEN.de, jane@XN--MNCHEN-3YA.DE", "ann@straße.de, ann@xn--strae-oqa.de",
            "ann@βόλος.com, ann@xn--nxasmm1c.com", "jose\u0301@example.com, jos\u00e9@example.com",
            "a@caf\u0065\u0301.example, a@caf\u00e9.example", "Max@müller.example, max@müller.example",
            "MAX@xn--mller-kva.example, max@Müller.example", "JOSé@example.com, josé@example.com",
            "a@日本語.jp, a@xn--wgv71a119e.jp",
            "उपयोगकर्ता@उदाहरण.भारत, उपयोगकर्ता@xn--p1b6ci4b4b3a.xn--h2brj9c", "क\u093C@x.org, \u0958@x.org" })
    void spellings_of_one_address_are_one_user(String one, String other) {
        assertTrue(EmailAddress.isSameUser(one, other),
                EmailAddress.canonical(one) + " " + EmailAddress.canonical(other));
    }

    @ParameterizedTest
    @CsvSource({ "mi\u212Ae@example.org, mike@example.org", "MI\u212AE@example.org, mike@example.org",
            "a@\u212Aelvin.org, a@kelvin.org", "\u212A\u0327@x.org, K\u0327@x.org", "\u212A\u0327@x.org, \u0136@x.org",
            "ann@straße.de, ann@strasse.de", "ann@STRAẞE.de, ann@strasse.de", "ann@STRAẞE.de, ann@straße.de",
            "groß@x.org, gross@x.org", "dılek@x.org, dilek@x.org", "a@dıl.org, a@dil.org", "a@DİL.org, a@dil.org",
            "İ@x.org, i@x.org", "κωνς@x.org, κωνσ@x.org", "a@βόλος.com, a@βόλοσ.com", "É@x.org, é@x.org",
            "ｊane@x.org, jane@x.org", "a@ｅx.org, a@ex.org", "a@xn--example-.org, a@example.org", "ﬁn@x.org, fin@x.org",
            "a@xn--STRAE-oqb.de, a@straße.de", "jane.doe@x.org, janedoe@x.org", "jane@x.org, jane@x.org.de" })
    void addresses_that_only_look_alike_are_two_users(String one, String other) {
        assertFalse(EmailAddress.isSameUser(one, other), EmailAddress.canonical(one));
    }

    @ParameterizedTest
    @ValueSource(strings = { "उपयोगकर्ता@उदाहरण.भारत", "ผู้ใช้@ตัวอย่าง.ไทย", "jose\u0301@example.com",
            "a@cafe\u0301.example",
            "நபர்@இந்தியா.இந்தியா" })
    void combining_marks_are_accepted(String address) {
        assertEquals(address, EmailAddress.require("email", address));
    }

    @ParameterizedTest
    @ValueSource(strings = { "a@col\u00B7lecci\u00F3.cat", "a@COL\u00B7LECCI\u00D3.cat", "a@نامه\u200Cای.com",
            "a@क्\u200Dष.com", "a@ශ්\u200Dරී.com", "a@ストロベリー\u30FBケーキ.jp", "a@צה\u05F4ל.com", "a@x\u0375α.gr" })
    void domains_may_have_the_characters_that_depend_on_their_neighbours(String address) {
        assertEquals(address, EmailAddress.require("email", address));
        assertFalse(EmailAddress.isSameUser(address,
                address.replaceAll("[\u00B7\u200C\u200D\u30FB\u05F4\u0375]", "")));
    }

    @ParameterizedTest
    @ValueSource(strings = { "a@co\u00B7lecci\u00F3.cat", "a@l\u00B7.cat", "a@\u00B7l.cat", "a@na\u200Cme.com",
            "a@na\u200Dme.com", "a@دا\u200Cر.com", "a@نامه\u200C.com", "a@a\u30FBb.jp", "a@a\u05F4b.com",
            "a@\u0375a.gr" })
    void such_characters_are_rejected_elsewhere(String address) {
        assertThrows(IllegalArgumentException.class, () -> EmailAddress.require("email", address));
    }

    @ParameterizedTest
    @ValueSource(strings = { "\u0301jane@example.com", "jane@\u0301example.com", "ja\u200Dne@example.com",
            "jane@exa\u200Bmple.com", "ja\u202Ene@example.com" })
    void marks_without_a_letter_and_invisible_characters_are_rejected(String address) {
        assertThrows(IllegalArgumentException.class, () -> EmailAddress.require("email", address));
    }

    @Property
    void an_address_is_the_user_of_its_own_spellings(@ForAll String local, @ForAll String domain) {
        String address = local + "@" + domain;
        assertTrue(EmailAddress.isSameUser(address, address));
        assertEquals(EmailAddress.canonical(address), EmailAddress.canonical(EmailAddress.canonical(address)));
    }

    @Test
    @Timeout(60)
    void a_text_that_is_no_address_is_compared_at_once() {
        String marks = "\u0301\u0315\u0323".repeat(1_000_000);
        assertFalse(EmailAddress.isSameUser("a@e" + marks + ".com", "a@e" + marks + "x.com"));
    }
}
