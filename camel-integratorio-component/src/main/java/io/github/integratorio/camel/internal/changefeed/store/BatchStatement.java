package io.github.integratorio.camel.internal.changefeed.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** One statement for many rows, sent some at a time. */
final class BatchStatement implements AutoCloseable {

    private static final int SIZE = 500;

    private final Connection connection;
    private final PreparedStatement statement;
    private int waiting;
    private long affected;

    BatchStatement(Connection connection, String sql) throws SQLException {
        this.connection = connection;
        statement = connection.prepareStatement(sql);
    }

    void add(Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        statement.addBatch();
        if (++waiting == SIZE) {
            send();
            TransactionTimeout.renew(connection);
        }
    }

    private void send() throws SQLException {
        for (int count : statement.executeBatch()) {
            affected += Math.max(0, count);
        }
        waiting = 0;
    }

    /** Sends the rest; gives how many rows were affected by all of it. */
    long end() throws SQLException {
        if (waiting > 0) {
            send();
        }
        return affected;
    }

    @Override
    public void close() throws SQLException {
        statement.close();
    }
}
