package io.github.integratorio.camel.internal.client.http;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** How many long responses are processed at the same time. */
class LongResponseQueueTest {

    private final LongResponseQueue queue = new LongResponseQueue(100);
    private final List<Runnable> workers = new ArrayList<>();
    private final List<Integer> processed = new ArrayList<>();

    private void add(int length, Executor executor) {
        queue.add(length, executor, () -> processed.add(length));
    }

    @Test
    void as_many_as_fit_are_processed_at_once_and_the_others_in_their_order() {
        add(60, workers::add);
        add(40, workers::add);
        add(1, workers::add);
        add(2, workers::add);
        assertEquals(2, workers.size());
        workers.get(1).run();
        assertEquals(4, workers.size());
        workers.get(0).run();
        workers.get(2).run();
        workers.get(3).run();
        assertEquals(List.of(40, 60, 1, 2), processed);
    }

    @Test
    void one_that_is_longer_than_the_limit_is_processed_alone() {
        add(500, workers::add);
        add(1, workers::add);
        assertEquals(1, workers.size());
        workers.get(0).run();
        workers.get(1).run();
        assertEquals(List.of(500, 1), processed);
    }

    @Test
    void one_that_fails_lets_the_next_one_begin() {
        queue.add(100, workers::add, () -> {
            throw new IllegalStateException("broken");
        });
        add(1, workers::add);
        assertThrows(IllegalStateException.class, () -> workers.get(0).run());
        workers.get(1).run();
        assertEquals(List.of(1), processed);
    }

    @Test
    void workers_that_take_no_more_tasks_lose_none() {
        Executor stopped = task -> {
            throw new RejectedExecutionException();
        };
        add(70, stopped);
        add(80, stopped);
        assertEquals(List.of(70, 80), processed);
    }
}
