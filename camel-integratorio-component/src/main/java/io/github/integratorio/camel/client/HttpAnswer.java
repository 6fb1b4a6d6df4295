package io.github.integratorio.camel.client;

import java.io.InputStream;
import java.util.Optional;

import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;

/**
 * An HTTP answer: its head, and its body either whole or as a stream.
 *
 * @param head   status and headers
 * @param bytes  the body in its first {@code length} bytes; null when it is streamed
 * @param length how many bytes of it
 * @param stream the body as it arrives, or null
 */
record HttpAnswer(HttpResponse head, byte[] bytes, int length, InputStream stream) {

    /** The same head with a body that was read from the stream. */
    HttpAnswer withBody(byte[] body) {
        return new HttpAnswer(head, body, body.length, null);
    }

    int status() {
        return head.getCode();
    }

    Optional<String> header(String name) {
        Header header = head.getFirstHeader(name);
        return header == null ? Optional.empty() : Optional.ofNullable(header.getValue());
    }
}
