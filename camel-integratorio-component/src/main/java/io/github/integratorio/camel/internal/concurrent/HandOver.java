package io.github.integratorio.camel.internal.concurrent;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/** A task that an executor runs or, if it fails to, the thread that handed the task over; never both. */
public final class HandOver implements Runnable {

    private final Runnable task;
    private final AtomicBoolean started = new AtomicBoolean();

    private HandOver(Runnable task) {
        this.task = task;
    }

    /** Runs a task once: on the executor, or here if the executor rejects it or has no memory left for a thread. */
    public static void execute(Executor executor, Runnable task) {
        HandOver once = new HandOver(task);
        try {
            executor.execute(once);
        } catch (Throwable e) {
            once.run();
        }
    }

    @Override
    public void run() {
        if (started.compareAndSet(false, true)) {
            task.run();
        }
    }
}
