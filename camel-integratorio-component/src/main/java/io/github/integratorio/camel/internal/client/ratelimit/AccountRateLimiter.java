package io.github.integratorio.camel.internal.client.ratelimit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.integratorio.camel.internal.concurrent.Scheduler;

/**
 * Where all requests of one account pass: as many at a time and per second as the account may have, in the order they came,
 * and nobody while the API asked for a pause. Nobody blocks here: who has to wait gets a future.
 */
public final class AccountRateLimiter {

    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    private final RateLimits settings;
    private final Scheduler timeline;
    private final RetryBudget retries = new RetryBudget();
    /** Rounds of letting requests in that are asked for; only who finds zero does them, or answers would pile up the stack. */
    private final AtomicInteger rounds = new AtomicInteger();
    /** Requests that are over, and whose places the next round gives on. */
    private final AtomicInteger ended = new AtomicInteger();

    // All below is guarded by this.
    private final Deque<Waiter> queue = new ArrayDeque<>();
    private final AdaptiveTokenBucket bucket;
    private int inFlight;
    private long pausedUntil;
    private long wakeAt = Long.MAX_VALUE;
    private Runnable cancelWake = () -> { };
    private boolean closed;

    /**
     * @param settings how much of the account is used
     * @param timeline the time
     */
    public AccountRateLimiter(RateLimits settings, Scheduler timeline) {
        this.settings = settings;
        this.timeline = timeline;
        this.bucket = new AdaptiveTokenBucket(settings.requestsPerSecond(), settings.requestBurst(), settings.maxConcurrentRequests());
        this.pausedUntil = timeline.nanoTime();
    }

    /** The right to have one request on its way. */
    public final class Permit {
        private final AtomicBoolean returned = new AtomicBoolean();
        private final long since;

        Permit(long since) {
            this.since = since;
        }

        /** The request is over, however it ended. Does nothing the second time. */
        public void release() {
            if (returned.compareAndSet(false, true)) {
                ended.incrementAndGet();
                drain();
            }
        }

        /**
         * The API refused the request, because the account is used up: nobody passes for a while.
         *
         * @param pause how long
         */
        public void throttled(Duration pause) {
            synchronized (AccountRateLimiter.this) {
                long now = timeline.nanoTime();
                long until = now + (pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause).toNanos();
                // Requests that left before the pause are refused with the one that began it: one cut for all.
                if (since - pausedUntil >= 0) {
                    bucket.throttled(until);
                }
                if (until - pausedUntil > 0) {
                    pausedUntil = until;
                }
            }
        }
    }

    private static final class Waiter {
        private final CompletableFuture<Permit> future = new CompletableFuture<>();
        private Runnable cancelAlarm = () -> { };
    }

    /**
     * Asks to have a request on its way.
     *
     * @param  deadline until when it may wait, in {@link Scheduler#nanoTime()}
     * @return          fails with {@link AdmissionException} when that is not possible: nothing was sent then
     */
    public CompletableFuture<Permit> acquire(long deadline) {
        Waiter waiter = new Waiter();
        synchronized (this) {
            long now = timeline.nanoTime();
            if (closed) {
                return refuse("the component is stopping");
            }
            if (deadline - now <= 0) {
                return refuse("operationTimeout was over before it was its turn");
            }
            if (pausedUntil - deadline > 0) {
                return refuse("the API asked for a pause of the account that lasts another "
                        + Duration.ofNanos(pausedUntil - now).toMillis() + " ms, longer than this call may wait");
            }
            // Who was let in a moment ago may not have gone yet: nobody overtakes.
            if (queue.isEmpty() && rounds.get() == 0 && mayPass(now)) {
                inFlight++;
                return CompletableFuture.completedFuture(new Permit(now));
            }
            if (queue.size() >= settings.maxQueuedRequests()) {
                return refuse("maxQueuedRequests=" + settings.maxQueuedRequests() + " requests wait already");
            }
            queue.add(waiter);
            waiter.cancelAlarm = timeline.schedule(Duration.ofNanos(deadline - now),
                    () -> giveUp(waiter, "operationTimeout was over before it was its turn"));
        }
        drain();
        return waiter.future;
    }

    private static CompletableFuture<Permit> refuse(String reason) {
        return CompletableFuture.failedFuture(new AdmissionException(reason));
    }

    private void giveUp(Waiter waiter, String reason) {
        synchronized (this) {
            queue.remove(waiter);
        }
        waiter.future.completeExceptionally(new AdmissionException(reason));
    }

    private boolean mayPass(long now) {
        return now - pausedUntil >= 0 && inFlight < settings.maxConcurrentRequests() && bucket.take(now, inFlight);
    }

    private void drain() {
        if (rounds.getAndIncrement() > 0) {
            return;
        }
        int done = 0;
        do {
            done = rounds.get();
            Waiter first;
            while ((first = next()) != null) {
                first.cancelAlarm.run();
                Permit permit = new Permit(timeline.nanoTime());
                if (!first.future.complete(permit)) {
                    permit.release();
                }
            }
        } while (rounds.addAndGet(-done) > 0);
    }

    private synchronized Waiter next() {
        long now = timeline.nanoTime();
        int free = ended.getAndSet(0);
        if (free > 0) {
            bucket.responded(now, inFlight);
            inFlight -= free;
        }
        if (queue.isEmpty() || !mayPass(now)) {
            planWake(now);
            return null;
        }
        inFlight++;
        return queue.poll();
    }

    /** Looks again when time alone can change something; a request that ends looks by itself. */
    private void planWake(long now) {
        if (queue.isEmpty() || inFlight >= settings.maxConcurrentRequests()) {
            return;
        }
        long wait = now - pausedUntil < 0 ? pausedUntil - now : bucket.nanosToNext(now, inFlight);
        if (wait == Long.MAX_VALUE || wakeAt != Long.MAX_VALUE && wakeAt - (now + wait) <= 0) {
            return;
        }
        cancelWake.run();
        wakeAt = now + wait;
        cancelWake = timeline.schedule(Duration.ofNanos(wait), () -> {
            synchronized (this) {
                wakeAt = Long.MAX_VALUE;
            }
            drain();
        });
    }

    /** What may be tried again on this account. */
    public RetryBudget retries() {
        return retries;
    }

    /** How it was set up. */
    public RateLimits limits() {
        return settings;
    }

    /** What goes on. */
    public synchronized RateLimiterStatus status() {
        long now = timeline.nanoTime();
        return new RateLimiterStatus(inFlight, queue.size(), Duration.ofNanos(Math.max(0, pausedUntil - now)),
                (int) Math.round(bucket.rate()));
    }

    /** Nobody passes any more; who waits is refused. */
    public void close() {
        Waiter waiter;
        do {
            synchronized (this) {
                closed = true;
                waiter = queue.poll();
            }
            if (waiter != null) {
                waiter.cancelAlarm.run();
                waiter.future.completeExceptionally(new AdmissionException("the component is stopping"));
            }
        } while (waiter != null);
    }
}
