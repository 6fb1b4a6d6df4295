package io.github.integratorio.camel.internal.changefeed.store;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.regex.Pattern;
import javax.sql.DataSource;

import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.internal.json.Redaction;

/**
 * Runs callbacks in transactions. Time-outs bound all waiting: of this node for a database that does not respond, and of other nodes
 * for the locks of a node that hangs or loses its connection during a write.
 */
public final class TransactionTemplate {

    /** Longer than a write can wait for the locks of another node. */
    private static final int NETWORK_TIMEOUT_MILLIS = 60_000;
    private static final Pattern URL = Pattern.compile("jdbc:\\S+");
    private static final Pattern PASSWORD = Pattern.compile("(?i)(passw(?:or)?d\\s*[=:]\\s*)[^;&\\s]+");

    private final DataSource dataSource;
    private volatile boolean closed;

    /** Creates a template that gets a connection from the data source for each transaction. */
    public TransactionTemplate(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Code to run in a transaction. */
    public interface TransactionCallback<T> {
        /** Runs on the connection of the transaction, which is committed when it returns, and rolled back when it throws. */
        T run(Connection connection) throws SQLException;
    }

    /**
     * Runs a callback in a transaction.
     *
     * @param  participle         past participle of the action, for the error message: read, prepared
     * @throws FeedStateException if it fails
     */
    public <T> T run(String participle, TransactionCallback<T> callback) {
        return run(participle, Connection.TRANSACTION_READ_COMMITTED, callback);
    }

    /** Runs a callback in a transaction that locks rows, with a time-out that bounds how long other nodes wait. */
    public <T> T write(TransactionCallback<T> callback) {
        return run("written", connection -> {
            TransactionTimeout.renew(connection);
            return callback.run(connection);
        });
    }

    /** Runs a callback in a transaction that reads from one snapshot of the database. */
    <T> T readSnapshot(TransactionCallback<T> callback) {
        return run("read", Connection.TRANSACTION_REPEATABLE_READ, callback);
    }

    /** Refuses all further transactions: they would open an embedded database again, and leave it open. */
    void close() {
        closed = true;
    }

    private <T> T run(String participle, int isolation, TransactionCallback<T> callback) {
        if (closed) {
            throw new FeedStateException("the state cannot be " + participle + ": the consumer has stopped");
        }
        try (Connection connection = dataSource.getConnection()) {
            int originalIsolation = connection.getTransactionIsolation();
            boolean originalAutoCommit = connection.getAutoCommit();
            int originalTimeout = connection.getNetworkTimeout();
            if (originalTimeout == 0) {
                connection.setNetworkTimeout(Runnable::run, NETWORK_TIMEOUT_MILLIS);
            }
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(isolation);
            try {
                T result = callback.run(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                rollBack(connection);
                throw e;
            } finally {
                // A pool may give the connection to other users next.
                connection.setAutoCommit(originalAutoCommit);
                connection.setTransactionIsolation(originalIsolation);
                connection.setNetworkTimeout(Runnable::run, originalTimeout);
            }
        } catch (SQLException e) {
            throw new FeedStateException("the state cannot be " + participle + ": " + message(e));
        }
    }

    private static void rollBack(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            // The caller throws the failure that caused the rollback.
        }
    }

    /** Describes a failure without secrets: databases quote the failed row, and drivers the URL with the password. */
    static String message(SQLException failure) {
        SQLException first = failure;
        if (failure instanceof BatchUpdateException && failure.getNextException() != null) {
            // A BatchUpdateException quotes the statement with its values; the next exception has the cause.
            first = failure.getNextException();
        }
        String state = String.valueOf(first.getSQLState());
        String kind = first.getClass().getSimpleName() + " (SQL state " + state + ")";
        // Classes 22 (data exception) and 23 (integrity constraint violation) quote the data.
        return state.startsWith("22") || state.startsWith("23") ? kind
                : kind + ": " + Redaction.line(firstLine(first), 120);
    }

    /** Returns the first line of the message, because the others quote the statement. */
    private static String firstLine(SQLException failure) {
        String line = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        return PASSWORD.matcher(URL.matcher(line).replaceAll("jdbc:***")).replaceAll("$1***");
    }
}
