package io.github.integratorio.camel.internal.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the API token comes from: a fixed value, or a supplier. Its text form hides the token.
 *
 * @param fixed    the token, or null
 * @param supplier gives the token, or null
 */
public record TokenSource(String fixed, Supplier<String> supplier) {

    /** What configuration files, shells and documentation have in place of a value. */
    private static final Pattern PLACEHOLDER = Pattern.compile(
            "(?:\\$\\{|\\{\\{)\\s*\\??(?:(?:env|sys|bean|secret|ref):)?[\\w.-]{0,60}\\s*\\}{0,2}"
                    + "|^\\$[A-Za-z_]\\w{0,60}$|^%[A-Za-z_]\\w{0,60}%$|^<[^<>]{1,60}>$");

    /**
     * The token to send.
     *
     * @throws IllegalArgumentException if there is no token, or it cannot be sent
     * @throws UncheckedIOException     if the supplier fails, which may be an outage of its own
     */
    String read() {
        if (supplier == null) {
            return check("accessToken", fixed);
        }
        String given;
        try {
            given = supplier.get();
        } catch (RuntimeException | Error e) {
            // Its message may contain the secret.
            throw new UncheckedIOException(
                    new IOException("the accessTokenSupplier failed with " + e.getClass().getName()));
        }
        return check("accessTokenSupplier", given);
    }

    /**
     * Checks a token without showing it.
     *
     * @param  name                     the option that gives the token
     * @throws IllegalArgumentException if it is missing, is still a placeholder, starts with "Bearer", or is not one word of visible ASCII
     */
    public static String check(String name, String token) {
        if (token == null || token.isBlank()) {
            throw new IllegalArgumentException(name
                    + ": an API token is required, as an option of the component (camel.component.integratorio.access-token,"
                    + " which in Spring Boot needs camel-integratorio-starter) or of the endpoint");
        }
        Matcher placeholder = PLACEHOLDER.matcher(token);
        if (placeholder.find()) {
            throw new IllegalArgumentException(name + ": the placeholder " + shown(placeholder)
                    + " was not replaced by a token; set the variable, and write the placeholder in the syntax of where it stands"
                    + " (Camel: {{env:NAME}}, Spring Boot and Quarkus: ${NAME})");
        }
        if (token.regionMatches(true, 0, "Bearer", 0, 6) && token.length() > 6 && token.charAt(6) <= ' ') {
            throw new IllegalArgumentException(name + ": give the token alone, without 'Bearer'");
        }
        if (!token.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException(name + ": the token has a space, line break or non-ASCII character"
                    + " (a plus sign in a URI is read as a space unless it is within RAW(…))");
        }
        return token;
    }

    /** The placeholder without what may follow its name, such as a default. */
    private static String shown(Matcher placeholder) {
        String text = placeholder.group();
        String end = text.startsWith("${") ? "}" : text.startsWith("{{") ? "}}" : "";
        return text + (text.endsWith(end) ? "" : "…" + end);
    }

    @Override
    public String toString() {
        return "AccessToken[***]";
    }
}
