package io.github.integratorio.camel.internal.changefeed.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.Recording;
import io.github.integratorio.camel.support.PgBouncer;
import io.github.integratorio.camel.support.Postgres;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGConnectionPoolDataSource;
import org.postgresql.ds.PGSimpleDataSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The store behind a pooler that gives each transaction another session of the server. */
@EnabledIf("isInstalled")
class PgBouncerFeedStoreTest extends FeedStoreContract {

    private static final int SESSIONS = 3;

    @TempDir
    static Path directory;

    private PGSimpleDataSource server;
    private PgBouncer pooler;
    private JdbcConnectionPool pool;

    static boolean isInstalled() {
        return PgBouncer.program() != null;
    }

    @Override
    FeedStore open() throws Exception {
        server = (PGSimpleDataSource) Postgres.database();
        pooler = new PgBouncer(directory, server.getPortNumbers()[0], SESSIONS);
        pool = poolWith("prepareThreshold=0");
        // Opens all sessions; the next transactions use them in turn.
        settings();
        return new JdbcFeedStore(pool);
    }

    private JdbcConnectionPool poolWith(String option) {
        PGConnectionPoolDataSource connections = new PGConnectionPoolDataSource();
        connections
                .setUrl("jdbc:postgresql://127.0.0.1:" + pooler.port() + "/" + server.getDatabaseName() + "?" + option);
        connections.setUser("postgres");
        return JdbcConnectionPool.create(connections);
    }

    @AfterEach
    void stop() {
        pool.dispose();
        pooler.close();
    }

    @Test
    void the_sessions_keep_their_settings() throws Exception {
        List<String> before = settings();
        Map<String, String> rows = new HashMap<>();
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            rows.put("k" + i, row("k" + i, 1));
            changes.add(added("k" + i, 1));
        }
        store.commit(FEED, null, FIRST, new Recording(rows, List.of(), changes));
        for (int i = 0; i < 3_000; i += 100) {
            assertEquals(changes.size() - i, store.pending(FEED, null, 3_000).changes().size());
            store.acknowledge(FEED, changes.subList(i, i + 100));
            assertEquals(100, store.rows(FEED, changes.subList(i, i + 100).stream().map(Change::key).toList()).size());
        }
        assertEquals(rows, rows(store));
        assertThrows(FeedStateException.class,
                () -> store.commit(FEED, FIRST, generation(2),
                        recording(Map.of(), List.of(), added("a", 2), added("a", 2))));
        assertEquals(before, settings());
    }

    @Test
    void a_search_path_that_another_application_leaves_on_the_sessions_leads_to_no_other_tables() throws Exception {
        store.commit(FEED, null, FIRST, recording(Map.of("a", "{}"), List.of()));
        try (Connection connection = server.getConnection(); Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA other");
        }
        inAllSessions(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET search_path = other");
            }
            return "";
        });
        assertEquals(Optional.of(FIRST), store.state(FEED));
        assertEquals(Optional.of(FIRST), new JdbcFeedStore(pool).state(FEED));
        assertTrue(store.commit(FEED, FIRST, generation(2), recording(Map.of("b", "{}"), List.of(), added("b", 2))));
        assertEquals(Map.of("a", "{}", "b", "{}"), rows(new JdbcFeedStore(server)));
        assertTrue(settings().stream().allMatch(settings -> settings.contains("search_path=other")));
    }

    /** Settings of all sessions of the server that the pooler uses. */
    private List<String> settings() throws SQLException {
        return inAllSessions(PostgresFeedStoreTest::sessionSettings).stream().sorted().toList();
    }

    private List<String> inAllSessions(TransactionTemplate.TransactionCallback<String> callback) throws SQLException {
        List<Connection> open = new ArrayList<>();
        List<String> results = new ArrayList<>();
        try {
            for (int i = 0; i < SESSIONS; i++) {
                Connection connection = pool.getConnection();
                open.add(connection);
                connection.setAutoCommit(false);
                results.add(callback.run(connection));
            }
        } finally {
            for (Connection connection : open) {
                connection.commit();
                connection.close();
            }
        }
        return results;
    }

    @Test
    void lost_prepared_statements_are_reported_with_the_option_that_helps() {
        JdbcConnectionPool preparing = poolWith("prepareThreshold=1");
        try {
            FeedStateException lost = assertThrows(FeedStateException.class, () -> {
                FeedStore other = new JdbcFeedStore(preparing);
                for (int i = 0; i < 20; i++) {
                    other.state(FEED);
                }
            }, "this PgBouncer keeps prepared statements");
            assertTrue(lost.getMessage().contains("add prepareThreshold=0 to the JDBC URL"), lost.getMessage());
        } finally {
            preparing.dispose();
        }
    }
}
