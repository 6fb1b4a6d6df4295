package io.github.integratorio.examples.trial;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The database, H2 or PostgreSQL, with its tables. */
final class Database implements AutoCloseable {

    private final HikariDataSource source;
    private final JdbcTemplate sql;
    private final TransactionTemplate transaction;

    /** Connects and creates missing tables. */
    Database(TrialConfig config) {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName("trial-signup");
        pool.setJdbcUrl(config.databaseUrl());
        pool.setUsername(config.databaseUser());
        pool.setPassword(config.databasePassword());
        // Without a free connection a page fails soon, instead of letting its visitor wait.
        pool.setConnectionTimeout(3_000);
        source = new HikariDataSource(pool);
        new ResourceDatabasePopulator(new ClassPathResource("sql/tables.sql")).execute(source);
        sql = new JdbcTemplate(source);
        transaction = new TransactionTemplate(new JdbcTransactionManager(source));
    }

    HikariDataSource source() {
        return source;
    }

    JdbcTemplate sql() {
        return sql;
    }

    TransactionTemplate transaction() {
        return transaction;
    }

    @Override
    public void close() {
        source.close();
    }
}
