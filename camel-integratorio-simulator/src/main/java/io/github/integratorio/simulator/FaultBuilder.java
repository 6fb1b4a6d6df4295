package io.github.integratorio.simulator;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * Says how often a fault strikes, then what it does. Begun by {@link Fault#on(String, String)}; each
 * effect ends it and gives the {@link Fault}. "The work" is what the request asks for, with all of
 * the API's checks. Delays are in real time unless an effect says otherwise.
 */
public final class FaultBuilder {

    static final long ALWAYS = -1;

    private final RequestMatch match;
    private long skipping;
    private long times = 1;

    FaultBuilder(RequestMatch match) {
        this.match = match;
    }

    /**
     * Strikes so many times; once if nothing is said.
     *
     * @param  n 1 or more
     * @return   this
     * @throws IllegalArgumentException if {@code n} is less than 1
     */
    public FaultBuilder times(int n) {
        if (n < 1) {
            throw new IllegalArgumentException("times: " + n);
        }
        times = n;
        return this;
    }

    /**
     * Strikes until the faults are cleared.
     *
     * @return this
     */
    public FaultBuilder always() {
        times = ALWAYS;
        return this;
    }

    /**
     * Lets so many matching requests pass first.
     *
     * @param  n 0 or more
     * @return   this
     * @throws IllegalArgumentException if {@code n} is negative
     */
    public FaultBuilder afterSkipping(int n) {
        if (n < 0) {
            throw new IllegalArgumentException("afterSkipping: " + n);
        }
        skipping = n;
        return this;
    }

    /**
     * Answers a status with the API's own kind of body (the errors envelope; a {@code message} for
     * 401 and 403; nothing for 204 and 304), work not done. A 2xx gets the envelope too.
     *
     * @param  status 200 to 599
     * @return        the fault
     */
    public Fault status(int status) {
        return status(status, Map.of());
    }

    /**
     * As {@link #status(int)}, with headers: e.g. {@code status(429, Map.of("Retry-After", "2"))}.
     *
     * @param  status  200 to 599
     * @param  headers names to values; not null
     * @return         the fault
     */
    public Fault status(int status, Map<String, String> headers) {
        Reply reply = Reply.standard(checked(status)).with(headers);
        return fault("status " + status, exchange -> exchange.answer(reply));
    }

    /**
     * Answers this and nothing else, work not done.
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
     * Answers this and nothing else, work not done.
     *
     * @param  status      200 to 599
     * @param  contentType null for none
     * @param  body        sent as UTF-8; not null
     * @param  headers     names to values; not null
     * @return             the fault
     */
    public Fault status(int status, String contentType, String body, Map<String, String> headers) {
        Reply reply = reply(status, contentType, Reply.utf8(body)).with(headers);
        return fault("status " + status, exchange -> exchange.answer(reply));
    }

    /**
     * Does the work, then answers as {@link #status(int)} does.
     *
     * @param  status 200 to 599
     * @return        the fault
     */
    public Fault doneThenStatus(int status) {
        Reply reply = Reply.standard(checked(status));
        return fault("done, then status " + status, exchange -> {
            exchange.work();
            exchange.answer(reply);
        });
    }

    /**
     * Answers these bytes and nothing else, work not done.
     *
     * @param  status      200 to 599
     * @param  contentType null for none
     * @param  bytes       not null
     * @return             the fault
     */
    public Fault body(int status, String contentType, byte[] bytes) {
        Reply reply = reply(status, contentType, bytes.clone());
        return fault("body with status " + status, exchange -> exchange.answer(reply));
    }

    /**
     * Does the work, then answers these bytes.
     *
     * @param  status      200 to 599
     * @param  contentType null for none
     * @param  bytes       not null
     * @return             the fault
     */
    public Fault doneThenBody(int status, String contentType, byte[] bytes) {
        Reply reply = reply(status, contentType, bytes.clone());
        return fault("done, then body with status " + status, exchange -> {
            exchange.work();
            exchange.answer(reply);
        });
    }

    /**
     * Sends the client elsewhere, work not done.
     *
     * @param  status   300 to 399
     * @param  location the {@code Location} header as it shall be sent; not null
     * @return          the fault
     */
    public Fault redirect(int status, String location) {
        if (status < 300 || status > 399) {
            throw new IllegalArgumentException("Not a redirect: " + status);
        }
        Reply reply = Reply.empty(status).with("Location", Objects.requireNonNull(location, "location"));
        return fault("redirect " + status, exchange -> exchange.answer(reply));
    }

    /**
     * Does the work at once and gives its answer late.
     *
     * @param  delay how late, in real time; not null
     * @return       the fault
     */
    public Fault delay(Duration delay) {
        Objects.requireNonNull(delay, "delay");
        return fault("delay " + delay, exchange -> {
            Reply reply = exchange.work();
            exchange.after(delay, () -> exchange.answer(reply));
        });
    }

    /**
     * Answers a status at once as {@link #status(int)} does, and does the work later. Later is by the
     * simulator's clock: the work shows on the first request, or look at the truth, after that.
     *
     * @param  delay  how much later; not null
     * @param  status 200 to 599
     * @return        the fault
     */
    public Fault doneLater(Duration delay, int status) {
        Objects.requireNonNull(delay, "delay");
        Reply reply = Reply.standard(checked(status));
        return fault("done " + delay + " after status " + status, exchange -> {
            exchange.workLater(delay);
            exchange.answer(reply);
        });
    }

    /**
     * Resets the connection (TCP RST), work not done.
     *
     * @return the fault
     */
    public Fault resetBefore() {
        return fault("reset before the work", Exchange::reset);
    }

    /**
     * Does the work, then resets the connection (TCP RST) without a byte of answer.
     *
     * @return the fault
     */
    public Fault resetAfter() {
        return fault("reset after the work", exchange -> {
            exchange.work();
            exchange.reset();
        });
    }

    /**
     * Closes the connection in good order but without an answer, work not done.
     *
     * @return the fault
     */
    public Fault closeBefore() {
        return fault("close before the work", Exchange::close);
    }

    /**
     * Does the work, then closes the connection in good order but without an answer.
     *
     * @return the fault
     */
    public Fault closeAfter() {
        return fault("close after the work", exchange -> {
            exchange.work();
            exchange.close();
        });
    }

    /**
     * Does the work, announces the whole answer by its {@code Content-Length}, sends the head and the
     * first bytes of the body, then closes the connection. At least one byte stays missing; an answer
     * without a body is closed before it is sent, as by {@link #closeAfter()}.
     *
     * @param  bytes how many bytes of the body to send; 0 or more
     * @return       the fault
     */
    public Fault cutBody(int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("cutBody: " + bytes);
        }
        return fault("body cut after " + bytes + " bytes", exchange -> exchange.answerCut(exchange.work(), bytes));
    }

    /**
     * Does the work and sends the body of its answer byte by byte.
     *
     * @param  perByte the pause between two bytes, in real time; not null
     * @return         the fault
     */
    public Fault dripBody(Duration perByte) {
        Objects.requireNonNull(perByte, "perByte");
        return fault("a byte every " + perByte, exchange -> exchange.drip(exchange.work(), perByte));
    }

    /**
     * Never answers and keeps the connection open, work not done.
     *
     * @return the fault
     */
    public Fault hang() {
        return fault("hang before the work", exchange -> { });
    }

    /**
     * Does the work, then never answers and keeps the connection open.
     *
     * @return the fault
     */
    public Fault hangAfter() {
        return fault("hang after the work", Exchange::work);
    }

    private Fault fault(String description, Effect effect) {
        return new Fault(match, skipping, times, description, effect);
    }

    private static Reply reply(int status, String contentType, byte[] body) {
        return new Reply(checked(status), contentType, body, Map.of());
    }

    private static int checked(int status) {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("Not the status of an answer: " + status);
        }
        return status;
    }
}
