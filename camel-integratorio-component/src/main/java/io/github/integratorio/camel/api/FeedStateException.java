package io.github.integratorio.camel.api;

/**
 * Thrown if the state of a change feed cannot be read or written, or belongs to another feed. The consumer then emits nothing:
 * starting over without the state would lose all changes since the last poll, so an operator has to decide.
 */
public class FeedStateException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** Creates the exception; the message must not contain secrets. */
    public FeedStateException(String message) {
        super(message);
    }

    /** Creates the exception with its cause; the message must not contain secrets. */
    public FeedStateException(String message, Throwable cause) {
        super(message, cause);
    }
}
