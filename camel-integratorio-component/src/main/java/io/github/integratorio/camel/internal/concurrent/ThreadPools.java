package io.github.integratorio.camel.internal.concurrent;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;

import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;

/**
 * The threads of a component, all managed by Camel: one for what is done at a later time, and those on which routes go on after an
 * answer. Camel's own pools take a thousand tasks; a timer that refuses more would end the waits of all further calls at once,
 * and workers would run routes on an I/O thread. How many tasks there are is bounded by the gates.
 */
public final class ThreadPools {

    /** Many when it must be, because routes may wait for calls of their own, whose answers need a thread, too. */
    private static final int ROUTES_AT_ONCE = 200;
    private static final int ROUTES_THAT_DO_NOT_WAIT = 4;
    private static final long IDLE_SECONDS = 30;

    private final ExecutorServiceManager executors;
    private final ScheduledExecutorService timer;
    private final ExecutorService workers;
    private final RouteThreads routeThreads;
    private final ExecutorScheduler timeline;

    public ThreadPools(ExecutorServiceManager executors, Object owner) {
        this.executors = executors;
        this.timer = executors.newScheduledThreadPool(owner, "integratorio-timer", profile("integratorio-timer", 1));
        ThreadPoolProfile routes = profile("integratorio", ROUTES_THAT_DO_NOT_WAIT);
        routes.setMaxPoolSize(ROUTES_AT_ONCE);
        routes.setAllowCoreThreadTimeOut(true);
        this.workers = executors.newThreadPool(owner, "integratorio", routes);
        // Not so when they are virtual, which need no care.
        this.routeThreads = workers instanceof ThreadPoolExecutor pool ? new RouteThreads(pool, timer) : null;
        this.timeline = new ExecutorScheduler(timer);
    }

    private static ThreadPoolProfile profile(String name, int threads) {
        ThreadPoolProfile profile = new ThreadPoolProfile(name);
        profile.setPoolSize(threads);
        profile.setMaxPoolSize(threads);
        profile.setKeepAliveTime(IDLE_SECONDS);
        profile.setAllowCoreThreadTimeOut(false);
        profile.setMaxQueueSize(Integer.MAX_VALUE);
        // After the end of the pool only: Camel's default would drop a task without a word.
        profile.setRejectedPolicy(ThreadPoolRejectedPolicy.Abort);
        return profile;
    }

    /** The time, and what is done later. */
    public ExecutorScheduler timeline() {
        return timeline;
    }

    /** Runs what follows an answer, off the I/O threads; after the end of the component still once. */
    public void goOn(Runnable task) {
        try {
            workers.execute(task);
            if (routeThreads != null) {
                routeThreads.given();
            }
        } catch (RejectedExecutionException e) {
            task.run();
        }
    }

    /** Ends all waiting, and every thread. */
    public void stop() {
        timeline.close();
        workers.shutdown();
        try {
            executors.awaitTermination(workers, executors.getShutdownAwaitTermination());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            // When routes hold up all workers: whoever still waits for one is called back all the same.
            workers.shutdownNow().forEach(Runnable::run);
            executors.shutdownNow(workers);
            executors.shutdownNow(timer);
        }
    }
}
