package io.github.integratorio.camel.api;

/**
 * The state of a feed cannot be read or written, or is not this feed's. Nothing is emitted then: to begin anew without the state
 * would lose every change since, and that is for an operator to decide.
 */
public class FeedStateException extends RuntimeException {

    /** @param message what is wrong, without secrets */
    public FeedStateException(String message) {
        super(message);
    }

    /** As the other, with what is behind it. */
    public FeedStateException(String message, Throwable cause) {
        super(message, cause);
    }
}
