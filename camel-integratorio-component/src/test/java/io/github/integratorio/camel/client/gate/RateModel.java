package io.github.integratorio.camel.client.gate;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;

import io.github.integratorio.camel.support.VirtualTimeline;

/** A gate, the way to the API and the API's own bucket, all on virtual time: what is permitted, what is used, what is refused. */
final class RateModel {

    private static final double NANOS = 1e9;

    final VirtualTimeline timeline = new VirtualTimeline(Instant.EPOCH);
    final AccountGate gate;
    /** Requests that the API took, and that it refused. */
    int taken;
    int refused;

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
    RateModel(GateSettings settings, int depth, int perSecond, Duration fastest, Duration slowest) {
        this.gate = new AccountGate(settings, timeline);
        this.depth = depth;
        this.left = depth;
        this.perSecond = perSecond;
        this.fastest = fastest;
        this.slowest = slowest;
    }

    /** Calls that each go on until they were taken. */
    void offer(int calls) {
        for (int i = 0; i < calls; i++) {
            call();
        }
    }

    /** As many calls each second, evenly. */
    void offerEachSecond(int calls) {
        call();
        timeline.after(Duration.ofNanos((long) (NANOS / calls)), () -> offerEachSecond(calls));
    }

    /** Somebody else takes as much from the API's bucket, and does not care for refusals. */
    void neighbour(int eachSecond) {
        take();
        timeline.after(Duration.ofNanos((long) (NANOS / eachSecond)), () -> neighbour(eachSecond));
    }

    /** The API takes so much from now on; nothing at all is an outage. */
    void permit(int eachSecond) {
        refill();
        perSecond = eachSecond;
        left = 0;
    }

    private void call() {
        gate.enter(Long.MAX_VALUE / 2).thenAccept(permit -> timeline.after(way(), () -> {
            boolean pass = take();
            taken += pass ? 1 : 0;
            refused += pass ? 0 : 1;
            timeline.after(way(), () -> {
                if (!pass) {
                    permit.refused(Duration.ofSeconds(1));
                    timeline.after(Duration.ofMillis(1_000 + random.nextInt(200)), this::call);
                }
                permit.close();
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
        long now = timeline.nanos();
        left = Math.min(depth, left + (now - filledAt) / NANOS * perSecond);
        filledAt = now;
    }

    /** Lets time pass. */
    RateModel pass(Duration time) {
        timeline.advance(time);
        return this;
    }

    /** Forgets what was counted. */
    RateModel countAnew() {
        taken = 0;
        refused = 0;
        return this;
    }
}
