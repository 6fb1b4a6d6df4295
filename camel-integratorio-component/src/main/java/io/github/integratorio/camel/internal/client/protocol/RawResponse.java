package io.github.integratorio.camel.internal.client.protocol;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;

/**
 * An HTTP answer: its head, and its body either whole or as a stream.
 *
 * @param head   status and headers
 * @param at     when the head came, by this machine's clock
 * @param bytes  the body in its first {@code length} bytes; null when it is streamed
 * @param length how many bytes of it
 * @param stream the body as it arrives, or null
 */
public record RawResponse(HttpResponse head, Instant at, byte[] bytes, int length, InputStream stream) {

    /** The same head with a body that was read from the stream. */
    public RawResponse withBody(byte[] body) {
        return new RawResponse(head, at, body, body.length, null);
    }

    /** The same, but an error that repeats what it was sent does not repeat the secret. */
    public RawResponse hiding(String secret) {
        if (status() < 300 || bytes == null) {
            return this;
        }
        // A charset in which every byte comes back as it was.
        String text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        return text.contains(secret) ? withBody(text.replace(secret, "***").getBytes(StandardCharsets.ISO_8859_1)) : this;
    }

    public int status() {
        return head.getCode();
    }

    Optional<String> header(String name) {
        Header header = head.getFirstHeader(name);
        return header == null ? Optional.empty() : Optional.ofNullable(header.getValue());
    }

    /** How long it asks to wait; empty when it does not say. */
    public Optional<Duration> retryAfter() {
        return RetryAfter.of(head, at);
    }
}
