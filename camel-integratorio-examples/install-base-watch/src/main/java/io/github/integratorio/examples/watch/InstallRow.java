package io.github.integratorio.examples.watch;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.github.integratorio.camel.api.Installation;

/** An install, read from the table or from the API, for comparison. */
record InstallRow(String integration, String name, String email, String version, Boolean sandbox, Boolean updating) {

    /** Converts the API's list; the key is the integration id. */
    static Map<String, InstallRow> fromApi(List<Installation> list) {
        Map<String, InstallRow> all = new TreeMap<>();
        list.forEach(row -> all.put(row.getIntegrationId(),
                new InstallRow(row.getIntegrationId(), row.getName(), row.getEmail(),
                        row.getVersion(), row.getSandbox(), row.getUpdateInProgress())));
        return all;
    }

    /** Reads the current installs from the table in a directory; the key is the integration id. */
    static Map<String, InstallRow> fromTable(Path directory) throws SQLException {
        Map<String, InstallRow> all = new TreeMap<>();
        try (Connection connection =
                DriverManager.getConnection("jdbc:h2:file:" + directory.toAbsolutePath().resolve("table"));
                Statement select = connection.createStatement();
                ResultSet row = select.executeQuery(
                        "SELECT integration_id, name, email, version, sandbox, updating FROM install WHERE installed")) {
            while (row.next()) {
                all.put(row.getString(1),
                        new InstallRow(row.getString(1), row.getString(2), row.getString(3), row.getString(4),
                                row.getObject(5, Boolean.class), row.getObject(6, Boolean.class)));
            }
        }
        return all;
    }

    /** Returns the masked address. */
    String maskedCustomer() {
        return maskedCustomer(integration, email);
    }

    /** Returns the masked address, or the integration id if there is no address. */
    static String maskedCustomer(String integration, String email) {
        int at = email == null ? -1 : email.indexOf('@');
        return at < 1 ? integration : email.charAt(0) + "***" + email.substring(at);
    }
}
