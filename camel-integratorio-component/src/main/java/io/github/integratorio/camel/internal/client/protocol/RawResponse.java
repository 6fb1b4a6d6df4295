package io.github.integratorio.camel.internal.client.protocol;

import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import io.github.integratorio.camel.internal.text.Redaction;
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
 * @param secrets what no message about this response may show
 */
public record RawResponse(HttpResponse head, Instant at, byte[] bytes, int length, InputStream stream,
        List<String> secrets) {

    /** A response as it arrived. */
    public RawResponse(HttpResponse head, Instant at, byte[] bytes, int length, InputStream stream) {
        this(head, at, bytes, length, stream, List.of());
    }

    /** The same head with a body in memory. */
    public RawResponse withBody(byte[] body) {
        return new RawResponse(head, at, body, body.length, null, secrets);
    }

    /** The same response, for messages that never show the secrets even if the response echoes them. */
    public RawResponse hiding(List<String> hidden) {
        return new RawResponse(head, at, bytes, length, stream, hidden);
    }

    /** Text from this response without the secrets. */
    String masked(String text) {
        return text == null ? null : Redaction.without(text, secrets);
    }

    /** The first byte of the body that is neither white space nor part of a byte order mark, in any encoding; -1 if there is none. */
    int firstByte() {
        int start =
                length >= 3 && bytes[0] == (byte) 0xef && bytes[1] == (byte) 0xbb && bytes[2] == (byte) 0xbf ? 3 : 0;
        for (int i = start; i < length; i++) {
            // Bytes of 0xfe and 0xff are only in the marks of UTF-16 and UTF-32.
            if (bytes[i] > ' ' || bytes[i] < (byte) 0xfe) {
                return bytes[i] & 0xff;
            }
        }
        return -1;
    }

    @Override
    public String toString() {
        return "RawResponse[" + status() + "]";
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

    /** The {@code Date} header; null if there is none, or if it is that of a cached response. */
    public String date() {
        return header("Age").isPresent() ? null : header("Date").orElse(null);
    }

    /** The value of {@code Retry-After}, or empty if there is none that can be read. */
    public Optional<Duration> retryAfter() {
        return RetryAfter.of(head, at);
    }
}
