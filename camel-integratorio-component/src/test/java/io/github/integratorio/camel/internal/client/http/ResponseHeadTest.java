package io.github.integratorio.camel.internal.client.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** Where the end of a connection falls: within a head, or between responses or in a body, whose length HttpCore checks. */
class ResponseHeadTest {

    private final ResponseHead head = new ResponseHead();

    /** What was read in parts of this size, each behind something that was in the buffer before. */
    private void read(String text, int size) {
        for (int from = 0; from < text.length(); from += size) {
            byte[] part = text.substring(from, Math.min(from + size, text.length())).getBytes(StandardCharsets.UTF_8);
            ByteBuffer buffer = ByteBuffer.allocate(200).put("x\n\nx".getBytes(StandardCharsets.UTF_8)).put(part);
            head.read(buffer, buffer.position() - part.length);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "H", "HTTP/1.1 200 OK", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nDate: now",
            "HTTP/1.1 200 OK\r\nDate: now\r\n", "HTTP/1.1 200 OK\r\n\r", "\r\nHTTP/1.1 200",
            "HTTP/1.1 100 Continue\r\n", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n",
            "HTTP/1.1 100 Continue\r\n\r\nH" })
    void a_head_that_breaks_off_is_noticed(String read) {
        for (int size = 1; size < 60; size += 29) {
            head.expect();
            read(read, size);
            assertThrows(IOException.class, head::end, read);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "\r\n", "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\n\n", "HTTP/1.1 204 1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nDate: now\r\n\r\nBODY", "HTTP/1.1 200 OK\r\nHTTP/1.1 1: x\r\n\r\n[",
            "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n[" })
    void an_end_elsewhere_is_left_to_others(String read) {
        for (int size = 1; size < 60; size += 29) {
            head.expect();
            read(read, size);
            assertDoesNotThrow(head::end, read);
        }
    }

    @Test
    void each_request_expects_a_head_of_its_own() {
        assertDoesNotThrow(head::end);
        head.expect();
        read("HTTP/1.1 200 OK\r\nDa", 100);
        head.expect();
        assertDoesNotThrow(head::end);
        read("HTTP/1.1 200 OK\r\n\r\nabc", 100);
        head.expect();
        read("HTTP/1.1", 100);
        assertThrows(IOException.class, head::end);
    }
}
