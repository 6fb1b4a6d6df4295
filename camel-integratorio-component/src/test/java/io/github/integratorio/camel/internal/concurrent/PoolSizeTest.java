package io.github.integratorio.camel.internal.concurrent;

import java.util.function.IntToLongFunction;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** How many threads are tried, by what they get done. */
class PoolSizeTest {

    private static final int LEAST = 4;
    private static final int MOST = 200;
    private static final int MANY_LEFT = 1_000;

    private final PoolSize size = new PoolSize(LEAST, MOST);

    /** So many looks; what is done from one to the next depends on the threads. */
    private void look(int times, IntToLongFunction done) {
        for (int i = 0; i < times; i++) {
            size.look(done.applyAsLong(size.threads()), MANY_LEFT);
        }
    }

    /** The mean number of threads over so many looks. */
    private double mean(int times, IntToLongFunction done) {
        long sum = 0;
        for (int i = 0; i < times; i++) {
            look(1, done);
            sum += size.threads();
        }
        return (double) sum / times;
    }

    @ParameterizedTest(name = "{0} tasks from look to look")
    @ValueSource(ints = { 1, 5, 40, 400 })
    void tasks_that_work_get_few_threads_however_slow_the_processors_are(int done) {
        look(2_000, threads -> done);
        assertTrue(mean(2_000, threads -> done) < 2 * LEAST, "still " + size.threads());
    }

    @Test
    void tasks_that_wait_for_long_get_all_threads_at_once() {
        look(20, threads -> 0);
        assertEquals(MOST, size.threads());
    }

    @Test
    void tasks_that_wait_get_as_many_threads_as_do_more() {
        look(200, threads -> 2L * threads);
        assertTrue(mean(2_000, threads -> 2L * threads) > 0.9 * MOST, "only " + size.threads());
        // A bottleneck behind them: what is beyond it gets no more done.
        mean(2_000, threads -> 2L * Math.min(threads, 32));
        assertTrue(mean(2_000, threads -> 2L * Math.min(threads, 32)) < 80, "still " + size.threads());
    }

    @Test
    void tasks_that_wait_for_one_another_get_a_thread_more_until_they_go_on() {
        look(50, threads -> threads > 100 ? threads : 0);
        assertTrue(size.threads() > 100, "only " + size.threads());
    }

    @Test
    void after_a_moment_in_which_the_whole_process_stood_still_it_is_small_again() {
        look(100, threads -> 130);
        look(20, threads -> 0);
        assertEquals(MOST, size.threads());
        look(300, threads -> 130);
        assertEquals(LEAST, size.threads());
    }

    @Test
    void when_nothing_is_left_to_do_there_are_fewer_and_it_comes_to_rest() {
        look(20, threads -> 0);
        for (int i = 0; i < 200; i++) {
            size.look(1, 0);
        }
        assertEquals(LEAST, size.threads());
        assertTrue(size.isAtRest());
    }
}
