package io.github.integratorio.camel.internal.client;

import java.time.Duration;

/**
 * How long and how often a call is tried.
 *
 * @param operationTimeout   for everything, retries and waits included
 * @param maxRetries     how many times at most a request is sent again; 0 for never
 * @param retryDelay         the longest first delay; it doubles
 * @param maxRetryDelay  the longest delay
 * @param maxRetryAfter  the longest {@code Retry-After} of the API that is waited for
 */
public record RetryPolicy(Duration operationTimeout, int maxRetries, Duration retryDelay, Duration maxRetryDelay,
        Duration maxRetryAfter) {

    /** How long everybody pauses after a refusal that does not say how long. */
    static final Duration UNSAID_PAUSE = Duration.ofSeconds(1);

    /**
     * How long to wait before a retry: anything between nothing and a limit that doubles, so that callers which failed together do
     * not come back together.
     *
     * @param retry  the how many-th, from 0
     * @param random from 0 to 1
     */
    Duration delay(int retry, double random) {
        return Duration.ofNanos((long) (random * doubled(retryDelay, retry).toNanos()));
    }

    /**
     * How long the account is left alone by a call that was refused without a word about when to come back.
     *
     * @param retry the how many-th, from 0
     */
    Duration defaultPause(int retry) {
        Duration pause = doubled(UNSAID_PAUSE, retry);
        return pause.compareTo(UNSAID_PAUSE) < 0 ? UNSAID_PAUSE : pause;
    }

    private Duration doubled(Duration first, int times) {
        long limit = first.toNanos();
        for (int i = 0; i < times && limit < maxRetryDelay.toNanos(); i++) {
            limit *= 2;
        }
        return Duration.ofNanos(Math.min(limit, maxRetryDelay.toNanos()));
    }
}
