package io.github.integratorio.camel.internal.operation;

import java.util.stream.IntStream;

import io.github.integratorio.camel.internal.operation.CreationClaim.Evidence;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The orders that are remembered without a repository. */
class OrderMemoryTest {

    private final OrderMemory memory = new OrderMemory();

    private CreationClaim order(String number) {
        return claim(memory, number, "jane");
    }

    private static CreationClaim claim(OrderMemory memory, String number, String user) {
        return memory.claim("c1", number, user);
    }

    private static void make(OrderMemory memory, int count) {
        for (int i = 0; i < count; i++) {
            CreationClaim one = claim(memory, "n" + i, "user" + i);
            assertTrue(one.take());
            one.complete("l" + i, Evidence.CERTAIN);
        }
    }

    @Test
    void an_order_is_known_after_a_hundred_thousand_others_whether_it_is_open_or_carried_out() {
        order("open").take();
        order("done").take();
        order("done").complete("mine", Evidence.CERTAIN);
        make(memory, 100_000);

        assertFalse(order("open").take());
        assertFalse(order("done").take());
        assertEquals(Evidence.CERTAIN, order("done").made("mine"));
        assertFalse(order("n0").take());
    }

    @Test
    void the_last_orders_are_kept_and_all_that_are_open() {
        OrderMemory small = new OrderMemory(100, 1000);
        claim(small, "open", "jane").take();
        make(small, 1000);

        assertFalse(claim(small, "open", "jane").take());
        for (int i = 900; i < 1000; i++) {
            CreationClaim recent = claim(small, "n" + i, "user" + i);
            assertFalse(recent.take());
            assertTrue(recent.made("l" + i) != null && recent.isMade("l" + i));
        }
        long kept = IntStream.range(0, 900).filter(i -> !claim(small, "n" + i, "user" + i).take()).count();
        assertTrue(kept <= 100, () -> kept + " orders were kept");
    }

    @Test
    void an_order_that_is_repeated_now_and_then_stays() {
        OrderMemory small = new OrderMemory(10, 10);
        CreationClaim repeated = claim(small, "repeated", "jane");
        repeated.take();
        for (int i = 0; i < 100; i++) {
            repeated.complete("mine", Evidence.CERTAIN);
            CreationClaim other = claim(small, "n" + i, "john");
            other.take();
            other.complete("l" + i, Evidence.CERTAIN);
            assertTrue(!repeated.take() && repeated.made("mine") != null && repeated.isMade("mine"));
            assertNull(repeated.made("l" + i));
        }
    }

    @Test
    void no_open_order_gives_way_to_a_new_one() {
        OrderMemory small = new OrderMemory(10, 2);
        claim(small, "1", "jane").take();
        claim(small, "2", "jane").take();

        assertThrows(IllegalStateException.class, claim(small, "3", "jane")::take);
        assertFalse(claim(small, "1", "jane").take());
        claim(small, "2", "jane").release();
        assertTrue(claim(small, "3", "jane").take());
    }

    @Test
    void the_next_license_of_an_order_is_for_the_same_user_and_made_once() {
        order("1").take();
        assertFalse(order("1").takeNext(), "the first one is under way");
        order("1").complete("l1", Evidence.CERTAIN);

        assertFalse(claim(memory, "1", "john").takeNext());
        assertTrue(order("1").takeNext());
        assertFalse(order("1").takeNext());
        order("1").release();
        assertFalse(order("1").take());
        assertTrue(order("1").takeNext());
        order("1").complete("l2", Evidence.CERTAIN);
        assertTrue(order("1").made("l1") != null && order("1").made("l2") != null);
    }

    @Test
    void a_license_belongs_to_one_order_and_connectors_have_orders_of_their_own() {
        order("1").take();
        order("2").take();

        assertTrue(order("1").complete("l1", Evidence.ANSWERED));
        assertFalse(order("2").complete("l1", Evidence.ANSWERED));
        assertTrue(order("1").complete("l1", Evidence.ANSWERED));
        assertNull(order("2").made("l1"));
        assertTrue(memory.claim("c2", "1", "jane").take());
        assertFalse(memory.claim("c2", "1", "jane").isMade("l1"));
        assertEquals("c1:o:1", order("1").key());
    }
}
