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

/** An install as the table has it, or as the API has it: the same when the two are equal. */
record Install(String integration, String name, String email, String version, Boolean sandbox, Boolean updating) {

    /** All that the API gave, by integration. */
    static Map<String, Install> of(List<Installation> list) {
        Map<String, Install> all = new TreeMap<>();
        list.forEach(row -> all.put(row.getIntegrationId(), new Install(row.getIntegrationId(), row.getName(), row.getEmail(),
                row.getVersion(), row.getSandbox(), row.getUpdateInProgress())));
        return all;
    }

    /** All that are installed now, says the table in a directory, by integration. */
    static Map<String, Install> ofTable(Path directory) throws SQLException {
        Map<String, Install> all = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + directory.toAbsolutePath().resolve("table"));
                Statement select = connection.createStatement();
                ResultSet row = select.executeQuery(
                        "SELECT integration_id, name, email, version, sandbox, updating FROM install WHERE installed")) {
            while (row.next()) {
                all.put(row.getString(1), new Install(row.getString(1), row.getString(2), row.getString(3), row.getString(4),
                        row.getObject(5, Boolean.class), row.getObject(6, Boolean.class)));
            }
        }
        return all;
    }

    /** Who it is, without the whole address. */
    String customer() {
        return customer(integration, email);
    }

    /** Who an install's customer is, without the whole address. */
    static String customer(String integration, String email) {
        int at = email == null ? -1 : email.indexOf('@');
        return at < 1 ? integration : email.charAt(0) + "***" + email.substring(at);
    }
}
