package io.github.integratorio.camel.support;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;

import io.github.integratorio.camel.internal.client.ratelimit.AccountRateLimiter;
import io.github.integratorio.camel.internal.client.ratelimit.RateLimits;

/** A gate, the way to the API and the API's own bucket, all on virtual time: what is permitted, what is used, what is refused. */
public final class RateModel {

    private static final double NANOS = 1e9;

    public final VirtualScheduler timeline = new VirtualScheduler(Instant.EPOCH);
    public final AccountRateLimiter gate;
    /** Requests that the API took, and that it refused. */
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
     * @param settings  of the gate
     * @param depth     of the API's bucket, which is full
     * @param perSecond what refills it
     * @param fastest   how long a request is on its way at least, and an answer
     * @param slowest   and at most
     */
    public RateModel(RateLimits settings, int depth, int perSecond, Duration fastest, Duration slowest) {
        this.gate = new AccountRateLimiter(settings, timeline);
        this.depth = depth;
        this.left = depth;
        this.perSecond = perSecond;
        this.fastest = fastest;
        this.slowest = slowest;
    }

    /** Calls that each go on until they were taken. */
    public void offer(int calls) {
        for (int i = 0; i < calls; i++) {
            call();
        }
    }

    /** As many calls each second, evenly. */
    public void offerEachSecond(int calls) {
        call();
        timeline.schedule(Duration.ofNanos((long) (NANOS / calls)), () -> offerEachSecond(calls));
    }

    /** Somebody else takes as much from the API's bucket, and does not care for refusals. */
    public void neighbour(int eachSecond) {
        take();
        timeline.schedule(Duration.ofNanos((long) (NANOS / eachSecond)), () -> neighbour(eachSecond));
    }

    /** The API takes so much from now on; nothing at all is an outage. */
    public void permit(int eachSecond) {
        refill();
        perSecond = eachSecond;
        left = 0;
    }

    private void call() {
        gate.acquire(Long.MAX_VALUE / 2).thenAccept(permit -> timeline.schedule(way(), () -> {
            boolean pass = take();
            taken += pass ? 1 : 0;
            refused += pass ? 0 : 1;
            timeline.schedule(way(), () -> {
                if (!pass) {
                    permit.throttled(Duration.ofSeconds(1));
                    timeline.schedule(Duration.ofMillis(1_000 + random.nextInt(200)), this::call);
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
        long now = timeline.nanoTime();
        left = Math.min(depth, left + (now - filledAt) / NANOS * perSecond);
        filledAt = now;
    }

    /** Lets time pass. */
    public RateModel pass(Duration time) {
        timeline.advance(time);
        return this;
    }

    /** Forgets what was counted. */
    public RateModel countAnew() {
        taken = 0;
        refused = 0;
        return this;
    }
}
