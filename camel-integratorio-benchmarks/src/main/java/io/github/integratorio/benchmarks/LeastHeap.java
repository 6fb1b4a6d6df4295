package io.github.integratorio.benchmarks;

import java.io.IOException;

/** Looks for the least heap with which something completes, by trying. */
final class LeastHeap {

    static final int MOST = 512;
    /** A JVM whose heap is nearly full does not give up, it collects garbage for minutes. */
    private static final int SECONDS = Integer.getInteger("heapSeconds", 20);

    /** Tries with so many megabytes. */
    interface Trial {
        boolean completes(int megabytes, int seconds) throws IOException;
    }

    private LeastHeap() {
    }

    /** The megabytes; 0 when {@link #MOST} are not enough. */
    static int find(Trial trial) throws IOException {
        int least = 2;
        int enough = MOST;
        if (!trial.completes(enough, SECONDS)) {
            return 0;
        }
        while (enough - least > Math.max(1, enough / 32)) {
            // By size rather than by difference: most are small.
            int middle = (int) Math.round(Math.sqrt((double) least * enough));
            if (middle <= least || middle >= enough) {
                middle = (least + enough) / 2;
            }
            if (trial.completes(middle, SECONDS)) {
                enough = middle;
            } else {
                least = middle;
            }
        }
        return enough;
    }
}
