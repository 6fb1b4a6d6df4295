package io.github.integratorio.camel.internal.changefeed.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.Recording;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.State;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The contract of every feed store. */
abstract class FeedStoreContract {

    static final FeedId FEED = new FeedId("test", "licenses", "c1");
    static final State FIRST = new State("https://api", "one", 1);

    FeedStore store;

    /** An empty store. */
    abstract FeedStore open() throws Exception;

    @BeforeEach
    void openIt() throws Exception {
        store = open();
    }

    @AfterEach
    void closeIt() {
        store.close();
    }

    static State generation(long generation) {
        return new State("https://api", "one", generation);
    }

    static Change added(String key, long version) {
        return new Change(key + ":" + version, key, ChangeType.ADDED, version, row(key, version), null);
    }

    static String row(String key, long version) {
        return "{\"_id\":\"" + key + "\",\"version\":" + version + "}";
    }

    static Recording recording(Map<String, String> rows, Collection<String> removed, Change... changes) {
        return new Recording(rows, removed, List.of(changes));
    }

    static Map<String, String> rows(FeedStore store) {
        Map<String, String> rows = new HashMap<>();
        store.rows(FEED, (key, row) -> assertNull(rows.put(key, row), "a key twice: " + key));
        return rows;
    }

    @Test
    void a_new_feed_has_no_state_and_no_pending_changes() {
        assertEquals(Optional.empty(), store.state(FEED));
        assertEquals(List.of(), store.pending(FEED, null, 10).changes());
        store.acknowledge(FEED, List.of(added("a", 1)));
        assertEquals(Optional.empty(), store.state(FEED));
    }

    @Test
    void recorded_state_can_be_read_and_is_invisible_to_other_feeds() {
        assertTrue(store.commit(FEED, null, FIRST,
                recording(Map.of("a", row("a", 1), "b", row("b", 1)), List.of(), added("a", 1))));
        assertTrue(store.commit(FEED, FIRST, generation(2),
                recording(Map.of("a", row("a", 2), "c", row("c", 2)), List.of("b"),
                        new Change("a:2", "a", ChangeType.UPDATED, 2, row("a", 2), row("a", 1)))));
        assertEquals(Optional.of(generation(2)), store.state(FEED));
        assertEquals(Map.of("a", row("a", 2), "c", row("c", 2)), rows(store));
        assertEquals(Map.of("c", row("c", 2)), store.rows(FEED, List.of("b", "c", "d")));
        assertEquals(Map.of(), store.rows(FEED, List.of()));
        assertEquals(List.of(added("a", 1), new Change("a:2", "a", ChangeType.UPDATED, 2, row("a", 2), row("a", 1))),
                store.pending(FEED, null, 10).changes());

        for (FeedId other : List.of(new FeedId("test", "licenses", "c2"), new FeedId("other", "licenses", "c1"),
                new FeedId("test", "licenses", null))) {
            assertEquals(Optional.empty(), store.state(other));
            assertEquals(List.of(), store.pending(other, null, 10).changes());
            assertTrue(store.commit(other, null, FIRST, recording(Map.of("a", "{}"), List.of(), added("z", 1))));
            store.acknowledge(other, List.of(added("a", 1)));
        }
        assertEquals(row("a", 2), rows(store).get("a"));
        assertEquals(2, store.pending(FEED, null, 10).changes().size());
    }

    @Test
    void the_moment_at_which_a_row_was_first_seen_is_kept_with_it() {
        Instant seen = Instant.ofEpochMilli(1_800_000_000_123L);
        assertTrue(store.commit(FEED, null, FIRST, new Recording(Map.of("a", row("a", 1), "b", row("b", 1)), List.of(),
                List.of(), List.of(), Map.of("a", seen))));
        Map<String, Instant> found = new HashMap<>();
        store.rows(FEED, (key, row, moment) -> found.put(key + row, moment));
        Map<String, Instant> expected = new HashMap<>(Map.of("a" + row("a", 1), seen));
        expected.put("b" + row("b", 1), null);
        assertEquals(expected, found);
        assertEquals(Map.of("a", row("a", 1)), store.rows(FEED, List.of("a")));
        assertTrue(store.commit(FEED, FIRST, generation(2), recording(Map.of("a", row("a", 2)), List.of())));
        store.rows(FEED, (key, row, moment) -> assertNull(moment, key));
    }

    @Test
    void notices_are_found_until_they_are_delivered_or_withdrawn() {
        Instant until = Instant.ofEpochMilli(1_800_000_000_123L);
        State noticed = FIRST.with(7, until, until.minusMillis(7));
        Change first = notice("a", 2);
        Change second = notice("a", 3);
        Change other = notice("b", 2);
        assertEquals(List.of(), store.notices(FEED));
        assertTrue(store.commit(FEED, null, noticed,
                recording(Map.of("a", row("a", 1), "b", row("b", 1)), List.of(), added("a", 1), first, second,
                        other)));
        assertEquals(Optional.of(noticed), store.state(FEED));
        assertEquals(List.of(added("a", 1), first, other, second), store.pending(FEED, null, 10).changes());
        assertEquals(Set.of(first.id(), second.id(), other.id()), ids(store.notices(FEED)));
        List<Change> found = store.notices(FEED).stream().filter(change -> change.key().equals("a")).toList();
        State next = noticed.with(8, null, null);
        assertTrue(store.commit(FEED, noticed, next,
                new Recording(Map.of(), List.of(), List.of(added("c", 8)), found, Map.of())));
        assertEquals(Optional.of(next), store.state(FEED));
        assertEquals(List.of(added("a", 1), other, added("c", 8)), store.pending(FEED, null, 10).changes());
        store.acknowledge(FEED, List.of(other));
        // Nothing is pending anymore.
        State last = next.with(9, until, until);
        assertTrue(store.commit(FEED, next, last,
                new Recording(Map.of(), List.of(), List.of(), List.of(other), Map.of())));
        assertEquals(List.of(added("a", 1), added("c", 8)), store.pending(FEED, null, 10).changes());
        assertEquals(List.of(), store.notices(FEED));
    }

    private static Change notice(String key, long version) {
        return new Change(key + ":notice:" + version, key, ChangeType.EXPIRING, version, row(key, 1), null,
                Instant.ofEpochMilli(version));
    }

    private static Set<String> ids(Collection<Change> changes) {
        return changes.stream().map(Change::id).collect(Collectors.toSet());
    }

    @Test
    void recording_requires_the_current_revision() {
        assertFalse(store.commit(FEED, FIRST, generation(2), recording(Map.of("x", "{}"), List.of(), added("x", 2))));
        assertTrue(store.commit(FEED, null, FIRST, recording(Map.of("a", "{}"), List.of())));
        for (State wrong : new State[] { null, generation(2), new State("https://api", "two", 1),
                new State("https://eu", "one", 1) }) {
            assertFalse(store.commit(FEED, wrong, generation(9),
                    recording(Map.of("x", "{}"), List.of("a"), added("x", 9))));
        }
        assertEquals(Optional.of(FIRST), store.state(FEED));
        assertEquals(Map.of("a", "{}"), rows(store));
        assertEquals(List.of(), store.pending(FEED, null, 10).changes());
    }

    @Test
    void exactly_one_of_several_concurrent_recordings_succeeds() throws Exception {
        int threads = 6;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        CyclicBarrier together = new CyclicBarrier(threads);
        try {
            State now = null;
            for (int round = 1; round <= 30; round++) {
                State expected = now;
                State next = generation(round);
                List<Future<String>> all = new ArrayList<>();
                for (int thread = 0; thread < threads; thread++) {
                    String key = "k" + thread;
                    all.add(executor.submit(() -> {
                        together.await();
                        try {
                            return store.commit(FEED, expected, next,
                                    recording(Map.of(key, row(key, next.generation()), "shared", key), List.of(),
                                            added(key, next.generation()))) ? key : "lost";
                        } catch (FeedStateException e) {
                            // The outcome is unknown; the state shows it.
                            return "failed";
                        }
                    }));
                }
                List<String> winners = new ArrayList<>();
                for (Future<String> one : all) {
                    if (one.get().startsWith("k")) {
                        winners.add(one.get());
                    }
                }
                assertEquals(1, winners.size(), "round " + round);
                assertEquals(Optional.of(next), store.state(FEED));
                assertEquals(winners.get(0), rows(store).get("shared"));
                List<Change> pending = store.pending(FEED, null, 100).changes();
                assertEquals(List.of(added(winners.get(0), round)), pending);
                store.acknowledge(FEED, pending);
                now = next;
            }
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void pending_changes_are_read_in_pages_ordered_by_version_and_each_once() {
        List<String> keys = List.of("b", "B", "a", "A", "\u00e4", "Z", "z", "_", "-", "10", "9");
        State now = null;
        for (int version = 1; version <= 5; version++) {
            int current = version;
            store.commit(FEED, now, generation(version), new Recording(Map.of(), List.of(),
                    keys.stream().map(key -> added(key, current)).toList()));
            now = generation(version);
        }
        List<Change> all = store.pending(FEED, null, 1_000).changes();
        assertEquals(55, all.size());
        for (int size : new int[] { 1, 2, 7, 10, 11, 54, 55, 56 }) {
            List<Change> found = new ArrayList<>();
            List<Change> page;
            do {
                page = store.pending(FEED, found.isEmpty() ? null : found.get(found.size() - 1), size).changes();
                assertTrue(page.size() <= size);
                found.addAll(page);
            } while (!page.isEmpty());
            assertEquals(all, found, "in pages of " + size);
        }
        for (int i = 1; i < all.size(); i++) {
            assertTrue(all.get(i - 1).version() <= all.get(i).version());
        }
    }

    @Test
    void acknowledging_twice_has_the_effect_of_once_and_affects_no_other_change() {
        store.commit(FEED, null, FIRST, recording(Map.of(), List.of(), added("a", 1), added("b", 1), added("c", 1)));
        store.commit(FEED, FIRST, generation(2), recording(Map.of(), List.of(), added("a", 2)));
        for (int i = 0; i < 2; i++) {
            store.acknowledge(FEED, List.of(added("c", 1), added("a", 1)));
            store.acknowledge(FEED, List.of());
            assertEquals(List.of(added("b", 1), added("a", 2)), store.pending(FEED, null, 10).changes());
        }
        assertEquals(Optional.of(generation(2)), store.state(FEED));
    }

    @Test
    void several_threads_may_acknowledge_the_same_changes_while_another_one_records() throws Exception {
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            changes.add(added("k" + i, 1));
        }
        store.commit(FEED, null, FIRST, new Recording(Map.of(), List.of(), changes));
        ExecutorService executor = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int thread = 0; thread < 3; thread++) {
                List<Change> mine = new ArrayList<>(changes);
                Collections.shuffle(mine, new Random(thread));
                all.add(executor.submit(() -> {
                    for (int i = 0; i < mine.size(); i += 20) {
                        store.acknowledge(FEED, mine.subList(i, i + 20));
                    }
                }));
            }
            all.add(executor.submit(() -> {
                for (int i = 1; i < 20; i++) {
                    assertTrue(store.commit(FEED, generation(i), generation(i + 1),
                            recording(Map.of(), List.of(), added("new", i + 1))));
                }
            }));
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            executor.shutdownNow();
        }
        assertEquals(19, store.pending(FEED, null, 1_000).changes().size());
    }

    @Test
    void ten_thousand_rows_are_read_as_written() {
        Map<String, String> rows = new LinkedHashMap<>();
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            String key = "key-" + i % 7 + "-" + i;
            rows.put(key, row(key, 1));
            changes.add(added(key, 1));
        }
        store.commit(FEED, null, FIRST, new Recording(rows, List.of(), changes));
        assertEquals(rows, rows(store));
        assertEquals(10_000, store.pending(FEED, null, 20_000).changes().size());
        assertEquals(500, store.rows(FEED, rows.keySet().stream().limit(500).toList()).size());
        store.commit(FEED, FIRST, generation(2), new Recording(Map.of(), rows.keySet(), List.of()));
        assertEquals(Map.of(), rows(store));
    }

    @Test
    void keys_and_rows_may_contain_any_character() {
        List<String> odd = List.of("a", "A", "a ", " a", "\u00e1", "a\u0301", "\u00df", "ss", "'", "''", "\"", "\\",
                "\\'", "%", "_", "?", ":x",
                "$1", "{}", ";--", "\n", "\t", "\r\n", "\u0001", "\u200f", "\ufffd", "\ud83d\ude00", "\u0130", "\u0131",
                "\u4e2d", "null", "\u00a0a", "x".repeat(500), "\u00e9".repeat(500));
        Map<String, String> rows = new LinkedHashMap<>();
        List<Change> changes = new ArrayList<>();
        for (String key : odd) {
            String row = "{\"any\":\"" + key + "\"}";
            rows.put(key, row);
            changes.add(new Change(key + ":1:x", key, ChangeType.UPDATED, 1, row, row + " "));
        }
        store.commit(FEED, null, FIRST, new Recording(rows, List.of(), changes));
        assertEquals(rows, rows(store));
        assertEquals(rows, store.rows(FEED, odd));
        List<Change> pending = store.pending(FEED, null, 1).changes();
        while (pending.size() < odd.size()) {
            pending = new ArrayList<>(pending);
            pending.addAll(store.pending(FEED, pending.get(pending.size() - 1), 3).changes());
        }
        assertEquals(Set.copyOf(changes), Set.copyOf(pending));
        assertEquals(odd.size(), pending.size());
        store.acknowledge(FEED, changes.subList(0, 30));
        assertEquals(odd.size() - 30, store.pending(FEED, null, 100).changes().size());
        store.commit(FEED, FIRST, generation(2), new Recording(Map.of(), odd, List.of()));
        assertEquals(Map.of(), rows(store));
    }

    @Test
    void a_row_of_a_hundred_thousand_characters_is_stored() {
        String row = "{\"_id\":\"a\",\"text\":\"" + "\u00e9\ud83d\ude00x".repeat(30_000) + "\"}";
        store.commit(FEED, null, FIRST,
                recording(Map.of("a", row), List.of(), new Change("a:1", "a", ChangeType.UPDATED, 1, row, row)));
        assertEquals(row, rows(store).get("a"));
        assertEquals(row, store.pending(FEED, null, 1).changes().get(0).previous());
    }

    @Test
    void a_row_of_the_largest_size_is_stored() {
        String row = "{\"_id\":\"a\",\"text\":\"" + "x".repeat((1 << 20) - 21) + "\"}";
        assertEquals(1 << 20, row.length());
        store.commit(FEED, null, FIRST,
                recording(Map.of("a", row), List.of(), new Change("a:1", "a", ChangeType.UPDATED, 1, row, row)));
        assertEquals(row, rows(store).get("a"));
        assertEquals(row, store.pending(FEED, null, 1).changes().get(0).content());
    }
}
