package io.github.integratorio.camel.api;

/**
 * Thrown if a write may or may not have happened: the request was sent, but no valid response arrived. The component does not
 * retry it, and an error handler that redelivers the exchange gets this exception again instead of sending a second request.
 * Dead letter channels and {@code onException} clauses work as usual. Check the API before repeating the write; then send a new
 * exchange, or remove the property {@code CamelIntegratorioAmbiguity} from this one.
 *
 * <p>The exception has no cause, because Camel also matches {@code onException} clauses and fail-overs by cause: a clause meant
 * for rejected or unsent requests would send this one again.
 */
public class IntegratorioAmbiguousOutcomeException extends Exception {

    private static final long serialVersionUID = 1;

    private final String operation;
    private final String reason;
    private final int statusCode;

    /**
     * @param operation  API call, such as {@code licenses create}
     * @param reason     why the outcome is unknown
     * @param statusCode HTTP status of the response; 0 if none arrived
     */
    public IntegratorioAmbiguousOutcomeException(String operation, String reason, int statusCode) {
        super(operation + " may or may not have happened: " + reason);
        this.operation = operation;
        this.reason = reason;
        this.statusCode = statusCode;
    }

    /** API call, such as {@code licenses create}. */
    public String getOperation() {
        return operation;
    }

    /** Reason why the outcome is unknown. */
    public String getReason() {
        return reason;
    }

    /** HTTP status of the response, such as 502; 0 if none arrived. */
    public int getStatusCode() {
        return statusCode;
    }
}
