package io.github.integratorio.examples.provisioning;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.github.integratorio.camel.api.License;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.apache.camel.main.Main;

/** Runs the route over a file of subscription events and prints the resulting licenses. */
public final class ProvisioningMain {

    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final int SAMPLE_ROWS = 8;

    private final Path directory;
    private final Path events;
    private final PrintStream console;

    /**
     * @param directory for the event file and the logs of the route
     * @param events    the file of events; null for the demo's
     */
    ProvisioningMain(Path directory, Path events, PrintStream console) {
        this.directory = directory;
        this.events = events;
        this.console = console;
    }

    /**
     * Uses an embedded simulator; with the argument {@code live}, the account of INTEGRATOR_IO_TOKEN and INTEGRATOR_IO_CONNECTOR_ID. The
     * system property {@code events} is the file of events; the default is the demo's.
     */
    public static void main(String[] args) throws Exception {
        System.exit(run(List.of(args), System.getenv(), System.getProperty("events", ""), System.out));
    }

    static int run(List<String> arguments, Map<String, String> environment, String eventFile, PrintStream console)
            throws Exception {
        if (!arguments.isEmpty() && !arguments.equals(List.of("live"))) {
            console.println("Unknown argument: " + String.join(" ", arguments)
                    + ". Valid: live, which uses the account of INTEGRATOR_IO_TOKEN.");
            return 2;
        }
        Path events = eventFile.isEmpty() ? null : Path.of(eventFile);
        if (events != null && !Files.isReadable(events)) {
            console.println("events: there is no readable file " + events.toAbsolutePath());
            return 2;
        }
        ProvisioningMain example = new ProvisioningMain(Path.of("target/provisioning"), events, console);
        if (arguments.isEmpty()) {
            try (IntegratorioSimulator api = startSimulator()) {
                return example.run(simulatorProperties(api, api.addConnector("Shop to Books"))) ? 0 : 1;
            }
        }
        List<String> missing = new ArrayList<>(List.of("INTEGRATOR_IO_TOKEN", "INTEGRATOR_IO_CONNECTOR_ID"));
        missing.removeIf(environment::containsKey);
        if (events == null) {
            missing.add("-Devents=FILE (the customers of the demo's events do not exist)");
        }
        if (!missing.isEmpty()) {
            console.println("live needs " + String.join(", ", missing));
            return 2;
        }
        // The token and the connector come from application.properties.
        String region = environment.getOrDefault("INTEGRATOR_IO_REGION", "US");
        console.printf("LIVE: integrator.io, region %s, connector %s%n", region,
                environment.get("INTEGRATOR_IO_CONNECTOR_ID"));
        return example.run(Map.of("camel.component.integratorio.region", region)) ? 0 : 1;
    }

    /** Starts a simulator in which everybody has an account but three people of the event file. */
    static IntegratorioSimulator startSimulator() {
        IntegratorioSimulator api = IntegratorioSimulator.builder().anyUser().start();
        for (int i = 0; i < 3; i++) {
            api.removeUser("no.body" + i + "@unknown.example");
        }
        return api;
    }

    static Map<String, String> simulatorProperties(IntegratorioSimulator api, String connector) {
        return Map.of("camel.component.integratorio.base-url", api.baseUrl(),
                "camel.component.integratorio.access-token", api.token(), "connector", connector);
    }

    /** Processes the events; false if one of them was neither applied nor rejected. */
    boolean run(Map<String, String> properties) throws Exception {
        Main main = new Main();
        properties.forEach(main::addOverrideProperty);
        main.addInitialProperty("directory", directory.toString());
        List<String> events = provideEvents();
        console.printf("%n%d subscription events -> %s%n", events.size(),
                properties.containsKey("camel.component.integratorio.base-url")
                        ? "an embedded integrator.io at " + properties.get("camel.component.integratorio.base-url")
                        : "integrator.io");
        main.start();
        try {
            awaitProcessed();
            List<?> licenses = main.getCamelTemplate().requestBody(
                    "integratorio:licenses?operation=list&connectorId={{connector}}", null, List.class);
            printLicenses(licenses.stream().map(License.class::cast).toList());
        } finally {
            main.stop();
        }
        List<String> applied = readLog("applied.log");
        List<String> rejected = readLog("rejected.log");
        printRejected(rejected);
        boolean complete = applied.size() + rejected.size() == events.size();
        console.printf("%n%d events: %d applied %s, %d rejected, %d lost%n", events.size(), applied.size(),
                count(applied), rejected.size(), events.size() - applied.size() - rejected.size());
        return complete;
    }

    private List<String> provideEvents() throws IOException {
        Files.createDirectories(directory);
        Files.deleteIfExists(directory.resolve("applied.log"));
        Files.deleteIfExists(directory.resolve("rejected.log"));
        Files.deleteIfExists(directory.resolve(".camel/subscriptions.ndjson"));
        Path file = directory.resolve("subscriptions.ndjson");
        try (InputStream in = events != null ? Files.newInputStream(events)
                : getClass().getResourceAsStream("/events/subscriptions.ndjson")) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return Files.readAllLines(file).stream().filter(line -> !line.isBlank()).toList();
    }

    /** Waits until the file component has moved the file, which it does when the whole file is processed. */
    private void awaitProcessed() throws InterruptedException {
        Instant end = Instant.now().plus(TIMEOUT);
        while (!Files.exists(directory.resolve(".camel/subscriptions.ndjson"))) {
            if (Instant.now().isAfter(end)) {
                throw new IllegalStateException(
                        "The events were not processed within " + TIMEOUT.toMinutes() + " minutes.");
            }
            Thread.sleep(50);
        }
    }

    private void printLicenses(List<License> licenses) {
        Instant now = Instant.now();
        long active = licenses.stream().filter(license -> license.getExpires().isAfter(now)).count();
        console.printf("%n%d license%s: %d active, %d expired%n", licenses.size(), licenses.size() == 1 ? "" : "s",
                active,
                licenses.size() - active);
        console.printf("  %-24s %-10s %-21s %s%n", "customer", "edition", "expires", "days left");
        licenses.stream().limit(SAMPLE_ROWS)
                .forEach(license -> console.printf("  %-24s %-10s %-21s %s%n", mask(license.getEmail()),
                        license.getOpts() == null ? "" : license.getOpts().get("connectorEdition"),
                        license.getExpires().truncatedTo(ChronoUnit.SECONDS), license.getExpires().isAfter(now)
                                ? String.valueOf(ChronoUnit.DAYS.between(now, license.getExpires())) : "expired"));
        if (licenses.size() > SAMPLE_ROWS) {
            console.printf("  ... and %d more%n", licenses.size() - SAMPLE_ROWS);
        }
    }

    private void printRejected(List<String> rejected) {
        console.printf("%n%d events rejected, see %s:%n", rejected.size(), directory.resolve("rejected.log"));
        count(rejected).forEach((reason, number) -> console.printf("  %d x %s%n", number, reason));
    }

    private List<String> readLog(String name) throws IOException {
        Path log = directory.resolve(name);
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }

    /** Counts the lines of a log by their first column: the outcome or the reason. */
    private static Map<String, Long> count(List<String> log) {
        return log.stream().map(line -> line.substring(0, line.indexOf('\t')))
                .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
    }

    private static String mask(String email) {
        return email.charAt(0) + "***" + email.substring(email.indexOf('@'));
    }
}
