package io.github.integratorio.examples.provisioning;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.api.License;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ProvisioningMainTest {

    @TempDir
    private Path directory;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    private ProvisioningMain example() {
        return new ProvisioningMain(directory, null, new PrintStream(written, true, StandardCharsets.UTF_8));
    }

    private String text() {
        return written.toString(StandardCharsets.UTF_8);
    }

    @Test
    void every_event_is_applied_or_rejected_with_its_reason_and_the_licenses_match_the_events() throws Exception {
        List<License> licenses;
        try (IntegratorioSimulator api = ProvisioningMain.startSimulator()) {
            String connector = api.addConnector("Shop to Books");
            assertTrue(example().run(ProvisioningMain.simulatorProperties(api, connector)), text());
            licenses = api.licenses(connector).stream().map(License::of).toList();
        }

        List<String> events = Files.readAllLines(directory.resolve(".camel/subscriptions.ndjson"));
        assertEquals(List.of(), ExpectedLicenses.findDifferences(ExpectedLicenses.compute(events), licenses));
        assertTrue(text().contains("9 rejected, 0 lost"), text());
        assertFalse(text().matches("(?s).*[a-z]{2,}\\.[a-z]+@.*"), "a whole address is shown");

        List<String> rejected = Files.readAllLines(directory.resolve("rejected.log"));
        assertEquals(3, rejected.stream().filter(line -> line.contains("invalid_user")).count());
        assertEquals(2, rejected.stream().filter(line -> line.startsWith("header CamelIntegratorioExpires: ")).count());
        assertEquals(3, rejected.stream().filter(line -> line.startsWith("duplicate event\t")).count());
        assertEquals(1, rejected.stream().filter(line -> line.contains("evt-x")).count());
        assertEquals(9, rejected.size());
        assertTrue(events.containsAll(rejected.stream().map(line -> line.substring(line.indexOf('\t') + 1)).toList()),
                "the event as it came");
    }

    @Test
    void a_lost_event_is_detected() throws Exception {
        try (IntegratorioSimulator api = ProvisioningMain.startSimulator()) {
            // A route that ends before the log writes nothing for an event.
            Path lost = Files.writeString(directory.resolve("lost.camel.yaml"), """
                    - route:
                        from:
                          uri: file:{{directory}}
                          parameters:
                            fileName: subscriptions.ndjson
                            initialDelay: 0
                          steps:
                            - log: "${file:name}"
                    """);
            Map<String, String> properties =
                    new HashMap<>(ProvisioningMain.simulatorProperties(api, api.addConnector("Shop to Books")));
            properties.put("camel.main.routes-include-pattern", "file:" + lost);
            assertFalse(example().run(properties), text());
        }
        assertTrue(text().contains("233 lost"), text());
    }

    @Test
    void a_real_account_is_used_only_when_told_so_and_with_events_of_its_own() throws Exception {
        PrintStream console = new PrintStream(written, true, StandardCharsets.UTF_8);
        Map<String, String> account = Map.of("INTEGRATOR_IO_TOKEN", "secret", "INTEGRATOR_IO_CONNECTOR_ID", "c1");
        assertEquals(2, ProvisioningMain.run(List.of("live"), account, "", console));
        assertTrue(text().contains("live needs -Devents=FILE"), text());
        assertEquals(2, ProvisioningMain.run(List.of("Live"), account, "", console));
        assertTrue(text().contains("Unknown argument: Live"), text());
        assertEquals(2, ProvisioningMain.run(List.of(), account, "no-such.ndjson", console));
        assertTrue(text().contains("events: there is no readable file"), text());

        Path events = Files.writeString(directory.resolve("mine.ndjson"),
                """
                        {"id":"e1","type":"renewed","email":"ann@acme.example"}

                        {"type":"trialStarted","email":"bob@acme.example","expires":"2032-06-05T00:00:00Z","edition":"pro"}
                        {"id":"e2","type":"trialStarted","email":"ann@acme.example","expires":"2032-06-05T00:00:00Z","edition":"pro"}
                        """);
        assertEquals(0, ProvisioningMain.run(List.of(), account, events.toString(), console), text());
        assertTrue(text().contains("3 subscription events -> an embedded integrator.io"), text());
        assertTrue(text().contains("1 x unknown event type renewed"), text());
        assertTrue(text().contains("1 x the event has no id"), text());
        assertTrue(text().contains("1 license: 1 active"), text());
        assertFalse(text().contains("LIVE"), text());
    }

    @Test
    void a_license_that_differs_from_the_events_is_found() {
        License license = License.of(Map.of("_id", "l1", "email", "a@b.example", "expires", "2031-01-01T00:00:00Z"));
        Instant expires = Instant.parse("2031-01-01T00:00:00Z");
        Map<String, ExpectedLicenses.State> right =
                Map.of("a@b.example", new ExpectedLicenses.State(null, expires, false));
        Map<String, ExpectedLicenses.State> wrong =
                Map.of("a@b.example", new ExpectedLicenses.State("pro", expires, false));

        assertEquals(List.of(), ExpectedLicenses.findDifferences(right, List.of(license)));
        assertEquals(1, ExpectedLicenses.findDifferences(wrong, List.of(license)).size());
        assertEquals(1, ExpectedLicenses.findDifferences(right, List.of()).size());
    }
}
