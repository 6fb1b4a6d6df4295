package io.github.integratorio.camel.changes;

/**
 * The state of a feed cannot be read or written, or is not this feed's. Nothing is emitted then: to begin anew without the state
 * would lose every change since, and that is for an operator to decide.
 */
public class StateException extends RuntimeException {

    /** @param message what is wrong, without secrets */
    public StateException(String message) {
        super(message);
    }

    /** As the other, with what is behind it. */
    public StateException(String message, Throwable cause) {
        super(message, cause);
    }
}
