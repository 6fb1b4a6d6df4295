package io.github.integratorio.camel.internal.changefeed;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.internal.changefeed.store.Change;
import io.github.integratorio.camel.support.WatchedList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** How pending changes are handed out. */
class OutboxTest {

    private final WatchedList list = new WatchedList();
    private Outbox deliveries;

    @BeforeEach
    void threeChanges() throws Exception {
        list.rows().poll();
        list.rows(WatchedList.numbered(0, 3));
        list.feed.pollSnapshot(list.source());
        deliveries = list.feed.outbox();
        deliveries.beginPass();
    }

    private List<String> pending() {
        return list.store.pending(WatchedList.ID, null, 100).stream().map(Change::key).toList();
    }

    @Test
    void row_201_acknowledged_in_any_order_each_is_written_and_a_second_time_does_nothing() {
        List<Change> changes = deliveries.claim(10);
        assertEquals(3, deliveries.inFlight());
        deliveries.acknowledge(changes.get(2));
        deliveries.acknowledge(changes.get(0));
        deliveries.acknowledge(changes.get(0));
        deliveries.markFailed(changes.get(2));
        deliveries.endPass();
        assertEquals(List.of("r1"), pending());
        assertEquals(1, deliveries.inFlight());
        assertEquals(Map.of(), deliveries.failing());
        // Late, when no pass is going on.
        deliveries.acknowledge(changes.get(1));
        assertEquals(List.of(), pending());
        assertEquals(0, deliveries.inFlight());
    }

    @Test
    void row_201_one_that_failed_is_not_acknowledged_by_a_late_second_word() {
        Change change = deliveries.claim(1).get(0);
        deliveries.markFailed(change);
        deliveries.acknowledge(change);
        deliveries.endPass();
        assertEquals(List.of("r0", "r1", "r2"), pending());
        assertEquals(Map.of(change.id(), 1), deliveries.failing());
    }

    @Test
    void row_201_while_one_is_under_way_it_is_not_handed_out_again_and_later_ones_of_its_row_wait() throws Exception {
        Change first = deliveries.claim(1).get(0);
        List<String> rows = WatchedList.numbered(0, 3);
        rows.set(0, WatchedList.row("r0", 9));
        list.rows(rows);
        list.feed.pollSnapshot(list.source());
        deliveries.beginPass();
        assertEquals(List.of("r1", "r2"), deliveries.claim(10).stream().map(Change::key).toList());
        deliveries.acknowledge(first);
        assertEquals(List.of("UPDATED"), deliveries.claim(10).stream().map(change -> change.type().name()).toList());
    }

    @Test
    void what_was_given_back_is_handed_out_again_in_the_same_pass_and_has_not_failed() {
        Change change = deliveries.claim(1).get(0);
        deliveries.release(change);
        assertEquals(change, deliveries.claim(1).get(0));
        assertEquals(Map.of(), deliveries.failing());
    }

    @Test
    void row_197_one_that_always_fails_is_tried_ever_more_seldom_and_never_dropped() {
        List<Integer> tries = new ArrayList<>();
        for (int pass = 0; pass < 1_000; pass++) {
            deliveries.beginPass();
            for (Change change : deliveries.claim(10)) {
                if (change.key().equals("r1")) {
                    tries.add(pass);
                    deliveries.markFailed(change);
                } else {
                    deliveries.acknowledge(change);
                }
            }
            deliveries.endPass();
            assertEquals(List.of("r1"), pending());
        }
        assertEquals(List.of(0, 1, 2, 3, 4), tries.subList(0, 5));
        for (int i = 2; i < tries.size(); i++) {
            assertTrue(tries.get(i) - tries.get(i - 1) >= tries.get(i - 1) - tries.get(i - 2), tries::toString);
        }
        // Seldom, but within a bound: it comes through once it can.
        assertEquals(65, tries.get(tries.size() - 1) - tries.get(tries.size() - 2));
        assertEquals(tries.size(), deliveries.failing().values().iterator().next());
    }
}
