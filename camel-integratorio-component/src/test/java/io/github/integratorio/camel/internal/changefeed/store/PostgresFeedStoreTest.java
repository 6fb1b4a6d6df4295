package io.github.integratorio.camel.internal.changefeed.store;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;

import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.Recording;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.State;
import io.github.integratorio.camel.support.Postgres;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The store in a PostgreSQL that several nodes share. */
class PostgresFeedStoreTest extends JdbcFeedStoreContract {

    private DataSource database;

    @Override
    FeedStore open() throws SQLException {
        database = Postgres.database();
        return new JdbcFeedStore(database);
    }

    @Override
    DataSource database() {
        return database;
    }

    @Override
    long written() throws SQLException {
        try (Connection connection = database.getConnection(); Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")) {
            found.next();
            return found.getLong(1);
        }
    }

    @Override
    String settings(Connection connection) throws SQLException {
        return sessionSettings(connection);
    }

    static String sessionSettings(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(
                        "SELECT string_agg(name || '=' || setting, ' ' ORDER BY name) FROM pg_settings"
                                + " WHERE source = 'session' AND name <> 'transaction_isolation'")) {
            found.next();
            return found.getString(1);
        }
    }

    @Test
    void a_role_that_may_not_create_tables_gets_the_cause_and_what_the_owner_has_to_run() throws Exception {
        DataSource empty = Postgres.database();
        String role = "app" + System.nanoTime();
        run(empty, "CREATE ROLE " + role + " LOGIN");
        PGSimpleDataSource application = new PGSimpleDataSource();
        application.setUrl(((PGSimpleDataSource) empty).getUrl());
        application.setUser(role);
        FeedStateException refused = assertThrows(FeedStateException.class, () -> new JdbcFeedStore(application));
        assertTrue(refused.getMessage().startsWith("the tables of the state cannot be created: ")
                && refused.getMessage().contains("permission denied for schema public"), refused.getMessage());
        assertTrue(refused.getMessage().contains("run the file META-INF/integratorio/schema/create-3.sql"),
                refused.getMessage());
        run(empty, script("/META-INF/integratorio/schema/create-3.sql"));
        FeedStateException denied = assertThrows(FeedStateException.class, () -> new JdbcFeedStore(application));
        assertTrue(denied.getMessage().contains("permission denied for table integratorio_format"),
                denied.getMessage());
        run(empty, refused.getMessage().replaceAll(".*(GRANT .*)", "$1"));
        try (FeedStore store = new JdbcFeedStore(application)) {
            store.commit(FEED, null, FIRST, recording(Map.of("a", "{}"), List.of(), added("a", 1)));
            store.acknowledge(FEED, List.of(added("a", 1)));
            assertEquals(Map.of("a", "{}"), rows(store));
        }
    }

    private static String setting(Connection connection, String name) throws SQLException {
        try (Statement select = connection.createStatement(); ResultSet found = select.executeQuery("SHOW " + name)) {
            found.next();
            return found.getString(1);
        }
    }

    /** PostgreSQL 17 and newer have transaction_timeout. */
    @Test
    void a_write_is_durable_and_its_locks_do_not_last_longer_than_its_time_outs() throws Exception {
        DataSource careless = connections(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET synchronous_commit = off; SET default_transaction_isolation = 'serializable'");
                return connection;
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        TransactionTemplate transactions = new TransactionTemplate(careless);
        transactions.write(connection -> {
            assertEquals("5s", setting(connection, "idle_in_transaction_session_timeout"));
            assertEquals("20s", setting(connection, "transaction_timeout"));
            assertEquals("read committed", setting(connection, "transaction_isolation"));
            assertEquals("local", setting(connection, "synchronous_commit"));
            return null;
        });
        transactions.run("read", connection -> {
            assertEquals("0", setting(connection, "transaction_timeout"));
            return null;
        });
    }

    @Test
    void a_large_write_restarts_its_time_outs_with_each_batch() {
        AtomicInteger restarts = new AtomicInteger();
        DataSource counting = connections(connection -> proxy(Connection.class, (proxy, method, arguments) -> {
            Object made = invoke(connection, method, arguments);
            return !method.getName().equals("createStatement") ? made
                    : proxy(Statement.class, (same, called, with) -> {
                        restarts.addAndGet(called.getName().equals("execute")
                                && with[0].toString().endsWith("SET LOCAL transaction_timeout = '20s'") ? 1 : 0);
                        return invoke(made, called, with);
                    });
        }));
        FeedStore large = new JdbcFeedStore(counting);
        Map<String, String> rows = IntStream.range(0, 1000).boxed()
                .collect(Collectors.toMap(number -> "r" + number, number -> "{}"));
        Change[] changes = rows.keySet().stream().map(key -> added(key, 1)).toArray(Change[]::new);
        assertTrue(large.commit(FEED, null, FIRST, recording(rows, List.of(), changes)));
        assertEquals(1 + 4 + 4, restarts.getAndSet(0), "the rows and the changes, 250 with each statement");
        assertTrue(large.commit(FEED, FIRST, generation(2), recording(rows, List.of())));
        assertEquals(1 + 2 + 4, restarts.get(), "500 deleted rows in each batch");
    }

    /** Connections of a pooler, in whose sessions another application has set the search path. */
    private static DataSource behindPooler(DataSource database, String searchPath) {
        return proxy(DataSource.class, (proxy, method, arguments) -> {
            Connection connection = database.getConnection();
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET search_path = " + searchPath);
            }
            return connection;
        });
    }

    @ParameterizedTest
    @ValueSource(strings = { "other", "other, public", "nowhere", "pg_catalog" })
    void a_search_path_that_another_application_has_set_leads_to_no_other_tables(String searchPath) throws Exception {
        run(database, "CREATE SCHEMA other");
        DataSource shared = behindPooler(database, searchPath);
        for (Schema.Tables tables : List.of(Schema.Tables.CREATE, Schema.Tables.VERIFY)) {
            FeedStore restarted = new JdbcFeedStore(shared, tables);
            State before = restarted.state(FEED).orElse(null);
            State next = before == null ? FIRST : before.next();
            assertTrue(restarted.commit(FEED, before, next,
                    recording(Map.of("a", "{}"), List.of(), added("a", next.generation()))));
            assertEquals(Optional.of(next), new JdbcFeedStore(database).state(FEED));
            assertEquals(rows(store), rows(restarted));
            restarted.acknowledge(FEED, restarted.pending(FEED, null, 10).changes());
            assertEquals(List.of(), store.pending(FEED, null, 10).changes());
        }
        assertEquals(1, count("pg_class WHERE relname = 'integratorio_feed'"));
    }

    @Test
    void tables_in_two_schemas_are_refused_by_name_if_the_search_path_was_changed() throws Exception {
        run(database, "CREATE SCHEMA other");
        PGSimpleDataSource configured = new PGSimpleDataSource();
        configured.setUrl(((PGSimpleDataSource) database).getUrl());
        configured.setUser("postgres");
        configured.setCurrentSchema("other");
        DataSource fresh = Postgres.database();
        run(fresh, "CREATE SCHEMA other");
        // With a schema of its own, an application has tables of its own.
        assertEquals(Optional.empty(), new JdbcFeedStore(configured).state(FEED));
        assertEquals(2, count("pg_class WHERE relname = 'integratorio_feed'"));
        for (DataSource unclear : List.of(behindPooler(database, "other"), behindPooler(fresh, "other"))) {
            FeedStateException refused =
                    assertThrows(FeedStateException.class, () -> new JdbcFeedStore(unclear));
            assertTrue(refused.getMessage().contains("schema public"), refused.getMessage());
            assertTrue(refused.getMessage().contains("or in other"), refused.getMessage());
        }
        // The tables that only the search path set by a pool leads to are used.
        run(fresh,
                "SET search_path = other; " + String.join(";", script("/META-INF/integratorio/schema/create-3.sql")));
        assertEquals(Optional.empty(), new JdbcFeedStore(behindPooler(fresh, "other")).state(FEED));
    }

    @Test
    void a_database_without_all_characters_is_refused_by_its_encoding() throws Exception {
        run(database, "CREATE DATABASE latin1 ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0");
        PGSimpleDataSource latin1 = new PGSimpleDataSource();
        latin1.setUrl(((PGSimpleDataSource) database).getUrl());
        latin1.setDatabaseName("latin1");
        latin1.setUser("postgres");
        FeedStateException refused = assertThrows(FeedStateException.class, () -> new JdbcFeedStore(latin1));
        assertTrue(refused.getMessage().contains("the encoding of the database is LATIN1"), refused.getMessage());
        assertTrue(refused.getMessage().contains("supported: UTF8"), refused.getMessage());
    }

    @Test
    void a_role_that_does_not_own_the_tables_gets_the_upgrade_that_the_owner_has_to_run() throws Exception {
        DataSource old = Postgres.database();
        run(old, script("format-1.sql"));
        String role = "app" + System.nanoTime();
        run(old, "CREATE ROLE " + role + " LOGIN", "GRANT ALL ON ALL TABLES IN SCHEMA public TO " + role);
        PGSimpleDataSource application = new PGSimpleDataSource();
        application.setUrl(((PGSimpleDataSource) old).getUrl());
        application.setUser(role);
        FeedStateException refused = assertThrows(FeedStateException.class, () -> new JdbcFeedStore(application));
        assertTrue(refused.getMessage().startsWith("the tables of the state cannot be upgraded: ")
                && refused.getMessage().contains("must be owner of table integratorio_feed"), refused.getMessage());
        assertTrue(refused.getMessage().contains("schema/upgrade-1-to-2-postgresql.sql"), refused.getMessage());
        run(old, script("/META-INF/integratorio/schema/upgrade-1-to-2-postgresql.sql"));
        run(old, script("/META-INF/integratorio/schema/upgrade-2-to-3-postgresql.sql"));
        assertEquals(Map.of("a", row("a", 2)), rows(new JdbcFeedStore(application, Schema.Tables.VERIFY)));
    }

    private static void run(DataSource database, String... statements) throws SQLException {
        try (Connection connection = database.getConnection(); Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Test
    void reading_everything_takes_one_pass_although_the_database_has_no_statistics() throws Exception {
        for (String table : List.of("feed", "row", "change")) {
            execute("ALTER TABLE integratorio_" + table + " SET (autovacuum_enabled = off)");
        }
        int rows = 6_000;
        for (String connector : List.of("c1", "c2", "c3")) {
            Map<String, String> base = new HashMap<>();
            List<Change> changes = new ArrayList<>();
            for (int i = 0; i < rows; i++) {
                base.put("k" + i, row("k" + i, 1));
                changes.add(added("k" + i, 1 + i % 3));
            }
            store.commit(new FeedId("test", "licenses", connector), null, FIRST,
                    new Recording(base, List.of(), changes));
        }
        long before = tuplesRead();
        int pages = 0;
        List<Change> page;
        Change last = null;
        List<Change> all = new ArrayList<>();
        do {
            page = store.pending(FEED, last, 500).changes();
            all.addAll(page);
            last = all.get(all.size() - 1);
            assertEquals(page.size(),
                    store.rows(FEED, page.stream().map(Change::key).toList()).size());
            pages++;
        } while (page.size() == 500);
        assertEquals(rows, all.size());
        assertEquals(rows, rows(store).size());
        for (int i = 0; i < rows; i += 500) {
            store.acknowledge(FEED, all.subList(i, i + 500));
        }
        long read = tuplesRead() - before;
        // Changes, rows by key, all rows of all feeds, changes to acknowledge, and the feeds.
        assertTrue(read < rows * 5L, pages + " pages read " + read + " tuples");
    }

    private long tuplesRead() throws Exception {
        // A session reports what it has read when it ends.
        await().until(() -> count("pg_stat_activity WHERE datname = current_database()") == 1);
        try (Connection connection = database.getConnection(); Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(
                        "SELECT SUM(seq_tup_read + idx_tup_fetch) FROM pg_stat_user_tables")) {
            found.next();
            return found.getLong(1);
        }
    }

    @Test
    void nodes_that_start_at_the_same_moment_create_the_tables_once() throws Exception {
        int nodes = 4;
        ExecutorService executor = Executors.newFixedThreadPool(nodes);
        try {
            for (int round = 0; round < 10; round++) {
                DataSource empty = Postgres.database();
                CyclicBarrier together = new CyclicBarrier(nodes);
                List<Future<FeedStore>> all = new ArrayList<>();
                for (int node = 0; node < nodes; node++) {
                    all.add(executor.submit(() -> {
                        together.await();
                        return new JdbcFeedStore(empty);
                    }));
                }
                for (Future<FeedStore> one : all) {
                    assertEquals(Optional.empty(), one.get().state(FEED));
                }
            }
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void an_authentication_failure_names_the_database_without_the_password() throws SQLException {
        String url;
        try (Connection connection = database.getConnection()) {
            url = connection.getMetaData().getURL().replaceAll("\\?.*", "");
        }
        PGSimpleDataSource unknown = new PGSimpleDataSource();
        unknown.setURL(url.replaceAll("/db\\d+$", "/nowhere"));
        unknown.setUser("postgres");
        unknown.setPassword("canary");
        FeedStateException failure = assertThrows(FeedStateException.class, () -> new JdbcFeedStore(unknown));
        assertTrue(failure.getMessage().contains("3D000"), failure.getMessage());
        assertTrue(failure.getMessage().contains("does not exist"), failure.getMessage());
        assertFalse(failure.getMessage().contains("canary"));
        assertEquals(null, failure.getCause());
    }

    @Test
    void a_failure_that_quotes_its_url_does_not_contain_the_password() {
        for (String url : List.of("jdbc:none://db.example/x?user=u&password=canary",
                "jdbc:none:file:/my files/x;PASSWORD=canary", "jdbc:none:u/canary@db.example:1521")) {
            SQLException failure = assertThrows(SQLException.class, () -> DriverManager.getConnection(url));
            assertTrue(failure.getMessage().contains("canary"), "this driver does not quote it any more");
            assertFalse(TransactionTemplate.message(failure).contains("canary"), TransactionTemplate.message(failure));
        }
    }
}
