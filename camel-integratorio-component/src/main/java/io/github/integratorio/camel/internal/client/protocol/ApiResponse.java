package io.github.integratorio.camel.internal.client.protocol;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.apache.hc.client5.http.utils.DateUtils;

/**
 * The result of a successful API call.
 *
 * @param status the HTTP status
 * @param value  plain JSON: a Map, a List of Maps, an Iterator of Maps, or null without a body
 * @param pages  the number of pages of a list; 1 for everything else
 * @param date   the {@code Date} header of the response, or of the last page; null if there is none
 */
public record ApiResponse(int status, Object value, int pages, String date) {

    /** A response of one page without a date. */
    public ApiResponse(int status, Object value) {
        this(status, value, 1, null);
    }

    /** The API's time; null if the response does not tell it. Its clock decides when a license expires. */
    public Instant time() {
        return date == null ? null : DateUtils.parseStandardDate(date);
    }

    /** The value of a method that returns a document. */
    @SuppressWarnings("unchecked")
    public Map<String, Object> document() {
        return (Map<String, Object>) value;
    }

    /** The value of a list method. */
    @SuppressWarnings("unchecked")
    public List<Map<String, Object>> rows() {
        return (List<Map<String, Object>>) value;
    }
}
