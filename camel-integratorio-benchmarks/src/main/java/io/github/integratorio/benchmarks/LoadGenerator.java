package io.github.integratorio.benchmarks;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/** Runs virtual users concurrently, each as fast as it can (a closed workload without think time). */
final class LoadGenerator {

    private static final long TIMEOUT_SECONDS = 120;
    /** Many virtual users need some time until all of them have a connection again. */
    private static final long RAMP_UP_MILLIS = 500;

    private final Operation operation;
    private final int users;
    private final LongAdder done = new LongAdder();
    private final CountDownLatch running;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean over;

    LoadGenerator(Operation operation, int users) {
        this.operation = operation;
        this.users = users;
        this.running = new CountDownLatch(users);
    }

    Operation operation() {
        return operation;
    }

    boolean isRunning() {
        return !over;
    }

    void operationDone() {
        done.increment();
    }

    void userEnded() {
        running.countDown();
    }

    void failed(Throwable error) {
        failure.compareAndSet(null, error);
        over = true;
    }

    /**
     * Runs the virtual users and measures them for the given time, after a ramp-up that is not measured.
     *
     * @throws Exception if an operation failed
     */
    Measurement run(Contender contender, Duration time) throws Exception {
        for (int i = 0; i < users; i++) {
            VirtualUser user = new VirtualUser(i, this, contender);
            if (contender.blocks(operation)) {
                contender.newThread(user::loop).start();
            } else {
                user.next();
            }
        }
        Thread.sleep(Math.max(RAMP_UP_MILLIS, time.toMillis() / 5));
        awaitOperationEnd();
        ResourceUsageMeter meter = ResourceUsageMeter.start();
        long before = done.sum();
        Thread.sleep(time.toMillis());
        awaitOperationEnd();
        Measurement measurement = meter.stop(done.sum() - before);
        over = true;
        if (!running.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new TimeoutException("an operation did not end within " + TIMEOUT_SECONDS + " s");
        }
        if (failure.get() != null) {
            throw new IllegalStateException(failure.get());
        }
        return measurement;
    }

    /** A single user's operations may be long, so the measurement starts and ends at the end of an operation. */
    private void awaitOperationEnd() throws InterruptedException {
        long seen = done.sum();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (users == 1 && done.sum() == seen && failure.get() == null && System.nanoTime() < deadline) {
            TimeUnit.MICROSECONDS.sleep(200);
        }
    }
}
