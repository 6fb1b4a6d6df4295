package io.github.integratorio.simulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A clock that stands still until it is moved. Given to
 * {@link SimulatorBuilder#clock(Clock)} it decides over the rate limit, {@code created},
 * {@code lastModified}, the {@code Date} header and the work of
 * {@link FaultBuilder#doneLater(Duration, int)}. Safe for use by several threads.
 */
public final class SimulatorClock extends Clock {

    private final AtomicReference<Instant> now;
    private final ZoneId zone;

    private SimulatorClock(AtomicReference<Instant> now, ZoneId zone) {
        this.now = now;
        this.zone = zone;
    }

    /**
     * A clock that shows one instant until it is moved.
     *
     * @param  instant where it starts; not null
     * @return         the clock, in UTC
     */
    public static SimulatorClock at(Instant instant) {
        return new SimulatorClock(new AtomicReference<>(Objects.requireNonNull(instant, "instant")), ZoneOffset.UTC);
    }

    /**
     * Moves the clock on.
     *
     * @param  by how far; not null, not negative
     * @return    the instant it shows now
     * @throws IllegalArgumentException if {@code by} is negative
     */
    public Instant advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("advance() goes forward only; use set(): " + by);
        }
        return now.updateAndGet(instant -> instant.plus(by));
    }

    /**
     * Puts the clock anywhere, the past included.
     *
     * @param instant what it shows from now on; not null
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

    /** The same clock, moved by the same calls, seen from another zone. */
    @Override
    public Clock withZone(ZoneId other) {
        return new SimulatorClock(now, Objects.requireNonNull(other, "zone"));
    }
}
