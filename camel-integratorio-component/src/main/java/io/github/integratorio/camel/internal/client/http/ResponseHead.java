package io.github.integratorio.camel.internal.client.http;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Notices that a connection ends within the head of a response. HttpCore takes such a head for a complete one: the response of a server that
 * died while it wrote would be an empty success. The response parser of HttpClient cannot be replaced.
 */
final class ResponseHead {

    /** Index of the first digit of the status in {@code HTTP/1.1 200}. */
    private static final int STATUS = "HTTP/1.1 ".length();

    private boolean isOpen;
    private boolean isFirstLine;
    private boolean isInterim;
    /** Length of the line so far, without line breaks. */
    private int length;

    /** A request is about to be sent: what is read next is a head. */
    void expect() {
        isOpen = true;
        isFirstLine = true;
        length = 0;
    }

    /** Takes what was read from the connection, from {@code start} to the buffer's position. */
    void read(ByteBuffer buffer, int start) {
        for (int i = start; isOpen && i < buffer.position(); i++) {
            byte next = buffer.get(i);
            if (next == '\n') {
                endLine();
            } else if (next != '\r') {
                if (isFirstLine && length == STATUS) {
                    isInterim = next == '1';
                }
                length++;
            }
        }
    }

    private void endLine() {
        if (length > 0) {
            isFirstLine = false;
        } else if (!isFirstLine) {
            isFirstLine = true;
            isOpen = isInterim;
        }
        length = 0;
    }

    /** Takes the end of the connection; nothing happens if no head has begun. */
    void end() throws IOException {
        if (isOpen && (length > 0 || !isFirstLine)) {
            throw new IOException("the connection was closed within the head of the response");
        }
    }
}
