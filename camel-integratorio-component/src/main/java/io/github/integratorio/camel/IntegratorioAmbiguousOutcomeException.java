package io.github.integratorio.camel;

/**
 * A write may or may not have happened: the request left, and no answer that can be believed came back. The component
 * never sends it again, and Camel's redelivery is marked exhausted. Look at the API before you repeat it.
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
