package io.github.integratorio.camel.internal.changefeed.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Makes PostgreSQL abort a transaction whose node hangs or has lost its connection. Otherwise other nodes would wait for its locks
 * until TCP gives up, which takes hours. An embedded H2 has a single node and needs no time-out.
 */
final class TransactionTimeout {

    /** Time-out between statements. */
    private static final String IDLE_TIMEOUT = "SET LOCAL idle_in_transaction_session_timeout = '5s'";
    /** Time-out for a node that stops while it sends a statement, when the session is not idle. Switched off first to restart it. */
    private static final String TOTAL_TIMEOUT =
            "SET LOCAL transaction_timeout = 0; SET LOCAL transaction_timeout = '20s'";
    /** First PostgreSQL version with transaction_timeout. */
    private static final int MIN_VERSION_OF_TOTAL_TIMEOUT = 17;

    private TransactionTimeout() {
    }

    /** Restarts the time-outs of the current transaction. A large write must call it repeatedly. */
    static void renew(Connection connection) throws SQLException {
        if (connection.getMetaData().getDatabaseProductName().equals("PostgreSQL")) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(
                        connection.getMetaData().getDatabaseMajorVersion() < MIN_VERSION_OF_TOTAL_TIMEOUT ? IDLE_TIMEOUT
                                : IDLE_TIMEOUT + "; " + TOTAL_TIMEOUT);
            }
        }
    }
}
