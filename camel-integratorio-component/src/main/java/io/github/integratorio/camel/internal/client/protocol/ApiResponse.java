package io.github.integratorio.camel.internal.client.protocol;

import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.internal.client.paging.RowIterator;

/**
 * What the API answered to a call that succeeded.
 *
 * @param status the HTTP status
 * @param value  plain JSON: a Map, a List of Maps, a {@link RowIterator}, whatever the API sent, or null when there is no body
 * @param pages  in how many pages a list came; 1 for everything else
 */
public record ApiResponse(int status, Object value, int pages) {

    /** An answer in one piece. */
    public ApiResponse(int status, Object value) {
        this(status, value, 1);
    }

    /** The document of a call that answers one. */
    @SuppressWarnings("unchecked")
    public Map<String, Object> document() {
        return (Map<String, Object>) value;
    }

    /** The rows of a list call. */
    @SuppressWarnings("unchecked")
    public List<Map<String, Object>> rows() {
        return (List<Map<String, Object>>) value;
    }
}
