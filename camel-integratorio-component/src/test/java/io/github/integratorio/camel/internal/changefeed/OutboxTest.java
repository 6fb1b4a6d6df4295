package io.github.integratorio.camel.internal.changefeed;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.internal.changefeed.store.Change;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.WatchedList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The outbox of pending changes. */
class OutboxTest {

    private final WatchedList list = new WatchedList();
    private Outbox outbox;

    @BeforeEach
    void threeChanges() throws Exception {
        for (int look = 0; look < 3; look++) {
            // An empty list is believed at the third look.
            list.rows().poll();
        }
        list.rows(WatchedList.numbered(0, 3));
        list.feed.pollSnapshot(list.source());
        outbox = list.feed.outbox();
        outbox.beginPoll();
    }

    private List<String> pending() {
        return list.store.pending(WatchedList.ID, null, 100).changes().stream().map(Change::key).toList();
    }

    @Test
    @Covers(201)
    void acknowledgements_are_written_in_any_order_and_a_repeated_one_has_no_effect() {
        List<Change> changes = outbox.claim(10);
        assertEquals(3, outbox.inFlight());
        outbox.acknowledge(changes.get(2));
        outbox.acknowledge(changes.get(0));
        outbox.acknowledge(changes.get(0));
        outbox.markFailed(changes.get(2));
        outbox.endPoll();
        assertEquals(List.of("r1"), pending());
        assertEquals(1, outbox.inFlight());
        assertEquals(Map.of(), outbox.failing());
        // Late, when no poll is in progress.
        outbox.acknowledge(changes.get(1));
        assertEquals(List.of(), pending());
        assertEquals(0, outbox.inFlight());
    }

    @Test
    @Covers(201)
    void a_failed_change_is_not_acknowledged_by_a_late_second_completion() {
        Change change = outbox.claim(1).get(0);
        outbox.markFailed(change);
        outbox.acknowledge(change);
        outbox.endPoll();
        assertEquals(List.of("r0", "r1", "r2"), pending());
        assertEquals(Map.of(change.id(), 1), outbox.failing());
    }

    @Test
    @Covers(201)
    void a_change_in_flight_is_not_claimed_again_and_later_changes_of_its_row_wait() throws Exception {
        Change first = outbox.claim(1).get(0);
        List<String> rows = WatchedList.numbered(0, 3);
        rows.set(0, WatchedList.row("r0", 9));
        list.rows(rows);
        list.feed.pollSnapshot(list.source());
        outbox.beginPoll();
        assertEquals(List.of("r1", "r2"), outbox.claim(10).stream().map(Change::key).toList());
        outbox.acknowledge(first);
        assertEquals(List.of("UPDATED"), outbox.claim(10).stream().map(change -> change.type().name()).toList());
    }

    @Test
    void a_released_change_is_claimed_again_in_the_same_pass_and_does_not_count_as_failed() {
        Change change = outbox.claim(1).get(0);
        outbox.release(change);
        assertEquals(change, outbox.claim(1).get(0));
        assertEquals(Map.of(), outbox.failing());
    }

    @Test
    @Covers(197)
    void a_change_that_always_fails_is_retried_less_and_less_often_and_never_dropped() {
        List<Integer> tries = new ArrayList<>();
        for (int poll = 0; poll < 1_000; poll++) {
            outbox.beginPoll();
            for (Change change : outbox.claim(10)) {
                if (change.key().equals("r1")) {
                    tries.add(poll);
                    outbox.markFailed(change);
                } else {
                    outbox.acknowledge(change);
                }
            }
            outbox.endPoll();
            assertEquals(List.of("r1"), pending());
        }
        assertEquals(List.of(0, 1, 2, 3, 4), tries.subList(0, 5));
        for (int i = 2; i < tries.size(); i++) {
            assertTrue(tries.get(i) - tries.get(i - 1) >= tries.get(i - 1) - tries.get(i - 2), tries::toString);
        }
        // Rarely, but with a limited interval, so that it is delivered once possible.
        assertEquals(65, tries.get(tries.size() - 1) - tries.get(tries.size() - 2));
        assertEquals(tries.size(), outbox.failing().values().iterator().next());
    }
}
