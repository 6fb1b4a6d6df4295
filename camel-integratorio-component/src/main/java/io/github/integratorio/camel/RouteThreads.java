package io.github.integratorio.camel;

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
    /** Threads that do fewer tasks each from one look to the next take milliseconds for one, and so wait for something. */
    private static final int FEW = 4;
    /** Threads that do more do not wait. */
    private static final int MANY = 32;
    /** After so many looks at which fewer threads would have done, there are fewer. */
    private static final int CALM = 20;

    private final ThreadPoolExecutor pool;
    private final ScheduledExecutorService timer;
    private final int least;
    private final int most;
    private final AtomicBoolean looking = new AtomicBoolean();
    private int calm;

    /**
     * @param pool  the pool; its core is as large as it is to be for routes that do not wait, its maximum for those that do
     * @param timer when to look
     */
    RouteThreads(ThreadPoolExecutor pool, ScheduledExecutorService timer) {
        this.pool = pool;
        this.timer = timer;
        this.least = pool.getCorePoolSize();
        this.most = pool.getMaximumPoolSize();
        pool.setMaximumPoolSize(least);
    }

    /** A task was given to the pool. */
    void given() {
        if (!pool.getQueue().isEmpty() && !looking.get() && looking.compareAndSet(false, true)) {
            calm = 0;
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
        int left = pool.getQueue().size();
        int threads = pool.getMaximumPoolSize();
        long each = (done - doneBefore) / threads;
        if (left > 0 && each < FEW && threads < most) {
            int more = Math.min(most, threads + Math.min(left, threads));
            pool.setMaximumPoolSize(more);
            pool.setCorePoolSize(more);
        }
        calm = left == 0 || each > MANY ? calm + 1 : 0;
        if (calm == CALM) {
            calm = 0;
            int fewer = Math.max(least, threads / 2);
            // The core first, which is never more than the maximum; idle threads above that end at once.
            pool.setCorePoolSize(fewer);
            pool.setMaximumPoolSize(fewer);
            if (fewer == least && left == 0) {
                looking.set(false);
                given();
                return;
            }
        }
        lookAfter(done);
    }
}
