package io.github.integratorio.camel.internal.changefeed.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Prepared statement that is executed for many rows, in batches. */
final class BatchStatement implements AutoCloseable {

    private static final int SIZE = 500;

    private final Connection connection;
    private final PreparedStatement statement;
    private int batched;
    private long affectedRows;

    BatchStatement(Connection connection, String sql) throws SQLException {
        this.connection = connection;
        statement = connection.prepareStatement(sql);
    }

    void add(Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        statement.addBatch();
        if (++batched == SIZE) {
            execute();
            TransactionSettings.renewTimeouts(connection);
        }
    }

    private void execute() throws SQLException {
        for (int count : statement.executeBatch()) {
            affectedRows += Math.max(0, count);
        }
        batched = 0;
    }

    /** Executes the last batch; returns the number of rows that all batches affected. */
    long finish() throws SQLException {
        if (batched > 0) {
            execute();
        }
        return affectedRows;
    }

    @Override
    public void close() throws SQLException {
        statement.close();
    }
}
