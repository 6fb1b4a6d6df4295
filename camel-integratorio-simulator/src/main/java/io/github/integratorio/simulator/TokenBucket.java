package io.github.integratorio.simulator;

import java.time.Duration;
import java.time.Instant;

/** The account's rate limit: a burst, refilled at a constant rate. Guarded by the lock of {@link SimulatorState}. */
final class TokenBucket {

    private static final double NANOS_PER_SECOND = 1e9;

    private final int capacity;
    private final int perSecond;
    private double tokens;
    private Instant refilledAt;

    TokenBucket(int capacity, int perSecond, Instant now) {
        this.capacity = capacity;
        this.perSecond = perSecond;
        this.tokens = capacity;
        this.refilledAt = now;
    }

    /** Takes a token and returns 0, or returns the whole seconds until the next token if the bucket is empty. */
    long take(Instant now) {
        if (now.isAfter(refilledAt)) {
            Duration elapsed = Duration.between(refilledAt, now);
            double seconds = elapsed.getSeconds() + elapsed.getNano() / NANOS_PER_SECOND;
            tokens = Math.min(capacity, tokens + seconds * perSecond);
            refilledAt = now;
        }
        if (tokens >= 1) {
            tokens -= 1;
            return 0;
        }
        return Math.max(1, (long) Math.ceil((1 - tokens) / perSecond));
    }
}
