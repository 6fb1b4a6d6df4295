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

/** Connections and transactions of the PostgreSQL database. The constructor creates or migrates the tables. */
final class Database implements AutoCloseable {

    private final HikariDataSource source = new HikariDataSource();
    private final JdbcClient client;
    private final TransactionTemplate transactions;

    /** @param connections maximum size of the connection pool */
    Database(String url, String user, String password, int connections) {
        source.setJdbcUrl(url);
        source.setUsername(user);
        source.setPassword(password);
        source.setMaximumPoolSize(connections);
        source.setConnectionTimeout(5_000);
        // Detects connections to a machine that has crashed.
        source.addDataSourceProperty("socketTimeout", "60");
        // Keeps column values, such as addresses, out of error messages.
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

    /** Creates a statement, which joins the current transaction if there is one. */
    JdbcClient.StatementSpec sql(String sql) {
        return client.sql(sql);
    }

    /** Runs in one transaction, or joins the current one. */
    <T> T inTransaction(Supplier<T> work) {
        return transactions.execute(status -> work.get());
    }

    DataSource source() {
        return source;
    }

    /** Converts an instant to a type that the driver accepts. */
    static OffsetDateTime toUtc(Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    @Override
    public void close() {
        source.close();
    }
}
