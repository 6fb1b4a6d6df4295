package io.github.integratorio.examples.subscriptions;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.awaitility.Awaitility;

/** Runs the platform in a separate process that can be killed. */
final class PlatformProcess implements AutoCloseable {

    private final Process process;
    private final Path log;
    private final Map<String, String> settings;

    /**
     * @param name     name of the log file
     * @param settings properties, passed with -D
     */
    PlatformProcess(String name, Map<String, String> settings) throws IOException {
        this.settings = settings;
        log = Files.createDirectories(Path.of("target/instances")).resolve(name + ".log");
        List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-cp", System.getProperty("java.class.path")));
        settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.addAll(List.of(PlatformMain.class.getName(), "serve"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment()
                .putAll(Map.of("INTEGRATOR_IO_TOKEN", settings.get("camel.component.integratorio.access-token"),
                        "INTEGRATOR_IO_CONNECTOR_ID", settings.get("connector"), "DATABASE_URL",
                        settings.get("database.url"), "WEBHOOK_SECRETS", settings.get("webhook.secrets")));
        process = builder.start();
        // Also if the tests are interrupted.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    /** Waits until the platform is healthy. */
    PlatformProcess awaitReady() {
        HttpClient http = HttpClient.newHttpClient();
        URI health = URI.create("http://127.0.0.1:" + settings.get("camel.management.port") + "/observe/health");
        Awaitility.await().atMost(Duration.ofMinutes(5)).pollInterval(Duration.ofMillis(300)).ignoreExceptions()
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new AssertionError(Files.readString(log));
                    }
                    return http.send(HttpRequest.newBuilder(health).build(), HttpResponse.BodyHandlers.discarding())
                            .statusCode() == 200;
                });
        return this;
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + settings.get("camel.server.port") + "/webhooks/billing");
    }

    long pid() {
        return process.pid();
    }

    /** Kills the process with SIGKILL. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
