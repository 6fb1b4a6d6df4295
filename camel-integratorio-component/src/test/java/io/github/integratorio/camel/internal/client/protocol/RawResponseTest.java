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

    @Test
    void the_date_of_a_response_that_a_cache_has_kept_is_not_the_time_of_the_api() {
        assertEquals(DATE, date("Date", DATE));
        assertNull(date("Date", DATE, "Age", "7200"));
        assertNull(date());
    }
}
