package io.github.integratorio.camel.internal.consumer;

/**
 * Ends the delivery of a poll when the route refuses several changes in a row, and lets later polls try less often until one succeeds.
 * Thread-safe, because exchanges end on any thread.
 */
final class DeliveryCircuit {

    /** Number of changes that fail in a row before a poll stops delivering. */
    static final int MAX_FAILURES_IN_A_ROW = 5;
    private static final int MAX_SKIPPED_POLLS = 7;

    private int failuresInARow;
    /** Number of polls in a row that stopped delivering. */
    private int stoppedPolls;
    private int pollsToSkip;
    private boolean isSkipped;

    /** Begins a poll. */
    synchronized void beginPoll() {
        isSkipped = pollsToSkip > 0;
        if (isSkipped) {
            pollsToSkip--;
        }
        failuresInARow = 0;
    }

    /** Returns true if this poll may deliver another change. */
    synchronized boolean isClosed() {
        return !isSkipped && failuresInARow < MAX_FAILURES_IN_A_ROW;
    }

    /** Returns true if the last poll that delivered stopped early, so that this one should try as little as possible. */
    synchronized boolean isProbing() {
        return stoppedPolls > 0;
    }

    synchronized void succeeded() {
        failuresInARow = 0;
    }

    synchronized void failed() {
        failuresInARow++;
    }

    /** Ends a poll. */
    synchronized void endPoll() {
        if (isSkipped) {
            return;
        }
        if (failuresInARow < MAX_FAILURES_IN_A_ROW) {
            stoppedPolls = 0;
            return;
        }
        pollsToSkip = Math.min(MAX_SKIPPED_POLLS, (1 << Math.min(stoppedPolls, 30)) - 1);
        stoppedPolls++;
    }

    /** Returns the number of polls that will not deliver, as the route has refused the changes of earlier ones. */
    synchronized int pollsToSkip() {
        return pollsToSkip;
    }
}
