package io.github.integratorio.simulator;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An HTTP response to be sent. {@code contentType} is {@code null} if there is no {@code Content-Type} header. */
record ApiResponse(int status, String contentType, byte[] body, Map<String, String> headers) {

    static final String JSON = "application/json; charset=utf-8";

    private static final byte[] NO_BODY = {};

    static ApiResponse empty(int status) {
        return new ApiResponse(status, null, NO_BODY, Map.of());
    }

    static ApiResponse json(int status, Object document) {
        return new ApiResponse(status, JSON, Json.write(document), Map.of());
    }

    /** Creates a response with the API's error envelope; {@code field} may be null. */
    static ApiResponse error(int status, String code, String field, String message) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("code", code);
        error.put("message", message);
        if (field != null) {
            error.put("field", field);
        }
        return json(status, Map.of("errors", List.of(error)));
    }

    /** Creates the API's default response with this status. */
    static ApiResponse standard(int status) {
        return switch (status) {
            case 204, 304 -> empty(status);
            case 401 -> json(status, Map.of("message", "Unauthorized"));
            case 403 -> json(status, Map.of("message", "Forbidden"));
            case 404 -> error(status, "invalid_ref", null, "The resource does not exist.");
            case 429 -> error(status, "rate_limited", null, "Too many requests.");
            default -> error(status, "simulated_fault", null, "Simulated fault with status " + status + ".");
        };
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    ApiResponse with(String header, String value) {
        return with(Map.of(header, value));
    }

    ApiResponse with(Map<String, String> added) {
        Map<String, String> merged = new LinkedHashMap<>(headers);
        merged.putAll(added);
        return new ApiResponse(status, contentType, body, merged);
    }

    /** Returns false for a status that never has a body. */
    boolean allowsBody() {
        return status != 204 && status != 304;
    }
}
