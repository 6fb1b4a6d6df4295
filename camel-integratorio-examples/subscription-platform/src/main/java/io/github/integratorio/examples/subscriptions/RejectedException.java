package io.github.integratorio.examples.subscriptions;

/** Reports a webhook that is not accepted, with the HTTP status of the response. */
final class RejectedException extends RuntimeException {

    private final int status;

    RejectedException(int status, String reason) {
        super(reason);
        this.status = status;
    }

    /** Returns the HTTP status. */
    int status() {
        return status;
    }
}
