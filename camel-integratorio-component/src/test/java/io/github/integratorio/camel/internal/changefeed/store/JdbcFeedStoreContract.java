package io.github.integratorio.camel.internal.changefeed.store;

import java.sql.Connection;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.Recording;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.FaultyDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The contract of a feed store in a database. */
abstract class JdbcFeedStoreContract extends FeedStoreContract {

    /** The database of the store. */
    abstract DataSource database();

    /** Number of bytes written so far. */
    abstract long written() throws Exception;

    void execute(String sql) throws Exception {
        try (Connection connection = database().getConnection(); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void a_recording_that_fails_halfway_stores_nothing() {
        store.commit(FEED, null, FIRST, recording(Map.of("a", row("a", 1)), List.of(), added("a", 1)));
        // Two changes of one key and version: the second one cannot be written, after everything else was.
        assertThrows(FeedStateException.class, () -> store.commit(FEED, FIRST, generation(2),
                recording(Map.of("b", row("b", 2)), List.of("a"), added("b", 2), added("b", 2))));
        assertEquals(Optional.of(FIRST), store.state(FEED));
        assertEquals(Map.of("a", row("a", 1)), rows(store));
        assertEquals(List.of(added("a", 1)), store.pending(FEED, null, 10).changes());
        assertTrue(store.commit(FEED, FIRST, generation(2),
                recording(Map.of("b", row("b", 2)), List.of("a"), added("b", 2))));
    }

    @ParameterizedTest(name = "done: {0}")
    @ValueSource(booleans = { false, true })
    @Covers({ 185, 186 })
    void a_recording_that_fails_at_any_step_is_stored_completely_or_not_at_all(boolean done) {
        FaultyDatabase faulty = new FaultyDatabase(database());
        FeedStore store = new JdbcFeedStore(faulty.dataSource());
        store.commit(FEED, null, FIRST, recording(Map.of("a", row("a", 1)), List.of()));
        long generation = 1;
        boolean committed = false;
        faulty.done = done;
        for (int step = 0;; step++) {
            FeedStore.State before = generation(generation);
            FeedStore.State next = generation(generation + 1);
            Recording recording =
                    recording(Map.of("a", row("a", generation + 1)), List.of(), added("a", generation + 1));
            faulty.healthy = step;
            faulty.failed = null;
            try {
                assertTrue(store.commit(FEED, before, next, recording));
                assertNull(faulty.failed, "the failure must be thrown");
            } catch (FeedStateException e) {
                assertTrue(e.getMessage().contains("cannot be written"), e.getMessage());
            }
            faulty.healthy = -1;
            boolean there = store.state(FEED).equals(Optional.of(next));
            assertTrue(there || store.state(FEED).equals(Optional.of(before)));
            generation += there ? 1 : 0;
            assertEquals(Map.of("a", row("a", generation)), rows(store), "step " + step);
            List<Change> pending = store.pending(FEED, null, 10).changes();
            assertEquals(there ? recording.changes() : List.of(), pending);
            assertEquals(faulty.failed == null || done && "commit".equals(faulty.failed), there);
            committed |= there && faulty.failed != null;
            store.acknowledge(FEED, pending);
            if (faulty.failed == null) {
                assertTrue(step > 8, "only " + step + " steps");
                assertEquals(done, committed);
                return;
            }
        }
    }

    @ParameterizedTest(name = "done: {0}")
    @ValueSource(booleans = { false, true })
    @Covers({ 185, 186 })
    void an_acknowledgement_that_fails_at_any_step_can_be_repeated(boolean done) {
        FaultyDatabase faulty = new FaultyDatabase(database());
        FeedStore store = new JdbcFeedStore(faulty.dataSource());
        store.commit(FEED, null, FIRST, recording(Map.of(), List.of(), added("a", 1), added("b", 1)));
        faulty.done = done;
        for (int step = 0;; step++) {
            faulty.healthy = step;
            faulty.failed = null;
            try {
                store.acknowledge(FEED, List.of(added("a", 1)));
                assertNull(faulty.failed, "the failure must be thrown");
            } catch (FeedStateException e) {
                assertTrue(e.getMessage().contains("cannot be written"), e.getMessage());
            }
            faulty.healthy = -1;
            assertTrue(store.pending(FEED, null, 10).changes().contains(added("b", 1)));
            if (faulty.failed == null) {
                assertTrue(step > 4, "only " + step + " steps");
                assertEquals(List.of(added("b", 1)), store.pending(FEED, null, 10).changes());
                return;
            }
        }
    }

    @Test
    void one_change_among_a_hundred_thousand_rows_writes_few_rows() throws Exception {
        Map<String, String> rows = new LinkedHashMap<>();
        for (int i = 0; i < 100_000; i++) {
            rows.put("key-" + i, row("key-" + i, 1));
        }
        long empty = written();
        store.commit(FEED, null, FIRST, new Recording(rows, List.of(), List.of()));
        long full = written();
        assertTrue(full - empty > 5_000_000, "the measurement must work: " + (full - empty));
        store.commit(FEED, FIRST, generation(2),
                recording(Map.of("key-777", row("key-777", 2)), List.of(), added("key-777", 2)));
        store.acknowledge(FEED, List.of(added("key-777", 2)));
        assertTrue(written() - full < 200_000, "written: " + (written() - full));
    }

    @Test
    @Covers(193)
    void state_of_another_format_version_is_rejected() throws Exception {
        for (int format : new int[] { 3, 77 }) {
            execute("UPDATE integratorio_format SET format = " + format);
            FeedStateException refused = assertThrows(FeedStateException.class, () -> new JdbcFeedStore(database()));
            assertTrue(refused.getMessage().contains("another version"), refused.getMessage());
            assertTrue(refused.getMessage().contains("format " + format), refused.getMessage());
        }
    }

    @Test
    void incomplete_or_modified_state_is_rejected() throws Exception {
        store.commit(FEED, null, FIRST,
                recording(Map.of("a", row("a", 1), "b", row("b", 1)), List.of(), added("a", 1), added("b", 1)));
        for (String change : new String[] { "origin = 'x'", "incarnation = 'x'", "generation = 7", "check_sum = 7" }) {
            damages("UPDATE integratorio_feed SET " + change,
                    "UPDATE integratorio_feed SET origin = 'https://api', incarnation = 'one',"
                            + " generation = 1, check_sum = "
                            + Checksum.of(FEED.toString(), "https://api", "one", "1"));
        }
        for (String change : new String[] { "row_key = 'z'", "content = '{}'", "check_sum = 7", "feed = 77" }) {
            damages("UPDATE integratorio_row SET " + change + " WHERE row_key = 'a'",
                    "DELETE FROM integratorio_row WHERE row_key <> 'b'",
                    "INSERT INTO integratorio_row (feed, row_key, content, check_sum) SELECT id, 'a', '" + row("a", 1)
                            + "', " + Checksum.of("a", row("a", 1)) + " FROM integratorio_feed");
        }
        for (String change : new String[] { "row_key = 'z'", "content = '{}'", "check_sum = 7", "feed = 77",
                "version = 2", "id = 'x'", "type = 'REMOVED'", "previous = '{}'" }) {
            execute("CREATE TABLE kept AS SELECT * FROM integratorio_change");
            damages("UPDATE integratorio_change SET " + change + " WHERE row_key = 'a'",
                    "DELETE FROM integratorio_change",
                    "INSERT INTO integratorio_change SELECT * FROM kept", "DROP TABLE kept");
        }
    }

    private void damages(String damage, String... repair) throws Exception {
        readsAll();
        execute(damage);
        assertThrows(FeedStateException.class, this::readsAll, damage);
        for (String sql : repair) {
            execute(sql);
        }
    }

    private void readsAll() {
        store.state(FEED);
        rows(store);
        store.pending(FEED, null, 1).changes();
        store.pending(FEED, null, 10).changes();
    }

    @Test
    void no_exception_contains_the_content_of_a_row() {
        store.commit(FEED, null, FIRST, recording(Map.of(), List.of(), added("secret-key", 1)));
        String canary = "canary".repeat(200_000);
        List<Recording> refused = List.of(
                recording(Map.of("secret-key", canary), List.of()),
                recording(Map.of("secret-key" + "x".repeat(500), "canary"), List.of()),
                recording(Map.of(), List.of(),
                        new Change("secret-key:1", "secret-key", ChangeType.ADDED, 1, "canary", "canary")));
        for (Recording recording : refused) {
            FeedStateException failure =
                    assertThrows(FeedStateException.class, () -> store.commit(FEED, FIRST, generation(2), recording));
            assertNull(failure.getCause());
            assertEquals(0, failure.getSuppressed().length);
            assertTrue(failure.getMessage().matches("the state cannot be written: \\w+ \\(SQL state 2[23]\\w{3}\\)"),
                    failure.getMessage());
            assertFalse(failure.toString().contains("canary") || failure.toString().contains("secret-key"));
        }
    }
}
