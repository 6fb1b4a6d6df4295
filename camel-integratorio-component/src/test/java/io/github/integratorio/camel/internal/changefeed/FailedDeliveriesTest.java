package io.github.integratorio.camel.internal.changefeed;

import java.util.List;

import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.internal.changefeed.store.Change;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Which changes a poll tries. */
class FailedDeliveriesTest {

    private final FailedDeliveries failures = new FailedDeliveries();
    private final Change early = change("early");
    private final Change late = change("late");
    private final Change untried = change("untried");

    private static Change change(String id) {
        return new Change(id, "key of " + id, ChangeType.ADDED, 1, "{}", null);
    }

    @BeforeEach
    void twoFail() {
        failures.beginPoll(false);
        failures.add(early);
        failures.beginPoll(false);
        failures.add(late);
    }

    private List<Change> due() {
        return List.of(early, late, untried).stream().filter(failures::isDue).toList();
    }

    @Test
    void a_probe_tries_the_failed_change_that_has_been_due_for_the_longest_time_and_those_that_have_not_failed() {
        failures.beginPoll(true);
        assertEquals(List.of(early, untried), due());
        // The other one has its turn when this one has failed once more.
        failures.add(early);
        failures.add(early);
        failures.beginPoll(true);
        assertEquals(List.of(late, untried), due());
        failures.beginPoll(false);
        assertEquals(List.of(early, late, untried), due());
    }

    @Test
    void a_probe_without_failed_changes_tries_all() {
        failures.remove(early.id());
        failures.remove(late.id());
        failures.beginPoll(true);
        assertEquals(List.of(early, late, untried), due());
    }
}
