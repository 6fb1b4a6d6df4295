package io.github.integratorio.camel.internal.concurrent;

/**
 * How many threads there should be for tasks of which nobody knows whether they wait or work. It is tried: more threads get more of
 * those done that wait, and no more of those that work. One that neither ends nor goes on may wait for another thread, so when
 * nothing is done there are more at once.
 */
final class PoolSize {

    /** Threads that do fewer tasks each from one look to the next may wait for something. */
    private static final int FEW = 4;
    /** For so many looks a size is tried at least. */
    private static final int LOOKS = 5;
    /** And until each thread has done so many tasks on the average, but not for more looks than this. */
    private static final int TASKS = 2;
    private static final int MOST_LOOKS = 200;
    /** At so many looks in a row nothing was done. */
    private static final int STALLED = 2;
    /** After so many looks at which nothing was left to do there are fewer. */
    private static final int CALM = 20;
    /** More threads were worth it when twice as many did so much more; fewer when half as many still did so much. */
    private static final double WORTH_MORE = 1.5;
    private static final double WORTH_FEWER = 0.85;
    /** What was not worth it is tried again later and later, in looks. */
    private static final int LONGEST_PAUSE = 500;

    private final int least;
    private final int most;
    private final Direction more = new Direction();
    private final Direction fewer = new Direction();
    private int threads;
    private int looks;
    private long done;
    private int stalled;
    private int calm;
    private Direction trial;
    private int sizeBefore;
    private double rateBefore;

    /** When to try it again. */
    private static final class Direction {
        private int pause;
        private int left;

        void wasWorthIt(boolean worth) {
            pause = worth ? 0 : Math.min(LONGEST_PAUSE, Math.max(LOOKS, 2 * pause));
            left = pause;
        }

        boolean mayBeTried() {
            return left <= 0;
        }
    }

    /**
     * @param least for tasks that do not wait
     * @param most  for tasks that do
     */
    PoolSize(int least, int most) {
        this.least = least;
        this.most = most;
        this.threads = least;
    }

    /** How many there should be now. */
    int threads() {
        return threads;
    }

    /** Whether it is as small as can be, and has been calm for long. */
    boolean isAtRest() {
        return threads == least && calm >= CALM;
    }

    /**
     * Looks.
     *
     * @param tasks how many were done since the last look
     * @param left  how many wait for a thread
     */
    void look(long tasks, int left) {
        looks++;
        more.left--;
        fewer.left--;
        done += tasks;
        calm = left == 0 ? calm + 1 : 0;
        stalled = left > 0 && tasks == 0 ? stalled + 1 : 0;
        if (stalled >= STALLED && threads < most) {
            become(2 * threads);
        } else if (calm > 0) {
            if (calm % CALM == 0) {
                become(threads / 2);
            }
        } else if (looks >= MOST_LOOKS || looks >= LOOKS && done >= (long) TASKS * threads) {
            decide((double) done / looks);
        }
    }

    private void decide(double rate) {
        if (trial != null) {
            boolean worth = rate >= rateBefore * (trial == more ? WORTH_MORE : WORTH_FEWER);
            trial.wasWorthIt(worth);
            become(worth ? threads : sizeBefore);
        } else if (threads < most && more.mayBeTried() && rate < (double) FEW * threads) {
            begin(more, 2 * threads, rate);
        } else if (threads > least && fewer.mayBeTried()) {
            begin(fewer, threads / 2, rate);
        } else {
            become(threads);
        }
    }

    private void begin(Direction direction, int size, double rate) {
        sizeBefore = threads;
        rateBefore = rate;
        become(size);
        trial = direction;
    }

    private void become(int size) {
        threads = Math.max(least, Math.min(most, size));
        trial = null;
        looks = 0;
        done = 0;
        stalled = 0;
    }
}
