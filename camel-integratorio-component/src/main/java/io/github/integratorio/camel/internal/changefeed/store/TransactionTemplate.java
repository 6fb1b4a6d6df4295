package io.github.integratorio.camel.internal.changefeed.store;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.regex.Pattern;
import javax.sql.DataSource;

import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.internal.json.Redaction;

/**
 * Runs work in transactions: whole or not at all. Nobody waits without end: not this node for a database that does not answer, and not
 * another one for the locks of a node that stands still or is cut off in the middle of a write.
 */
public final class TransactionTemplate {

    /** Longer than a write of ours can wait for the locks of another node. */
    private static final int ANSWER_MILLIS = 60_000;
    private static final Pattern URL = Pattern.compile("jdbc:\\S+");
    private static final Pattern PASSWORD = Pattern.compile("(?i)(passw(?:or)?d\\s*[=:]\\s*)[^;&\\s]+");

    private final DataSource dataSource;
    private volatile boolean closed;

    public TransactionTemplate(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Work on a connection. */
    public interface TransactionCallback<T> {
        T on(Connection connection) throws SQLException;
    }

    /**
     * Runs work in a transaction of its own.
     *
     * @param  what           what is done to the state, for the message: read, or prepared
     * @throws FeedStateException when it fails
     */
    public <T> T run(String what, TransactionCallback<T> work) {
        return run(what, Connection.TRANSACTION_READ_COMMITTED, work);
    }

    /** As {@link #run(String, Work)}, for work that locks what others may wait for. */
    public <T> T write(TransactionCallback<T> work) {
        return run("written", connection -> {
            TransactionTimeout.renew(connection);
            return work.on(connection);
        });
    }

    /** As {@link #run(String, Work)}, and nothing changes while it reads. */
    <T> T runOnSnapshot(String what, TransactionCallback<T> work) {
        return run(what, Connection.TRANSACTION_REPEATABLE_READ, work);
    }

    /** Nothing is run any more: an embedded database would open again for it, and stay open. */
    void close() {
        closed = true;
    }

    private <T> T run(String what, int isolation, TransactionCallback<T> work) {
        if (closed) {
            throw new FeedStateException("the state cannot be " + what + ": the consumer has stopped");
        }
        try (Connection connection = dataSource.getConnection()) {
            int usualIsolation = connection.getTransactionIsolation();
            boolean usualCommit = connection.getAutoCommit();
            int usualTimeout = connection.getNetworkTimeout();
            if (usualTimeout == 0) {
                connection.setNetworkTimeout(Runnable::run, ANSWER_MILLIS);
            }
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(isolation);
            try {
                T result = work.on(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                rollBack(connection);
                throw e;
            } finally {
                // It may belong to a pool whose other users expect it as it was.
                connection.setAutoCommit(usualCommit);
                connection.setTransactionIsolation(usualIsolation);
                connection.setNetworkTimeout(Runnable::run, usualTimeout);
            }
        } catch (SQLException e) {
            throw new FeedStateException("the state cannot be " + what + ": " + text(e));
        }
    }

    private static void rollBack(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            // The failure before this one is what is told.
        }
    }

    /**
     * What a failure says; not the failure itself, for a database likes to quote the row it failed on, and a driver the URL it was given
     * with the password in it.
     */
    static String text(SQLException failure) {
        SQLException first = failure;
        if (failure instanceof BatchUpdateException && failure.getNextException() != null) {
            // It says the statement with its values; the one behind it says why.
            first = failure.getNextException();
        }
        String state = String.valueOf(first.getSQLState());
        String kind = first.getClass().getSimpleName() + " (SQL state " + state + ")";
        // Of data that is too long, not a number, or there already, the message is about the data.
        return state.startsWith("22") || state.startsWith("23") ? kind : kind + ": " + Redaction.line(said(first), 120);
    }

    /** The first line, for the others quote the statement. */
    private static String said(SQLException failure) {
        String line = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        return PASSWORD.matcher(URL.matcher(line).replaceAll("jdbc:***")).replaceAll("$1***");
    }
}
