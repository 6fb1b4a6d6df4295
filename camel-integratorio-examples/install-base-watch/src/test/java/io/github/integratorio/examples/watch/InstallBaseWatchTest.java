package io.github.integratorio.examples.watch;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.api.Installation;
import io.github.integratorio.camel.api.IntegratorioConstants;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class InstallBaseWatchTest {

    @TempDir
    private Path directory;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream console = new PrintStream(written, true, StandardCharsets.UTF_8);

    private String text() {
        return written.toString(StandardCharsets.UTF_8);
    }

    @Test
    void a_watcher_that_is_killed_continues_after_a_restart_and_its_table_matches_the_API() throws Exception {
        int status = new WatchDemo(directory, 50, console).run();

        assertEquals(0, status, text());
        assertTrue(text().contains("kill -9"), text());
        assertTrue(text().contains("printed 40 changes"), text());
        assertFalse(text().contains("ghost@"), text());
        assertFalse(text().contains("WARN"), text());
        assertFalse(text().matches("(?s).*[a-z]{2,}@.*"), "a whole address is shown");
    }

    @Test
    void a_change_that_is_delivered_again_changes_nothing_and_is_printed_as_a_duplicate() throws Exception {
        Main main = startTableRoute();
        try {
            Map<String, Object> installed = change(ChangeType.ADDED, 1, List.of());
            Map<String, Object> upgraded = change(ChangeType.UPDATED, 2, List.of("version"));
            Map<String, Object> gone = change(ChangeType.REMOVED, 5, List.of());
            upgraded.put(IntegratorioConstants.PREVIOUS, install("1.0.0"));

            send(main, "1.0.0", installed);
            send(main, "2.0.0", upgraded);
            assertEquals("2.0.0", table().get("i1").version());

            send(main, "1.0.0", installed);
            send(main, "2.0.0", upgraded);
            assertEquals("2.0.0", table().get("i1").version());

            send(main, "2.0.0", gone);
            assertEquals(Map.of(), table());
            send(main, "1.0.0", installed);
            assertEquals(Map.of(), table());
        } finally {
            main.stop();
        }
        assertEquals(List.of(
                "+ a***@acme.example      installed 1.0.0",
                "~ a***@acme.example      upgraded 1.0.0 -> 2.0.0",
                "+ a***@acme.example      installed 1.0.0   (duplicate: already in the table)",
                "~ a***@acme.example      upgraded 1.0.0 -> 2.0.0   (duplicate: already in the table)",
                "- a***@acme.example      uninstalled 2.0.0",
                "+ a***@acme.example      installed 1.0.0   (duplicate: already in the table)"),
                text().lines().map(line -> line.substring(12)).toList());
    }

    @Test
    void a_table_that_differs_from_the_API_is_detected() throws Exception {
        Main main = startTableRoute();
        try {
            send(main, "1.0.0", change(ChangeType.ADDED, 1, List.of()));
        } finally {
            main.stop();
        }
        assertEquals(0, TableComparison.print(console, List.of(install("1.0.0")), directory, 1, 0));
        assertEquals(1, TableComparison.print(console, List.of(install("2.0.0")), directory, 1, 0));
        assertEquals(1, TableComparison.print(console, List.of(), directory, 1, 0));
    }

    /** Starts only the route that updates the table. */
    private Main startTableRoute() throws Exception {
        Main main = new Main();
        main.bind("changePrinter", new ChangePrinter(console));
        main.addInitialProperty("directory", directory.toString());
        main.addOverrideProperty("camel.main.routes-include-pattern", "classpath:routes/table.camel.yaml");
        main.addOverrideProperty("camel.component.integratorio.access-token", "none");
        main.start();
        return main;
    }

    private Map<String, InstallRow> table() throws Exception {
        return InstallRow.fromTable(directory);
    }

    private static void send(Main main, String version, Map<String, Object> headers) throws Exception {
        main.getCamelTemplate().requestBodyAndHeaders("direct:update-table", install(version), headers);
    }

    private static Installation install(String version) {
        return Installation.of(Map.of("_integrationId", "i1", "email", "ann@acme.example", "version", version));
    }

    private static Map<String, Object> change(ChangeType type, long version, List<String> fields) {
        Map<String, Object> headers = new HashMap<>();
        headers.put(IntegratorioConstants.CHANGE_TYPE, type);
        headers.put(IntegratorioConstants.CHANGE_VERSION, version);
        headers.put(IntegratorioConstants.CHANGED_FIELDS, fields);
        headers.put(IntegratorioConstants.CONNECTOR_ID, "c1");
        headers.put(IntegratorioConstants.INTEGRATION_ID, "i1");
        return headers;
    }
}
