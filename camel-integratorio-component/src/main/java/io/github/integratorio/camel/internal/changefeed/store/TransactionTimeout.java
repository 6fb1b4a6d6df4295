package io.github.integratorio.camel.internal.changefeed.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Lets the database end a transaction whose node stands still or is cut off, for its locks keep the other nodes waiting, and PostgreSQL
 * would keep them until the network is given up, which is hours. An embedded H2 has one node only.
 */
final class TransactionTimeout {

    /** The first for a node that has its answer, the other for one that stopped in the midst of what it says: that is not idle. */
    private static final String IDLE = "SET LOCAL idle_in_transaction_session_timeout = '5s'";
    /** Off and on again, or it would go on from where it was. */
    private static final String TOTAL = "SET LOCAL transaction_timeout = 0; SET LOCAL transaction_timeout = '20s'";
    /** Earlier ones do not have the second. */
    private static final int KNOWS_TOTAL = 17;

    private TransactionTimeout() {
    }

    /**
     * From now on, the transaction of this connection has so long again. What writes much says it now and then, or would be ended for
     * being much.
     */
    static void renew(Connection connection) throws SQLException {
        if (connection.getMetaData().getDatabaseProductName().equals("PostgreSQL")) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(connection.getMetaData().getDatabaseMajorVersion() < KNOWS_TOTAL ? IDLE : IDLE + "; " + TOTAL);
            }
        }
    }
}
