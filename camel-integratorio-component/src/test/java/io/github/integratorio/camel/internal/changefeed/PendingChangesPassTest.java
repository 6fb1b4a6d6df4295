package io.github.integratorio.camel.internal.changefeed;

import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.internal.changefeed.store.Change;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore;
import io.github.integratorio.camel.internal.changefeed.store.InMemoryFeedStore;
import io.github.integratorio.camel.support.WatchedList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The changes that a pass keeps in memory. */
class PendingChangesPassTest {

    /** Half of the changes that may wait in memory. */
    private static final int HALF = 500;

    private final InMemoryFeedStore kept = new InMemoryFeedStore();
    private final List<String> calls = new ArrayList<>();
    private final FeedStore store = (FeedStore) Proxy.newProxyInstance(FeedStore.class.getClassLoader(),
            new Class<?>[] { FeedStore.class }, (proxy, method, arguments) -> {
                calls.add(method.getName());
                return method.invoke(kept, arguments);
            });
    private final Outbox outbox = new Outbox(store, WatchedList.ID, new InFlightChanges());

    @BeforeEach
    void begin() {
        outbox.beginPoll();
    }

    private void pending(List<Change> changes) {
        assertTrue(kept.commit(WatchedList.ID, null, FeedStore.State.first("https://api"),
                new FeedStore.Recording(Map.of(), List.of(), changes)));
    }

    /** Changes in this order; the first letter of an id is the key. */
    private static List<Change> changes(List<String> ids) {
        List<Change> changes = new ArrayList<>();
        for (String id : ids) {
            changes.add(new Change(id, id.substring(0, 1), ChangeType.UPDATED, changes.size() + 1, "{}", null));
        }
        return changes;
    }

    /** The change a0, those that wait for it, which are half of what may wait, and then changes of other rows. */
    private static List<Change> manyOfOneRow() {
        List<String> ids = new ArrayList<>();
        for (int number = 0; number <= HALF; number++) {
            ids.add("a" + number);
        }
        ids.addAll(List.of("b1", "b2", "c1"));
        return changes(ids);
    }

    private static List<String> ids(List<Change> changes) {
        return changes.stream().map(Change::id).toList();
    }

    private void takesTheRestInOrder(Change inFlight) {
        assertEquals("b1", inFlight.id());
        assertEquals(List.of("c1"), ids(outbox.claim(10)), "b2 waits for b1");
        outbox.acknowledge(inFlight);
        assertEquals(List.of("b2"), ids(outbox.claim(10)));
    }

    @Test
    void the_changes_that_waited_for_a_failed_one_take_no_room_from_those_of_other_rows() {
        pending(manyOfOneRow());
        Change first = outbox.claim(1).get(0);
        Change other = outbox.claim(1).get(0);
        outbox.markFailed(first);
        takesTheRestInOrder(other);
    }

    @Test
    void the_changes_that_waited_and_were_delivered_take_no_room_from_those_of_other_rows() {
        pending(manyOfOneRow());
        Change next = outbox.claim(1).get(0);
        Change other = outbox.claim(1).get(0);
        for (int number = 0; number <= HALF; number++) {
            assertEquals("a" + number, next.id());
            outbox.acknowledge(next);
            next = number < HALF ? outbox.claim(1).get(0) : null;
        }
        takesTheRestInOrder(other);
    }

    @Test
    void a_notice_that_was_read_before_the_look_at_the_list_that_withdraws_it_is_not_delivered() {
        Change notice = new Change("n1", "n", ChangeType.EXPIRING, 2, "{}", null, Instant.EPOCH);
        pending(List.of(new Change("a1", "a", ChangeType.UPDATED, 1, "{}", null), notice));
        assertEquals(List.of("a1"), ids(outbox.claim(1)));
        kept.acknowledge(WatchedList.ID, List.of(notice));
        outbox.confirmNotices(Set.of(), Instant.EPOCH);
        assertEquals(List.of(), outbox.claim(10));
    }

    @Test
    void a_look_at_the_list_causes_no_other_look_at_the_pending_changes_if_none_waits() {
        pending(changes(List.of("a1")));
        assertEquals(1, outbox.claim(10).size());
        assertEquals(List.of(), outbox.claim(10));
        calls.clear();
        outbox.confirmNotices(Set.of(), Instant.EPOCH);
        assertEquals(List.of(), outbox.claim(10));
        assertEquals(List.of(), calls);
    }
}
