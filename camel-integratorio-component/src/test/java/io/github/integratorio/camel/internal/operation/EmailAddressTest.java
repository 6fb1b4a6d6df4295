package io.github.integratorio.camel.internal.operation;

import java.util.stream.Stream;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The fast check accepts most email addresses, and only valid ones. */
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
}
