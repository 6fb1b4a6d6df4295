package io.github.integratorio.camel.internal.client;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

import io.github.integratorio.camel.internal.concurrent.Scheduler;

/** What all API calls of one operation share: the deadline, and counters of attempts and waiting time. */
public final class CallContext {

    private final Scheduler scheduler;
    private final Duration timeout;
    private final long deadline;
    private final boolean probe;
    private final boolean readOnly;
    private final BooleanSupplier superseded;
    private final AtomicInteger attempts;
    private final AtomicLong waited;
    private volatile Watcher watcher;

    private CallContext(Scheduler scheduler, Duration timeout, boolean probe, boolean readOnly,
            BooleanSupplier superseded, AtomicInteger attempts, AtomicLong waited) {
        this.probe = probe;
        this.readOnly = readOnly;
        this.scheduler = scheduler;
        this.timeout = timeout;
        this.deadline = scheduler.nanoTime() + timeout.toNanos();
        this.superseded = superseded;
        this.attempts = attempts;
        this.waited = waited;
    }

    /** An operation that begins now and has this much time. */
    public static CallContext begin(Scheduler scheduler, Duration timeout) {
        return new CallContext(scheduler, timeout, false, false, () -> false, new AtomicInteger(), new AtomicLong());
    }

    /** A question whether the API is well: a single request that is not retried, and does not wait behind others. */
    public static CallContext probe(Scheduler scheduler, Duration timeout) {
        return new CallContext(scheduler, timeout, true, true, () -> false, new AtomicInteger(), new AtomicLong());
    }

    /** The same operation with its full time again, for one of several writes. */
    public CallContext withFreshDeadline() {
        return new CallContext(scheduler, timeout, probe, readOnly, () -> false, attempts, waited);
    }

    /** The same operation, for a write that is not retried once the condition holds: a newer write of the same document waits. */
    public CallContext supersededBy(BooleanSupplier newerWrite) {
        return new CallContext(scheduler, remaining(), probe, readOnly, newerWrite, attempts, waited);
    }

    /** The same operation as a dry run: the client sends no write for it. */
    public CallContext readOnly() {
        return new CallContext(scheduler, remaining(), probe, true, superseded, attempts, waited);
    }

    /** Whether it is a dry run, for which the client sends no write. */
    public boolean isReadOnly() {
        return readOnly;
    }

    /** The deadline, in terms of {@link Scheduler#nanoTime()}. */
    long deadline() {
        return deadline;
    }

    /** The time until the deadline; zero or negative once it has passed. */
    public Duration remaining() {
        return Duration.ofNanos(deadline - scheduler.nanoTime());
    }

    /**
     * Runs a task at the deadline.
     *
     * @param  task must neither block nor throw
     * @return      cancels the task
     */
    public Runnable atDeadline(Runnable task) {
        return scheduler.schedule(remaining(), task);
    }

    boolean isProbe() {
        return probe;
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

    /** Watches an operation that waits for others: from when its turn comes to its end, before the next one begins. */
    public interface Watcher {

        /** Its turn has come; throws if it must not run any more. */
        void begins();

        /** It has ended. */
        void ended(Throwable error);
    }

    /** Sets the watcher of the operation, before it begins. */
    public void watch(Watcher one) {
        watcher = one;
    }

    /** The watcher of the operation; null if there is none. */
    public Watcher watcher() {
        return watcher;
    }

    /** The number of attempts of the call that took the most: 1 if nothing was retried, 0 if nothing was tried. */
    public int attempts() {
        return attempts.get();
    }

    /** How long the calls waited, for the rate limiter and before retries. */
    public Duration waited() {
        return Duration.ofNanos(waited.get());
    }
}
