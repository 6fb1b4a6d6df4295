package io.github.integratorio.camel.api;

/**
 * A write may or may not have happened: the request left, and no answer that can be believed came back. The component
 * never sends it again by itself, and an error handler that redelivers the exchange gets this failure again instead of a second
 * request; dead-letter channels and {@code onException} clauses see it as any other. Look at the API before you repeat it; then
 * send a new exchange, or remove the property {@code CamelIntegratorioAmbiguity} from this one.
 *
 * <p>It has no cause: Camel chooses {@code onException} clauses and fail-overs by causes, too, and what is right after a refusal or
 * a request that was not sent would send this one again.
 */
public class IntegratorioAmbiguousOutcomeException extends Exception {

    private final String operation;
    private final String reason;
    private final int statusCode;

    /**
     * @param operation  what was called, such as {@code licenses create}
     * @param reason     what was seen
     * @param statusCode the HTTP status of the answer that left it open, or 0 when none came
     */
    public IntegratorioAmbiguousOutcomeException(String operation, String reason, int statusCode) {
        super(operation + " may or may not have happened: " + reason);
        this.operation = operation;
        this.reason = reason;
        this.statusCode = statusCode;
    }

    /** What was called, such as {@code licenses create}. */
    public String getOperation() {
        return operation;
    }

    /** What was seen. */
    public String getReason() {
        return reason;
    }

    /** The HTTP status of the answer that left it open, such as 502; 0 when none came. */
    public int getStatusCode() {
        return statusCode;
    }
}
