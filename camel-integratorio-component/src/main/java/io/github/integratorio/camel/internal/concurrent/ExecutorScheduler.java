package io.github.integratorio.camel.internal.concurrent;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The real time, on a scheduler that belongs to somebody else. */
public final class ExecutorScheduler implements Scheduler, AutoCloseable {

    private final ScheduledExecutorService scheduler;
    private final Set<Planned> planned = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** A task that runs once, at its time or when the timeline ends. */
    private final class Planned implements Runnable {
        private final Runnable task;
        private final AtomicBoolean begun = new AtomicBoolean();
        private volatile Future<?> timer;

        Planned(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            planned.remove(this);
            if (begun.compareAndSet(false, true)) {
                task.run();
            }
        }

        void cancel() {
            planned.remove(this);
            begun.set(true);
            if (timer != null) {
                timer.cancel(false);
            }
        }
    }

    /** @param scheduler runs the tasks; is not closed here */
    public ExecutorScheduler(ScheduledExecutorService scheduler) {
        this.scheduler = scheduler;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public Runnable schedule(Duration delay, Runnable task) {
        Planned one = new Planned(task);
        planned.add(one);
        try {
            one.timer = scheduler.schedule(one, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            one.run();
        }
        if (closed) {
            one.run();
        }
        return one::cancel;
    }

    /** Ends all waiting: what was planned for later runs now, so that whoever waits for it comes to an end. */
    @Override
    public void close() {
        closed = true;
        planned.forEach(Planned::run);
    }
}
