package io.github.integratorio.camel.internal.client.ratelimit;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.github.integratorio.camel.support.Race;
import io.github.integratorio.camel.support.VirtualClient;
import io.github.integratorio.camel.support.VirtualScheduler;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The slots of lists that are being streamed. */
class StreamLimiterTest {

    @Test
    void a_list_that_asks_while_another_ends_gets_its_slot() throws Exception {
        VirtualScheduler scheduler = new VirtualScheduler(VirtualClient.START);
        StreamLimiter limiter = new StreamLimiter(1);
        try (Race race = new Race()) {
            for (int i = 0; i < 5_000; i++) {
                StreamLimiter.Slot first = limiter.acquire(Duration.ofMinutes(1), scheduler).join();
                CompletableFuture<CompletableFuture<StreamLimiter.Slot>> second = new CompletableFuture<>();
                race.run(first::release, () -> second.complete(limiter.acquire(Duration.ofMinutes(1), scheduler)));
                assertTrue(second.join().isDone(), "still waits in round " + i);
                second.join().join().release();
                assertEquals(0, limiter.open());
            }
        }
    }

    @Test
    void a_list_that_gets_the_slot_of_another_leaves_no_timer_behind() {
        VirtualScheduler scheduler = new VirtualScheduler(VirtualClient.START);
        StreamLimiter limiter = new StreamLimiter(1);
        StreamLimiter.Slot first = limiter.acquire(Duration.ofMinutes(1), scheduler).join();
        CompletableFuture<StreamLimiter.Slot> second = limiter.acquire(Duration.ofMinutes(1), scheduler);
        assertFalse(second.isDone());
        assertEquals(1, limiter.open());
        first.release();
        assertTrue(second.isDone());
        assertEquals(1, limiter.open());
        assertFalse(scheduler.hasTasks());
    }
}
