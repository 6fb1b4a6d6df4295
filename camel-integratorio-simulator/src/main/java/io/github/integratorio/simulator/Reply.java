package io.github.integratorio.simulator;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An answer before it is sent. A content type of {@code null} goes with an empty body. */
record Reply(int status, String contentType, byte[] body, Map<String, String> headers) {

    static final String JSON = "application/json; charset=utf-8";

    private static final byte[] NOTHING = {};

    static Reply empty(int status) {
        return new Reply(status, null, NOTHING, Map.of());
    }

    static Reply json(int status, Object document) {
        return new Reply(status, JSON, Json.write(document), Map.of());
    }

    /** The errors envelope; {@code field} may be null. */
    static Reply error(int status, String code, String field, String message) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("code", code);
        error.put("message", message);
        if (field != null) {
            error.put("field", field);
        }
        return json(status, Map.of("errors", List.of(error)));
    }

    /** What the API says with this status when there is nothing more to say. */
    static Reply standard(int status) {
        return switch (status) {
            case 204, 304 -> empty(status);
            case 401 -> json(status, Map.of("message", "Unauthorized"));
            case 403 -> json(status, Map.of("message", "Forbidden"));
            case 404 -> error(status, "invalid_ref", null, "There is no such thing.");
            case 429 -> error(status, "rate_limited", null, "Too many requests.");
            default -> error(status, "simulated_fault", null, "The simulator was told to answer " + status + ".");
        };
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    Reply with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Reply(status, contentType, body, more);
    }

    Reply with(Map<String, String> some) {
        Reply reply = this;
        for (Map.Entry<String, String> header : some.entrySet()) {
            reply = reply.with(header.getKey(), header.getValue());
        }
        return reply;
    }
}
