package io.github.integratorio.camel.internal.client.ratelimit;

/**
 * Limits retries of an account, which would multiply the load of an outage. Each call earns a fraction of a retry, each success a
 * whole one, and a reserve covers short disturbances.
 */
public final class RetryBudget {

    private static final double RESERVE = 100;
    private static final double PER_CALL = 0.08;

    private double retries = RESERVE;

    /** A call starts. */
    public synchronized void called() {
        retries = Math.min(RESERVE, retries + PER_CALL);
    }

    /** A call succeeded. */
    public synchronized void succeeded() {
        retries = Math.min(RESERVE, retries + 1);
    }

    /** Takes a retry from the budget; returns false if it is exhausted. */
    public synchronized boolean take() {
        if (retries < 1) {
            return false;
        }
        retries--;
        return true;
    }
}
