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
}
