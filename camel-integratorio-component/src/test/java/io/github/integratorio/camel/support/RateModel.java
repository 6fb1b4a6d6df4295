package io.github.integratorio.camel.support;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;

import io.github.integratorio.camel.internal.client.ratelimit.AccountRateLimiter;
import io.github.integratorio.camel.internal.client.ratelimit.RateLimits;

/** A rate limiter, the network and the API's token bucket in virtual time; counts admitted and rejected requests. */
public final class RateModel {

    private static final double NANOS = 1e9;

    public final VirtualScheduler scheduler = new VirtualScheduler(Instant.EPOCH);
    public final AccountRateLimiter rateLimiter;
    /** Number of requests that the API accepted, and that it rejected. */
    public int taken;
    public int refused;

    private final Random random = new Random(42);
    private final Duration fastest;
    private final Duration slowest;
    private final double depth;
    private double perSecond;
    private double left;
    private long filledAt;

    /**
     * @param settings  settings of the rate limiter
     * @param depth     capacity of the API's bucket, which is full
     * @param perSecond refill rate
     * @param fastest   minimum latency of a request, and of a response
     * @param slowest   maximum latency
     */
    public RateModel(RateLimits settings, int depth, int perSecond, Duration fastest, Duration slowest) {
        this.rateLimiter = new AccountRateLimiter(settings, scheduler);
        this.depth = depth;
        this.left = depth;
        this.perSecond = perSecond;
        this.fastest = fastest;
        this.slowest = slowest;
    }

    /** Starts calls that each retry until accepted. */
    public void offer(int calls) {
        for (int i = 0; i < calls; i++) {
            call();
        }
    }

    /** Starts this number of calls per second, evenly distributed. */
    public void offerEachSecond(int calls) {
        call();
        scheduler.schedule(Duration.ofNanos((long) (NANOS / calls)), () -> offerEachSecond(calls));
    }

    /** Another client uses this rate of the API's bucket and ignores rejections. */
    public void neighbour(int eachSecond) {
        take();
        scheduler.schedule(Duration.ofNanos((long) (NANOS / eachSecond)), () -> neighbour(eachSecond));
    }

    /** Sets the rate of the API; 0 is an outage. */
    public void permit(int eachSecond) {
        refill();
        perSecond = eachSecond;
        left = 0;
    }

    private void call() {
        rateLimiter.acquire(Long.MAX_VALUE / 2, scheduler).thenAccept(permit -> scheduler.schedule(way(), () -> {
            boolean pass = take();
            taken += pass ? 1 : 0;
            refused += pass ? 0 : 1;
            scheduler.schedule(way(), () -> {
                if (!pass) {
                    permit.throttled(Duration.ofSeconds(1));
                    scheduler.schedule(Duration.ofMillis(1_000 + random.nextInt(200)), this::call);
                }
                permit.release();
            });
        }));
    }

    private Duration way() {
        return fastest.plusNanos((long) (random.nextDouble() * slowest.minus(fastest).toNanos()));
    }

    private boolean take() {
        refill();
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }

    private void refill() {
        long now = scheduler.nanoTime();
        left = Math.min(depth, left + (now - filledAt) / NANOS * perSecond);
        filledAt = now;
    }

    /** Advances time. */
    public RateModel pass(Duration time) {
        scheduler.advance(time);
        return this;
    }

    /** Resets the counters. */
    public RateModel countAnew() {
        taken = 0;
        refused = 0;
        return this;
    }
}
