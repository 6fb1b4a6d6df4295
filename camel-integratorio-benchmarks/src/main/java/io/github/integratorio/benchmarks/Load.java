package io.github.integratorio.benchmarks;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/** So many callers who have work done at the same time, each as fast as it can. */
final class Load {

    private static final long PATIENCE = 120;
    /** Many callers need some time until all of them have a connection again. */
    private static final long LEAD = 500;

    private final Work work;
    private final int callers;
    private final LongAdder done = new LongAdder();
    private final CountDownLatch running;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean over;

    Load(Work work, int callers) {
        this.work = work;
        this.callers = callers;
        this.running = new CountDownLatch(callers);
    }

    Work work() {
        return work;
    }

    boolean mayGoOn() {
        return !over;
    }

    void counted() {
        done.increment();
    }

    void ended() {
        running.countDown();
    }

    void failed(Throwable error) {
        failure.compareAndSet(null, error);
        over = true;
    }

    /**
     * Has work done for a while, of which the beginning does not count.
     *
     * @throws Exception when a piece of work failed
     */
    Figures run(Contender contender, Duration time) throws Exception {
        for (int i = 0; i < callers; i++) {
            Caller caller = new Caller(i, this, contender);
            if (contender.blocks(work)) {
                Thread thread = new Thread(caller::loop, "caller-" + i);
                thread.setDaemon(true);
                thread.start();
            } else {
                caller.next();
            }
        }
        Thread.sleep(Math.max(LEAD, time.toMillis() / 5));
        awaitEdge();
        Meter meter = Meter.start();
        long before = done.sum();
        Thread.sleep(time.toMillis());
        awaitEdge();
        Figures figures = meter.stop(done.sum() - before);
        over = true;
        if (!running.await(PATIENCE, TimeUnit.SECONDS)) {
            throw new TimeoutException("a call never ended");
        }
        if (failure.get() != null) {
            throw new IllegalStateException(failure.get());
        }
        return figures;
    }

    /** One piece of work after the other is measured from the end of one to the end of another, for some take long. */
    private void awaitEdge() throws InterruptedException {
        long seen = done.sum();
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
        while (callers == 1 && done.sum() == seen && failure.get() == null && System.nanoTime() < patience) {
            TimeUnit.MICROSECONDS.sleep(200);
        }
    }
}
