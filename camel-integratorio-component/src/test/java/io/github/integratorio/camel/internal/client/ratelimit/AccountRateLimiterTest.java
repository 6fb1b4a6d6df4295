package io.github.integratorio.camel.internal.client.ratelimit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import io.github.integratorio.camel.internal.client.ratelimit.AccountRateLimiter.Permit;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.VirtualClient;
import io.github.integratorio.camel.support.VirtualScheduler;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Who may pass the gate, in which order, and that no place is ever lost. */
class AccountRateLimiterTest {

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final VirtualScheduler timeline = new VirtualScheduler(VirtualClient.START);
    private final List<Integer> passed = new ArrayList<>();

    private AccountRateLimiter gate(int concurrent, int queued) {
        return new AccountRateLimiter(new RateLimits(300, 1000, concurrent, queued), timeline);
    }

    private CompletableFuture<Permit> enter(AccountRateLimiter gate, int number) {
        return gate.acquire(timeline.nanoTime() + MINUTE).whenComplete((permit, refused) -> {
            if (permit != null) {
                passed.add(number);
            }
        });
    }

    private static String refusal(CompletableFuture<Permit> future) {
        assertTrue(future.isDone());
        CompletionException error = assertThrows(CompletionException.class, future::join);
        return assertInstanceOf(AdmissionException.class, error.getCause()).getMessage();
    }

    private void assertEmpty(AccountRateLimiter gate) {
        assertEquals(0, gate.status().inFlight());
        assertEquals(0, gate.status().queued());
        assertFalse(timeline.hasTasks(), "an alarm was left");
    }

    @Test
    @Covers(71)
    void no_call_is_admitted_during_a_pause_and_all_are_admitted_in_order_after_it() {
        AccountRateLimiter gate = gate(10, 1000);
        List<CompletableFuture<Permit>> all = IntStream.range(0, 500).mapToObj(i -> enter(gate, i)).toList();
        assertEquals(10, passed.size());

        all.get(3).join().throttled(Duration.ofSeconds(2));
        IntStream.range(0, 10).forEach(i -> all.get(i).join().release());
        timeline.advance(Duration.ofSeconds(2).minusNanos(1));
        assertEquals(10, passed.size());
        assertEquals(Duration.ofNanos(1), gate.status().paused());

        all.forEach(future -> future.thenAccept(Permit::release));
        timeline.advance(Duration.ofSeconds(10));
        assertEquals(IntStream.range(0, 500).boxed().toList(), passed);
        assertEmpty(gate);
    }

    @Test
    @Covers(71)
    void a_shorter_pause_does_not_end_a_longer_one() {
        AccountRateLimiter gate = gate(10, 10);
        Permit first = enter(gate, 0).join();
        Permit second = enter(gate, 1).join();
        first.throttled(Duration.ofSeconds(5));
        second.throttled(Duration.ofSeconds(1));
        assertEquals(Duration.ofSeconds(5), gate.status().paused());
    }

    @Test
    void a_call_whose_deadline_is_within_a_pause_is_rejected_at_once() {
        AccountRateLimiter gate = gate(1, 10);
        enter(gate, 0).join().throttled(Duration.ofMinutes(2));
        assertTrue(refusal(enter(gate, 1)).contains("pause of the account that lasts another 120000 ms"));
    }

    @Test
    @Covers(72)
    void a_pause_of_one_account_does_not_pause_another() {
        AccountRateLimiter paused = gate(1, 10);
        AccountRateLimiter other = gate(1, 10);
        enter(paused, 0).join().throttled(Duration.ofSeconds(30));
        enter(other, 1).join().release();
        assertEquals(Duration.ZERO, other.status().paused());
        assertEquals(300, other.status().requestsPerSecond());
    }

    @Test
    @Covers(77)
    void a_call_beyond_the_queue_limit_is_rejected_at_once_and_leaves_nothing_behind() {
        AccountRateLimiter gate = gate(1, 3);
        List<CompletableFuture<Permit>> all = IntStream.range(0, 4).mapToObj(i -> enter(gate, i)).toList();
        for (int i = 0; i < 100; i++) {
            assertEquals("the queue is full: maxQueuedRequests=3", refusal(enter(gate, 99)));
        }
        all.forEach(future -> future.thenAccept(Permit::release));
        assertEquals(List.of(0, 1, 2, 3), passed);
        assertEmpty(gate);
    }

    @Test
    @Covers(78)
    void a_call_queued_until_its_deadline_is_rejected_and_does_not_block_the_next() {
        AccountRateLimiter gate = gate(1, 10);
        Permit first = enter(gate, 0).join();
        CompletableFuture<Permit> hasty = gate.acquire(timeline.nanoTime() + 1_000);
        CompletableFuture<Permit> patient = enter(gate, 1);
        timeline.advance(Duration.ofNanos(999));
        assertFalse(hasty.isDone());
        timeline.advance(Duration.ofNanos(1));
        assertEquals("operationTimeout expired while the request was queued", refusal(hasty));
        first.release();
        patient.join().release();
        assertEmpty(gate);
    }

    @Test
    void closing_a_permit_repeatedly_releases_it_once() {
        AccountRateLimiter gate = gate(1, 10);
        Permit permit = enter(gate, 0).join();
        permit.release();
        permit.release();
        enter(gate, 1);
        enter(gate, 2);
        assertEquals(1, gate.status().inFlight());
        assertEquals(List.of(0, 1), passed);
    }

    @Test
    void no_call_overtakes_another_even_if_made_while_another_is_admitted() {
        AccountRateLimiter gate = gate(3, 10);
        List<Permit> running = IntStream.range(0, 3).mapToObj(i -> enter(gate, i).join()).toList();
        enter(gate, 3).thenRun(() -> running.subList(1, 3).forEach(Permit::release));
        List<String> order = new ArrayList<>();
        gate.acquire(MINUTE).thenAccept(permit -> {
            // Its turn has come, and there is room for another, but it has not gone yet.
            gate.acquire(MINUTE).thenAccept(next -> order.add("later"));
            order.add("sooner");
        });
        running.get(0).release();
        assertEquals(List.of("sooner", "later"), order);
    }

    @Test
    void a_long_queue_does_not_overflow_the_stack() {
        AccountRateLimiter gate = new AccountRateLimiter(new RateLimits(1_000_000, 1_000_000, 1, 200_000), timeline);
        Permit first = enter(gate, -1).join();
        IntStream.range(0, 100_000).forEach(i -> enter(gate, i).thenAccept(Permit::release));
        first.release();
        assertEquals(100_001, passed.size());
        assertEmpty(gate);
    }

    @Test
    void closing_rejects_all_queued_calls_and_all_later_ones() {
        AccountRateLimiter gate = gate(1, 10);
        enter(gate, 0);
        CompletableFuture<Permit> waiting = enter(gate, 1);
        gate.close();
        assertEquals("the component is stopping", refusal(waiting));
        assertEquals("the component is stopping", refusal(enter(gate, 2)));
    }

    @Test
    @Covers(83)
    void a_race_between_deadline_and_admission_has_one_outcome_and_loses_no_permit() throws Exception {
        AccountRateLimiter gate = new AccountRateLimiter(new RateLimits(1_000_000, 1_000_000, 1, 10), timeline);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            CyclicBarrier start = new CyclicBarrier(2);
            int turns = 0;
            for (int i = 0; i < 20_000; i++) {
                Permit first = gate.acquire(timeline.nanoTime() + MINUTE).join();
                CompletableFuture<Permit> racing = gate.acquire(timeline.nanoTime() + 1_000);
                Future<?> closing = other.submit(() -> {
                    start.await();
                    first.release();
                    return null;
                });
                start.await();
                timeline.advance(Duration.ofNanos(1_000));
                closing.get();
                assertTrue(racing.isDone(), "neither let in nor refused in round " + i);
                if (!racing.isCompletedExceptionally()) {
                    turns++;
                    assertEquals(1, gate.status().inFlight());
                    racing.join().release();
                }
                assertEquals(0, gate.status().inFlight(), "a place was lost in round " + i);
            }
            System.out.println("deadline against turn: " + turns + " turns of 20000");
            assertEmpty(gate);
        } finally {
            other.shutdownNow();
        }
    }
}
