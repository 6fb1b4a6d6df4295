package io.github.integratorio.camel.internal.client.http;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The memory that all response bodies of a transport may occupy together. A response that needs more than is left waits, in the order in
 * which the responses began. The oldest one never waits: without that, two half-read responses could wait for each other.
 */
final class BufferBudget {

    private final long limit;
    // Both fields are guarded by this.
    private final Set<Reservation> queue = new LinkedHashSet<>();
    private long used;

    /** @param limit bytes that may be in use before responses wait */
    BufferBudget(long limit) {
        this.limit = limit;
    }

    /** The memory of one response. */
    final class Reservation {
        private long held;
        private int wanted;
        private Runnable onGranted;
        private boolean released;

        /** Takes memory without waiting, for a response whose buffer is small and whose reader may be slow. */
        void take(int bytes) {
            synchronized (BufferBudget.this) {
                if (!released) {
                    held += bytes;
                    used += bytes;
                }
            }
        }

        /**
         * Asks for more memory. It must not be called again before it is granted.
         *
         * @param onGranted runs as soon as there is enough, perhaps at once and perhaps on another thread; never after the release
         */
        void request(int bytes, Runnable onGranted) {
            synchronized (BufferBudget.this) {
                if (released) {
                    return;
                }
                queue.add(this);
                wanted = bytes;
                this.onGranted = onGranted;
            }
            grant();
        }

        /** Gives all of it back. Has no effect the second time. */
        void release() {
            synchronized (BufferBudget.this) {
                if (released) {
                    return;
                }
                released = true;
                used -= held;
                queue.remove(this);
            }
            grant();
        }
    }

    private void grant() {
        for (Runnable granted : grantable()) {
            granted.run();
        }
    }

    private synchronized List<Runnable> grantable() {
        List<Runnable> granted = new ArrayList<>();
        boolean isOldest = true;
        for (Reservation one : queue) {
            if (one.wanted > 0) {
                if (!isOldest && used + one.wanted > limit) {
                    break;
                }
                used += one.wanted;
                one.held += one.wanted;
                one.wanted = 0;
                granted.add(one.onGranted);
            }
            isOldest = false;
        }
        return granted;
    }

    /** The bytes in use. */
    synchronized long used() {
        return used;
    }
}
