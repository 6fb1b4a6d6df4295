package io.github.integratorio.camel.internal.changefeed.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;

import io.github.integratorio.camel.api.FeedStateException;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The embedded store in a directory. */
class EmbeddedFeedStoreTest extends JdbcFeedStoreContract {

    private static final int POLLS = Integer.getInteger("state.polls", 400);
    private static final int ROWS = 20_000;

    @TempDir
    Path directory;

    @Override
    FeedStore open() {
        return EmbeddedFeedStore.open(directory);
    }

    @Override
    DataSource database() {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL("jdbc:h2:file:" + directory.resolve("integratorio") + ";IFEXISTS=TRUE");
        return dataSource;
    }

    @Override
    long written() throws Exception {
        return Files.size(directory.resolve("integratorio.mv.db"));
    }

    @Override
    String settings(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT ISOLATION_LEVEL FROM INFORMATION_SCHEMA.SESSIONS"
                        + " WHERE SESSION_ID = SESSION_ID()")) {
            found.next();
            return found.getString(1);
        }
    }

    @ParameterizedTest
    @CsvSource({ "MODE=Oracle, H2 in a MODE without LIMIT", "MODE=MSSQLServer, H2 in a MODE without LIMIT",
            "MODE=Derby, H2 in a MODE without LIMIT", "IGNORECASE=TRUE, H2 with IGNORECASE=TRUE",
            "INIT=SET COLLATION ENGLISH STRENGTH PRIMARY, a COLLATION in which different texts are equal",
            "INIT=SET COLLATION ENGLISH, a COLLATION in which different texts are equal" })
    void an_h2_of_the_application_with_another_syntax_or_equality_is_refused(String option, String problem) {
        JdbcDataSource other = new JdbcDataSource();
        other.setURL("jdbc:h2:mem:;" + option);
        FeedStateException refused = assertThrows(FeedStateException.class, () -> new JdbcFeedStore(other));
        assertTrue(refused.getMessage().contains("not supported: ") && refused.getMessage().contains(problem),
                refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = { "MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE", "MODE=MySQL", "MODE=MariaDB", "MODE=DB2",
            "MODE=HSQLDB", "MODE=LEGACY", "DATABASE_TO_UPPER=FALSE", "OLD_INFORMATION_SCHEMA=TRUE" })
    void an_h2_of_the_application_may_have_other_modes(String option) {
        JdbcDataSource other = new JdbcDataSource();
        other.setURL("jdbc:h2:mem:modes" + option.hashCode() + ";DB_CLOSE_DELAY=-1;" + option);
        FeedStore modes = new JdbcFeedStore(other);
        assertTrue(modes.commit(FEED, null, FIRST,
                recording(Map.of("a", "{}", "A", "{}"), List.of(), added("a", 1), added("A", 1))));
        assertEquals(2, modes.pending(FEED, null, 10).changes().size());
        assertEquals(Map.of("a", "{}", "A", "{}"), rows(modes));
    }

    @Test
    void an_h2_of_the_application_that_writes_late_is_refused_to_a_user_without_admin_rights() throws Exception {
        JdbcDataSource other = new JdbcDataSource();
        other.setURL("jdbc:h2:file:" + directory.resolve("other"));
        other.setUser("owner");
        try (Connection connection = other.getConnection(); Statement statement = connection.createStatement()) {
            statement.execute("CREATE USER route PASSWORD ''");
            statement.execute("GRANT ALTER ANY SCHEMA TO route");
            other.setUser("route");
            FeedStateException refused = assertThrows(FeedStateException.class, () -> new JdbcFeedStore(other));
            assertTrue(refused.getMessage().startsWith("the state cannot be written to the file: ")
                    && refused.getMessage().contains("give its user admin rights"), refused.getMessage());
        }
    }

    @Test
    void a_closed_store_in_a_database_of_the_application_is_not_used_any_more() {
        JdbcDataSource other = new JdbcDataSource();
        other.setURL("jdbc:h2:mem:closed;DB_CLOSE_DELAY=-1");
        FeedStore closed = new JdbcFeedStore(other);
        closed.close();
        FeedStateException refused = assertThrows(FeedStateException.class, () -> closed.state(FEED));
        assertEquals("the state cannot be read: the consumer has stopped", refused.getMessage());
    }

    /** H2 commits each statement of an upgrade. */
    @ParameterizedTest
    @ValueSource(ints = { 1, 2 })
    void an_upgrade_that_was_killed_between_two_statements_is_completed(int format) throws Exception {
        String[] upgrade =
                script("/META-INF/integratorio/schema/upgrade-" + format + "-to-" + (format + 1) + "-h2.sql");
        for (int done = 1; done < upgrade.length; done++) {
            startWithout(script("format-" + format + ".sql"));
            for (String statement : List.of(upgrade).subList(0, done)) {
                execute(statement);
            }
            try (FeedStore upgraded = new JdbcFeedStore(database(), Schema.Tables.UPGRADE)) {
                assertEquals(Map.of("a", row("a", 2)), rows(upgraded), done + " statements");
            }
        }
    }

    @Test
    void recorded_state_survives_a_restart() {
        store.commit(FEED, null, FIRST, recording(Map.of("a", row("a", 1)), List.of(), added("a", 1)));
        store.close();
        store = open();
        assertEquals(Map.of("a", row("a", 1)), rows(store));
        assertEquals(List.of(added("a", 1)), store.pending(FEED, null, 10).changes());
        assertEquals(FIRST, store.state(FEED).orElseThrow());
    }

    /** What the directory contains if the process is killed now. */
    private FeedStore killed(Path copy) throws IOException {
        Files.createDirectory(copy);
        for (String name : List.of("integratorio.mv.db", "integratorio.mark")) {
            Files.copy(directory.resolve(name), copy.resolve(name));
        }
        return EmbeddedFeedStore.open(copy);
    }

    @Test
    void an_interrupted_thread_reports_only_what_a_kill_does_not_undo(@TempDir Path copies) throws Exception {
        store.commit(FEED, null, FIRST, recording(Map.of("a", row("a", 1)), List.of(), added("a", 1)));
        for (int generation = 2; generation < 30; generation++) {
            Thread.currentThread().interrupt();
            assertTrue(store.commit(FEED, generation(generation - 1), generation(generation),
                    recording(Map.of("a", row("a", generation)), List.of(), added("a", generation))));
            if (generation % 2 == 0) {
                store.acknowledge(FEED, List.of(added("a", generation)));
            }
            assertTrue(Thread.interrupted(), "the thread is still interrupted");
            try (FeedStore copy = killed(copies.resolve("copy" + generation))) {
                assertEquals(generation(generation), copy.state(FEED).orElseThrow());
                assertEquals(Map.of("a", row("a", generation)), rows(copy));
                assertEquals(1 + (generation - 1) / 2, copy.pending(FEED, null, 100).changes().size());
            }
        }
    }

    @Test
    void interrupts_at_any_moment_disturb_neither_the_route_nor_others_of_the_directory() throws Exception {
        FeedId neighbour = new FeedId("neighbour", "licenses", "c1");
        Map<String, String> rows = IntStream.range(0, 300).boxed()
                .collect(Collectors.toMap(number -> "r" + number, number -> row("r" + number, number)));
        store.commit(FEED, null, FIRST, recording(rows, List.of()));
        store.commit(neighbour, null, FIRST, recording(rows, List.of()));
        CompletableFuture<Void> end = new CompletableFuture<>();
        Thread route = new Thread(() -> {
            try {
                for (int generation = 2; generation < 150; generation++) {
                    assertTrue(store.commit(FEED, generation(generation - 1), generation(generation),
                            recording(Map.of("r0", row("r0", generation)), List.of(), added("a", generation))));
                    assertEquals(300, rows(store).size());
                    assertEquals(1, store.rows(FEED, List.of("r1")).size());
                    assertEquals(1, store.pending(FEED, null, 10).changes().size());
                    store.acknowledge(FEED, List.of(added("a", generation)));
                }
                end.complete(null);
            } catch (Throwable e) {
                end.completeExceptionally(e);
            }
        });
        route.start();
        Random random = new Random(1);
        long generation = 1;
        while (!end.isDone()) {
            for (int i = random.nextInt(2_000); i > 0; i--) {
                Thread.onSpinWait();
            }
            route.interrupt();
            assertTrue(store.commit(neighbour, generation(generation), generation(generation + 1),
                    recording(Map.of("r1", row("r1", generation)), List.of())));
            generation++;
            assertEquals(generation(generation), store.state(neighbour).orElseThrow());
        }
        end.get();
    }

    @Test
    void the_file_does_not_grow_with_the_number_of_polls() throws Exception {
        Map<String, String> rows = IntStream.range(0, ROWS).boxed()
                .collect(Collectors.toMap(number -> "r" + number, number -> row("r" + number, number)));
        store.commit(FEED, null, FIRST, recording(rows, List.of()));
        long first = written();
        Random random = new Random(1);
        long largest = 0;
        for (int generation = 2; generation < 2 + POLLS; generation++) {
            int version = generation;
            Change[] changes = random.ints(20, 0, ROWS).distinct().mapToObj(number -> added("r" + number, version))
                    .toArray(Change[]::new);
            assertTrue(store.commit(FEED, generation(version - 1), generation(version),
                    recording(Stream.of(changes).collect(Collectors.toMap(Change::key, Change::content)), List.of(),
                            changes)));
            store.acknowledge(FEED, List.of(changes));
            largest = Math.max(largest, written());
        }
        assertTrue(largest < 36_000_000, first + " became " + largest);
        assertEquals(ROWS, rows(store).size());
        store.close();
        assertTrue(written() < 5 * first, first + " became " + written());
    }
}
