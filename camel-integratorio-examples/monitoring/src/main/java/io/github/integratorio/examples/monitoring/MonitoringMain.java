package io.github.integratorio.examples.monitoring;

import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

import io.github.integratorio.simulator.Fault;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.main.Main;

/** Prints the health, metrics and dev console of a small application, in normal operation and with a rejected token. */
public final class MonitoringMain {

    private final PrintStream console;
    private final HttpClient http = HttpClient.newHttpClient();
    private final int port;

    /** @param console receives the output */
    MonitoringMain(PrintStream console) throws IOException {
        this.console = console;
        // Below the ports that the system hands out by itself: another process could be given one of these before it is used.
        try (ServerSocket free = new ServerSocket(ThreadLocalRandom.current().nextInt(20_000, 32_000))) {
            port = free.getLocalPort();
        }
    }

    public static void main(String[] args) throws Exception {
        new MonitoringMain(System.out).run();
    }

    /** Generates traffic with some faults, then prints health, metrics and the dev console. */
    void run() throws Exception {
        try (IntegratorioSimulator api = IntegratorioSimulator.start()) {
            api.removeUser("nobody@unknown.example");
            Main main = new Main();
            main.addInitialProperty("camel.management.port", Integer.toString(port));
            main.addInitialProperty("camel.component.integratorio.base-url", api.baseUrl());
            main.addInitialProperty("camel.component.integratorio.access-token", api.token());
            main.addInitialProperty("connector", api.addConnector("Shop to Books"));
            main.start();
            try {
                generateTraffic(main.getCamelTemplate(), api);
                print("observe/health", ".*");
                print("observe/metrics",
                        "integratorio_(?!.*_max\\{).*|camel_exchanges_(failed|succeeded)_total.*eventType=\"route\".*");
                print("q/dev/integratorio", ".*");
                api.token("another-token");
                console.println("From here on, integrator.io rejects the access token.");
                console.println();
                signUpWithError(main.getCamelTemplate(), "jane@acme.example");
                // The checks of an account share an answer of the API for five seconds.
                while (!get("observe/health").contains("tokenInfo")) {
                    Thread.sleep(200);
                }
                print("observe/health", ".*");
                print("observe/metrics", "integratorio_requests_seconds_count.*unauthorized.*");
            } finally {
                main.stop();
            }
        }
    }

    private static void generateTraffic(ProducerTemplate template, IntegratorioSimulator api) {
        api.faults().add(Fault.on("POST", ".*/licenses").status(429, Map.of("Retry-After", "1")));
        api.faults().add(Fault.on("POST", ".*/licenses").resetAfter());
        for (int i = 0; i < 10; i++) {
            template.requestBody("direct:sign-up", Map.of("email", "c" + i + "@acme.example"));
        }
        signUpWithError(template, "nobody@unknown.example");
    }

    private static void signUpWithError(ProducerTemplate template, String email) {
        try {
            template.requestBody("direct:sign-up", Map.of("email", email));
        } catch (CamelExecutionException e) {
            // The metrics show it.
        }
    }

    /** Requests a page and prints the lines that match. */
    private void print(String path, String lines) throws IOException, InterruptedException {
        console.println("curl " + url(path));
        get(path).lines().filter(line -> line.matches(lines)).forEach(console::println);
        console.println();
    }

    private String get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(url(path))).build(), BodyHandlers.ofString()).body();
    }

    private String url(String path) {
        return "http://127.0.0.1:" + port + "/" + path;
    }
}
