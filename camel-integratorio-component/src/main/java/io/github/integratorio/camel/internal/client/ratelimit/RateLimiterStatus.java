package io.github.integratorio.camel.internal.client.ratelimit;

import java.time.Duration;

/**
 * The load of an {@link AccountRateLimiter}.
 *
 * @param inFlight          requests in flight
 * @param queued            requests that wait for a permit
 * @param paused            remaining pause that the API asked for; zero if there is none
 * @param requestsPerSecond current rate
 */
public record RateLimiterStatus(int inFlight, int queued, Duration paused, int requestsPerSecond) {
}
