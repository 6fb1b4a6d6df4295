package io.github.integratorio.benchmarks;

import java.io.IOException;

/** Searches the smallest heap with which an operation completes, by running it with several sizes. */
final class MinimumHeapSearch {

    static final int MAXIMUM = 512;
    /** A JVM whose heap is nearly full does not fail, but collects garbage for minutes. */
    private static final int SECONDS = Integer.getInteger("heapSeconds", 20);

    /** Runs the operation with a heap of this size; returns true if it completes in time. */
    interface Trial {
        boolean completes(int megabytes, int seconds) throws IOException;
    }

    private MinimumHeapSearch() {
    }

    /** Returns the megabytes; 0 if {@link #MAXIMUM} is not enough. */
    static int find(Trial trial) throws IOException {
        int tooSmall = 2;
        int enough = MAXIMUM;
        if (!trial.completes(enough, SECONDS)) {
            return 0;
        }
        while (enough - tooSmall > Math.max(1, enough / 32)) {
            // The geometric mean needs fewer trials than the arithmetic one, because most results are small.
            int middle = (int) Math.round(Math.sqrt((double) tooSmall * enough));
            if (middle <= tooSmall || middle >= enough) {
                middle = (tooSmall + enough) / 2;
            }
            if (trial.completes(middle, SECONDS)) {
                enough = middle;
            } else {
                tooSmall = middle;
            }
        }
        return enough;
    }
}
