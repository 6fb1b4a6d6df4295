package io.github.integratorio.camel.internal.client.ratelimit;

/**
 * How much of an account is used.
 *
 * @param requestsPerSecond     how fast requests may follow each other for long
 * @param requestBurst          how many may go at once after a pause
 * @param maxConcurrentRequests how many are on their way at a time
 * @param maxQueuedRequests     how many may wait for that
 */
public record RateLimits(int requestsPerSecond, int requestBurst, int maxConcurrentRequests, int maxQueuedRequests) {
}
