package io.github.integratorio.camel.internal.client;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

import io.github.integratorio.camel.internal.concurrent.Scheduler;

/** What belongs to one operation of a user, whatever calls it takes: until when it may go on, and what it has cost. */
public final class CallContext {

    private final Scheduler timeline;
    private final Duration timeout;
    private final long deadline;
    private final BooleanSupplier superseded;
    private final AtomicInteger attempts;
    private final AtomicLong waited;

    private CallContext(Scheduler timeline, Duration timeout, BooleanSupplier superseded, AtomicInteger attempts, AtomicLong waited) {
        this.timeline = timeline;
        this.timeout = timeout;
        this.deadline = timeline.nanoTime() + timeout.toNanos();
        this.superseded = superseded;
        this.attempts = attempts;
        this.waited = waited;
    }

    /** An operation that begins now and may take so long. */
    public static CallContext begin(Scheduler timeline, Duration timeout) {
        return new CallContext(timeline, timeout, () -> false, new AtomicInteger(), new AtomicLong());
    }

    /** The same operation, with its whole time ahead: for each write of a list of them. */
    public CallContext withFreshDeadline() {
        return new CallContext(timeline, timeout, () -> false, attempts, waited);
    }

    /** The same operation, for a write that is not to be repeated once there is a newer one of the same document. */
    public CallContext supersededBy(BooleanSupplier newer) {
        CallContext parent = this;
        return new CallContext(timeline, parent.remaining(), newer, attempts, waited);
    }

    /** Until when it may go on, in {@link Scheduler#nanoTime()}. */
    long deadline() {
        return deadline;
    }

    /** How much time is left; zero or less when it is over. */
    public Duration remaining() {
        return Duration.ofNanos(deadline - timeline.nanoTime());
    }

    /**
     * Does something when its time is over.
     *
     * @param  task must neither block nor throw
     * @return      takes it back
     */
    public Runnable atDeadline(Runnable task) {
        return timeline.schedule(remaining(), task);
    }

    boolean isSuperseded() {
        return superseded.getAsBoolean();
    }

    void recordAttempt(int attempt) {
        attempts.accumulateAndGet(attempt, Math::max);
    }

    void waited(long nanos) {
        waited.addAndGet(nanos);
    }

    /** How often the call was sent that had to be sent most often: 1 when nothing was repeated, 0 when it did not come to that. */
    public int attempts() {
        return attempts.get();
    }

    /** How long its calls waited: at the gate, and before retries. */
    public Duration waited() {
        return Duration.ofNanos(waited.get());
    }
}
