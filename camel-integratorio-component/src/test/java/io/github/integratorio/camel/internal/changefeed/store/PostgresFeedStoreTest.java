package io.github.integratorio.camel.internal.changefeed.store;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;

import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.support.Postgres;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

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
