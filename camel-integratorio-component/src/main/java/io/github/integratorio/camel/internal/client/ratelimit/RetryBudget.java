package io.github.integratorio.camel.internal.client.ratelimit;

/**
 * How much may be tried again: in an outage, retries of everybody would multiply the load just when the API can bear it least.
 * Each call earns a little, each that succeeds earns one retry, and there is a reserve for a short trouble.
 */
public final class RetryBudget {

    private static final double RESERVE = 100;
    private static final double PER_CALL = 0.08;

    private double retries = RESERVE;

    /** A call begins. */
    public synchronized void called() {
        retries = Math.min(RESERVE, retries + PER_CALL);
    }

    /** A call succeeded. */
    public synchronized void succeeded() {
        retries = Math.min(RESERVE, retries + 1);
    }

    /** Takes a retry; false when there is none left. */
    public synchronized boolean take() {
        if (retries < 1) {
            return false;
        }
        retries--;
        return true;
    }
}
