package io.github.integratorio.camel.internal.changefeed.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Inserts many rows, several with each statement. Performance: PostgreSQL spends most of the time of a batch of single inserts on the
 * statements.
 */
final class BulkInsert implements AutoCloseable {

    private static final int MAX_ROWS = 250;
    /** The driver copies all values of a statement. */
    private static final int MAX_CHARACTERS = 1_000_000;

    private final Connection connection;
    private final String insert;
    private final String row;
    private final List<Object[]> rows = new ArrayList<>();
    private long characters;
    /** Statement for the maximum number of rows; null before the first use. */
    private PreparedStatement full;

    /** Inserts into a table, such as {@code "feed (name, origin)"}, that many columns. */
    BulkInsert(Connection connection, String table, int columns) {
        this.connection = connection;
        this.insert = "INSERT INTO " + table + " VALUES ";
        this.row = "(" + String.join(",", Collections.nCopies(columns, "?")) + ")";
    }

    void add(Object... values) throws SQLException {
        rows.add(values);
        for (Object value : values) {
            characters += value instanceof String text ? text.length() : 0;
        }
        if (rows.size() == MAX_ROWS || characters >= MAX_CHARACTERS) {
            execute();
            TransactionSettings.renewTimeouts(connection);
        }
    }

    private void execute() throws SQLException {
        if (rows.size() == MAX_ROWS) {
            if (full == null) {
                full = prepare();
            }
            execute(full);
        } else {
            try (PreparedStatement statement = prepare()) {
                execute(statement);
            }
        }
        rows.clear();
        characters = 0;
    }

    private PreparedStatement prepare() throws SQLException {
        return connection.prepareStatement(insert + String.join(",", Collections.nCopies(rows.size(), row)));
    }

    private void execute(PreparedStatement statement) throws SQLException {
        int parameter = 1;
        for (Object[] values : rows) {
            for (Object value : values) {
                statement.setObject(parameter++, value);
            }
        }
        statement.executeUpdate();
    }

    /** Inserts the remaining rows. */
    void finish() throws SQLException {
        if (!rows.isEmpty()) {
            execute();
        }
    }

    @Override
    public void close() throws SQLException {
        if (full != null) {
            full.close();
        }
    }
}
