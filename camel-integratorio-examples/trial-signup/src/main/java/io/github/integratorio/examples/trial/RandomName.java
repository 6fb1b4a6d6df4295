package io.github.integratorio.examples.trial;

import java.security.SecureRandom;
import java.util.Base64;

/** Names that nobody can guess. */
final class RandomName {

    /** What they look like. */
    static final String PATTERN = "[A-Za-z0-9_-]{22}";

    private static final SecureRandom RANDOM = new SecureRandom();

    private RandomName() {
    }

    /** Another one: 128 random bits, in letters that need no escaping anywhere. */
    static String next() {
        byte[] bits = new byte[16];
        RANDOM.nextBytes(bits);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }
}
