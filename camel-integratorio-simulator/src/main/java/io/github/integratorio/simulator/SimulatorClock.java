package io.github.integratorio.simulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A clock that only moves when it is told to. Passed to {@link SimulatorBuilder#clock(Clock)}, it
 * controls the rate limit, {@code created}, {@code lastModified}, the {@code Date} header and the
 * operations of {@link FaultBuilder#doneLater(Duration, int)}. Thread-safe.
 */
public final class SimulatorClock extends Clock {

    private final AtomicReference<Instant> now;
    private final ZoneId zone;

    private SimulatorClock(AtomicReference<Instant> now, ZoneId zone) {
        this.now = now;
        this.zone = zone;
    }

    /**
     * Creates a clock that is fixed at an instant until it is moved.
     *
     * @param  instant the initial instant; not null
     * @return         the clock, in UTC
     */
    public static SimulatorClock at(Instant instant) {
        return new SimulatorClock(new AtomicReference<>(Objects.requireNonNull(instant, "instant")), ZoneOffset.UTC);
    }

    /**
     * Moves the clock forward.
     *
     * @param  by the duration; not null, not negative
     * @return    the new instant
     * @throws IllegalArgumentException if {@code by} is negative
     */
    public Instant advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("advance: expected a duration of 0 or more, got " + by
                    + "; set() can move the clock back");
        }
        return now.updateAndGet(instant -> instant.plus(by));
    }

    /**
     * Sets the clock to an instant, which may be in its past.
     *
     * @param instant the new instant; not null
     */
    public void set(Instant instant) {
        now.set(Objects.requireNonNull(instant, "instant"));
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    /** Returns a view of this clock in another zone; moving either clock moves both. */
    @Override
    public Clock withZone(ZoneId other) {
        return new SimulatorClock(now, Objects.requireNonNull(other, "zone"));
    }
}
