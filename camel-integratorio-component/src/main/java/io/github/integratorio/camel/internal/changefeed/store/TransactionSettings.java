package io.github.integratorio.camel.internal.changefeed.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Settings of PostgreSQL for the current transaction. They end with it, so they stay neither on a pooled connection nor on a session
 * that a pooler such as PgBouncer gives to others between two transactions. H2 needs none of them, but may have to be told to write.
 */
final class TransactionSettings {

    /** Whatever the pool has set: with a higher level, a write that had to wait for another node would fail. */
    private static final String ISOLATION = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED";
    /** A change must be on the disk before a route sees it; a stricter setting than this one stays. */
    private static final String DURABLE = "SELECT set_config('synchronous_commit', 'local', true)"
            + " WHERE current_setting('synchronous_commit') = 'off'";
    /** Time-out between statements. */
    private static final String IDLE_TIMEOUT = "SET LOCAL idle_in_transaction_session_timeout = '5s'";
    /** Time-out for a node that stops while it sends a statement, when the session is not idle. Switched off first to restart it. */
    private static final String TOTAL_TIMEOUT =
            "SET LOCAL transaction_timeout = 0; SET LOCAL transaction_timeout = '20s'";
    /** First PostgreSQL version with transaction_timeout. */
    private static final int MIN_VERSION_OF_TOTAL_TIMEOUT = 17;
    private static final String INDEXES_ONLY = "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off;"
            + " SET LOCAL enable_sort = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_material = off";

    private TransactionSettings() {
    }

    static boolean isPostgres(Connection connection) throws SQLException {
        return connection.getMetaData().getDatabaseProductName().equals("PostgreSQL");
    }

    /**
     * Begins a transaction that locks rows. Makes PostgreSQL abort it when its node hangs or has lost its connection; otherwise other
     * nodes would wait for its locks until TCP gives up, which takes hours.
     */
    static void beginWrite(Connection connection) throws SQLException {
        execute(connection, ISOLATION + "; " + DURABLE + "; " + timeouts(connection));
    }

    /** Restarts the time-outs of the current transaction. A large write must call it repeatedly. */
    static void renewTimeouts(Connection connection) throws SQLException {
        execute(connection, timeouts(connection));
    }

    /**
     * Makes the current transaction find rows by the primary keys only. Performance: in tables that were not analyzed yet, the planner
     * would read and sort all rows for each page, or read all rows for each join.
     */
    static void useIndexesOnly(Connection connection) throws SQLException {
        execute(connection, INDEXES_ONLY);
    }

    private static String timeouts(Connection connection) throws SQLException {
        return connection.getMetaData().getDatabaseMajorVersion() < MIN_VERSION_OF_TOTAL_TIMEOUT ? IDLE_TIMEOUT
                : IDLE_TIMEOUT + "; " + TOTAL_TIMEOUT;
    }

    /** Makes H2 write what was committed to its file. */
    static Void force(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CHECKPOINT SYNC");
            return null;
        }
    }

    private static void execute(Connection connection, String settings) throws SQLException {
        if (isPostgres(connection)) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(settings);
            }
        }
    }
}
