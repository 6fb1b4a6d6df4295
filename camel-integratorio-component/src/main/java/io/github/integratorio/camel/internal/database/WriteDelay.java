package io.github.integratorio.camel.internal.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** H2 writes what was committed to its file after a delay, 500 milliseconds unless its URL says otherwise, and loses it if the process is killed meanwhile. */
public final class WriteDelay {

    /** The settings of an H2 that is not only in memory. The columns have other names with OLD_INFORMATION_SCHEMA. */
    private static final String SETTINGS_OF_FILE =
            "SELECT * FROM INFORMATION_SCHEMA.SETTINGS WHERE DATABASE_PATH() IS NOT NULL";

    private WriteDelay() {
    }

    /** Whether a database is an H2 in a file that has this delay. */
    public static boolean isSet(Connection connection) throws SQLException {
        if (!connection.getMetaData().getDatabaseProductName().equals("H2")) {
            return false;
        }
        try (Statement statement = connection.createStatement();
                ResultSet settings = statement.executeQuery(SETTINGS_OF_FILE)) {
            boolean isSet = false;
            while (settings.next()) {
                isSet |= settings.getString(1).equals("WRITE_DELAY") && !settings.getString(2).equals("0");
            }
            return isSet;
        }
    }
}
