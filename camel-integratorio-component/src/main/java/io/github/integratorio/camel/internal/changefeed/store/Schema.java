package io.github.integratorio.camel.internal.changefeed.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLSyntaxErrorException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.integratorio.camel.api.FeedStateException;

/** Tables of the store. */
public final class Schema {

    /** Version of the tables; to be raised if older versions of this component cannot use them anymore. */
    private static final int FORMAT = 3;
    private static final Set<String> SUPPORTED = Set.of("PostgreSQL", "H2");
    /** Number of different texts that H2 takes for the same: by case, accent, or a control character. */
    private static final String EQUAL_TEXTS =
            "SELECT COUNT(*) FROM (VALUES ('A'), ('\u00e1'), ('a\u0001')) AS other (t)"
                    + " WHERE CAST(t AS VARCHAR) = CAST('a' AS VARCHAR) LIMIT 1";
    /** SQL states for a table that does not exist: of PostgreSQL, and of H2. */
    private static final Set<String> UNKNOWN_TABLE = Set.of("42P01", "42S02", "42S03", "42S04");
    private static final String FOLDER = "META-INF/integratorio/schema/";
    private static final String CREATE = "create-3.sql";
    private static final String GRANT =
            "GRANT SELECT, INSERT, UPDATE, DELETE ON integratorio_format, integratorio_feed, integratorio_row,"
                    + " integratorio_change TO ";

    /** What the store may do to its tables when it is opened. */
    public enum Tables {
        /** Create or upgrade them. */
        CREATE,
        /** Upgrade them; they must exist. */
        UPGRADE,
        /** Nothing; the owner of the database creates and upgrades them. */
        VERIFY
    }

    private Schema() {
    }

    /**
     * Verifies the database and the version of the tables, or creates or upgrades the tables.
     *
     * @throws FeedStateException if the database is not supported, there are no tables and none can be created, or they have another
     *                            version and cannot be upgraded
     */
    static void prepare(TransactionTemplate transactions, Tables tables) {
        String database = transactions.run("read", Schema::supportedDatabase);
        if (database.equals("H2")) {
            transactions.run("read", Schema::verifyH2);
        } else {
            transactions.run("read", Schema::verifyEncoding);
            transactions.use(transactions.run("read", PostgresSearchPath::schema));
        }
        int format = transactions.run("read", Schema::format);
        if (format == 0 && tables == Tables.UPGRADE) {
            throw new FeedStateException(
                    "stateDirectory: the state is gone, its file has no tables; restore it, or delete"
                            + " the directory to start over, which loses the changes made meanwhile");
        }
        List<String> scripts = scripts(format, database);
        String advice = scripts.isEmpty() ? "" : transactions.run("read", user -> advice(user, scripts));
        if (!scripts.isEmpty() && tables == Tables.VERIFY) {
            throw new FeedStateException((format == 0 ? "the tables of the state do not exist"
                    : "the tables of the state have the format of an older version") + advice);
        }
        for (int i = 0; i < scripts.size(); i++) {
            String script = scripts.get(i);
            try {
                transactions.run("prepared", connection -> run(connection, script));
            } catch (FeedStateException e) {
                // Another node may have done the same at the same moment.
                if (transactions.run("read", Schema::format) <= format + i) {
                    throw new FeedStateException("the tables of the state cannot be "
                            + (format == 0 ? "created" : "upgraded") + ": " + e.getMessage() + advice);
                }
            }
        }
        transactions.run("read", Schema::verifyFormat);
    }

    /** Returns the files that lead from a format to the one of this version, in order. */
    private static List<String> scripts(int format, String database) {
        return format == 0 ? List.of(CREATE)
                : IntStream.range(format, FORMAT).mapToObj(from -> "upgrade-" + from + "-to-" + (from + 1) + "-"
                        + (database.equals("H2") ? "h2" : "postgresql") + ".sql").toList();
    }

    private static String supportedDatabase(Connection connection) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName();
        if (product.equals("PostgreSQL")) {
            // Others use its protocol and its driver.
            String version = text(connection, "SELECT version()");
            product = version.contains("Redshift") ? "Redshift"
                    : version.contains("-YB-") ? "YugabyteDB" : version.split("[ ,(]", 2)[0];
        }
        if (!SUPPORTED.contains(product)) {
            throw new FeedStateException("dataSource: not supported: " + product + "; supported: PostgreSQL, H2");
        }
        return product;
    }

    /** Refuses a PostgreSQL that cannot store all characters, because one of them would stop its list. */
    private static Void verifyEncoding(Connection connection) throws SQLException {
        String encoding = text(connection, "SHOW server_encoding");
        if (!encoding.equals("UTF8")) {
            throw new FeedStateException("dataSource: the encoding of the database is " + encoding
                    + ", which does not have all characters; supported: UTF8");
        }
        return null;
    }

    /** Refuses an H2 with another SQL syntax, or one that takes different keys for the same. */
    private static Void verifyH2(Connection connection) throws SQLException {
        String equalTexts;
        try {
            equalTexts = text(connection, EQUAL_TEXTS);
        } catch (SQLSyntaxErrorException e) {
            throw new FeedStateException("dataSource: not supported: H2 in a MODE without LIMIT, such as Oracle,"
                    + " MSSQLServer or Derby; supported: REGULAR, PostgreSQL");
        }
        if (!equalTexts.equals("0")) {
            throw new FeedStateException("dataSource: not supported: H2 with IGNORECASE=TRUE or a COLLATION in which"
                    + " different texts are equal; supported: COLLATION OFF, the default");
        }
        return null;
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (Statement select = connection.createStatement(); ResultSet found = select.executeQuery(sql)) {
            return found.next() ? found.getString(1) : "";
        }
    }

    /** Tells what the owner of the database has to run. */
    private static String advice(Connection connection, List<String> scripts) throws SQLException {
        return "; run the " + (scripts.size() == 1 ? "file " : "files ")
                + scripts.stream().map(FOLDER::concat).collect(Collectors.joining(" and then "))
                + " of camel-integratorio's jar as the owner of the schema"
                + (scripts.contains(CREATE) ? ", and " + GRANT + '"' + connection.getMetaData().getUserName() + '"'
                        : "");
    }

    /** Returns the format of the tables; 0 if there are none. */
    private static int format(Connection connection) throws SQLException {
        try (Statement select = connection.createStatement();
                ResultSet found = select.executeQuery("SELECT MAX(format) FROM integratorio_format")) {
            found.next();
            return found.getInt(1);
        } catch (SQLException e) {
            if (!UNKNOWN_TABLE.contains(e.getSQLState())) {
                throw e;
            }
            // PostgreSQL accepts nothing else in the transaction.
            connection.rollback();
            return 0;
        }
    }

    /**
     * Verifies the version of the tables, which another node may have upgraded.
     *
     * @throws FeedStateException if it is another one
     */
    static Void verifyFormat(Connection connection) throws SQLException {
        verify(format(connection));
        return null;
    }

    private static void verify(int format) {
        if (format == 0) {
            throw new FeedStateException("the tables of the state do not exist");
        }
        if (format != FORMAT) {
            throw new FeedStateException(
                    "the state was written by another version of camel-integratorio (format " + format
                            + ", this one has " + FORMAT + "); use that version or a later one");
        }
    }

    private static Void run(Connection connection, String script) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : read(script).replaceAll("(?m)^--.*$", "").split(";")) {
                if (!sql.isBlank()) {
                    statement.execute(sql);
                }
            }
        }
        return null;
    }

    private static String read(String script) {
        try (InputStream file = Schema.class.getResourceAsStream("/" + FOLDER + script)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
