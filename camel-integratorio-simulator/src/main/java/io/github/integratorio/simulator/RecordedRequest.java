package io.github.integratorio.simulator;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A received request, whether it was accepted or not. Its {@link #status()} is set when the response is
 * sent; everything else is immutable.
 */
public final class RecordedRequest {

    private final String method;
    private final String path;
    private final Map<String, List<String>> headers;
    private final byte[] body;
    private final Instant time;
    private volatile int status;

    RecordedRequest(String method, String path, Map<String, List<String>> headers, byte[] body, Instant time) {
        this.method = method;
        this.path = path;
        this.headers = headers;
        this.body = body;
        this.time = time;
    }

    /**
     * Returns the HTTP method.
     *
     * @return the method as sent, e.g. {@code GET}; never null
     */
    public String method() {
        return method;
    }

    /**
     * Returns the path, including {@code ?} and the query if there is one.
     *
     * @return the path exactly as sent, not decoded; never null
     */
    public String path() {
        return path;
    }

    /**
     * Returns the first value of a header.
     *
     * @param  name case-insensitive; not null
     * @return      the value, or null if the header was not sent
     */
    public String header(String name) {
        List<String> values = headers.get(name);
        return values == null ? null : values.get(0);
    }

    /**
     * Returns all headers. Keys are case-insensitive.
     *
     * @return an unmodifiable map of names to their values in the order sent; never null
     */
    public Map<String, List<String>> headers() {
        return headers;
    }

    /**
     * Returns the body as text.
     *
     * @return the body decoded as UTF-8; empty if there was none, never null
     */
    public String body() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /**
     * Returns the body as bytes.
     *
     * @return a copy; empty if there was none, never null
     */
    public byte[] bodyBytes() {
        return body.clone();
    }

    /**
     * Returns the time when the request was received completely.
     *
     * @return the instant by the simulator's clock; never null
     */
    public Instant time() {
        return time;
    }

    /**
     * Returns the status of the response.
     *
     * @return the HTTP status, or 0 if no response has been sent
     */
    public int status() {
        return status;
    }

    void responded(int newStatus) {
        status = newStatus;
    }

    /** Returns method, path and status, but neither headers nor body, which may contain secrets. */
    @Override
    public String toString() {
        return method + " " + path + " -> " + status;
    }
}
