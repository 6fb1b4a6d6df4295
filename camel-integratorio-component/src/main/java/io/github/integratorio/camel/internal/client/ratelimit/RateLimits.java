package io.github.integratorio.camel.internal.client.ratelimit;

/**
 * How much of an account's capacity is used.
 *
 * @param requestsPerSecond     sustained rate
 * @param requestBurst          requests allowed back to back after an idle period
 * @param maxConcurrentRequests requests in flight at the same time
 * @param maxQueuedRequests     requests that may wait for a permit
 */
public record RateLimits(int requestsPerSecond, int requestBurst, int maxConcurrentRequests, int maxQueuedRequests) {

    private static final int MIN_STREAMS = 64;

    /** Lists that may be streamed at the same time, beside the requests in flight. */
    public int maxOpenStreams() {
        return Math.max(MIN_STREAMS, 2 * maxConcurrentRequests);
    }
}
