package io.github.integratorio.camel.internal.changefeed.store;

import java.io.IOException;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.regex.Pattern;
import javax.sql.DataSource;

import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.internal.text.Redaction;

/**
 * Runs callbacks in transactions. Time-outs bound all waiting: of this node for a database that does not respond, and of other nodes
 * for the locks of a node that hangs or loses its connection during a write.
 */
public final class TransactionTemplate {

    /** Longer than a write can wait for the locks of another node. */
    private static final int NETWORK_TIMEOUT_MILLIS = 60_000;
    /** PostgreSQL's states for a prepared statement that does not exist, or exists already. */
    private static final Set<String> LOST_PREPARED_STATEMENT = Set.of("26000", "42P05");
    private static final String PREPARED_STATEMENT_HINT = "; a pooler in transaction mode keeps no prepared statements"
            + " (PgBouncer before 1.21): add prepareThreshold=0 to the JDBC URL";
    private static final Pattern URL = Pattern.compile("jdbc:\\S+");
    private static final Pattern PASSWORD = Pattern.compile("(?i)(passw(?:or)?d\\s*[=:]\\s*)[^;&\\s]+");

    private final DataSource dataSource;
    /** Null until {@link #use(String)}. */
    private volatile String schema;
    private volatile boolean closed;

    /** Creates a template that gets a connection from the data source for each transaction. */
    public TransactionTemplate(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Makes all further transactions on PostgreSQL use the tables of this schema, whatever the search path of their session is. */
    void use(String schemaOfTables) {
        schema = schemaOfTables;
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
        if (closed) {
            throw new FeedStateException("the state cannot be " + participle + ": the consumer has stopped");
        }
        try (Connection connection = dataSource.getConnection()) {
            boolean originalAutoCommit = connection.getAutoCommit();
            int originalTimeout = connection.getNetworkTimeout();
            boolean isEnded = false;
            try {
                if (originalTimeout == 0) {
                    connection.setNetworkTimeout(Runnable::run, NETWORK_TIMEOUT_MILLIS);
                }
                connection.setAutoCommit(false);
                if (schema != null) {
                    PostgresSearchPath.use(connection, schema);
                }
                T result = callback.run(connection);
                connection.commit();
                isEnded = true;
                return result;
            } finally {
                // After an Error, too: switching autocommit on would commit what was written before it.
                if (isEnded || rollBack(connection)) {
                    // A pool may give the connection to other users next.
                    connection.setAutoCommit(originalAutoCommit);
                    connection.setNetworkTimeout(Runnable::run, originalTimeout);
                }
            }
        } catch (SQLException e) {
            throw new FeedStateException("the state cannot be " + participle + ": " + message(e));
        }
    }

    /** Rolls back; if that fails, aborts the connection and returns false. */
    private static boolean rollBack(Connection connection) throws SQLException {
        boolean isRolledBack = false;
        try {
            connection.rollback();
            isRolledBack = true;
        } catch (SQLException e) {
            // The caller throws the failure that caused the rollback.
        } finally {
            if (!isRolledBack) {
                connection.abort(Runnable::run);
            }
        }
        return isRolledBack;
    }

    /** Runs a callback in a transaction that locks rows, with a time-out that bounds how long other nodes wait. */
    public <T> T write(TransactionCallback<T> callback) {
        return run("written", connection -> {
            TransactionSettings.beginWrite(connection);
            return callback.run(connection);
        });
    }

    /** Refuses all further transactions: they would open an embedded database again, and leave it open. */
    void close() {
        closed = true;
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
        if (state.startsWith("22") || state.startsWith("23")) {
            return kind;
        }
        return kind + ": " + Redaction.line(firstLine(first), 120) + ofFile(first)
                + (LOST_PREPARED_STATEMENT.contains(state) ? PREPARED_STATEMENT_HINT : "");
    }

    /** What the operating system says, such as that the disk is full: H2 keeps it in the last cause. */
    private static String ofFile(SQLException failure) {
        Throwable last = failure;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        return last instanceof IOException ? " (" + Redaction.line(String.valueOf(last.getMessage()), 120) + ")" : "";
    }

    /** Returns the first line of the message, because the others quote the statement. */
    private static String firstLine(SQLException failure) {
        String line = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        return PASSWORD.matcher(URL.matcher(line).replaceAll("jdbc:***")).replaceAll("$1***");
    }
}
