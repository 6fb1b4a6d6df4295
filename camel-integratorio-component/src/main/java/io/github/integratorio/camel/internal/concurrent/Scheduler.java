package io.github.integratorio.camel.internal.concurrent;

import java.time.Duration;
import java.time.Instant;

/** Time, and what is to be done later: so that no thread waits, and a test can drive the clock. */
public interface Scheduler {

    /** A reading of a clock that only goes forward, in nanoseconds; two readings tell how long something took. */
    long nanoTime();

    /** The date and time of day, for what is compared with the API's own dates. */
    Instant now();

    /**
     * Runs something later.
     *
     * @param  delay how much later; zero or less means as soon as possible
     * @param  task  must neither block nor throw
     * @return       takes it back, when it has not begun
     */
    Runnable schedule(Duration delay, Runnable task);
}
