package io.github.integratorio.camel.support;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Lets two threads meet in the same few hundred nanoseconds, again and again. */
public final class Race implements AutoCloseable {

    private static final int HEAD_START = 200;
    private static final int SPINS = 10_000;

    private final ExecutorService other = Executors.newSingleThreadExecutor();

    /** One side of a race. */
    public interface Side {
        void run() throws Exception;
    }

    /** Runs both at once, one of them a moment earlier, and waits for both. */
    public void run(Side here, Side there) throws Exception {
        AtomicInteger missing = new AtomicInteger(2);
        Future<?> ended = other.submit(() -> {
            start(missing);
            there.run();
            return null;
        });
        start(missing);
        here.run();
        ended.get(1, TimeUnit.MINUTES);
    }

    private static void start(AtomicInteger missing) {
        int headStart = ThreadLocalRandom.current().nextInt(HEAD_START);
        missing.decrementAndGet();
        for (int i = 0; missing.get() > 0; i++) {
            if (i < SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
        for (int i = 0; i < headStart; i++) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        other.shutdownNow();
    }
}
