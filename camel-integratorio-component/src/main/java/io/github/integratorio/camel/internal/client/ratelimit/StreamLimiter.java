package io.github.integratorio.camel.internal.client.ratelimit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.integratorio.camel.internal.concurrent.Scheduler;

/**
 * Bounds the lists of one account that are being streamed, each of which holds a connection while its reader works on it. They hold no
 * permit of the {@link AccountRateLimiter} meanwhile: the reader may need one for each row.
 */
public final class StreamLimiter {

    private final int limit;
    // All fields below are guarded by this.
    private final Deque<CompletableFuture<Slot>> queue = new ArrayDeque<>();
    private int open;

    StreamLimiter(int limit) {
        this.limit = limit;
    }

    /** The right to stream one list, over all its pages. */
    public final class Slot {
        private final AtomicBoolean isReleased = new AtomicBoolean();

        /** The list has ended or was closed. Has no effect the second time. */
        public void release() {
            if (isReleased.compareAndSet(false, true)) {
                free();
            }
        }
    }

    /**
     * Asks for a slot.
     *
     * @param  wait   how long the list may wait
     * @param  caller timer of the caller; when it is closed, the list does not wait any longer
     * @return      fails with {@link AdmissionException} if the list must not be requested
     */
    public CompletableFuture<Slot> acquire(Duration wait, Scheduler caller) {
        CompletableFuture<Slot> slot = new CompletableFuture<>();
        synchronized (this) {
            if (open < limit) {
                open++;
                slot.complete(new Slot());
                return slot;
            }
            queue.add(slot);
        }
        Runnable cancelTimeout = caller.schedule(wait, () -> {
            synchronized (this) {
                queue.remove(slot);
            }
            slot.completeExceptionally(new AdmissionException("operationTimeout expired while " + limit
                    + " streamed lists of the account were open: read them to their end, or close them"));
        });
        slot.whenComplete((granted, refusal) -> cancelTimeout.run());
        return slot;
    }

    /** Passes the slot on to the first list that still waits. */
    private void free() {
        CompletableFuture<Slot> next;
        do {
            synchronized (this) {
                next = queue.poll();
                if (next == null) {
                    open--;
                }
            }
        } while (next != null && !next.complete(new Slot()));
    }

    /** The number of lists that are being streamed. */
    public synchronized int open() {
        return open;
    }
}
