package io.github.integratorio.examples.subscriptions;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.function.Supplier;
import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The PostgreSQL: its connections, its transactions, and its tables, which are made or brought up to date when it is opened. */
final class Database implements AutoCloseable {

    private final HikariDataSource source = new HikariDataSource();
    private final JdbcClient client;
    private final TransactionTemplate transactions;

    /**
     * @param connections how many at the most
     */
    Database(String url, String user, String password, int connections) {
        source.setJdbcUrl(url);
        source.setUsername(user);
        source.setPassword(password);
        source.setMaximumPoolSize(connections);
        source.setConnectionTimeout(5_000);
        // A connection on which nothing is heard for so long is given up: a machine that is gone does not say good-bye.
        source.addDataSourceProperty("socketTimeout", "60");
        // Without the values of the row that is wrong: no addresses in messages.
        source.addDataSourceProperty("logServerErrorDetail", "false");
        source.addDataSourceProperty("ApplicationName", "subscription-platform");
        client = JdbcClient.create(source);
        transactions = new TransactionTemplate(new DataSourceTransactionManager(source));
        try {
            Flyway.configure().dataSource(source).load().migrate();
        } catch (RuntimeException e) {
            source.close();
            throw e;
        }
    }

    /** Begins a statement, in the transaction if there is one. */
    JdbcClient.StatementSpec sql(String sql) {
        return client.sql(sql);
    }

    /** Does work in one transaction, or in the one that is open already. */
    <T> T inTransaction(Supplier<T> work) {
        return transactions.execute(status -> work.get());
    }

    DataSource source() {
        return source;
    }

    /** An instant as the driver takes it. */
    static OffsetDateTime utc(Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    @Override
    public void close() {
        source.close();
    }
}
