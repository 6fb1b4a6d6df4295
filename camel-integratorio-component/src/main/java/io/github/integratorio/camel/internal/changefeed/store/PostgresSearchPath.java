package io.github.integratorio.camel.internal.changefeed.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;

import io.github.integratorio.camel.api.FeedStateException;

/**
 * Schema of the tables in PostgreSQL. Behind a pooler, a session may have the search path of another application, which must not lead
 * to other tables, or create a second set of them.
 */
final class PostgresSearchPath {

    private static final String CONFIGURED = "SELECT set_config('search_path', reset_val, true)"
            + " FROM pg_catalog.pg_settings WHERE name = 'search_path'";
    private static final String SCHEMAS = "SELECT current_schema(), (SELECT nspname FROM pg_catalog.pg_namespace n"
            + " JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid WHERE c.oid = to_regclass('integratorio_format'))";

    private PostgresSearchPath() {
    }

    /** The first schema of a search path, and the first one that has the tables; null where there is none. */
    private record Schemas(String first, String ofTables) {
    }

    /**
     * Finds the schema of the tables, with the search path of the session and with the one that it began with, in a transaction of its
     * own.
     *
     * @return                    the schema that has the tables, or in which they are to be created; null if the search path has none
     * @throws FeedStateException if the two search paths lead to different schemas
     */
    static String schema(Connection connection) throws SQLException {
        Schemas current = schemas(connection);
        try (Statement reset = connection.createStatement()) {
            reset.execute(CONFIGURED);
        }
        Schemas configured = schemas(connection);
        if (current.ofTables() == null && configured.ofTables() == null) {
            return same(current.first(), configured.first());
        }
        return current.ofTables() == null ? configured.ofTables()
                : configured.ofTables() == null ? current.ofTables() : same(current.ofTables(), configured.ofTables());
    }

    private static Schemas schemas(Connection connection) throws SQLException {
        try (Statement select = connection.createStatement(); ResultSet found = select.executeQuery(SCHEMAS)) {
            found.next();
            return new Schemas(found.getString(1), found.getString(2));
        }
    }

    private static String same(String current, String configured) {
        if (!Objects.equals(current, configured)) {
            throw new FeedStateException("dataSource: the tables of the state may be in schema " + configured
                    + ", with which the session began, or in " + current
                    + ", to which somebody has SET its search_path,"
                    + " such as another application behind the same pooler; remove that SET, or, if it was meant, use"
                    + " currentSchema in the JDBC URL or ALTER ROLE ... SET search_path instead");
        }
        return current;
    }

    /** Makes the current transaction use the tables of a schema. */
    static void use(Connection connection, String schema) throws SQLException {
        try (Statement set = connection.createStatement()) {
            set.execute("SET LOCAL search_path = \"" + schema.replace("\"", "\"\"") + '"');
        }
    }
}
