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

    /** Connects, and makes the tables where they are missing. */
    Database(TrialConfig settings) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("trial-signup");
        config.setJdbcUrl(settings.databaseUrl());
        config.setUsername(settings.databaseUser());
        config.setPassword(settings.databasePassword());
        // A page that cannot have a connection says so soon, instead of letting its visitor wait.
        config.setConnectionTimeout(3_000);
        source = new HikariDataSource(config);
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
