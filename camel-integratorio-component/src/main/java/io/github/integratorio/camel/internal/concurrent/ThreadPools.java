package io.github.integratorio.camel.internal.concurrent;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;

import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;

/**
 * The thread pools of a component, both from Camel's {@link ExecutorServiceManager}: a timer, and the workers on which routes continue
 * after a response. An application can replace the workers' settings with a thread pool profile named {@value #WORKERS}.
 */
public final class ThreadPools {

    /** The name of the workers' thread pool, and of the profile that replaces its settings. */
    public static final String WORKERS = "integratorio";

    private static final String TIMER = "integratorio-timer";
    private static final int MIN_WORKERS = 8;
    /** As many routes may wait for calls of their own at once. */
    private static final int MAX_WORKERS = 200;
    private static final long IDLE_SECONDS = 30;

    private final ExecutorServiceManager executors;
    private final ScheduledExecutorService timer;
    private final ExecutorService workers;
    private final BlockedPoolGrower grower;
    private final ExecutorScheduler scheduler;

    /** @param owner the component, as Camel's management shows it */
    public ThreadPools(ExecutorServiceManager executors, Object owner) {
        this.executors = executors;
        // With a maximum, Camel hides the executor in one that counts the tasks.
        this.timer = executors.newScheduledThreadPool(owner, TIMER, profile(TIMER, 1, 0));
        if (timer instanceof ScheduledThreadPoolExecutor own) {
            TimerThreads.keepAlive(own);
        }
        ThreadPoolProfile configured = executors.getThreadPoolProfile(WORKERS);
        this.workers = executors.newThreadPool(owner, WORKERS,
                configured != null ? configured : profile(WORKERS, MIN_WORKERS, MAX_WORKERS));
        if (workers instanceof ThreadPoolExecutor pool) {
            // Threads are made as they are needed, by whatever thread adds a task: an I/O thread has the class loader of this component,
            // in which the classes of an application may be missing.
            ClassLoader ofApplication = Thread.currentThread().getContextClassLoader();
            ThreadFactory factory = pool.getThreadFactory();
            pool.setThreadFactory(task -> {
                Thread thread = factory.newThread(task);
                thread.setContextClassLoader(ofApplication);
                return thread;
            });
        }
        // Neither a configured pool nor virtual threads need it.
        this.grower = configured == null && workers instanceof ThreadPoolExecutor pool
                ? new BlockedPoolGrower(pool, timer, MAX_WORKERS) : null;
        this.scheduler = new ExecutorScheduler(timer);
    }

    /**
     * Camel's own profile takes a thousand tasks. More calls than that may wait, and a rejected task would run a route on an I/O thread:
     * the rate limiter bounds the number of tasks.
     */
    private static ThreadPoolProfile profile(String name, int threads, int maxThreads) {
        ThreadPoolProfile profile = new ThreadPoolProfile(name);
        profile.setPoolSize(threads);
        profile.setMaxPoolSize(maxThreads);
        profile.setKeepAliveTime(IDLE_SECONDS);
        profile.setAllowCoreThreadTimeOut(maxThreads > 1);
        profile.setMaxQueueSize(Integer.MAX_VALUE);
        profile.setRejectedPolicy(ThreadPoolRejectedPolicy.Abort);
        return profile;
    }

    ScheduledExecutorService timer() {
        return timer;
    }

    /** Clock and timer of the component. */
    public ExecutorScheduler scheduler() {
        return scheduler;
    }

    /** Returns another scheduler with the same timer, which can be closed earlier. */
    public ExecutorScheduler newScheduler() {
        return new ExecutorScheduler(timer);
    }

    /** Runs tasks on the workers; on the caller's thread once the workers have stopped, so that no task is lost. */
    public Executor workers() {
        return task -> {
            try {
                workers.execute(task);
                if (grower != null) {
                    grower.taskAdded();
                }
            } catch (RejectedExecutionException e) {
                task.run();
            }
        };
    }

    /** Runs all scheduled tasks now, lets the workers finish within Camel's shutdown time, and ends all threads. */
    public void stop() {
        scheduler.close();
        workers.shutdown();
        try {
            executors.awaitTermination(workers, executors.getShutdownAwaitTermination());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            // Routes may block all workers; callbacks that still wait for one are called all the same.
            workers.shutdownNow().forEach(Runnable::run);
            executors.shutdownNow(workers);
            executors.shutdownNow(timer);
        }
    }
}
