package io.github.integratorio.examples.trial;

import java.security.SecureRandom;
import java.util.Base64;

/** Generates ids that cannot be guessed. */
final class RandomId {

    /** Matches an id. */
    static final String PATTERN = "[A-Za-z0-9_-]{22}";

    private static final SecureRandom RANDOM = new SecureRandom();

    private RandomId() {
    }

    /** Returns 128 random bits in URL-safe Base64. */
    static String generate() {
        byte[] bits = new byte[16];
        RANDOM.nextBytes(bits);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }
}
