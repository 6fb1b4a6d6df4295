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

/** The system clock, and an executor that runs the tasks. */
public final class ExecutorScheduler implements Scheduler, AutoCloseable {

    private final ScheduledExecutorService scheduler;
    private final Set<ScheduledTask> tasks = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** A task that runs once: at its time, or when the scheduler is closed. */
    private final class ScheduledTask implements Runnable {
        private final Runnable task;
        private final AtomicBoolean started = new AtomicBoolean();
        private volatile Future<?> timer;

        ScheduledTask(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            tasks.remove(this);
            if (started.compareAndSet(false, true)) {
                task.run();
            }
        }

        void cancel() {
            tasks.remove(this);
            started.set(true);
            if (timer != null) {
                timer.cancel(false);
            }
        }
    }

    /** @param scheduler runs the tasks; it is not shut down with this object */
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
        ScheduledTask scheduled = new ScheduledTask(task);
        tasks.add(scheduled);
        try {
            scheduled.timer = scheduler.schedule(scheduled, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            scheduled.run();
        }
        if (closed) {
            scheduled.run();
        }
        return scheduled::cancel;
    }

    @Override
    public Runnable onClose(Runnable task) {
        ScheduledTask scheduled = new ScheduledTask(task);
        tasks.add(scheduled);
        if (closed) {
            scheduled.run();
        }
        return scheduled::cancel;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    /** Runs all scheduled tasks now, so that nothing waits for them any longer. Tasks scheduled later run at once. */
    @Override
    public void close() {
        closed = true;
        tasks.forEach(ScheduledTask::run);
    }
}
