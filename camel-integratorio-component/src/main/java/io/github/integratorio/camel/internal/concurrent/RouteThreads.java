package io.github.integratorio.camel.internal.concurrent;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keeps a pool that runs routes small as long as they do not wait, for with each thread more there are more changes from one to
 * another; and makes it larger while they do, for what they wait for may need a thread, too.
 */
final class RouteThreads {

    /** How often it is looked, from when there is more to do than threads to do it. */
    private static final long LOOK_MILLIS = 10;

    private final ThreadPoolExecutor pool;
    private final ScheduledExecutorService timer;
    private final PoolSize size;
    private final AtomicBoolean looking = new AtomicBoolean();

    /**
     * @param pool  the pool; its core is as large as it is to be for routes that do not wait, its maximum for those that do
     * @param timer when to look
     */
    RouteThreads(ThreadPoolExecutor pool, ScheduledExecutorService timer) {
        this.pool = pool;
        this.timer = timer;
        this.size = new PoolSize(pool.getCorePoolSize(), pool.getMaximumPoolSize());
        pool.setMaximumPoolSize(pool.getCorePoolSize());
    }

    /** A task was given to the pool. */
    void given() {
        if (!pool.getQueue().isEmpty() && !looking.get() && looking.compareAndSet(false, true)) {
            lookAfter(pool.getCompletedTaskCount());
        }
    }

    private void lookAfter(long done) {
        try {
            timer.schedule(() -> look(done), LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The component has ended, and so have its threads.
        }
    }

    private void look(long doneBefore) {
        long done = pool.getCompletedTaskCount();
        size.look(done - doneBefore, pool.getQueue().size());
        become(size.threads());
        if (size.isAtRest()) {
            looking.set(false);
            given();
        } else {
            lookAfter(done);
        }
    }

    private void become(int threads) {
        // The core is never more than the maximum; idle threads above that end at once.
        if (threads > pool.getMaximumPoolSize()) {
            pool.setMaximumPoolSize(threads);
            pool.setCorePoolSize(threads);
        } else if (threads < pool.getMaximumPoolSize()) {
            pool.setCorePoolSize(threads);
            pool.setMaximumPoolSize(threads);
        }
    }
}
