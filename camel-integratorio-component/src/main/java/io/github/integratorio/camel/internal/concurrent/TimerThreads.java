package io.github.integratorio.camel.internal.concurrent;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The threads of a timer. An executor replaces a thread that an error has ended, unless there is no memory for a new thread at that
 * moment: then what is scheduled, such as the time-outs of calls, would wait for the next task that somebody schedules, or for ever.
 */
final class TimerThreads implements ThreadFactory {

    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final ScheduledThreadPoolExecutor timer;
    private final ThreadFactory threads;

    private TimerThreads(ScheduledThreadPoolExecutor timer) {
        this.timer = timer;
        this.threads = timer.getThreadFactory();
    }

    /** Makes each thread of a timer that ends by an error start the next one. */
    static void keepAlive(ScheduledThreadPoolExecutor timer) {
        timer.setThreadFactory(new TimerThreads(timer));
    }

    @Override
    public Thread newThread(Runnable worker) {
        return threads.newThread(() -> {
            try {
                worker.run();
            } catch (Throwable e) {
                startNext();
                throw e;
            }
        });
    }

    private void startNext() {
        while (!timer.isShutdown()) {
            try {
                // Does nothing if the executor has replaced the thread.
                timer.prestartCoreThread();
                return;
            } catch (Throwable e) {
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }
}
