package io.github.integratorio.examples.trial;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;

/** Limits requests per minute and client address. Forgets an address after two minutes, when its bucket is full again. */
final class RateLimiter {

    private static final int MAX_ADDRESSES = 100_000;

    private final int perMinute;
    private final Cache<String, Bucket> buckets =
            Caffeine.newBuilder().maximumSize(MAX_ADDRESSES).expireAfterAccess(Duration.ofMinutes(2)).build();

    RateLimiter(int perMinute) {
        this.perMinute = perMinute;
    }

    /** Takes a token; returns 0, or the seconds until the next one is available. */
    long tryAcquire(String address) {
        ConsumptionProbe probe = buckets.get(address, any -> bucket()).tryConsumeAndReturnRemaining(1);
        return probe.isConsumed() ? 0 : 1 + TimeUnit.NANOSECONDS.toSeconds(probe.getNanosToWaitForRefill());
    }

    private Bucket bucket() {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, Duration.ofMinutes(1))).build();
    }
}
