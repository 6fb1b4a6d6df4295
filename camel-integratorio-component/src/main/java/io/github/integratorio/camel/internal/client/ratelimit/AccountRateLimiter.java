package io.github.integratorio.camel.internal.client.ratelimit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.integratorio.camel.internal.concurrent.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Admits the requests of one account: in the order they came, within its rate and concurrency limits, and none during a pause that the
 * API asked for. It never blocks a thread: a request that has to wait gets a future.
 */
public final class AccountRateLimiter {

    private static final Logger LOG = LoggerFactory.getLogger(AccountRateLimiter.class);
    private static final Duration MAX_PAUSE = Duration.ofHours(1);
    private static final String STOPPING = "the component is stopping";
    private static final String LATE = "operationTimeout expired while the request was queued";

    private final RateLimits limits;
    private final Scheduler scheduler;
    private final RetryBudget retries = new RetryBudget();
    private final StreamLimiter streams;
    /** Pending drain requests. Only the thread that raises it from 0 drains, so completions do not recurse. */
    private final AtomicInteger drains = new AtomicInteger();
    /** Permits released since the last drain, which reuses them. */
    private final AtomicInteger released = new AtomicInteger();

    // All fields below are guarded by this.
    private final Deque<Waiter> queue = new ArrayDeque<>();
    private final AdaptiveTokenBucket bucket;
    private int inFlight;
    private long pausedUntil;
    /** After a pause one request shows whether the API answers again; until then the others wait. */
    private boolean isOnTrial;
    private volatile Permit trial;
    private long wakeAt = Long.MAX_VALUE;
    private Runnable cancelWake = () -> {};

    /** @param limits how much of the account's capacity is used */
    public AccountRateLimiter(RateLimits limits, Scheduler scheduler) {
        this.limits = limits;
        this.scheduler = scheduler;
        this.streams = new StreamLimiter(limits.maxOpenStreams());
        this.bucket = new AdaptiveTokenBucket(limits.requestsPerSecond(), limits.requestBurst(),
                limits.maxConcurrentRequests());
        this.pausedUntil = scheduler.nanoTime();
    }

    /** Returns a limiter with other limits for the same account; a pause that the API asked for goes on. To be used instead of this one. */
    public synchronized AccountRateLimiter withLimits(RateLimits others) {
        AccountRateLimiter limiter = new AccountRateLimiter(others, scheduler);
        synchronized (limiter) {
            limiter.isOnTrial = isOnTrial;
            if (pausedUntil - limiter.pausedUntil > 0) {
                limiter.pausedUntil = pausedUntil;
                limiter.bucket.throttled(pausedUntil);
            }
        }
        return limiter;
    }

    /** The right to have one request in flight. */
    public final class Permit {
        private final AtomicBoolean isReleased = new AtomicBoolean();
        private final long grantedAt;

        Permit(long grantedAt) {
            this.grantedAt = grantedAt;
        }

        /** The request has ended, whatever its outcome. Has no effect the second time. */
        public void release() {
            if (isReleased.compareAndSet(false, true)) {
                endTrial();
                released.incrementAndGet();
                drain();
            }
        }

        /** The API answered, or did not, and asked for no pause: the others may go. */
        private void endTrial() {
            if (trial == this) {
                synchronized (AccountRateLimiter.this) {
                    if (trial == this) {
                        trial = null;
                        isOnTrial = false;
                    }
                }
            }
        }

        /**
         * The API throttled the request: no request is admitted for this time.
         *
         * @param pause how long
         */
        public void throttled(Duration pause) {
            synchronized (AccountRateLimiter.this) {
                long now = scheduler.nanoTime();
                long until = now + (pause.compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : pause).toNanos();
                // Requests sent before a pause are throttled together with the one that began it: they lower the rate once.
                if (grantedAt - pausedUntil >= 0) {
                    bucket.throttled(until);
                }
                if (until - pausedUntil > 0) {
                    pausedUntil = until;
                    isOnTrial = true;
                    trial = null;
                } else if (trial == this) {
                    trial = null;
                }
            }
        }
    }

    private static final class Waiter {
        private final CompletableFuture<Permit> future = new CompletableFuture<>();
        private Permit permit;
        private Runnable cancelTimeout = () -> {};
    }

    /**
     * Asks for a permit.
     *
     * @param  deadline until when the request may wait, in terms of {@link Scheduler#nanoTime()}
     * @param  caller   the scheduler of the caller: when it is closed, the request waits no longer
     * @return          fails with {@link AdmissionException} if the request is not admitted, so that it must not be sent
     */
    public CompletableFuture<Permit> acquire(long deadline, Scheduler caller) {
        Waiter waiter;
        synchronized (this) {
            long now = scheduler.nanoTime();
            if (caller.isClosed()) {
                return refuse(STOPPING);
            }
            if (deadline - now <= 0) {
                return refuse(LATE);
            }
            if (pausedUntil - deadline > 0) {
                return refuse("the API asked for a pause of the account that lasts another "
                        + Duration.ofNanos(pausedUntil - now).toMillis() + " ms, longer than operationTimeout allows");
            }
            // A drain may be about to admit a request that came earlier.
            if (queue.isEmpty() && drains.get() == 0 && mayPass(now)) {
                return CompletableFuture.completedFuture(admit(now));
            }
            if (queue.size() >= limits.maxQueuedRequests()) {
                return refuse("the queue is full: maxQueuedRequests=" + limits.maxQueuedRequests());
            }
            waiter = new Waiter();
            queue.add(waiter);
            try {
                waiter.cancelTimeout =
                        caller.schedule(Duration.ofNanos(deadline - now), () -> timeOut(waiter, caller.isClosed()));
            } catch (RuntimeException | Error e) {
                // Nobody would release its permit.
                queue.remove(waiter);
                throw e;
            }
        }
        drain();
        return waiter.future;
    }

    /**
     * Asks for a permit at once, ahead of the requests that wait, for a request that is rare and must not be late because of them.
     *
     * @param  caller the scheduler of the caller
     * @return        fails with {@link AdmissionException} during a pause that the API asked for
     */
    public synchronized CompletableFuture<Permit> acquireAhead(Scheduler caller) {
        long now = scheduler.nanoTime();
        if (caller.isClosed()) {
            return refuse(STOPPING);
        }
        if (pausedUntil - now > 0) {
            return refuse("the API asked for a pause of the account that lasts another "
                    + Duration.ofNanos(pausedUntil - now).toMillis() + " ms");
        }
        bucket.takeAhead(now, inFlight);
        inFlight++;
        return CompletableFuture.completedFuture(new Permit(now));
    }

    private static CompletableFuture<Permit> refuse(String reason) {
        return CompletableFuture.failedFuture(new AdmissionException(reason));
    }

    private void timeOut(Waiter waiter, boolean isClosed) {
        synchronized (this) {
            queue.remove(waiter);
        }
        waiter.future.completeExceptionally(new AdmissionException(isClosed ? STOPPING : LATE));
    }

    private boolean mayPass(long now) {
        return now - pausedUntil >= 0 && trial == null && inFlight < limits.maxConcurrentRequests()
                && bucket.take(now, inFlight);
    }

    private Permit admit(long now) {
        Permit permit = new Permit(now);
        inFlight++;
        trial = isOnTrial ? permit : null;
        return permit;
    }

    private void drain() {
        if (drains.getAndIncrement() > 0) {
            return;
        }
        int done = 0;
        do {
            done = drains.get();
            try {
                admitWaiters();
            } catch (RuntimeException | Error e) {
                // Out of memory, or the timer has stopped: the next request or response drains again.
                LOG.debug("Requests that wait were not admitted", e);
            }
        } while (drains.addAndGet(-done) > 0);
    }

    private void admitWaiters() {
        Waiter first;
        while ((first = next()) != null) {
            first.cancelTimeout.run();
            if (!first.future.complete(first.permit)) {
                first.permit.release();
            }
        }
    }

    private synchronized Waiter next() {
        long now = scheduler.nanoTime();
        int free = released.getAndSet(0);
        if (free > 0) {
            bucket.responded(now, inFlight);
            inFlight -= free;
        }
        if (queue.isEmpty() || !mayPass(now)) {
            scheduleWake(now);
            return null;
        }
        queue.element().permit = admit(now);
        return queue.poll();
    }

    /** Drains again when only time is missing; a request that ends drains anyway. */
    private void scheduleWake(long now) {
        if (queue.isEmpty() || inFlight >= limits.maxConcurrentRequests() || trial != null) {
            return;
        }
        long wait = now - pausedUntil < 0 ? pausedUntil - now : bucket.nanosToNext(now, inFlight);
        if (wait == Long.MAX_VALUE || wakeAt != Long.MAX_VALUE && wakeAt - (now + wait) <= 0) {
            return;
        }
        cancelWake.run();
        wakeAt = now + wait;
        cancelWake = scheduler.schedule(Duration.ofNanos(wait), () -> {
            synchronized (this) {
                wakeAt = Long.MAX_VALUE;
            }
            drain();
        });
    }

    /** The retries that this account may make. */
    public RetryBudget retries() {
        return retries;
    }

    /** The lists that this account may stream at the same time. */
    public StreamLimiter streams() {
        return streams;
    }

    /** The configured limits. */
    public RateLimits limits() {
        return limits;
    }

    /** Whether a thread is about to admit requests that wait. */
    public boolean isAdmitting() {
        return drains.get() > 0;
    }

    /** The current load. */
    public synchronized RateLimiterStatus status() {
        long now = scheduler.nanoTime();
        return new RateLimiterStatus(inFlight, queue.size(), Duration.ofNanos(Math.max(0, pausedUntil - now)),
                (int) Math.round(bucket.rate(now)));
    }
}
