package io.github.integratorio.examples.provisioning;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

import io.github.integratorio.camel.api.License;
import io.github.integratorio.simulator.IntegratorioSimulator;
import io.github.integratorio.simulator.SimulatorBuilder;
import org.apache.camel.main.Main;

/** Turns a file of subscription events into licenses, and shows what came of it. */
public final class ProvisioningMain {

    private final Path output;
    private final PrintStream console;

    ProvisioningMain(Path output, PrintStream console) {
        this.output = output;
        this.console = console;
    }

    public static void main(String[] args) throws Exception {
        int status = new ProvisioningMain(Path.of(args.length > 0 ? args[0] : "target/provisioning"), System.out).run(System.getenv());
        if (status != 0) {
            System.exit(status);
        }
    }

    /** Runs the routes; 0 only when everything was accounted for. */
    int run(Map<String, String> environment) throws Exception {
        Path events = Files.createDirectories(output.resolve("events"));
        Files.deleteIfExists(output.resolve("dead-letters.ndjson"));
        try (InputStream in = getClass().getResourceAsStream("/events/subscriptions.ndjson")) {
            Files.write(events.resolve("subscriptions.ndjson"), in.readAllBytes());
        }
        List<String> lines = Files.readAllLines(events.resolve("subscriptions.ndjson"));
        String token = environment.get("INTEGRATOR_IO_TOKEN");
        if (token != null) {
            String connector = environment.get("INTEGRATOR_IO_CONNECTOR_ID");
            if (connector == null) {
                throw new IllegalArgumentException("INTEGRATOR_IO_CONNECTOR_ID: which connector's licenses? Set it beside INTEGRATOR_IO_TOKEN");
            }
            String region = environment.getOrDefault("INTEGRATOR_IO_REGION", "US");
            return run(lines, Map.of("camel.component.integratorio.region", region, "camel.component.integratorio.access-token", token),
                    connector, null);
        }
        SimulatorBuilder builder = IntegratorioSimulator.builder();
        users(lines).forEach(email -> builder.user(email, email.substring(0, email.indexOf('@'))));
        try (IntegratorioSimulator api = builder.start()) {
            return run(lines, Map.of("camel.component.integratorio.base-url", api.baseUrl(), "camel.component.integratorio.access-token", api.token()),
                    api.addConnector("Shop to Books"), api);
        }
    }

    /** Who has an account at integrator.io: everybody in the file but those of unknown.example. */
    static Set<String> users(List<String> lines) {
        Set<String> users = new TreeSet<>();
        for (String line : lines) {
            java.util.regex.Matcher email = java.util.regex.Pattern.compile("\"email\":\"([^\"]+)\"").matcher(line);
            if (email.find() && !email.group(1).endsWith("unknown.example")) {
                users.add(email.group(1));
            }
        }
        return users;
    }

    private int run(List<String> lines, Map<String, String> api, String connector, IntegratorioSimulator simulator) throws Exception {
        Ledger ledger = new Ledger(console);
        Main main = new Main();
        main.bind("ledger", ledger);
        api.forEach(main::addInitialProperty);
        main.addInitialProperty("connector", connector);
        main.addInitialProperty("events", output.resolve("events").toString());
        main.addInitialProperty("output", output.toString());
        console.printf("%n%d subscription events -> %s%n%n", lines.size(),
                simulator == null ? "integrator.io" : "an embedded integrator.io, " + simulator.baseUrl());
        main.start();
        try {
            boolean ended = ledger.end().await(10, TimeUnit.MINUTES);
            List<?> licenses = main.getCamelTemplate().requestBody(
                    "integratorio:licenses?operation=list&connectorId=" + connector, null, List.class);
            List<License> now = new ArrayList<>();
            licenses.forEach(license -> now.add((License) license));
            Report.print(console, ledger, now);
            return verdict(lines, ledger, now, simulator != null && ended);
        } finally {
            main.stop();
        }
    }

    private int verdict(List<String> lines, Ledger ledger, List<License> licenses, boolean foretold) throws IOException {
        List<String> wrong = new ArrayList<>();
        if (!ledger.isComplete(lines.size())) {
            wrong.add("not every event was accounted for");
        }
        Path letters = output.resolve("dead-letters.ndjson");
        int written = Files.exists(letters) ? Files.readAllLines(letters).size() : 0;
        if (written != ledger.refusals()) {
            wrong.add(ledger.refusals() + " events were refused, but " + written + " dead letters written");
        }
        if (foretold) {
            wrong.addAll(differences(Expected.after(lines, users(lines)), licenses));
        }
        console.printf("%nDead letters: %s (%d)%n", letters, written);
        console.println(wrong.isEmpty() ? "Everything is accounted for." : "WRONG: " + String.join("; ", wrong));
        return wrong.isEmpty() ? 0 : 1;
    }

    static List<String> differences(Map<String, Expected.State> expected, List<License> licenses) {
        List<String> wrong = new ArrayList<>();
        if (expected.size() != licenses.size()) {
            wrong.add(expected.size() + " licenses expected, " + licenses.size() + " found");
        }
        for (License license : licenses) {
            Expected.State state = expected.get(license.getEmail());
            boolean expired = !license.getExpires().isAfter(Instant.now());
            String edition = license.getOpts() == null ? null : (String) license.getOpts().get("connectorEdition");
            if (state == null || state.expired() != expired || !java.util.Objects.equals(edition, state.edition())
                    || !expired && Duration.between(state.expires(), license.getExpires()).toMillis() != 0) {
                wrong.add("license " + license.getId() + " is not what the events say");
            }
        }
        return wrong;
    }
}
