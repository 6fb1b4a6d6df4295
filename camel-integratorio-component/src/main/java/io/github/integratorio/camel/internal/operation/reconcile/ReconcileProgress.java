package io.github.integratorio.camel.internal.operation.reconcile;

import java.util.concurrent.atomic.AtomicInteger;

/** How far a reconcile is; read by other threads while it runs. */
public final class ReconcileProgress {

    private final String connectorId;
    private final boolean dryRun;
    private final int rows;
    private volatile int listed;
    private volatile int toDo;
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    ReconcileProgress(String connectorId, boolean dryRun, int rows) {
        this.connectorId = connectorId;
        this.dryRun = dryRun;
        this.rows = rows;
    }

    void listed(int licenses) {
        listed = licenses;
    }

    void planned(int licenses) {
        toDo = licenses;
    }

    void ended() {
        done.incrementAndGet();
    }

    void hasFailed() {
        failed.incrementAndGet();
    }

    public String connectorId() {
        return connectorId;
    }

    public boolean isDryRun() {
        return dryRun;
    }

    /** Number of rows in the list. */
    public int rows() {
        return rows;
    }

    /** Number of licenses that the API's list has shown so far. */
    public int listed() {
        return listed;
    }

    /** Number of licenses to write, or to look at in a dry run; 0 until the list has been compared. */
    public int toDo() {
        return toDo;
    }

    /** Number of those whose write has ended, also in a failure. */
    public int done() {
        return done.get();
    }

    /** Number of rows that were refused, and of writes that have failed. */
    public int failed() {
        return failed.get();
    }

    @Override
    public String toString() {
        return "connector " + connectorId + (dryRun ? " (dry run)" : "") + ": " + rows + " rows, " + listed
                + " licenses, " + done + " of " + toDo + " done, " + failed + " failed";
    }
}
