package io.github.integratorio.camel.internal.client.http;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

import io.github.integratorio.camel.internal.concurrent.HandOver;

/**
 * Processes long responses on worker threads, because other responses wait for the I/O thread, and only a few at a time, because a parsed
 * response is several times as large as its bytes. One response is always processed, however long it is.
 */
final class LongResponseQueue {

    private final long limit;
    // Both fields are guarded by this.
    private final Deque<Task> waiting = new ArrayDeque<>();
    private long running;

    private record Task(int length, Executor executor, Runnable process) {
    }

    /** @param limit bytes that may be processed at the same time */
    LongResponseQueue(long limit) {
        this.limit = limit;
    }

    /** Processes a response when its turn comes, once, even if the executor takes no more tasks. */
    void add(int length, Executor executor, Runnable process) {
        synchronized (this) {
            waiting.add(new Task(length, executor, process));
        }
        startNext();
    }

    private void startNext() {
        Task next;
        while ((next = poll()) != null) {
            Task task = next;
            HandOver.execute(task.executor, () -> {
                try {
                    task.process.run();
                } finally {
                    ended(task);
                }
            });
        }
    }

    private synchronized Task poll() {
        Task first = waiting.peek();
        if (first == null || running > 0 && running + first.length > limit) {
            return null;
        }
        running += first.length;
        return waiting.poll();
    }

    private void ended(Task task) {
        synchronized (this) {
            running -= task.length;
        }
        startNext();
    }
}
