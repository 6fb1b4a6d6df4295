package io.github.integratorio.camel.internal.client.protocol;

import java.util.List;
import java.util.Map;

/**
 * The result of a successful API call.
 *
 * @param status the HTTP status
 * @param value  plain JSON: a Map, a List of Maps, an Iterator of Maps, or null without a body
 * @param pages  the number of pages of a list; 1 for everything else
 */
public record ApiResponse(int status, Object value, int pages) {

    /** A response of one page. */
    public ApiResponse(int status, Object value) {
        this(status, value, 1);
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
