package io.github.integratorio.tests.camelk;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.sun.net.httpserver.HttpServer;
import io.github.integratorio.simulator.IntegratorioSimulator;
import io.github.integratorio.simulator.IntegratorioSimulatorExtension;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Runs the content of the manifests with camel-main instead of the operator and with the properties of the secret. */
class ManifestRunTest {

    private static final String TOKEN = "a+b%2F&c=d#e/f@g";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @RegisterExtension
    final IntegratorioSimulatorExtension extension =
            new IntegratorioSimulatorExtension(builder -> builder.token(TOKEN).anyUser());
    @TempDir
    Path folder;

    private final Main camel = new Main();
    private String connector;

    @BeforeEach
    void theSecret() {
        connector = simulator().addConnector("Shop to Books");
        camel.setPropertyPlaceholderLocations("file:" + Manifest.FOLDER.resolve("integratorio.properties"));
        camel.addOverrideProperty("integratorio.connector", connector);
        camel.addOverrideProperty("integratorio.token", TOKEN);
        camel.addOverrideProperty("integratorio.url", simulator().baseUrl());
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    private IntegratorioSimulator simulator() {
        return extension.simulator();
    }

    private void start(Path routes) throws Exception {
        camel.configure().withRoutesIncludePattern("file:" + routes);
        camel.start();
    }

    /** Returns a free port below those that the system hands out by itself: another process could be given one of these before it is used. */
    private static int freePort() throws IOException {
        int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void the_integration_responds_to_a_sign_up_with_a_license() throws Exception {
        int port = freePort();
        camel.addOverrideProperty("camel.server.enabled", "true");
        camel.addOverrideProperty("camel.server.host", "127.0.0.1");
        camel.addOverrideProperty("camel.server.port", String.valueOf(port));
        Path flows = folder.resolve("sign-ups.camel.yaml");
        new YAMLMapper().writeValue(flows.toFile(), Manifest.read("sign-ups.integration.yaml").spec().path("flows"));
        start(flows);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/sign-ups"))
                .header("CamelIntegratorioOperation", "delete")
                .POST(BodyPublishers.ofString("{\"email\": \"jane@example.com\"}")).build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());

        assertEquals(200, response.statusCode(), response.body());
        List<Map<String, Object>> licenses = simulator().licenses(connector);
        assertEquals(1, licenses.size());
        assertTrue(response.body().contains(licenses.get(0).get("_id").toString()), response.body());
    }

    @Test
    void the_pipe_notifies_a_service_of_an_installation() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        HttpServer service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/changes", exchange -> {
            told.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        service.start();
        try {
            camel.addOverrideProperty("integratorio.told", "127.0.0.1:" + service.getAddress().getPort() + "/changes");
            camel.addOverrideProperty("integratorio.state", folder.toString());
            camel.addOverrideProperty("integratorio.delay", "50");
            start(Manifest.read("install-base-changes.pipe.yaml").path());
            // Rows of the first poll are not changes.
            await().atMost(PATIENCE).until(() -> simulator().count("GET", ".*/installBase") > 3);
            String license = simulator().addLicense(connector,
                    Map.of("email", "jane@example.com", "expires", "2099-01-31T12:00:00Z"));
            String integration = simulator().install(connector, license);
            await().atMost(PATIENCE).until(() -> !told.isEmpty());

            JsonNode change = new ObjectMapper().readTree(told.get(0));
            assertEquals("ADDED", change.path("changeType").asText());
            assertEquals(integration, change.path("integrationId").asText());
        } finally {
            camel.stop();
            service.stop(0);
        }
    }
}
