package io.github.integratorio.camel.internal.operation.creation;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.integratorio.camel.internal.operation.creation.CreationClaim.Evidence;
import io.github.integratorio.camel.support.Race;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The orders that are remembered without a repository. */
class InMemoryClaimsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final InMemoryClaims memory = new InMemoryClaims();

    private CreationClaim order(String number) {
        return claim(memory, number, "jane");
    }

    private static CreationClaim claim(InMemoryClaims memory, String number, String user) {
        return memory.claim("c1", number, user);
    }

    private static void make(InMemoryClaims memory, int count) {
        for (int i = 0; i < count; i++) {
            CreationClaim one = claim(memory, "n" + i, "user" + i);
            assertTrue(one.take(NOW));
            one.complete("l" + i, Evidence.CERTAIN);
        }
    }

    @Test
    void an_order_is_known_after_a_hundred_thousand_others_whether_it_is_open_or_carried_out() {
        order("open").take(NOW);
        order("done").take(NOW);
        order("done").complete("mine", Evidence.CERTAIN);
        make(memory, 100_000);

        assertFalse(order("open").take(NOW));
        assertFalse(order("done").take(NOW));
        assertEquals(Evidence.CERTAIN, order("done").made("mine"));
        assertFalse(order("n0").take(NOW));
    }

    @Test
    void the_last_orders_are_kept_and_all_that_are_open() {
        InMemoryClaims small = new InMemoryClaims(100, 1000);
        claim(small, "open", "jane").take(NOW);
        make(small, 1000);

        assertFalse(claim(small, "open", "jane").take(NOW));
        for (int i = 900; i < 1000; i++) {
            CreationClaim recent = claim(small, "n" + i, "user" + i);
            assertFalse(recent.take(NOW));
            assertTrue(recent.made("l" + i) != null && recent.isMade("l" + i));
        }
        long kept = IntStream.range(0, 900).filter(i -> !claim(small, "n" + i, "user" + i).take(NOW)).count();
        assertTrue(kept <= 100, () -> kept + " orders were kept");
    }

    @Test
    void an_order_that_is_repeated_now_and_then_stays() {
        InMemoryClaims small = new InMemoryClaims(10, 10);
        CreationClaim repeated = claim(small, "repeated", "jane");
        repeated.take(NOW);
        for (int i = 0; i < 100; i++) {
            repeated.complete("mine", Evidence.CERTAIN);
            CreationClaim other = claim(small, "n" + i, "john");
            other.take(NOW);
            other.complete("l" + i, Evidence.CERTAIN);
            assertTrue(!repeated.take(NOW) && repeated.made("mine") != null && repeated.isMade("mine"));
            assertNull(repeated.made("l" + i));
        }
    }

    @Test
    void no_open_order_gives_way_to_a_new_one() {
        InMemoryClaims small = new InMemoryClaims(10, 2);
        claim(small, "1", "jane").take(NOW);
        CreationClaim second = claim(small, "2", "jane");
        second.take(NOW);

        assertThrows(IllegalStateException.class, () -> claim(small, "3", "jane").take(NOW));
        assertFalse(claim(small, "1", "jane").take(NOW));
        second.release();
        assertTrue(claim(small, "3", "jane").take(NOW));
    }

    @Test
    void the_next_license_of_an_order_is_for_the_same_user_and_made_once() {
        order("1").take(NOW);
        assertFalse(order("1").takeNext(NOW), "the first one is under way");
        order("1").complete("l1", Evidence.CERTAIN);

        assertFalse(claim(memory, "1", "john").takeNext(NOW));
        CreationClaim next = order("1");
        assertTrue(next.takeNext(NOW));
        assertFalse(order("1").takeNext(NOW));
        // Only who has taken the claim can give it back.
        order("1").release();
        assertFalse(order("1").takeNext(NOW));
        next.release();
        assertFalse(order("1").take(NOW));
        assertTrue(order("1").takeNext(NOW));
        order("1").complete("l2", Evidence.CERTAIN);
        assertTrue(order("1").made("l1") != null && order("1").made("l2") != null);
    }

    @Test
    void a_license_that_is_there_after_all_does_not_complete_what_another_attempt_has_opened() {
        order("1").take(NOW);
        order("1").complete("l1", Evidence.ANSWERED);
        CreationClaim next = order("1");
        assertTrue(next.takeNext(NOW));
        assertTrue(order("1").complete("l1", Evidence.CERTAIN));
        assertFalse(order("1").takeNext(NOW));

        assertTrue(next.complete("l1", Evidence.CERTAIN));
        assertTrue(order("1").takeNext(NOW));
    }

    @Test
    void a_claim_that_is_given_back_twice_takes_nothing_from_a_later_attempt() {
        CreationClaim first = order("1");
        assertTrue(first.take(NOW));
        first.release();
        assertTrue(order("1").take(NOW));
        first.release();

        assertFalse(order("1").take(NOW));
    }

    @Test
    void an_operator_learns_whether_an_order_is_open_carried_out_or_that_of_another_user() {
        order("1").take(NOW);
        assertTrue(order("1").advice().startsWith("If it was not created"));
        assertTrue(claim(memory, "1", "john").advice().contains("of another user"));

        order("1").complete("mine", Evidence.CERTAIN);
        assertTrue(order("1").advice().contains("was carried out before"));
        assertTrue(claim(memory, "1", "john").advice().contains("of another user"));

        assertTrue(order("1").takeNext(NOW));
        assertTrue(order("1").advice().startsWith("If it was not created"));
        assertTrue(claim(memory, "1", "john").advice().contains("of another user"));
    }

    @Test
    void a_license_belongs_to_one_order_and_connectors_have_orders_of_their_own() {
        order("1").take(NOW);
        order("2").take(NOW);

        assertTrue(order("1").complete("l1", Evidence.ANSWERED));
        assertFalse(order("2").complete("l1", Evidence.ANSWERED));
        assertTrue(order("1").complete("l1", Evidence.ANSWERED));
        assertNull(order("2").made("l1"));
        assertTrue(memory.claim("c2", "1", "jane").take(NOW));
        assertFalse(memory.claim("c2", "1", "jane").isMade("l1"));
        assertEquals("c1:o:1", order("1").key());
    }

    @Test
    void of_two_attempts_at_the_same_moment_one_takes_the_order() throws Exception {
        try (Race race = new Race()) {
            for (int i = 0; i < 5_000; i++) {
                String number = "n" + i;
                AtomicInteger taken = new AtomicInteger();
                Race.Side attempt = () -> taken.addAndGet(order(number).take(NOW) ? 1 : 0);
                race.run(attempt, attempt);
                assertEquals(1, taken.get(), () -> "attempts that took order " + number);
            }
            for (int i = 0; i < 5_000; i++) {
                assertFalse(order("n" + i).take(NOW), "forgot order " + i);
            }
        }
    }
}
