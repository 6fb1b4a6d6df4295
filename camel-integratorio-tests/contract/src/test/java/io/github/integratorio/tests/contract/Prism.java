package io.github.integratorio.tests.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.awaitility.Awaitility.await;

/** Stoplight's Prism as a proxy between a client and the API; it responds with an error to anything that violates the contract. */
final class Prism implements AutoCloseable {

    private static final Path FOLDER = Path.of(System.getProperty("prism.folder"));
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern LISTENING = Pattern.compile("Prism is listening on http://127\\.0\\.0\\.1:(\\d+)");

    private final Process process;
    private final Path log;
    private final int port;
    private int seen;
    private int probes;

    private Prism(Process process, Path log) {
        this.process = process;
        this.log = log;
        await("Prism, see " + log).atMost(PATIENCE).until(() -> !process.isAlive() || LISTENING.matcher(text()).find());
        Matcher listening = LISTENING.matcher(text());
        if (!listening.find()) {
            throw new IllegalStateException("Prism ended: " + text());
        }
        port = Integer.parseInt(listening.group(1));
    }

    /**
     * Starts one.
     *
     * @param  contract contract that it enforces
     * @param  origin   scheme, host and port of the API
     * @return          the listening proxy
     */
    static Prism start(Contract contract, String origin) throws IOException {
        Path document = Files.createTempFile(FOLDER, "openapi", ".json");
        contract.write(document);
        Path log = Files.createTempFile(FOLDER, "prism", ".log");
        Path program = FOLDER.resolve("node_modules/@stoplight/prism-cli/dist/index.js");
        return new Prism(new ProcessBuilder("node", program.toString(), "proxy", "--errors", "--port", "0",
                document.toString(), origin)
                .redirectErrorStream(true).redirectOutput(log.toFile()).start(), log);
    }

    int port() {
        return port;
    }

    /** The violations by requests and responses since the last call, from Prism's log. */
    List<String> violations() throws IOException, InterruptedException {
        // The log is written after the response: send an invalid request, and wait until it is in the log.
        String probe = "/probe-" + ++probes;
        HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + probe)).build(),
                BodyHandlers.discarding());
        await("the probe in " + log).atMost(PATIENCE)
                .until(() -> complaints().stream().anyMatch(line -> line.contains(probe + " ")));
        List<String> all = complaints();
        List<String> fresh =
                all.subList(seen, all.size()).stream().filter(line -> !line.contains(probe + " ")).toList();
        seen = all.size();
        return fresh;
    }

    private List<String> complaints() {
        return text().lines().filter(line -> line.contains("Violation: ") || line.contains("terminated with error"))
                .toList();
    }

    private String text() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
