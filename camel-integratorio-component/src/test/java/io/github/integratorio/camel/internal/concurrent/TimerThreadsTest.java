package io.github.integratorio.camel.internal.concurrent;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A timer in a JVM that runs out of memory. */
class TimerThreadsTest {

    /** A timer whose first thread ends by an error, when no other thread can be started. */
    private static final class Dying extends ScheduledThreadPoolExecutor {

        private final AtomicInteger executed = new AtomicInteger();

        Dying(AtomicInteger threads) {
            super(1, task -> {
                int number = threads.incrementAndGet();
                if (number == 2 || number == 3) {
                    throw new OutOfMemoryError("unable to create native thread");
                }
                Thread thread = new Thread(task);
                thread.setUncaughtExceptionHandler((dead, error) -> {
                });
                return thread;
            });
        }

        @Override
        protected void afterExecute(Runnable task, Throwable error) {
            if (executed.incrementAndGet() == 1) {
                throw new OutOfMemoryError("Java heap space");
            }
        }
    }

    @Test
    void what_is_scheduled_runs_although_the_thread_died_and_none_could_be_started() throws Exception {
        AtomicInteger threads = new AtomicInteger();
        try (Closing closing = new Closing(new Dying(threads))) {
            TimerThreads.keepAlive(closing.timer);
            CountDownLatch later = new CountDownLatch(1);
            closing.timer.schedule(later::countDown, 50, TimeUnit.MILLISECONDS);
            closing.timer.schedule(() -> {
            }, 0, TimeUnit.MILLISECONDS);

            assertTrue(later.await(30, TimeUnit.SECONDS));
            assertEquals(4, threads.get());
        }
    }

    private record Closing(ScheduledThreadPoolExecutor timer) implements AutoCloseable {
        @Override
        public void close() {
            timer.shutdownNow();
        }
    }

    /** Otherwise the threads of Camel's timer could not be kept alive. */
    @Test
    void the_timer_of_a_component_is_an_executor_of_the_jdk() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            ThreadPools pools = new ThreadPools(context.getExecutorServiceManager(), this);
            assertInstanceOf(TimerThreads.class,
                    ((ScheduledThreadPoolExecutor) pools.timer()).getThreadFactory());
            pools.stop();
        }
    }
}
