package io.github.integratorio.camel.internal.client.protocol;

import java.time.Instant;

import org.apache.hc.core5.http.message.BasicHttpResponse;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

/** What the head of a response says. */
class RawResponseTest {

    private static final String DATE = "Mon, 01 Jun 2026 10:00:07 GMT";

    private static String date(String... headers) {
        BasicHttpResponse head = new BasicHttpResponse(200);
        for (int i = 0; i < headers.length; i += 2) {
            head.addHeader(headers[i], headers[i + 1]);
        }
        return new RawResponse(head, Instant.EPOCH, new byte[0], 0, null).date();
    }

    private static int firstByte(int... bytes) {
        byte[] body = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            body[i] = (byte) bytes[i];
        }
        return new RawResponse(new BasicHttpResponse(200), Instant.EPOCH, body, body.length, null).firstByte();
    }

    @Test
    void the_first_byte_is_after_white_space_and_byte_order_marks() {
        assertEquals('[', firstByte('[', ']'));
        assertEquals('[', firstByte(' ', '\n', '[', ']'));
        assertEquals('[', firstByte(0xef, 0xbb, 0xbf, '['));
        assertEquals('[', firstByte(0xfe, 0xff, 0, '['), "UTF-16");
        assertEquals('[', firstByte(0xff, 0xfe, 0, 0, '['), "UTF-32");
        assertEquals(0xc3, firstByte(0xc3, 0xa4));
        assertEquals(0xef, firstByte(0xef, 0xbb, 'x', '['), "no mark");
        assertEquals(0xef, firstByte(0xef, 'x', 0xbf, '['), "no mark");
        assertEquals('x', firstByte('x', 0xbb, 0xbf));
        assertEquals(-1, firstByte());
        assertEquals(-1, firstByte(0xef, 0xbb, 0xbf));
        assertEquals(-1, firstByte(' ', '\t'));
    }

    @Test
    void the_date_of_a_response_that_a_cache_has_kept_is_not_the_time_of_the_api() {
        assertEquals(DATE, date("Date", DATE));
        assertNull(date("Date", DATE, "Age", "7200"));
        assertNull(date());
    }
}
