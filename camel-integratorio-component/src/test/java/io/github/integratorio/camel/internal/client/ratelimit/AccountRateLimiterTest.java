package io.github.integratorio.camel.internal.client.ratelimit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.integratorio.camel.internal.client.ratelimit.AccountRateLimiter.Permit;
import io.github.integratorio.camel.internal.concurrent.Scheduler;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.Race;
import io.github.integratorio.camel.support.VirtualClient;
import io.github.integratorio.camel.support.VirtualScheduler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Admission of calls: order, limits, and no lost permits. */
class AccountRateLimiterTest {

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final VirtualScheduler scheduler = new VirtualScheduler(VirtualClient.START);
    private final List<Integer> passed = new ArrayList<>();

    private AccountRateLimiter rateLimiter(int concurrent, int queued) {
        return new AccountRateLimiter(new RateLimits(300, 1000, concurrent, queued), scheduler);
    }

    private CompletableFuture<Permit> acquire(AccountRateLimiter rateLimiter, int number) {
        return rateLimiter.acquire(scheduler.nanoTime() + MINUTE, scheduler).whenComplete((permit, refused) -> {
            if (permit != null) {
                passed.add(number);
            }
        });
    }

    private static String rejection(CompletableFuture<Permit> future) {
        assertTrue(future.isDone());
        CompletionException error = assertThrows(CompletionException.class, future::join);
        return assertInstanceOf(AdmissionException.class, error.getCause()).getMessage();
    }

    private void assertEmpty(AccountRateLimiter rateLimiter) {
        assertEquals(0, rateLimiter.status().inFlight());
        assertEquals(0, rateLimiter.status().queued());
        assertFalse(scheduler.hasTasks(), "a timeout is still scheduled");
    }

    @Test
    @Covers(71)
    void no_call_is_admitted_during_a_pause_and_all_are_admitted_in_order_after_it() {
        AccountRateLimiter rateLimiter = rateLimiter(10, 1000);
        List<CompletableFuture<Permit>> all = IntStream.range(0, 500).mapToObj(i -> acquire(rateLimiter, i)).toList();
        assertEquals(10, passed.size());

        all.get(3).join().throttled(Duration.ofSeconds(2));
        IntStream.range(0, 10).forEach(i -> all.get(i).join().release());
        scheduler.advance(Duration.ofSeconds(2).minusNanos(1));
        assertEquals(10, passed.size());
        assertEquals(Duration.ofNanos(1), rateLimiter.status().paused());

        all.forEach(future -> future.thenAccept(Permit::release));
        scheduler.advance(Duration.ofSeconds(10));
        assertEquals(IntStream.range(0, 500).boxed().toList(), passed);
        assertEmpty(rateLimiter);
    }

    @Test
    @Covers(71)
    void a_shorter_pause_does_not_end_a_longer_one() {
        AccountRateLimiter rateLimiter = rateLimiter(10, 10);
        Permit first = acquire(rateLimiter, 0).join();
        Permit second = acquire(rateLimiter, 1).join();
        first.throttled(Duration.ofSeconds(5));
        second.throttled(Duration.ofSeconds(1));
        assertEquals(Duration.ofSeconds(5), rateLimiter.status().paused());
    }

    @Test
    @Covers(71)
    void after_a_pause_one_request_shows_whether_the_others_may_go() {
        AccountRateLimiter rateLimiter = rateLimiter(10, 10);
        Permit before = acquire(rateLimiter, 0).join();
        acquire(rateLimiter, 1).join().throttled(Duration.ofSeconds(5));
        List<CompletableFuture<Permit>> waiting = IntStream.range(2, 7).mapToObj(i -> acquire(rateLimiter, i)).toList();
        scheduler.advance(Duration.ofSeconds(6));
        assertEquals(List.of(0, 1, 2), passed);

        // The answer to an earlier request is none.
        before.release();
        assertEquals(List.of(0, 1, 2), passed);
        waiting.get(0).join().throttled(Duration.ofSeconds(5));
        waiting.get(0).join().release();
        assertEquals(Duration.ofSeconds(5), rateLimiter.status().paused());
        scheduler.advance(Duration.ofSeconds(6));
        assertEquals(List.of(0, 1, 2, 3), passed);

        waiting.get(1).join().release();
        scheduler.advance(Duration.ofSeconds(1));
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6), passed);
    }

    @Test
    void a_request_that_ends_without_an_answer_does_not_hold_the_others_after_a_pause() {
        AccountRateLimiter rateLimiter = rateLimiter(10, 10);
        acquire(rateLimiter, 0).join().throttled(Duration.ofSeconds(5));
        CompletableFuture<Permit> first = acquire(rateLimiter, 1);
        acquire(rateLimiter, 2);
        scheduler.advance(Duration.ofSeconds(6));
        assertEquals(List.of(0, 1), passed);
        first.join().release();
        scheduler.advance(Duration.ofSeconds(1));
        assertEquals(List.of(0, 1, 2), passed);
    }

    @Test
    void a_call_whose_deadline_is_within_a_pause_is_rejected_at_once() {
        AccountRateLimiter rateLimiter = rateLimiter(1, 10);
        acquire(rateLimiter, 0).join().throttled(Duration.ofMinutes(2));
        assertTrue(rejection(acquire(rateLimiter, 1)).contains("pause of the account that lasts another 120000 ms"));
    }

    @Test
    @Covers(72)
    void a_pause_of_one_account_does_not_pause_another() {
        AccountRateLimiter paused = rateLimiter(1, 10);
        AccountRateLimiter other = rateLimiter(1, 10);
        acquire(paused, 0).join().throttled(Duration.ofSeconds(30));
        acquire(other, 1).join().release();
        assertEquals(Duration.ZERO, other.status().paused());
        assertEquals(300, other.status().requestsPerSecond());
    }

    @Test
    @Covers(77)
    void a_call_beyond_the_queue_limit_is_rejected_at_once_and_leaves_nothing_behind() {
        AccountRateLimiter rateLimiter = rateLimiter(1, 3);
        List<CompletableFuture<Permit>> all = IntStream.range(0, 4).mapToObj(i -> acquire(rateLimiter, i)).toList();
        for (int i = 0; i < 100; i++) {
            assertEquals("the queue is full: maxQueuedRequests=3", rejection(acquire(rateLimiter, 99)));
        }
        all.forEach(future -> future.thenAccept(Permit::release));
        assertEquals(List.of(0, 1, 2, 3), passed);
        assertEmpty(rateLimiter);
    }

    @Test
    @Covers(78)
    void a_call_queued_until_its_deadline_is_rejected_and_does_not_block_the_next() {
        AccountRateLimiter rateLimiter = rateLimiter(1, 10);
        Permit first = acquire(rateLimiter, 0).join();
        CompletableFuture<Permit> hasty = rateLimiter.acquire(scheduler.nanoTime() + 1_000, scheduler);
        CompletableFuture<Permit> patient = acquire(rateLimiter, 1);
        scheduler.advance(Duration.ofNanos(999));
        assertFalse(hasty.isDone());
        scheduler.advance(Duration.ofNanos(1));
        assertEquals("operationTimeout expired while the request was queued", rejection(hasty));
        first.release();
        patient.join().release();
        assertEmpty(rateLimiter);
    }

    @Test
    void closing_a_permit_repeatedly_releases_it_once() {
        AccountRateLimiter rateLimiter = rateLimiter(1, 10);
        Permit permit = acquire(rateLimiter, 0).join();
        permit.release();
        permit.release();
        acquire(rateLimiter, 1);
        acquire(rateLimiter, 2);
        assertEquals(1, rateLimiter.status().inFlight());
        assertEquals(List.of(0, 1), passed);
    }

    @Test
    void no_call_overtakes_another_even_if_made_while_another_is_admitted() {
        AccountRateLimiter rateLimiter = rateLimiter(3, 10);
        List<Permit> running = IntStream.range(0, 3).mapToObj(i -> acquire(rateLimiter, i).join()).toList();
        acquire(rateLimiter, 3).thenRun(() -> running.subList(1, 3).forEach(Permit::release));
        List<String> order = new ArrayList<>();
        rateLimiter.acquire(scheduler.nanoTime() + MINUTE, scheduler).thenAccept(permit -> {
            // This call is being admitted and another permit is free.
            rateLimiter.acquire(scheduler.nanoTime() + MINUTE, scheduler).thenAccept(next -> order.add("later"));
            order.add("sooner");
        });
        running.get(0).release();
        assertEquals(List.of("sooner", "later"), order);
    }

    @Test
    void a_long_queue_does_not_overflow_the_stack() {
        AccountRateLimiter rateLimiter =
                new AccountRateLimiter(new RateLimits(1_000_000, 1_000_000, 1, 200_000), scheduler);
        Permit first = acquire(rateLimiter, -1).join();
        IntStream.range(0, 100_000).forEach(i -> acquire(rateLimiter, i).thenAccept(Permit::release));
        first.release();
        assertEquals(100_001, passed.size());
        assertEmpty(rateLimiter);
    }

    @Test
    void closing_rejects_all_queued_calls_and_all_later_ones() {
        AccountRateLimiter rateLimiter = rateLimiter(1, 10);
        acquire(rateLimiter, 0);
        CompletableFuture<Permit> waiting = acquire(rateLimiter, 1);
        scheduler.close();
        assertEquals("the component is stopping", rejection(waiting));
        assertEquals("the component is stopping", rejection(acquire(rateLimiter, 2)));
        assertEquals("the component is stopping", rejection(rateLimiter.acquireAhead(scheduler)));
    }

    @Test
    void a_call_whose_time_is_over_is_rejected_although_a_permit_is_free() {
        AccountRateLimiter rateLimiter = rateLimiter(1, 10);
        for (int late = 0; late < 2; late++) {
            assertEquals("operationTimeout expired while the request was queued",
                    rejection(rateLimiter.acquire(scheduler.nanoTime() - late, scheduler)));
        }
        assertEmpty(rateLimiter);
    }

    @Test
    void a_call_made_when_a_token_comes_does_not_overtake_the_one_that_waits_for_it() {
        AccountRateLimiter rateLimiter = new AccountRateLimiter(new RateLimits(1, 1, 10, 10), scheduler);
        acquire(rateLimiter, 0).join().release();
        // At the same time as the token, and before the timer that waits for it.
        scheduler.schedule(Duration.ofSeconds(1), () -> acquire(rateLimiter, 2));
        acquire(rateLimiter, 1);
        scheduler.advance(Duration.ofSeconds(1));
        assertEquals(List.of(0, 1), passed);
        assertEquals(1, rateLimiter.status().queued());
    }

    @Test
    void no_token_comes_back_before_the_first_response() {
        AccountRateLimiter rateLimiter = new AccountRateLimiter(new RateLimits(1, 2, 10, 10), scheduler);
        Permit first = acquire(rateLimiter, 0).join();
        acquire(rateLimiter, 1);
        acquire(rateLimiter, 2);
        scheduler.advance(Duration.ofSeconds(10));
        assertEquals(List.of(0, 1), passed);

        first.release();
        scheduler.advance(Duration.ofSeconds(1).minusNanos(1));
        assertEquals(List.of(0, 1), passed);
        scheduler.advance(Duration.ofNanos(1));
        assertEquals(List.of(0, 1, 2), passed);
    }

    @Test
    @Covers(71)
    void a_longer_pause_asked_for_by_an_earlier_request_holds_for_all_and_lowers_the_rate_once() {
        AccountRateLimiter rateLimiter = rateLimiter(10, 10);
        Permit first = acquire(rateLimiter, 0).join();
        Permit second = acquire(rateLimiter, 1).join();
        first.throttled(Duration.ofSeconds(1));
        second.throttled(Duration.ofSeconds(5));
        assertEquals(210, rateLimiter.status().requestsPerSecond());
        acquire(rateLimiter, 2);
        scheduler.advance(Duration.ofSeconds(5).minusNanos(1));
        second.release();
        assertEquals(List.of(0, 1), passed);
        scheduler.advance(Duration.ofNanos(1));
        assertEquals(List.of(0, 1, 2), passed);
    }

    @Test
    void calls_that_wait_for_the_end_of_a_pause_share_one_timer_that_is_quiet_until_then() {
        AtomicInteger timers = new AtomicInteger();
        AccountRateLimiter rateLimiter =
                new AccountRateLimiter(new RateLimits(300, 1000, 10, 1000), counting(timers));
        acquire(rateLimiter, 0).join().throttled(Duration.ofSeconds(10));
        for (int i = 1; i <= 50; i++) {
            acquire(rateLimiter, i);
            scheduler.advance(Duration.ofMillis(100));
        }
        assertEquals(1, timers.get());
    }

    private Scheduler counting(AtomicInteger timers) {
        return new Scheduler() {
            @Override
            public long nanoTime() {
                return scheduler.nanoTime();
            }

            @Override
            public Instant now() {
                return scheduler.now();
            }

            @Override
            public Runnable schedule(Duration delay, Runnable task) {
                timers.incrementAndGet();
                return scheduler.schedule(delay, task);
            }

            @Override
            public Runnable onClose(Runnable task) {
                return scheduler.onClose(task);
            }

            @Override
            public boolean isClosed() {
                return scheduler.isClosed();
            }
        };
    }

    @Test
    void a_call_waits_no_longer_than_the_recovered_rate_makes_it_as_soon_as_another_asks() {
        AccountRateLimiter rateLimiter = new AccountRateLimiter(new RateLimits(1, 10, 10, 10), scheduler);
        for (int i = 0; i < 10; i++) {
            Permit permit = rateLimiter.acquireAhead(scheduler).join();
            permit.throttled(Duration.ofSeconds(1));
            permit.release();
            scheduler.advance(Duration.ofSeconds(1));
        }
        // At a thirtieth of the rate its turn would come in 30 seconds.
        CompletableFuture<Permit> first = acquire(rateLimiter, 1);
        scheduler.advance(Duration.ofSeconds(5));
        CompletableFuture<Permit> second = acquire(rateLimiter, 2);
        scheduler.advance(Duration.ofSeconds(15));
        assertEquals(List.of(1), passed);
        first.join().release();
        assertEquals(List.of(1, 2), passed);
        second.join().release();
        assertEmpty(rateLimiter);
    }

    @Test
    void a_request_ahead_of_the_others_does_not_wait_and_they_wait_for_its_token() {
        AccountRateLimiter rateLimiter = new AccountRateLimiter(new RateLimits(1, 2, 1, 10), scheduler);
        Permit running = acquire(rateLimiter, 0).join();
        acquire(rateLimiter, 1);
        Permit ahead = rateLimiter.acquireAhead(scheduler).getNow(null);
        assertEquals(2, rateLimiter.status().inFlight());
        assertEquals(1, rateLimiter.status().queued());

        running.release();
        ahead.release();
        scheduler.advance(Duration.ofSeconds(1).minusNanos(1));
        assertEquals(List.of(0), passed);
        scheduler.advance(Duration.ofNanos(1));
        assertEquals(List.of(0, 1), passed);
        assertEquals(1, rateLimiter.status().inFlight());
    }

    @Test
    @Covers(71)
    void a_request_ahead_of_the_others_is_rejected_during_a_pause_but_not_at_its_end() {
        AccountRateLimiter rateLimiter = rateLimiter(1, 10);
        acquire(rateLimiter, 0).join().throttled(Duration.ofMinutes(2));
        assertEquals("the API asked for a pause of the account that lasts another 120000 ms",
                rejection(rateLimiter.acquireAhead(scheduler)));
        assertEquals(1, rateLimiter.status().inFlight());
        scheduler.advance(Duration.ofMinutes(2));
        assertFalse(rateLimiter.acquireAhead(scheduler).isCompletedExceptionally());
        assertEquals(2, rateLimiter.status().inFlight());
    }

    @Test
    void other_limits_do_not_end_a_pause_and_the_rate_stays_lowered() {
        AccountRateLimiter old = rateLimiter(1, 10);
        acquire(old, 0).join().throttled(Duration.ofSeconds(30));
        scheduler.advance(Duration.ofSeconds(10));
        RateLimits others = new RateLimits(100, 10, 5, 10);
        AccountRateLimiter rateLimiter = old.withLimits(others);
        assertEquals(others, rateLimiter.limits());
        assertEquals(Duration.ofSeconds(20), rateLimiter.status().paused());
        assertEquals(70, rateLimiter.status().requestsPerSecond());

        acquire(rateLimiter, 1);
        scheduler.advance(Duration.ofSeconds(20));
        assertEquals(List.of(0), passed);
        scheduler.advance(Duration.ofMillis(15));
        assertEquals(List.of(0, 1), passed);
    }

    @Test
    void other_limits_for_an_account_without_a_pause_begin_with_a_full_burst() {
        AccountRateLimiter old = rateLimiter(1, 10);
        for (int i = 0; i < 2; i++) {
            AccountRateLimiter rateLimiter = old.withLimits(new RateLimits(100, 10, 10, 10));
            assertEquals(100, rateLimiter.status().requestsPerSecond());
            IntStream.range(0, 10).forEach(number -> acquire(rateLimiter, number));
            assertEquals(10, rateLimiter.status().inFlight());
            scheduler.advance(Duration.ofSeconds(1));
        }
    }

    @Test
    void it_is_admitting_while_a_call_that_waited_goes_on_and_not_before_or_after() {
        AccountRateLimiter rateLimiter = rateLimiter(1, 10);
        Permit running = acquire(rateLimiter, 0).join();
        CompletableFuture<Boolean> meanwhile = acquire(rateLimiter, 1).thenApply(permit -> rateLimiter.isAdmitting());
        assertFalse(rateLimiter.isAdmitting());
        running.release();
        assertTrue(meanwhile.join());
        assertFalse(rateLimiter.isAdmitting());
    }

    @ParameterizedTest
    @CsvSource({ "1, 64", "32, 64", "100, 200" })
    void an_account_may_stream_twice_as_many_lists_as_requests_but_at_least_64(int concurrent, int lists) {
        StreamLimiter streams = rateLimiter(concurrent, 10).streams();
        for (int i = 0; i < lists; i++) {
            assertTrue(streams.acquire(Duration.ofMinutes(1), scheduler).isDone());
        }
        assertFalse(streams.acquire(Duration.ofMinutes(1), scheduler).isDone());
        assertEquals(lists, streams.open());
    }

    @Test
    @Covers(83)
    void a_race_between_deadline_and_admission_has_one_outcome_and_loses_no_permit() throws Exception {
        AccountRateLimiter rateLimiter = new AccountRateLimiter(new RateLimits(1_000_000, 1_000_000, 1, 10), scheduler);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            CyclicBarrier start = new CyclicBarrier(2);
            int turns = 0;
            for (int i = 0; i < 20_000; i++) {
                Permit first = rateLimiter.acquire(scheduler.nanoTime() + MINUTE, scheduler).join();
                CompletableFuture<Permit> racing = rateLimiter.acquire(scheduler.nanoTime() + 1_000, scheduler);
                Future<?> closing = other.submit(() -> {
                    start.await();
                    first.release();
                    return null;
                });
                start.await();
                scheduler.advance(Duration.ofNanos(1_000));
                closing.get();
                assertTrue(racing.isDone(), "neither admitted nor rejected in round " + i);
                if (!racing.isCompletedExceptionally()) {
                    turns++;
                    assertEquals(1, rateLimiter.status().inFlight());
                    racing.join().release();
                }
                assertEquals(0, rateLimiter.status().inFlight(), "a permit was lost in round " + i);
            }
            System.out.println("deadline against turn: " + turns + " turns of 20000");
            assertEmpty(rateLimiter);
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void a_request_that_is_queued_while_another_ends_is_admitted() throws Exception {
        AccountRateLimiter rateLimiter = new AccountRateLimiter(new RateLimits(1_000_000, 1_000_000, 1, 10), scheduler);
        try (Race race = new Race()) {
            for (int i = 0; i < 10_000; i++) {
                Permit first = rateLimiter.acquire(scheduler.nanoTime() + MINUTE, scheduler).join();
                CompletableFuture<CompletableFuture<Permit>> second = new CompletableFuture<>();
                race.run(first::release,
                        () -> second.complete(rateLimiter.acquire(scheduler.nanoTime() + MINUTE, scheduler)));
                assertTrue(second.join().isDone(), "still waits in round " + i);
                second.join().join().release();
                scheduler.advance(Duration.ofNanos(2_000));
            }
            assertEmpty(rateLimiter);
        }
    }

    @Test
    void after_a_pause_one_request_goes_first_also_if_the_limits_have_changed_meanwhile() {
        AccountRateLimiter old = rateLimiter(10, 100);
        Permit throttled = acquire(old, 0).join();
        throttled.throttled(Duration.ofSeconds(30));
        throttled.release();
        AccountRateLimiter rateLimiter = old.withLimits(new RateLimits(300, 1000, 64, 100));
        List<CompletableFuture<Permit>> all = IntStream.range(1, 51).mapToObj(i -> acquire(rateLimiter, i)).toList();
        scheduler.advance(Duration.ofSeconds(31));
        assertEquals(List.of(0, 1), passed);

        all.get(0).join().release();
        scheduler.advance(Duration.ofSeconds(1));
        assertEquals(51, passed.size());
    }
}
