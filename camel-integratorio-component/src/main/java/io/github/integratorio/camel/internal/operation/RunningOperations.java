package io.github.integratorio.camel.internal.operation;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts the operations in flight, so that a stop can wait for them and refuse new ones. */
final class RunningOperations {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private int running;
    private boolean closed;

    /** Counts one more operation, unless the stop has begun. */
    void begin() {
        lock.lock();
        try {
            if (closed) {
                throw refused();
            }
            running++;
        } finally {
            lock.unlock();
        }
    }

    static RejectedExecutionException refused() {
        return new RejectedExecutionException(
                "integratorio is stopping, or Camel has stopped this producer because the cacheSize of its step is smaller"
                        + " than the number of URIs in use: the operation was not started, and nothing was sent");
    }

    /** Counts one operation less. */
    void end() {
        lock.lock();
        try {
            running--;
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Refuses new operations, and waits for those in flight up to the timeout. */
    void close(Duration timeout) {
        long left = timeout.toNanos();
        lock.lock();
        try {
            closed = true;
            while (running > 0 && left > 0) {
                left = ended.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
