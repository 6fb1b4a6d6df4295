package io.github.integratorio.camel.support;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.github.integratorio.camel.internal.concurrent.Scheduler;

/** A scheduler whose time is advanced by the test. */
public final class VirtualScheduler implements Scheduler, AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int LOOKS = 3;
    /** The time of the JVM begins anywhere: what adds two moments instead of subtracting them is wrong by years. */
    private static final long ORIGIN = 1_000_000_000_000_000_000L;

    private final TreeSet<Task> tasks = new TreeSet<>(Comparator.comparingLong(Task::at).thenComparing(Task::number));
    private final List<Task> endings = new ArrayList<>();
    private Instant start;
    private long nanos = ORIGIN;
    private long numbers;
    private boolean isStopped;
    private boolean closed;

    private record Task(long at, long number, Runnable work) {
    }

    public VirtualScheduler(Instant start) {
        this.start = start;
    }

    @Override
    public synchronized long nanoTime() {
        return nanos;
    }

    /** How far the time was advanced, in nanoseconds. */
    public synchronized long elapsed() {
        return nanos - ORIGIN;
    }

    @Override
    public synchronized Instant now() {
        return start.plusNanos(nanos - ORIGIN);
    }

    @Override
    public synchronized Runnable schedule(Duration delay, Runnable work) {
        if (isStopped) {
            throw new RejectedExecutionException("stopped");
        }
        Task task = new Task(nanos + (closed ? 0 : Math.max(0, delay.toNanos())), numbers++, work);
        tasks.add(task);
        return () -> {
            synchronized (this) {
                tasks.remove(task);
            }
        };
    }

    /** Rejects all tasks from now on. */
    public synchronized void stop() {
        isStopped = true;
    }

    @Override
    public synchronized Runnable onClose(Runnable work) {
        Task task = new Task(Long.MAX_VALUE, numbers++, work);
        endings.add(task);
        return () -> {
            synchronized (this) {
                endings.remove(task);
            }
        };
    }

    @Override
    public synchronized boolean isClosed() {
        return closed;
    }

    /** The number of tasks that only the end runs. */
    public synchronized int endings() {
        return endings.size();
    }

    /** Runs all tasks now. */
    @Override
    public void close() {
        List<Task> all;
        synchronized (this) {
            closed = true;
            all = new ArrayList<>(tasks);
            all.addAll(endings);
            tasks.clear();
            endings.clear();
        }
        all.forEach(task -> task.work().run());
        advance(Duration.ZERO);
    }

    /** Changes the wall clock without affecting scheduled tasks. */
    public synchronized void setWallClock(Duration forward) {
        start = start.plus(forward);
    }

    /** The virtual wall clock. */
    public Clock clock() {
        return new Clock() {
            @Override
            public Instant instant() {
                return now();
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
    }

    /** Advances to the next scheduled task and runs it, unless it is later than the given time. */
    public boolean next(long until) {
        Task task;
        synchronized (this) {
            task = tasks.isEmpty() ? null : tasks.first();
            if (task == null || task.at() > until) {
                return false;
            }
            tasks.remove(task);
            nanos = Math.max(nanos, task.at());
        }
        task.work().run();
        return true;
    }

    /** Advances by the given duration and runs the tasks scheduled until then. */
    public void advance(Duration by) {
        long until = nanoTime() + by.toNanos();
        while (next(until)) {
            // All of it.
        }
        synchronized (this) {
            nanos = Math.max(nanos, until);
        }
    }

    /** Advances time, only while no request is in flight, until the future has completed. */
    public void pass(CompletableFuture<?> result, BooleanSupplier nothingOnItsWay) {
        pass(result, nothingOnItsWay, Duration.ZERO);
    }

    /**
     * As above, for many concurrent calls.
     *
     * @param sideBySide tasks scheduled within this time run concurrently even while requests are in flight
     */
    public void pass(CompletableFuture<?> result, BooleanSupplier nothingOnItsWay, Duration sideBySide) {
        while (!result.isDone()) {
            until(() -> result.isDone() || nothingOnItsWay.getAsBoolean());
            if (!result.isDone() && !next(Long.MAX_VALUE)) {
                until(() -> result.isDone() || !nothingOnItsWay.getAsBoolean() || hasTasks());
            }
            // All tasks that are due at the same time, so that they run concurrently.
            long until = nanoTime() + sideBySide.toNanos();
            while (!result.isDone() && next(until)) {
                // Until the next moment.
            }
        }
    }

    /** Waits until several consecutive checks are true: between a response and its processing no work is visible for a moment. */
    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (int seen = 0; seen < LOOKS; seen = condition.getAsBoolean() ? seen + 1 : 0) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("nothing that was waited for happened within " + PATIENCE);
            }
            LockSupport.parkNanos(100_000);
        }
    }

    /** Whether a task is scheduled. */
    public synchronized boolean hasTasks() {
        return !tasks.isEmpty();
    }
}
