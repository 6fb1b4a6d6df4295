package io.github.integratorio.simulator;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Builds a {@link Fault}: first how often it is triggered, then its effect, which creates the fault.
 * Start with {@link Fault#on(String, String)}. "The operation" is the requested one, with all
 * validation of the API. Delays are in real time unless an effect says otherwise.
 */
public final class FaultBuilder {

    static final long ALWAYS = -1;

    private final RequestMatcher matcher;
    private long skipping;
    private long times = 1;
    private long every = 1;

    FaultBuilder(RequestMatcher matcher) {
        this.matcher = matcher;
    }

    /**
     * Limits how often the fault is triggered. The default is once.
     *
     * @param  n 1 or more
     * @return   this
     * @throws IllegalArgumentException if {@code n} is less than 1
     */
    public FaultBuilder times(int n) {
        if (n < 1) {
            throw new IllegalArgumentException("times: expected 1 or more, got " + n);
        }
        times = n;
        return this;
    }

    /**
     * Triggers the fault until the faults are cleared.
     *
     * @return this
     */
    public FaultBuilder always() {
        times = ALWAYS;
        return this;
    }

    /**
     * Lets the first matching requests pass. The default is 0.
     *
     * @param  n the number of requests, 0 or more
     * @return   this
     * @throws IllegalArgumentException if {@code n} is negative
     */
    public FaultBuilder afterSkipping(int n) {
        if (n < 0) {
            throw new IllegalArgumentException("afterSkipping: expected 0 or more, got " + n);
        }
        skipping = n;
        return this;
    }

    /**
     * Lets requests pass between two that trigger the fault: with 10, it is triggered by the first matching
     * request (after those of {@link #afterSkipping(int)}), the eleventh, and so on. The default is 1.
     *
     * @param  n 1 or more
     * @return   this
     * @throws IllegalArgumentException if {@code n} is less than 1
     */
    public FaultBuilder every(int n) {
        if (n < 1) {
            throw new IllegalArgumentException("every: expected 1 or more, got " + n);
        }
        every = n;
        return this;
    }

    /**
     * Responds with a status and the API's usual body (the error envelope; a {@code message} for 401
     * and 403; none for 204 and 304) without performing the operation. A 2xx has the envelope too.
     *
     * @param  status 200 to 599
     * @return        the fault
     */
    public Fault status(int status) {
        return status(status, Map.of());
    }

    /**
     * Responds as {@link #status(int)} does, with headers: e.g. {@code status(429, Map.of("Retry-After", "2"))}.
     *
     * @param  status  200 to 599
     * @param  headers names to values; not null
     * @return         the fault
     */
    public Fault status(int status, Map<String, String> headers) {
        return respond("status " + status, ApiResponse.standard(validStatus(status)).with(headers));
    }

    /**
     * Responds with this status and body without performing the operation.
     *
     * @param  status      200 to 599
     * @param  contentType null for none
     * @param  body        sent as UTF-8; not null
     * @return             the fault
     */
    public Fault status(int status, String contentType, String body) {
        return status(status, contentType, body, Map.of());
    }

    /**
     * Responds with this status, body and headers without performing the operation.
     *
     * @param  status      200 to 599
     * @param  contentType null for none
     * @param  body        sent as UTF-8; not null
     * @param  headers     names to values; not null
     * @return             the fault
     */
    public Fault status(int status, String contentType, String body, Map<String, String> headers) {
        return respond("status " + status, response(status, contentType, ApiResponse.utf8(body)).with(headers));
    }

    /**
     * Performs the operation, then responds as {@link #status(int)} does.
     *
     * @param  status 200 to 599
     * @return        the fault
     */
    public Fault doneThenStatus(int status) {
        return performThenRespond("status " + status, ApiResponse.standard(validStatus(status)));
    }

    /**
     * Responds with these bytes without performing the operation.
     *
     * @param  status      200 to 599
     * @param  contentType null for none
     * @param  bytes       not null
     * @return             the fault
     */
    public Fault body(int status, String contentType, byte[] bytes) {
        return respond("body with status " + status, response(status, contentType, bytes.clone()));
    }

    /**
     * Performs the operation, then responds with these bytes.
     *
     * @param  status      200 to 599
     * @param  contentType null for none
     * @param  bytes       not null
     * @return             the fault
     */
    public Fault doneThenBody(int status, String contentType, byte[] bytes) {
        return performThenRespond("body with status " + status, response(status, contentType, bytes.clone()));
    }

    /**
     * Responds with a redirect without performing the operation.
     *
     * @param  status   300 to 399
     * @param  location the {@code Location} header, sent unchanged; not null
     * @return          the fault
     */
    public Fault redirect(int status, String location) {
        if (status < 300 || status > 399) {
            throw new IllegalArgumentException("redirect: expected a status from 300 to 399, got " + status);
        }
        return respond("redirect " + status,
                ApiResponse.empty(status).with("Location", Objects.requireNonNull(location, "location")));
    }

    /**
     * Performs the operation at once and sends its response after a delay.
     *
     * @param  delay the delay in real time; not null
     * @return       the fault
     */
    public Fault delay(Duration delay) {
        Objects.requireNonNull(delay, "delay");
        return fault("response delayed by " + delay, exchange -> {
            ApiResponse response = exchange.perform();
            exchange.schedule(delay, () -> exchange.send(response));
        });
    }

    /**
     * Responds at once as {@link #status(int)} does, and performs the operation later. The delay is by the
     * simulator's clock: the first request or inspection after it sees the operation's effect.
     *
     * @param  delay  the delay by the simulator's clock; not null
     * @param  status 200 to 599
     * @return        the fault
     */
    public Fault doneLater(Duration delay, int status) {
        ApiResponse response = ApiResponse.standard(validStatus(status));
        return performLater("status " + status, delay, exchange -> exchange.send(response));
    }

    /**
     * Resets the connection (TCP RST) at once, and performs the operation later, as
     * {@link #doneLater(Duration, int)} does.
     *
     * @param  delay the delay by the simulator's clock; not null
     * @return       the fault
     */
    public Fault resetThenDone(Duration delay) {
        return performLater("reset", delay, HttpExchange::reset);
    }

    /**
     * Closes the connection (TCP FIN) at once without a response, and performs the operation later, as
     * {@link #doneLater(Duration, int)} does.
     *
     * @param  delay the delay by the simulator's clock; not null
     * @return       the fault
     */
    public Fault closeThenDone(Duration delay) {
        return performLater("close", delay, HttpExchange::close);
    }

    /**
     * Never responds, keeps the connection open, and performs the operation later, as
     * {@link #doneLater(Duration, int)} does.
     *
     * @param  delay the delay by the simulator's clock; not null
     * @return       the fault
     */
    public Fault hangThenDone(Duration delay) {
        return performLater("hang", delay, exchange -> {});
    }

    /**
     * Resets the connection (TCP RST) without performing the operation.
     *
     * @return the fault
     */
    public Fault resetBefore() {
        return fault("reset before the operation", HttpExchange::reset);
    }

    /**
     * Performs the operation, then resets the connection (TCP RST) before any byte of the response.
     *
     * @return the fault
     */
    public Fault resetAfter() {
        return fault("reset after the operation", exchange -> {
            exchange.perform();
            exchange.reset();
        });
    }

    /**
     * Closes the connection (TCP FIN) without a response and without performing the operation.
     *
     * @return the fault
     */
    public Fault closeBefore() {
        return fault("close before the operation", HttpExchange::close);
    }

    /**
     * Performs the operation, then closes the connection (TCP FIN) without a response.
     *
     * @return the fault
     */
    public Fault closeAfter() {
        return fault("close after the operation", exchange -> {
            exchange.perform();
            exchange.close();
        });
    }

    /**
     * Performs the operation, sends the response's head and the first bytes of its body, then closes the
     * connection. {@code Content-Length} is that of the whole body, of which at least one byte is missing.
     * A response without a body is not sent at all, as by {@link #closeAfter()}.
     *
     * @param  bytes the number of bytes of the body to send, 0 or more
     * @return       the fault
     */
    public Fault cutBody(int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("cutBody: expected 0 or more bytes, got " + bytes);
        }
        return fault("body cut after " + bytes + " bytes",
                exchange -> exchange.sendTruncated(exchange.perform(), bytes));
    }

    /**
     * Performs the operation and sends the response's body byte by byte.
     *
     * @param  perByte the pause between two bytes, in real time; not null
     * @return         the fault
     */
    public Fault dripBody(Duration perByte) {
        Objects.requireNonNull(perByte, "perByte");
        return fault("one byte every " + perByte, exchange -> exchange.sendSlowly(exchange.perform(), perByte));
    }

    /**
     * Never responds and keeps the connection open, without performing the operation.
     *
     * @return the fault
     */
    public Fault hang() {
        return fault("hang before the operation", exchange -> {});
    }

    /**
     * Performs the operation, then never responds and keeps the connection open.
     *
     * @return the fault
     */
    public Fault hangAfter() {
        return fault("hang after the operation", HttpExchange::perform);
    }

    /**
     * Responds to a list request as if the list were empty, although it has rows. Requested for a later
     * page, it also ends the list early. A response that is not a list with rows stays as it is.
     *
     * @param  status 200 for {@code []}, or 204 for no body
     * @return        the fault
     * @throws IllegalArgumentException if it is another status
     */
    public Fault emptyList(int status) {
        if (status != 200 && status != 204) {
            throw new IllegalArgumentException("emptyList: expected status 200 or 204, got " + status);
        }
        return performAndAlter("empty list", list -> ListFault.empty(list, status));
    }

    /**
     * Leaves rows out of the response to a list request; the link to the next page stays. A response that is
     * not a list stays as it is.
     *
     * @param  rows tests whether a row is left out; must not block; not null
     * @return      the fault
     */
    public Fault withoutRows(Predicate<? super Map<String, Object>> rows) {
        Objects.requireNonNull(rows, "rows");
        return performAndAlter("rows left out", list -> ListFault.without(list, rows));
    }

    /**
     * Leaves the row with this {@code _id} or {@code _integrationId} out of the response to a list request.
     *
     * @param  id not null
     * @return    the fault
     * @see       #withoutRows(Predicate)
     */
    public Fault withoutRow(String id) {
        Objects.requireNonNull(id, "id");
        return withoutRows(row -> id.equals(row.getOrDefault("_id", row.get("_integrationId"))));
    }

    /**
     * Leaves all rows out of the response to a list request; the link to the next page stays, so the other
     * pages of the list are complete. A response that is not a list stays as it is.
     *
     * @return the fault
     */
    public Fault withoutPage() {
        return withoutRows(row -> true);
    }

    /**
     * Leaves the link to the next page out of the response to a list request, so the list ends early.
     *
     * @return the fault
     */
    public Fault withoutNextPage() {
        return performAndAlter("no link to the next page", ListFault::withoutNextPage);
    }

    private Fault performAndAlter(String description, UnaryOperator<ApiResponse> change) {
        return fault("operation, then " + description, exchange -> exchange.send(change.apply(exchange.perform())));
    }

    private Fault performLater(String description, Duration delay, FaultEffect first) {
        Objects.requireNonNull(delay, "delay");
        return fault("operation " + delay + " after " + description, exchange -> {
            exchange.performLater(delay);
            first.apply(exchange);
        });
    }

    private Fault respond(String description, ApiResponse response) {
        return fault(description, exchange -> exchange.send(response));
    }

    private Fault performThenRespond(String description, ApiResponse response) {
        return fault("operation, then " + description, exchange -> {
            exchange.perform();
            exchange.send(response);
        });
    }

    private Fault fault(String description, FaultEffect effect) {
        return new Fault(matcher, skipping, every, times, description, effect);
    }

    private static ApiResponse response(int status, String contentType, byte[] body) {
        return new ApiResponse(validStatus(status), contentType, body, Map.of());
    }

    private static int validStatus(int status) {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status: expected 200 to 599, got " + status);
        }
        return status;
    }
}
