package io.github.integratorio.camel.internal.client.ratelimit;

import java.time.Duration;

/**
 * What goes on at a gate.
 *
 * @param inFlight          requests on their way
 * @param queued            requests that wait
 * @param paused            how much longer nobody may pass; zero when the gate is open
 * @param requestsPerSecond the rate at which requests may pass now
 */
public record RateLimiterStatus(int inFlight, int queued, Duration paused, int requestsPerSecond) {
}
