package io.github.integratorio.camel.internal.concurrent;

import java.time.Duration;
import java.time.Instant;

/** Clock and timer, so that no thread sleeps and tests can drive the clock. */
public interface Scheduler {

    /** A monotonic time in nanoseconds, for measuring durations. */
    long nanoTime();

    /** The current date and time, for comparisons with dates from the API. */
    Instant now();

    /**
     * Runs a task later.
     *
     * @param  delay zero or negative to run it as soon as possible
     * @param  task  must neither block nor throw
     * @return       cancels the task unless it has started
     */
    Runnable schedule(Duration delay, Runnable task);

    /**
     * Runs a task when the owner of this scheduler stops; at once if it already has.
     *
     * @param  task must neither block nor throw
     * @return      cancels the task unless it has started
     */
    Runnable onClose(Runnable task);

    /** Whether the owner of this scheduler has stopped: nothing must be sent any more, and scheduled tasks run at once. */
    boolean isClosed();
}
