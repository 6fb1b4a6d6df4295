package io.github.integratorio.camel.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.h2.jdbcx.JdbcConnectionPool;
import org.postgresql.ds.PGConnectionPoolDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A PostgreSQL server, started once for all tests, with a new database on each request. */
public final class Postgres {

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private Postgres() {
    }

    private static final class Holder {
        private static final EmbeddedPostgres SERVER = start();

        private static EmbeddedPostgres start() {
            try {
                // The collation of typical servers: in the order of a language, not of bytes.
                return EmbeddedPostgres.builder().setLocaleConfig("locale-provider", "icu")
                        .setLocaleConfig("icu-locale", "en-US").setLocaleConfig("encoding", "UTF8").start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** A new and empty database with a connection pool, for tests with many statements. */
    public static JdbcConnectionPool pool() throws SQLException {
        PGConnectionPoolDataSource connections = new PGConnectionPoolDataSource();
        connections.setUrl(((PGSimpleDataSource) database()).getUrl());
        connections.setUser("postgres");
        return JdbcConnectionPool.create(connections);
    }

    /** A new and empty database. */
    public static DataSource database() throws SQLException {
        String name = "db" + DATABASES.incrementAndGet();
        try (Connection connection = Holder.SERVER.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        return Holder.SERVER.getDatabase("postgres", name);
    }
}
