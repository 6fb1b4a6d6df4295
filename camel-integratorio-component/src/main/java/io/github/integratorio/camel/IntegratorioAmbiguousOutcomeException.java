package io.github.integratorio.camel;

/**
 * A write may or may not have happened: the request left, and no answer that can be believed came back. The component
 * never sends it again by itself, and an error handler that redelivers the exchange gets this failure again instead of a second
 * request; dead-letter channels and {@code onException} clauses see it as any other. Look at the API before you repeat it.
 */
public class IntegratorioAmbiguousOutcomeException extends Exception {

    private final String operation;

    /**
     * @param operation what was called, such as {@code licenses create}
     * @param reason    what was seen
     * @param cause     the failure behind it
     */
    public IntegratorioAmbiguousOutcomeException(String operation, String reason, Throwable cause) {
        super(operation + " may or may not have happened: " + reason, cause);
        this.operation = operation;
    }

    /** What was called, such as {@code licenses create}. */
    public String getOperation() {
        return operation;
    }
}
