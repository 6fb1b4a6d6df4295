package io.github.integratorio.simulator;

import java.time.Duration;
import java.time.Instant;

/** The account's rate limit: so many requests at once, so many more each second. Guarded by the {@link World}'s lock. */
final class LeakyBucket {

    private static final double NANOS = 1e9;

    private final int depth;
    private final int perSecond;
    private double left;
    private Instant filledAt;

    LeakyBucket(int depth, int perSecond, Instant now) {
        this.depth = depth;
        this.perSecond = perSecond;
        this.left = depth;
        this.filledAt = now;
    }

    /** Takes one request out: 0, or the whole seconds to wait when none is left. */
    long take(Instant now) {
        if (now.isAfter(filledAt)) {
            Duration since = Duration.between(filledAt, now);
            left = Math.min(depth, left + (since.getSeconds() + since.getNano() / NANOS) * perSecond);
            filledAt = now;
        }
        if (left >= 1) {
            left -= 1;
            return 0;
        }
        return Math.max(1, (long) Math.ceil((1 - left) / perSecond));
    }
}
