package io.github.integratorio.camel.internal.client.protocol;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;

/**
 * An HTTP response: its head, and its body either in memory or as a stream.
 *
 * @param head   status and headers
 * @param at     when the head arrived, by this machine's clock
 * @param bytes  the body, in the first {@code length} bytes; null if it is a stream
 * @param length size of the body in memory
 * @param stream the body while it arrives, or null
 */
public record RawResponse(HttpResponse head, Instant at, byte[] bytes, int length, InputStream stream) {

    /** The same head with a body in memory. */
    public RawResponse withBody(byte[] body) {
        return new RawResponse(head, at, body, body.length, null);
    }

    /** The same response, with the secret masked if an error echoes it. */
    public RawResponse withoutSecret(String secret) {
        if (status() < 300 || bytes == null) {
            return this;
        }
        // ISO 8859-1 maps every byte to a character and back.
        String text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        return text.contains(secret) ? withBody(text.replace(secret, "***").getBytes(StandardCharsets.ISO_8859_1))
                : this;
    }

    /** The HTTP status. */
    public int status() {
        return head.getCode();
    }

    /** The first header of this name. */
    Optional<String> header(String name) {
        Header header = head.getFirstHeader(name);
        return header == null ? Optional.empty() : Optional.ofNullable(header.getValue());
    }

    /** The {@code Date} header; null if there is none. */
    public String date() {
        return header("Date").orElse(null);
    }

    /** The value of {@code Retry-After}, or empty if there is none that can be read. */
    public Optional<Duration> retryAfter() {
        return RetryAfter.of(head, at);
    }
}
