package io.github.integratorio.camel.internal.changefeed;

import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.internal.changefeed.store.Change;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore;
import io.github.integratorio.camel.internal.changefeed.store.InMemoryFeedStore;
import io.github.integratorio.camel.support.WatchedList;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What one poll delivers of the pending changes, and what it leaves to later ones. */
class OutboxPassTest {

    private final InMemoryFeedStore kept = new InMemoryFeedStore();
    /** The methods of the store that were called. */
    private final List<String> calls = new ArrayList<>();
    private RuntimeException failure;
    private final FeedStore store = (FeedStore) Proxy.newProxyInstance(FeedStore.class.getClassLoader(),
            new Class<?>[] { FeedStore.class }, (proxy, method, arguments) -> {
                calls.add(method.getName());
                if (failure != null) {
                    throw failure;
                }
                return method.invoke(kept, arguments);
            });
    private final WatchedList list = new WatchedList(store, new FeedConfig("_id", true, 20, 1, Set.of()));
    private final Outbox outbox = list.feed.outbox();

    private static Change change(String id, String key, long version) {
        return new Change(id, key, ChangeType.UPDATED, version, "{}", null);
    }

    /** Records pending changes, whose versions are their positions. */
    private void pending(Change... changes) throws Exception {
        FeedStore.State state = FeedStore.State.first("https://api");
        assertTrue(kept.commit(WatchedList.ID, null, state,
                new FeedStore.Recording(Map.of(), List.of(), List.of(changes))));
    }

    private List<String> claimed() {
        return outbox.claim(10).stream().map(Change::id).toList();
    }

    @Test
    void later_changes_of_a_row_wait_in_the_poll_in_which_one_fails_and_in_those_that_it_skips() throws Exception {
        pending(change("a1", "a", 1), change("a2", "a", 2), change("b1", "b", 3));
        int polls = 0;
        for (int failures = 1; failures <= FailedDeliveries.FAILURES_BEFORE_BACKOFF; failures++) {
            outbox.beginPoll();
            Change first = outbox.claim(1).get(0);
            assertEquals("a1", first.id());
            assertEquals(failures, outbox.markFailed(first));
            assertEquals(0, outbox.markFailed(first), "it is not in flight any more");
            List<Change> others = outbox.claim(10);
            assertEquals(failures == 1 ? List.of("b1") : List.of(), others.stream().map(Change::id).toList());
            others.forEach(outbox::acknowledge);
            outbox.endPoll();
            polls++;
        }
        outbox.beginPoll();
        assertEquals(List.of(), claimed(), "poll " + polls + " skips a1, and a2 waits for it");
        outbox.endPoll();
        outbox.beginPoll();
        assertEquals(List.of("a1"), claimed());
    }

    @Test
    void a_change_that_is_acknowledged_or_delivered_elsewhere_has_not_failed_any_longer() throws Exception {
        pending(change("a1", "a", 1), change("b1", "b", 2));
        outbox.beginPoll();
        outbox.claim(10).forEach(outbox::markFailed);
        outbox.endPoll();
        assertEquals(Map.of("a1", 1, "b1", 1), outbox.failing());

        outbox.beginPoll();
        Change first = outbox.claim(1).get(0);
        assertTrue(outbox.acknowledge(first));
        assertFalse(outbox.acknowledge(first), "it is not in flight any more");
        assertEquals(Map.of("b1", 1), outbox.failing());
        outbox.endPoll();

        // Another node has delivered it.
        kept.acknowledge(WatchedList.ID, List.of(change("b1", "b", 2)));
        outbox.beginPoll();
        assertEquals(List.of(), claimed());
        assertEquals(Map.of(), outbox.failing());
    }

    @Test
    void a_change_that_is_skipped_while_a_poll_has_read_it_is_not_delivered() throws Exception {
        pending(change("a1", "a", 1), change("b1", "b", 2));
        outbox.beginPoll();
        outbox.claim(10).forEach(outbox::markFailed);
        outbox.endPoll();
        outbox.beginPoll();
        assertEquals("a1", outbox.claim(1).get(0).id());
        assertEquals(1, outbox.skip("b1"));
        assertEquals(List.of(), claimed());
    }

    @Test
    void abandoned_changes_are_delivered_by_a_later_poll() throws Exception {
        pending(change("a1", "a", 1));
        outbox.beginPoll();
        assertEquals(List.of("a1"), claimed());
        outbox.endPoll();
        outbox.beginPoll();
        assertEquals(List.of(), claimed());
        outbox.endPoll();
        outbox.abandon();
        assertEquals(0, outbox.inFlight());
        outbox.beginPoll();
        assertEquals(List.of("a1"), claimed());
    }

    @Test
    void changes_recorded_after_a_claim_has_read_to_the_end_are_delivered_by_the_next_claim() throws Exception {
        outbox.beginPoll();
        assertEquals(List.of(), claimed());
        list.rows(WatchedList.numbered(0, 2));
        assertEquals(2, list.feed.pollSnapshot(list.source()));
        assertEquals(2, outbox.claim(10).size());
        list.rows(WatchedList.numbered(0, 3));
        assertEquals(1, list.feed.pollSnapshot(list.source()));
        assertEquals(1, outbox.claim(10).size());
    }

    @Test
    void more_waiting_changes_than_memory_holds_are_left_to_later_polls() throws Exception {
        Change[] ofOneRow = IntStream.range(0, 1_500).mapToObj(i -> change("a" + i, "a", i + 1)).toArray(Change[]::new);
        pending(ofOneRow);
        outbox.beginPoll();
        Change first = outbox.claim(1).get(0);
        assertEquals(List.of(), claimed(), "all others wait");
        outbox.acknowledge(first);
        assertEquals(List.of(), claimed(), "too many wait: this poll delivers no more of this row");
        outbox.endPoll();
        outbox.beginPoll();
        assertEquals(List.of("a1"), claimed());
    }

    @Test
    void nothing_more_is_delivered_if_acknowledgements_cannot_be_written() throws Exception {
        pending(IntStream.range(0, PendingChangesPass.PAGE_SIZE + 1).mapToObj(i -> change("c" + i, "k" + i, i + 1))
                .toArray(Change[]::new));
        outbox.beginPoll();
        List<Change> page = outbox.claim(PendingChangesPass.PAGE_SIZE);
        outbox.acknowledge(page.get(0));
        failure = new FeedStateException("the database is down");
        calls.clear();
        assertThrows(FeedStateException.class, () -> outbox.claim(10));
        assertEquals(List.of("acknowledge"), calls);
        failure = null;
        calls.clear();
        assertEquals(1, outbox.claim(10).size());
        assertEquals(List.of("acknowledge", "pending"), calls);
    }

    @Test
    void a_poll_without_changes_reads_the_store_once_and_the_rows_never_again() throws Exception {
        list.rows(WatchedList.numbered(0, 100)).poll();
        for (int poll = 0; poll < 3; poll++) {
            calls.clear();
            outbox.beginPoll();
            assertEquals(List.of(), claimed());
            assertEquals(0, list.feed.pollSnapshot(list.source()));
            outbox.endPoll();
            assertEquals(List.of("pending"), calls);
        }
        // A claim that finds changes is no such look: until they are delivered, the state can change.
        list.rows(WatchedList.numbered(0, 101));
        list.feed.pollSnapshot(list.source());
        outbox.beginPoll();
        assertEquals(1, outbox.claim(10).size());
        calls.clear();
        assertEquals(0, list.feed.pollSnapshot(list.source()));
        assertEquals(List.of("state"), calls);
    }

    @Test
    void an_index_of_which_most_rows_were_removed_is_read_again() throws Exception {
        FeedConfig anyRemoval = new FeedConfig("_id", true, 100, 1, Set.of());
        WatchedList shrinking = new WatchedList(store, anyRemoval);
        shrinking.rows(WatchedList.numbered(0, 100)).poll();
        shrinking.rows(WatchedList.numbered(0, 40)).poll();
        calls.clear();
        assertEquals(List.of(), shrinking.newChanges());
        assertEquals(1, calls.stream().filter("rows"::equals).count());
        assertEquals(List.of("REMOVED r0"), shrinking.rows(WatchedList.numbered(1, 40)).newChanges());
    }

    @Test
    void notices_wait_for_a_look_at_the_list_and_again_once_it_was_too_long_ago() throws Exception {
        Change notice = new Change("n1", "a", ChangeType.EXPIRING, 1, "{}", null, Instant.EPOCH);
        Change other = new Change("n2", "b", ChangeType.EXPIRING, 2, "{}", null, Instant.EPOCH);
        pending(notice, other);
        outbox.beginPoll();
        outbox.confirmNotices(Set.of(), Instant.EPOCH);
        assertEquals("n1", outbox.claim(1).get(0).id());
        outbox.holdNotices();
        assertEquals(List.of(), claimed());
    }
}
