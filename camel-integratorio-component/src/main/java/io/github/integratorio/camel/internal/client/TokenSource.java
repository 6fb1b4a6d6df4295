package io.github.integratorio.camel.internal.client;

import java.util.function.Supplier;

/**
 * The API token: fixed, or asked from a supplier when it is first needed. Never shows itself in text.
 *
 * @param fixed    the token, or null
 * @param supplier gives the token, or null
 */
public record TokenSource(String fixed, Supplier<String> supplier) {

    /**
     * The token to send.
     *
     * @throws IllegalArgumentException when there is none, or it cannot be sent
     */
    String read() {
        if (supplier == null) {
            return check("accessToken", fixed);
        }
        String given;
        try {
            given = supplier.get();
        } catch (RuntimeException e) {
            // Its message is not ours, and may hold the secret.
            throw new IllegalArgumentException("accessTokenSupplier: failed with " + e.getClass().getName());
        }
        return check("accessTokenSupplier", given);
    }

    /**
     * Checks a token without showing it.
     *
     * @param  name                     the option it comes from
     * @throws IllegalArgumentException when it is missing, or not one word of visible ASCII without the "Bearer" before it
     */
    public static String check(String name, String token) {
        if (token == null || token.isBlank()) {
            throw new IllegalArgumentException(name + ": an API token is required");
        }
        if (token.regionMatches(true, 0, "Bearer", 0, 6) && token.length() > 6 && token.charAt(6) <= ' ') {
            throw new IllegalArgumentException(name + ": give the token alone, without 'Bearer'");
        }
        if (!token.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException(name + ": the token has a space, line break or non-ASCII character");
        }
        return token;
    }

    @Override
    public String toString() {
        return "AccessToken[***]";
    }
}
