package io.github.integratorio.camel.internal.client.ratelimit;

import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The retries of an account: a reserve, and what calls and successes earn. */
class RetryBudgetTest {

    private final RetryBudget budget = new RetryBudget();

    private long takeAll() {
        return IntStream.range(0, 1_000).filter(i -> budget.take()).count();
    }

    @Test
    void the_reserve_is_100_retries_and_nothing_raises_it() {
        budget.called();
        budget.succeeded();
        assertEquals(100, takeAll());
        assertFalse(budget.take());
    }

    @Test
    void a_success_earns_one_retry() {
        takeAll();
        budget.succeeded();
        assertTrue(budget.take());
        assertFalse(budget.take());
    }

    @Test
    void thirteen_calls_earn_one_retry_and_twelve_none() {
        takeAll();
        IntStream.range(0, 12).forEach(i -> budget.called());
        assertFalse(budget.take());
        budget.called();
        assertTrue(budget.take());
        assertFalse(budget.take());
    }
}
