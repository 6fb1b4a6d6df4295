package io.github.integratorio.camel.internal.client.http;

import java.util.ArrayList;
import java.util.List;

import io.github.integratorio.camel.internal.client.http.BufferBudget.Reservation;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** The memory that all responses share. */
class BufferBudgetTest {

    private final BufferBudget budget = new BufferBudget(100);
    private final List<String> granted = new ArrayList<>();

    private Reservation asks(String name, int bytes) {
        Reservation response = budget.new Reservation();
        response.request(bytes, () -> granted.add(name));
        return response;
    }

    @Test
    void what_fits_exactly_is_granted_and_what_does_not_waits_for_a_release() {
        asks("first", 60);
        Reservation second = asks("second", 40);
        asks("third", 1);
        assertEquals(List.of("first", "second"), granted);
        assertEquals(100, budget.used());
        second.release();
        assertEquals(List.of("first", "second", "third"), granted);
        assertEquals(61, budget.used());
    }

    @Test
    void the_oldest_response_never_waits_even_if_it_asks_again() {
        Reservation oldest = asks("oldest", 150);
        asks("next", 1);
        oldest.request(50, () -> granted.add("oldest again"));
        assertEquals(List.of("oldest", "oldest again"), granted);
        assertEquals(200, budget.used());
        oldest.release();
        assertEquals(List.of("oldest", "oldest again", "next"), granted);
        assertEquals(1, budget.used());
    }

    @Test
    void a_small_response_does_not_overtake_a_large_one() {
        asks("first", 60);
        Reservation large = asks("large", 50);
        asks("small", 10);
        assertEquals(List.of("first"), granted);
        large.release();
        assertEquals(List.of("first", "small"), granted);
    }

    @Test
    void a_response_that_has_ended_gets_nothing_and_gives_back_once() {
        Reservation ended = asks("ended", 30);
        ended.take(20);
        assertEquals(50, budget.used());
        ended.release();
        ended.release();
        ended.take(5);
        ended.request(5, () -> granted.add("late"));
        assertEquals(0, budget.used());
        assertEquals(List.of("ended"), granted);
    }
}
