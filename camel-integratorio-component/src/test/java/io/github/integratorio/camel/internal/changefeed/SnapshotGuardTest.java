package io.github.integratorio.camel.internal.changefeed;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.api.MassRemovalException;
import io.github.integratorio.camel.internal.changefeed.store.Change;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore;
import io.github.integratorio.camel.internal.changefeed.store.InMemoryFeedStore;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.WatchedList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Snapshots with missing rows are held or need confirmation. */
class SnapshotGuardTest {

    private final WatchedList list = new WatchedList();

    private void learn(int rows) throws Exception {
        assertEquals(List.of(), list.rows(WatchedList.numbered(0, rows)).newChanges());
    }

    private void holds(int missing) {
        MassRemovalException held = assertThrows(MassRemovalException.class, list::poll);
        assertEquals(missing, held.getMissing());
        assertEquals(missing, list.feed.heldRemovals());
        assertEquals(List.of(), list.take());
    }

    @Test
    @Covers(212)
    void a_list_that_is_empty_once_changes_nothing() throws Exception {
        learn(500);
        list.rows();
        holds(500);
        assertEquals(List.of(), list.rows(WatchedList.numbered(0, 500)).newChanges());
        assertEquals(0, list.feed.heldRemovals());
    }

    @Test
    @Covers(213)
    void a_list_that_stays_empty_is_held_until_an_operator_accepts_it() throws Exception {
        learn(500);
        list.rows();
        for (int poll = 0; poll < 20; poll++) {
            holds(500);
        }
        assertEquals(500, list.feed.acceptRemovals(list.feed.heldSnapshot()));
        List<Change> removed = list.poll();
        assertEquals(500, removed.stream().filter(change -> change.type() == ChangeType.REMOVED).count());
        assertEquals(500, removed.size());
        assertEquals(0, list.feed.heldRemovals());
        assertEquals(List.of(), list.newChanges());
    }

    @Test
    void accepting_fails_if_no_snapshot_is_held() throws Exception {
        learn(500);
        assertEquals(0, list.feed.acceptRemovals("500-00000000"));
        list.rows();
        holds(500);
    }

    @Test
    void only_the_snapshot_that_was_held_is_accepted() throws Exception {
        learn(100);
        list.rows(WatchedList.numbered(50, 100));
        holds(50);
        assertEquals(50, list.feed.acceptRemovals(list.feed.heldSnapshot()));
        list.rows(WatchedList.numbered(60, 100));
        holds(60);
        // The first fifty were accepted once, but the list has changed since.
        list.rows(WatchedList.numbered(50, 100));
        holds(50);
    }

    @Test
    void fewer_removals_than_were_accepted_are_also_accepted() throws Exception {
        learn(100);
        list.rows(WatchedList.numbered(50, 100));
        holds(50);
        list.feed.acceptRemovals(list.feed.heldSnapshot());
        assertEquals(40, list.rows(WatchedList.numbered(40, 100)).poll().size());
        list.rows(WatchedList.numbered(70, 100));
        holds(30);
    }

    @Test
    @Covers(215)
    void a_snapshot_without_half_the_rows_is_held_and_its_other_changes_are_ignored() throws Exception {
        learn(500);
        List<String> half = WatchedList.numbered(250, 500);
        half.add(WatchedList.row("new", 1));
        list.rows(half);
        holds(250);
        assertEquals(List.of(), list.rows(WatchedList.numbered(0, 500)).newChanges());
    }

    @ParameterizedTest
    @CsvSource({ "100, 19, false", "100, 20, false", "100, 21, true", "500, 100, false", "500, 101, true",
            "29, 6, true", "30, 6, false" })
    @Covers(216)
    void the_limit_of_removals_is_exact(int rows, int missing, boolean held) throws Exception {
        learn(rows);
        list.rows(WatchedList.numbered(missing, rows));
        if (held) {
            holds(missing);
        } else {
            assertEquals(missing, list.poll().size());
        }
    }

    @ParameterizedTest
    @CsvSource({ "1, 1", "3, 1", "5, 5", "6, 5" })
    @Covers(217)
    void up_to_five_removals_are_never_held(int rows, int missing) throws Exception {
        learn(rows);
        list.rows(WatchedList.numbered(missing, rows));
        if (rows == missing) {
            // An empty list has to be seen three times.
            assertEquals(List.of(), list.newChanges());
            assertEquals(List.of(), list.newChanges());
        }
        assertEquals(missing, list.poll().size());
    }

    @Test
    @Covers(217)
    void six_removals_out_of_six_rows_are_held() throws Exception {
        learn(6);
        list.rows();
        holds(6);
    }

    @Test
    @Covers(230)
    void the_list_of_another_account_is_held() throws Exception {
        learn(30);
        list.rows(WatchedList.numbered(1000, 1030));
        holds(30);
        assertEquals(List.of(), list.rows(WatchedList.numbered(0, 30)).newChanges());
    }

    @Test
    void removals_are_confirmed_by_the_configured_number_of_consecutive_polls() throws Exception {
        WatchedList patient = new WatchedList(new InMemoryFeedStore(), new FeedConfig("_id", false, 20, 3, Set.of()));
        patient.rows(WatchedList.numbered(0, 10)).poll();
        patient.rows(WatchedList.numbered(1, 10));
        assertEquals(List.of(), patient.newChanges());
        assertEquals(List.of(), patient.newChanges());
        assertEquals(List.of(), patient.rows(WatchedList.numbered(0, 10)).newChanges());
        patient.rows(WatchedList.numbered(1, 10));
        assertEquals(List.of(), patient.newChanges());
        assertEquals(List.of(), patient.newChanges());
        assertEquals(List.of("REMOVED r0"), patient.newChanges());
    }

    @Test
    void a_list_that_is_dropped_does_not_confirm_a_removal() throws Exception {
        WatchedList confirmed =
                new WatchedList(new InMemoryFeedStore(), new FeedConfig("_id", false, 20, 3, Set.of()));
        confirmed.rows(WatchedList.numbered(0, 5)).poll();
        List<String> doubled = WatchedList.numbered(1, 5);
        doubled.add(WatchedList.row("r1", 2));
        for (int poll = 0; poll < 3; poll++) {
            confirmed.rows(doubled);
            assertThrows(IOException.class, confirmed::poll);
        }
        confirmed.rows(WatchedList.numbered(1, 5));
        assertEquals(List.of(), confirmed.newChanges());
        assertEquals(List.of(), confirmed.newChanges());
        // It shows the row, so the count starts over.
        doubled.add(WatchedList.numbered(0, 1).get(0));
        confirmed.rows(doubled);
        assertThrows(IOException.class, confirmed::poll);
        confirmed.rows(WatchedList.numbered(1, 5));
        assertEquals(List.of(), confirmed.newChanges());
        assertEquals(List.of(), confirmed.newChanges());
        assertEquals(List.of("REMOVED r0"), confirmed.newChanges());
    }

    @Test
    void the_count_of_confirmations_does_not_restart_when_most_rows_are_removed_meanwhile() throws Exception {
        WatchedList emptied = new WatchedList(new InMemoryFeedStore(), new FeedConfig("_id", false, 100, 2, Set.of()));
        emptied.rows(WatchedList.numbered(0, 200)).poll();
        assertEquals(List.of(), emptied.rows(WatchedList.numbered(0, 20)).newChanges());
        assertEquals(180, emptied.rows(WatchedList.numbered(1, 20)).newChanges().size());
        assertEquals(List.of("REMOVED r0"), emptied.newChanges());
    }

    private static String page(int from, int to) {
        return "[" + String.join(",", WatchedList.numbered(from, to)) + "]";
    }

    @Test
    @Covers(219)
    void a_row_that_moves_to_a_page_already_read_is_not_removed() throws Exception {
        list.pages(page(0, 10), page(10, 20)).poll();
        // r3 is removed after the first page was read: r10 moves to that page, unseen by the reader.
        list.pages(page(0, 10), page(11, 20));
        assertEquals(List.of(), list.newChanges());
        List<String> first = WatchedList.numbered(0, 11);
        first.remove(3);
        list.pages("[" + String.join(",", first) + "]", page(11, 20));
        assertEquals(List.of(), list.newChanges());
        assertEquals(List.of("REMOVED r3"), list.newChanges());
    }

    @Test
    @Covers(220)
    void a_row_read_on_two_pages_is_not_a_change_and_the_inserted_row_is_added_once() throws Exception {
        list.pages(page(0, 10), page(10, 20)).poll();
        List<String> first = WatchedList.numbered(0, 10);
        first.add(0, WatchedList.row("new", 1));
        // Inserted after the first page was read: its last row is repeated on the second.
        assertEquals(List.of(), list.pages(page(0, 10), page(9, 20)).newChanges());
        assertEquals(List.of("ADDED new"),
                list.pages("[" + String.join(",", first.subList(0, 10)) + "]", page(9, 20)).newChanges());
        assertEquals(List.of(), list.newChanges());
    }

    @ParameterizedTest
    @ValueSource(strings = { "null", "{}", "", "{\"data\":[]}", "[null]", "[[]]", "[\"r0\"]", "[{}]", "<html>", "[",
            "[]]", "[] []", "\u0000" })
    @Covers({ 214, 228 })
    void content_that_is_not_a_list_of_rows_is_rejected_as_a_snapshot(String answer) throws Exception {
        learn(3);
        list.pages(answer);
        for (int poll = 0; poll < 3; poll++) {
            assertThrows(IOException.class, list::poll, answer);
        }
        assertEquals(List.of(), list.rows(WatchedList.numbered(0, 3)).newChanges());
    }

    @ParameterizedTest
    @ValueSource(strings = { "{\"v\":1}", "{\"_id\":7}", "{\"_id\":null}", "{\"_id\":\"\"}", "{\"_id\":\" \"}",
            "{\"_id\":[\"r0\"]}", "{\"_id\":{}}" })
    @Covers(228)
    void a_row_without_an_id_invalidates_the_snapshot(String row) throws Exception {
        learn(3);
        assertThrows(IOException.class, () -> list.rows(WatchedList.row("r0", 5), row).poll());
        assertThrows(IOException.class, () -> list.rows(row).poll());
        assertEquals(List.of(), list.rows(WatchedList.numbered(0, 3)).newChanges());
        assertThrows(IOException.class, () -> new WatchedList().rows(row).poll());
    }

    @Test
    @Covers(218)
    void a_list_that_fails_on_its_second_page_is_not_a_snapshot() throws Exception {
        learn(20);
        for (int poll = 0; poll < 3; poll++) {
            list.pages("[" + WatchedList.row("new", 1) + "]").thenFails(new IOException("500"));
            assertThrows(IOException.class, list::poll);
        }
        assertEquals(List.of(), list.rows(WatchedList.numbered(0, 20)).newChanges());
    }

    @Test
    @Covers(222)
    void another_order_of_rows_is_not_a_change() throws Exception {
        learn(200);
        Random random = new Random(7);
        for (int poll = 0; poll < 20; poll++) {
            List<String> shuffled = new ArrayList<>(WatchedList.numbered(0, 200));
            Collections.shuffle(shuffled, random);
            assertEquals(List.of(), list.rows(shuffled).newChanges());
        }
    }

    @Test
    @Covers(206)
    void rows_that_appear_after_a_confirmed_empty_first_snapshot_are_added() throws Exception {
        list.rows();
        for (int poll = 0; poll < 3; poll++) {
            assertEquals(List.of(), list.newChanges());
        }
        assertEquals(IntStream.range(0, 5).mapToObj(number -> "ADDED r" + number).toList(),
                list.rows(WatchedList.numbered(0, 5)).newChanges());
        assertTrue(list.newChanges().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2 })
    void an_empty_list_that_is_not_confirmed_is_no_baseline(int empty) throws Exception {
        list.rows();
        for (int poll = 0; poll < empty; poll++) {
            assertEquals(List.of(), list.newChanges());
        }
        assertEquals(List.of(), list.rows(WatchedList.numbered(0, 5)).newChanges());
        assertEquals(List.of("ADDED r5"), list.rows(WatchedList.numbered(0, 6)).newChanges());
    }

    @Test
    void an_initial_snapshot_that_is_emitted_is_complete_after_an_empty_list() throws Exception {
        WatchedList emitting = new WatchedList(new InMemoryFeedStore(), new FeedConfig("_id", true, 20, 1, Set.of()));
        assertEquals(List.of(), emitting.rows().newChanges());
        assertEquals(List.of("ADDED r0", "ADDED r1"), emitting.rows(WatchedList.numbered(0, 2)).newChanges());
    }

    @Test
    void a_list_that_is_empty_twice_and_full_again_removes_nothing() throws Exception {
        learn(4);
        for (int round = 0; round < 5; round++) {
            assertEquals(List.of(), list.rows().newChanges());
            assertEquals(List.of(), list.newChanges());
            assertEquals(List.of(), list.rows(WatchedList.numbered(0, 4)).newChanges());
        }
        list.rows();
        assertEquals(List.of(), list.newChanges());
        assertEquals(List.of(), list.newChanges());
        assertEquals(4, list.newChanges().size());
    }

    @Test
    void a_row_that_a_lagging_replica_shows_every_second_or_third_poll_is_added_once() throws Exception {
        WatchedList lagging = new WatchedList(new InMemoryFeedStore(), new FeedConfig("_id", false, 20, 3, Set.of()));
        lagging.rows(WatchedList.numbered(0, 10)).poll();
        List<String> changes = new ArrayList<>();
        for (int poll = 0; poll < 40; poll++) {
            boolean isBehind = poll < 20 ? poll % 2 == 1 : poll % 3 != 0;
            changes.addAll(lagging.rows(WatchedList.numbered(0, isBehind ? 10 : 11)).newChanges());
        }
        assertEquals(List.of("ADDED r10"), changes);
    }

    @Test
    void a_held_snapshot_does_not_restart_the_count_of_a_row_that_stays_missing() throws Exception {
        WatchedList patient = new WatchedList(new InMemoryFeedStore(), new FeedConfig("_id", false, 20, 3, Set.of()));
        patient.rows(WatchedList.numbered(0, 20)).poll();
        patient.rows(WatchedList.numbered(1, 20));
        assertEquals(List.of(), patient.newChanges());
        assertEquals(List.of(), patient.newChanges());
        assertThrows(MassRemovalException.class, () -> patient.rows(WatchedList.numbered(10, 20)).newChanges());
        assertEquals(List.of("REMOVED r0"), patient.rows(WatchedList.numbered(1, 20)).newChanges());
    }

    @Test
    void an_acceptance_holds_for_the_snapshot_that_was_shown_only() throws Exception {
        learn(100);
        list.rows(WatchedList.numbered(60, 100));
        holds(60);
        String shown = list.feed.heldSnapshot();
        list.rows(WatchedList.numbered(90, 100));
        holds(90);
        assertEquals(0, list.feed.acceptRemovals(shown));
        // As many rows, but others.
        list.rows(WatchedList.numbered(0, 40));
        holds(60);
        assertEquals(0, list.feed.acceptRemovals(shown));
        holds(60);
    }

    @Test
    void an_acceptance_survives_polls_that_fail_to_read_or_to_record() throws Exception {
        AtomicInteger failures = new AtomicInteger();
        FeedStore memory = new InMemoryFeedStore();
        WatchedList failing = new WatchedList((FeedStore) Proxy.newProxyInstance(getClass().getClassLoader(),
                new Class<?>[] { FeedStore.class }, (proxy, method, arguments) -> {
                    if (method.getName().equals("commit") && failures.getAndDecrement() > 0) {
                        throw new FeedStateException("the database does not answer");
                    }
                    return method.invoke(memory, arguments);
                }), WatchedList.settings());
        failing.rows(WatchedList.numbered(0, 100)).poll();
        assertThrows(MassRemovalException.class, failing.rows(WatchedList.numbered(60, 100))::poll);
        assertEquals(60, failing.feed.acceptRemovals(failing.feed.heldSnapshot()));
        failing.thenFails(new IOException("503"));
        assertThrows(IOException.class, failing::poll);
        failing.rows(WatchedList.numbered(60, 100));
        failures.set(2);
        assertThrows(FeedStateException.class, failing::poll);
        assertThrows(FeedStateException.class, failing::poll);
        assertEquals(60, failing.poll().size());
        // It was for those rows: the next ones are held again.
        assertThrows(MassRemovalException.class, failing.rows(WatchedList.numbered(80, 100))::poll);
    }

    /** Lists of one consumer in one store. */
    private static List<WatchedList> lists(int count, int rows, int confirmations) throws Exception {
        MissingRows all = new MissingRows();
        List<WatchedList> lists = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            WatchedList one = new WatchedList(new InMemoryFeedStore(),
                    new FeedConfig("_id", false, 20, confirmations, Set.of()));
            one.feed = new ChangeFeed(one.store, new FeedId("test", "installBase", "c" + number), "https://api",
                    new FeedConfig("_id", false, 20, confirmations, Set.of()), all,
                    new InFlightChanges());
            one.rows(WatchedList.numbered(0, rows)).newChanges();
            lists.add(one);
        }
        // Once more, so that all of them are counted.
        for (WatchedList one : lists) {
            assertEquals(List.of(), one.newChanges());
        }
        return lists;
    }

    @ParameterizedTest
    @CsvSource({ "3, 0", "1, 0", "3, 2" })
    void short_lists_that_lose_their_rows_together_are_held(int confirmations, int left) throws Exception {
        List<WatchedList> lists = lists(40, 4, confirmations);
        int removed = 0;
        int held = 0;
        for (int poll = 0; poll < 10; poll++) {
            for (WatchedList one : lists) {
                try {
                    removed += one.rows(WatchedList.numbered(0, left)).newChanges().size();
                } catch (MassRemovalException e) {
                    assertTrue(e.getMessage().contains("together with the other lists"), e.getMessage());
                    held++;
                }
            }
        }
        // Without confirmations, the first lists are read before it shows that the others miss rows, too.
        assertTrue(removed <= (confirmations == 1 && left > 0 ? 32 : 0), "removed " + removed);
        assertTrue(held >= 300, "held " + held);
        for (WatchedList one : lists) {
            assertEquals(0, one.rows(WatchedList.numbered(0, 4)).poll().stream()
                    .filter(change -> change.type() == ChangeType.REMOVED).count());
        }
    }

    @Test
    void a_list_that_is_held_on_its_own_does_not_hold_the_others() throws Exception {
        List<WatchedList> lists = lists(3, 100, 1);
        assertThrows(MassRemovalException.class, lists.get(0).rows(WatchedList.numbered(90, 100))::newChanges);
        assertEquals(List.of("REMOVED r0"), lists.get(1).rows(WatchedList.numbered(1, 100)).newChanges());
        assertEquals(List.of("ADDED r100"), lists.get(2).rows(WatchedList.numbered(0, 101)).newChanges());
    }

    @Test
    void an_acceptance_is_used_up_by_the_first_removal() throws Exception {
        learn(100);
        list.rows(WatchedList.numbered(50, 100));
        holds(50);
        list.feed.acceptRemovals(list.feed.heldSnapshot());
        assertEquals(10, list.rows(WatchedList.numbered(10, 100)).poll().size());
        list.rows(WatchedList.numbered(50, 100));
        holds(40);
    }

    @Test
    void removals_that_an_operator_has_accepted_do_not_hold_the_other_lists() throws Exception {
        List<WatchedList> lists = lists(3, 10, 1);
        assertEquals(4, lists.get(0).rows(WatchedList.numbered(4, 10)).newChanges().size());
        WatchedList accepted = lists.get(1).rows(WatchedList.numbered(3, 10));
        assertThrows(MassRemovalException.class, accepted::newChanges);
        assertEquals(3, accepted.feed.acceptRemovals(accepted.feed.heldSnapshot()));
        assertEquals(3, accepted.newChanges().size());
        assertEquals(List.of("REMOVED r0"), lists.get(2).rows(WatchedList.numbered(1, 10)).newChanges());
    }

    @Test
    void what_a_list_has_lost_before_it_is_held_does_not_hold_the_other_lists() throws Exception {
        List<WatchedList> lists = lists(3, 10, 1);
        assertEquals(4, lists.get(0).rows(WatchedList.numbered(4, 10)).newChanges().size());
        assertThrows(MassRemovalException.class, lists.get(0).rows()::newChanges);
        assertEquals(3, lists.get(1).rows(WatchedList.numbered(3, 10)).newChanges().size());
    }
}
