package io.github.integratorio.camel.internal.operation;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** How many operations go on; so that a stop can wait for them, and let no new one begin. */
final class RunningOperations {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private int running;
    private boolean closed;

    /** Runs an operation, unless the end has begun. */
    <T> CompletableFuture<T> run(Supplier<CompletableFuture<T>> operation) {
        lock.lock();
        try {
            if (closed) {
                throw new java.util.concurrent.RejectedExecutionException(
                        "integratorio is stopping: the operation was not begun, and nothing was sent");
            }
            running++;
        } finally {
            lock.unlock();
        }
        CompletableFuture<T> result;
        try {
            result = operation.get();
        } catch (RuntimeException e) {
            end();
            throw e;
        }
        // Who waits for the operation is told before it counts as ended, or a stop could overtake what follows.
        CompletableFuture<T> told = new CompletableFuture<>();
        result.whenComplete((value, error) -> {
            if (error == null) {
                told.complete(value);
            } else {
                told.completeExceptionally(error);
            }
            end();
        });
        return told;
    }

    private void end() {
        lock.lock();
        try {
            running--;
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Lets no new operation begin, and waits for those that go on, at most so long. */
    void close(Duration patience) {
        long left = patience.toNanos();
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
