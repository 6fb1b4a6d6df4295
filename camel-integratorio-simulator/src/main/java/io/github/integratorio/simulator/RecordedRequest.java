package io.github.integratorio.simulator;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A request as it came over the wire, whatever became of it. Its {@link #status()} is set when the
 * answer goes out; all else never changes.
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
     * The HTTP method.
     *
     * @return the method as sent, e.g. {@code GET}; never null
     */
    public String method() {
        return method;
    }

    /**
     * The path and, if there is one, {@code ?} and the query.
     *
     * @return both exactly as sent, still encoded; never null
     */
    public String path() {
        return path;
    }

    /**
     * The first value of a header.
     *
     * @param  name in any case; not null
     * @return      the value, or null if the header was not sent
     */
    public String header(String name) {
        List<String> values = headers.get(name);
        return values == null ? null : values.get(0);
    }

    /**
     * All headers; keys are found in any case.
     *
     * @return an unmodifiable map of names to their values in the order sent; never null
     */
    public Map<String, List<String>> headers() {
        return headers;
    }

    /**
     * The body as text.
     *
     * @return the body read as UTF-8; empty if there was none, never null
     */
    public String body() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /**
     * The body as it came.
     *
     * @return a copy; empty if there was none, never null
     */
    public byte[] bodyBytes() {
        return body.clone();
    }

    /**
     * When the request was complete.
     *
     * @return the instant by the simulator's clock; never null
     */
    public Instant time() {
        return time;
    }

    /**
     * The status answered.
     *
     * @return the HTTP status, or 0 as long as (or if ever) no answer has been sent
     */
    public int status() {
        return status;
    }

    void answered(int newStatus) {
        status = newStatus;
    }

    /** Method, path and status: nothing of the headers or the body, which may hold secrets. */
    @Override
    public String toString() {
        return method + " " + path + " -> " + status;
    }
}
