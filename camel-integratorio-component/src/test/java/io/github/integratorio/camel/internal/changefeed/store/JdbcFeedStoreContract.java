package io.github.integratorio.camel.internal.changefeed.store;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.sql.DataSource;

import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.Recording;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.State;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.FaultyDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
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

    @ParameterizedTest(name = "done: {0}")
    @ValueSource(booleans = { false, true })
    void an_error_at_any_step_of_a_recording_or_acknowledgement_stores_nothing(boolean done) throws Exception {
        FaultyDatabase faulty = new FaultyDatabase(database());
        FeedStore store = new JdbcFeedStore(faulty.dataSource());
        store.commit(FEED, null, FIRST, recording(Map.of("a", row("a", 1)), List.of(), added("a", 1), added("b", 1)));
        faulty.done = done;
        for (Error error : List.of(new OutOfMemoryError("test"), new StackOverflowError(), new LinkageError())) {
            faulty.error = error;
            for (Runnable write : List.<Runnable>of(
                    () -> store.commit(FEED, FIRST, generation(2),
                            recording(Map.of("a", row("a", 2)), List.of(), added("a", 2))),
                    () -> store.acknowledge(FEED, List.of(added("a", 1))))) {
                // The last step is the commit, which is not repeated here: a commit that was carried out stays.
                int steps = steps(faulty, write);
                assertTrue(steps > 5, "only " + steps + " steps");
                for (int step = 0; step < steps - 1; step++) {
                    faulty.healthy = step;
                    assertSame(error, assertThrows(Error.class, write::run));
                    faulty.healthy = -1;
                    assertEquals(Optional.of(FIRST), store.state(FEED));
                    assertEquals(Map.of("a", row("a", 1)), rows(store), "step " + step);
                    assertEquals(List.of(added("a", 1), added("b", 1)), store.pending(FEED, null, 10).changes());
                }
            }
        }
    }

    /** Number of steps of a write up to its commit, which fails. */
    private static int steps(FaultyDatabase faulty, Runnable write) {
        boolean done = faulty.done;
        faulty.done = false;
        faulty.failed = null;
        int steps = 0;
        while (!"commit".equals(faulty.failed)) {
            faulty.healthy = steps++;
            assertThrows(Error.class, write::run);
        }
        faulty.healthy = -1;
        faulty.done = done;
        return steps;
    }

    @Test
    void a_transaction_that_cannot_be_rolled_back_is_not_committed_by_its_end() throws Exception {
        execute("CREATE TABLE other (n INTEGER)");
        AtomicInteger aborts = new AtomicInteger();
        DataSource unreliable = connections(connection -> proxy(Connection.class, (proxy, method, arguments) -> {
            if (method.getName().equals("rollback")) {
                throw new OutOfMemoryError("test");
            }
            aborts.addAndGet(method.getName().equals("abort") ? 1 : 0);
            return invoke(connection, method, arguments);
        }));
        assertThrows(OutOfMemoryError.class, () -> new TransactionTemplate(unreliable).write(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("INSERT INTO other VALUES (1)");
            }
            throw new StackOverflowError("test");
        }));
        assertEquals(0, count("other"));
        assertEquals(1, aborts.get(), "a pool must not give it to anybody else");
    }

    /** A data source with other connections. */
    DataSource connections(UnaryOperator<Connection> wrapper) {
        return proxy(DataSource.class, (proxy, method, arguments) -> wrapper.apply(database().getConnection()));
    }

    static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, handler));
    }

    static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    long count(String table) throws Exception {
        try (Connection connection = database().getConnection(); Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
            found.next();
            return found.getLong(1);
        }
    }

    @Test
    void a_pooled_connection_keeps_its_settings() throws Exception {
        try (Connection pooled = database().getConnection()) {
            FeedStore store = new JdbcFeedStore(proxy(DataSource.class, (source, called, none) -> proxy(
                    Connection.class, (proxy, method, arguments) -> {
                        assertNotEquals("abort", method.getName());
                        return method.getName().equals("close") ? null : invoke(pooled, method, arguments);
                    })));
            for (int isolation : new int[] { Connection.TRANSACTION_READ_COMMITTED,
                    Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE }) {
                State before = isolation == Connection.TRANSACTION_READ_COMMITTED ? null : generation(isolation);
                State next = generation(isolation * 2L);
                pooled.setTransactionIsolation(isolation);
                String settings = settings(pooled);
                assertTrue(store.commit(FEED, before, next,
                        recording(Map.of("a", "{}"), List.of(), added("a", isolation))));
                assertThrows(FeedStateException.class, () -> store.commit(FEED, next, generation(isolation * 3L),
                        recording(Map.of(), List.of(), added("a", 9), added("a", 9))));
                assertEquals(Map.of("a", "{}"), rows(store));
                store.rows(FEED, List.of("a"));
                store.acknowledge(FEED, store.pending(FEED, null, 10).changes());
                assertThrows(IllegalStateException.class, () -> store.rows(FEED, (key, row) -> {
                    throw new IllegalStateException("test");
                }));
                assertEquals(settings, settings(pooled));
                assertTrue(pooled.getAutoCommit());
            }
        }
    }

    /** Everything that can be set in the session of a connection. */
    abstract String settings(Connection connection) throws SQLException;

    @Test
    void rows_that_another_node_changes_while_they_are_read_are_no_damage() {
        Map<String, String> rows = new LinkedHashMap<>();
        for (int i = 0; i < 2_000; i++) {
            rows.put("k" + i, "{}");
        }
        store.commit(FEED, null, FIRST, new Recording(rows, List.of(), List.of()));
        boolean[] changed = { false };
        Map<String, String> read = new LinkedHashMap<>();
        try {
            store.rows(FEED, (key, row) -> {
                read.put(key, row);
                if (!changed[0]) {
                    changed[0] = true;
                    store.commit(FEED, FIRST, generation(2), new Recording(Map.of(), rows.keySet(), List.of()));
                }
            });
            assertEquals(rows, read);
        } catch (FeedStateException e) {
            assertTrue(e.getMessage().contains("another node has changed the state"), e.getMessage());
        }
        assertEquals(Map.of(), rows(store));
    }

    @Test
    void state_that_went_back_while_the_process_runs_is_refused() throws Exception {
        FeedStore store = new JdbcFeedStore(database());
        store.commit(FEED, null, FIRST, recording(Map.of("a", row("a", 1)), List.of()));
        store.commit(FEED, FIRST, generation(2), recording(Map.of("a", row("a", 2)), List.of(), added("a", 2)));
        for (String table : List.of("feed", "row", "change")) {
            execute("CREATE TABLE kept_" + table + " AS SELECT * FROM integratorio_" + table);
        }
        store.commit(FEED, generation(2), generation(3), recording(Map.of("b", row("b", 3)), List.of(), added("b", 3)));
        assertEquals(2, new JdbcFeedStore(database()).pending(FEED, null, 10).changes().size());
        for (String table : List.of("feed", "row", "change")) {
            execute("DELETE FROM integratorio_" + table);
            execute("INSERT INTO integratorio_" + table + " SELECT * FROM kept_" + table);
        }
        for (Executable read : List.<Executable>of(() -> store.state(FEED), () -> store.pending(FEED, null, 10))) {
            FeedStateException refused = assertThrows(FeedStateException.class, read);
            assertTrue(refused.getMessage().contains("generation 2 instead of 3"), refused.getMessage());
            assertTrue(refused.getMessage().contains("restart the route"), refused.getMessage());
        }
        assertEquals(Optional.of(generation(2)), new JdbcFeedStore(database()).state(FEED));
    }

    @Test
    void a_generation_is_not_used_again_after_the_state_went_back() {
        State backup = State.first("https://api");
        State lost = backup.next().next().next();
        State future = generation(Long.MAX_VALUE - 1);
        await().until(() -> System.currentTimeMillis() > lost.generation());
        assertTrue(backup.next().generation() > lost.generation());
        assertEquals(backup.incarnation(), backup.next().incarnation());
        assertEquals(Long.MAX_VALUE, future.next().generation());
        assertTrue(generation(7).next().generation() > 7);
    }

    void startWithout(String... statements) throws Exception {
        for (String table : List.of("format", "feed", "row", "change")) {
            execute("DROP TABLE IF EXISTS integratorio_" + table);
        }
        for (String sql : statements) {
            execute(sql);
        }
    }

    static String[] script(String path) throws IOException {
        try (InputStream file = JdbcFeedStoreContract.class.getResourceAsStream(path)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.startsWith("--"))
                    .collect(Collectors.joining("\n")).split(";\\s*");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 2 })
    void the_state_of_an_older_format_is_upgraded_and_nodes_of_that_format_stop(int format) throws Exception {
        startWithout(script("format-" + format + ".sql"));
        try (FeedStore upgraded = new JdbcFeedStore(database(), Schema.Tables.UPGRADE)) {
            assertEquals(Optional.of(generation(2)), upgraded.state(FEED));
            assertEquals(Map.of("a", row("a", 2)), rows(upgraded));
            List<Change> pending = upgraded.pending(FEED, null, 10).changes();
            assertEquals(List.of("a:2", "b:2"), pending.stream().map(Change::id).toList());
            upgraded.acknowledge(FEED, pending);
            assertTrue(upgraded.commit(FEED, generation(2), generation(3),
                    recording(Map.of("b", row("b", 3)), List.of(), added("b", 3))));
            assertEquals(List.of(added("b", 3)), upgraded.pending(FEED, null, 10).changes());
        }
        // What a node of that format does in every read and write.
        String count = format == 1 ? "row_count" : "base_count";
        assertThrows(SQLException.class, () -> execute("SELECT " + count + " FROM integratorio_feed"));
        assertThrows(SQLException.class, () -> execute("UPDATE integratorio_feed SET " + count + " = 1"));
        assertEquals(1, new JdbcFeedStore(database()).pending(FEED, null, 10).changes().size());
    }

    @Test
    void nothing_is_written_to_tables_that_a_newer_version_has_upgraded() throws Exception {
        store.commit(FEED, null, FIRST, recording(Map.of("a", row("a", 1)), List.of(), added("a", 1)));
        execute("UPDATE integratorio_format SET format = 4");
        FeedId other = new FeedId("test", "licenses", "c2");
        for (Executable write : List.<Executable>of(
                () -> store.commit(FEED, FIRST, generation(2), recording(Map.of("b", "{}"), List.of())),
                () -> store.commit(other, null, FIRST, recording(Map.of("b", "{}"), List.of())),
                () -> store.acknowledge(FEED, List.of(added("a", 1))))) {
            FeedStateException refused = assertThrows(FeedStateException.class, write);
            assertTrue(refused.getMessage().contains("format 4, this one has 3"), refused.getMessage());
        }
        execute("UPDATE integratorio_format SET format = 3");
        assertEquals(Map.of("a", row("a", 1)), rows(store));
        assertEquals(1, store.pending(FEED, null, 10).changes().size());
        assertEquals(Optional.empty(), store.state(other));
    }

    @Test
    void tables_that_their_owner_makes_are_neither_created_nor_upgraded() throws Exception {
        startWithout();
        FeedStateException none = assertThrows(FeedStateException.class,
                () -> new JdbcFeedStore(database(), Schema.Tables.VERIFY));
        assertTrue(none.getMessage().contains("do not exist"), none.getMessage());
        assertTrue(none.getMessage().contains("META-INF/integratorio/schema/create-3.sql"), none.getMessage());
        assertTrue(none.getMessage().contains("GRANT SELECT, INSERT, UPDATE, DELETE ON"), none.getMessage());
        assertThrows(SQLException.class, () -> count("integratorio_format"));

        startWithout(script("format-1.sql"));
        FeedStateException old = assertThrows(FeedStateException.class,
                () -> new JdbcFeedStore(database(), Schema.Tables.VERIFY));
        assertTrue(old.getMessage().matches(".* run the files META-INF/integratorio/schema/upgrade-1-to-2-\\w+.sql"
                + " and then META-INF/integratorio/schema/upgrade-2-to-3-\\w+.sql of .*"), old.getMessage());
        execute("SELECT row_count FROM integratorio_feed");

        startWithout(script("/META-INF/integratorio/schema/create-3.sql"));
        new JdbcFeedStore(database(), Schema.Tables.VERIFY).commit(FEED, null, FIRST, recording(Map.of(), List.of()));
        assertEquals(1, count("integratorio_feed"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "MariaDB", "MySQL", "Oracle", "Microsoft SQL Server" })
    void a_database_that_is_not_supported_is_refused_by_name_before_anything_is_written(String product) {
        List<String> statements = new ArrayList<>();
        DataSource other = connections(connection -> proxy(Connection.class, (proxy, method, arguments) -> {
            if (method.getName().equals("getMetaData")) {
                return proxy(DatabaseMetaData.class, (metaData, asked, none) -> product);
            }
            if (method.getName().matches("createStatement|prepare.*")) {
                statements.add(method.getName());
            }
            return invoke(connection, method, arguments);
        }));
        FeedStateException refused = assertThrows(FeedStateException.class, () -> new JdbcFeedStore(other));
        assertEquals("dataSource: not supported: " + product + "; supported: PostgreSQL, H2", refused.getMessage());
        assertEquals(List.of(), statements);
    }

    @Test
    void the_documented_statements_list_and_drop_a_feed() throws Exception {
        FeedId gone = new FeedId("test", "licenses", "c2");
        for (FeedId feed : List.of(FEED, gone)) {
            store.commit(feed, null, FIRST, recording(Map.of("a", "{}"), List.of(), added("a", 1)));
        }
        String page = Files.readString(Path.of("../docs/change-feed.md"));
        Matcher block = Pattern.compile("```sql\n(SELECT name.*?)```", Pattern.DOTALL).matcher(page);
        assertTrue(block.find());
        for (String sql : block.group(1).replace("default/licenses/5f1e", gone.toString()).split(";\\s*")) {
            execute(sql);
        }
        assertEquals(Optional.empty(), new JdbcFeedStore(database()).state(gone));
        assertEquals(1, count("integratorio_feed"));
        assertEquals(1, count("integratorio_row"));
        assertEquals(1, count("integratorio_change"));
        assertEquals(1, store.pending(FEED, null, 10).changes().size());
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
        for (int format : new int[] { 4, 77 }) {
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
        for (String change : new String[] { "origin = 'x'", "incarnation = 'x'", "generation = 7",
                "noticed_until = 7", "noticed_since = 7", "check_sum = 7" }) {
            damages("UPDATE integratorio_feed SET " + change,
                    "UPDATE integratorio_feed SET origin = 'https://api', incarnation = 'one',"
                            + " generation = 1, noticed_until = NULL, noticed_since = NULL, check_sum = "
                            + Checksum.of(FEED.toString(), "https://api", "one", "1"));
        }
        for (String change : new String[] { "row_key = 'z'", "content = '{}'", "check_sum = 7", "seen_at = 7",
                "feed = 77" }) {
            damages("UPDATE integratorio_row SET " + change + " WHERE row_key = 'a'",
                    "DELETE FROM integratorio_row WHERE row_key <> 'b'",
                    "INSERT INTO integratorio_row (feed, row_key, content, check_sum) SELECT id, 'a', '" + row("a", 1)
                            + "', " + Checksum.of("a", row("a", 1)) + " FROM integratorio_feed");
        }
        for (String change : new String[] { "row_key = 'z'", "content = '{}'", "check_sum = 7", "feed = 77",
                "version = 2", "due_at = 7", "id = 'x'", "type = 'REMOVED'", "previous = '{}'" }) {
            execute("CREATE TABLE kept AS SELECT * FROM integratorio_change");
            damages("UPDATE integratorio_change SET " + change + " WHERE row_key = 'a'",
                    "DELETE FROM integratorio_change",
                    "INSERT INTO integratorio_change SELECT * FROM kept", "DROP TABLE kept");
        }
    }

    @Test
    void pending_changes_that_were_deleted_on_purpose_are_accepted_by_the_statement_in_the_message() throws Exception {
        State first = State.first("https://api");
        store.commit(FEED, null, first,
                new Recording(Map.of(), List.of(),
                        List.of(new Change("1", "a", ChangeType.ADDED, 1, "{}", null),
                                new Change("2", "b", ChangeType.ADDED, 1, "{}", null))));
        execute("DELETE FROM integratorio_change WHERE row_key = 'a'");
        String message =
                assertThrows(FeedStateException.class, () -> store.pending(FEED, null, 10)).getMessage();
        execute(message.substring(message.indexOf("UPDATE ")));
        assertEquals(List.of("b"), store.pending(FEED, null, 10).changes().stream().map(Change::key).toList());
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
