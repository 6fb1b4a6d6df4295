package io.github.integratorio.tests.fuzz;

import java.nio.charset.StandardCharsets;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.integratorio.camel.internal.license.EmailAddress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class EmailFuzzTest {

    /** Two lines, two users. */
    @FuzzTest(maxDuration = "10m")
    void an_address_has_one_canonical_form_and_names_one_user(byte[] bytes) {
        String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", 2);
        String one = lines[0];
        String other = lines.length > 1 ? lines[1] : "jane@example.com";
        boolean same = EmailAddress.isSameUser(one, other);
        assertEquals(same, EmailAddress.isSameUser(other, one), "one way only");
        if (!EmailAddress.isAddress(one)) {
            return;
        }
        String canonical = EmailAddress.canonical(one);
        assertEquals(canonical, EmailAddress.canonical(canonical));
        assertTrue(EmailAddress.isSameUser(one, one));
        assertTrue(EmailAddress.isSameUser(one, canonical));
        assertTrue(canonical.indexOf('@') > 0, canonical);
        // White space around an address, which no address has, is no part of it.
        if (EmailAddress.isAddress(other.trim())) {
            assertEquals(same, canonical.equals(EmailAddress.canonical(other)));
        } else if (!canonical.contains("xn--")) {
            // The ASCII form of a domain can stand for characters that no address has.
            assertFalse(same, "an address and what is none are one user");
        }
    }
}
