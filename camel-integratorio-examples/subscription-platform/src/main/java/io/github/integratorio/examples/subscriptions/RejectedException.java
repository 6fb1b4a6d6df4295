package io.github.integratorio.examples.subscriptions;

/** A webhook that is not taken, with the status that says so. */
final class RejectedException extends RuntimeException {

    private final int status;

    RejectedException(int status, String reason) {
        super(reason);
        this.status = status;
    }

    /** The HTTP status to answer. */
    int status() {
        return status;
    }
}
