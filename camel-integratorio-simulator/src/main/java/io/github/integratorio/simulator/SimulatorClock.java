package io.github.integratorio.simulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A clock that can be set by hand: it stands still until it is moved, or runs ahead of or behind the system
 * clock. Passed to {@link SimulatorBuilder#clock(Clock)}, it controls the rate limit, {@code created}, {@code lastModified}, the {@code Date} header and the
 * operations of {@link FaultBuilder#doneLater(Duration, int)}. Thread-safe.
 */
public final class SimulatorClock extends Clock {

    private final Clock base;
    /** What this clock is ahead of its base; shared by its views in other zones. */
    private final AtomicReference<Duration> ahead;
    private final ZoneId zone;

    private SimulatorClock(Clock base, AtomicReference<Duration> ahead, ZoneId zone) {
        this.base = base;
        this.ahead = ahead;
        this.zone = zone;
    }

    /**
     * Creates a clock that is fixed at an instant until it is moved.
     *
     * @param  instant the initial instant; not null
     * @return         the clock, in UTC
     */
    public static SimulatorClock at(Instant instant) {
        return over(Clock.fixed(instant, ZoneOffset.UTC));
    }

    /**
     * Creates a clock that runs with the system clock and can be moved away from it: {@link #advance(Duration)}
     * lets it go ahead, {@link #set(Instant)} to an earlier instant behind.
     *
     * @return the clock, in UTC, with the system's time
     */
    public static SimulatorClock running() {
        return over(Clock.systemUTC());
    }

    private static SimulatorClock over(Clock base) {
        return new SimulatorClock(base, new AtomicReference<>(Duration.ZERO), ZoneOffset.UTC);
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
        return base.instant().plus(ahead.updateAndGet(duration -> duration.plus(by)));
    }

    /**
     * Sets the clock to an instant, which may be in its past.
     *
     * @param instant the new instant; not null
     */
    public void set(Instant instant) {
        ahead.set(Duration.between(base.instant(), instant));
    }

    @Override
    public Instant instant() {
        return base.instant().plus(ahead.get());
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    /** Returns a view of this clock in another zone; moving either clock moves both. */
    @Override
    public Clock withZone(ZoneId other) {
        return new SimulatorClock(base, ahead, Objects.requireNonNull(other, "zone"));
    }
}
