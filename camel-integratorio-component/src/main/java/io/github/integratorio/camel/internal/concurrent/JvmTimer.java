package io.github.integratorio.camel.internal.concurrent;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The timer of what all Camel contexts of the JVM share: one daemon thread, which ends by itself while nothing is scheduled. */
public final class JvmTimer {

    private static final long IDLE_SECONDS = 5;

    private JvmTimer() {
    }

    /** Returns a scheduler that belongs to no context and is never closed. */
    public static Scheduler scheduler() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "integratorio-jvm-timer");
            thread.setDaemon(true);
            // Not that of the application that happens to schedule the first task.
            thread.setContextClassLoader(JvmTimer.class.getClassLoader());
            return thread;
        });
        // Otherwise cancelled tasks would keep the thread, and what they refer to.
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        TimerThreads.keepAlive(timer);
        return new ExecutorScheduler(timer);
    }
}
