package io.github.integratorio.tests.wiremock;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.api.Installation;
import io.github.integratorio.camel.api.License;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

/** The stubs in {@code docs/wiremock} are those of {@code docs/openapi.yaml}, and the component works against them. */
class WireMockStubsTest {

    private static final Path DOCS = Path.of("..", "..", "docs");
    private static final Path MAPPINGS = DOCS.resolve("wiremock").resolve("mappings");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Writes them instead, with {@code -Dwiremock.write=true}. */
    @Test
    void there_is_a_stub_for_each_operation_of_the_document() throws IOException {
        Map<String, String> stubs = stubs();
        if (Boolean.getBoolean("wiremock.write")) {
            Files.createDirectories(MAPPINGS);
            for (Map.Entry<String, String> stub : stubs.entrySet()) {
                Files.writeString(MAPPINGS.resolve(stub.getKey()), stub.getValue());
            }
        }
        Map<String, String> written = new TreeMap<>();
        try (Stream<Path> files = Files.list(MAPPINGS)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                written.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        assertEquals(stubs, written, "write them again with -Dwiremock.write=true");
    }

    @Test
    void the_component_works_against_the_stubs() throws Exception {
        WireMockServer server = new WireMockServer(WireMockConfiguration.options().dynamicPort()
                .usingFilesUnderDirectory(DOCS.resolve("wiremock").toString()));
        server.start();
        try (CamelContext context = new DefaultCamelContext()) {
            IntegratorioComponent component = new IntegratorioComponent();
            component.getConfiguration().setBaseUrl(server.baseUrl() + "/v1");
            component.getConfiguration().setAccessToken("any");
            context.addComponent("integratorio", component);
            context.start();
            String of = "&connectorId=5f3c0e2a9d1b4c7e8a6f0d12";

            License created = assertInstanceOf(License.class, send(context, "licenses?operation=create" + of,
                    Map.of("email", "jane@example.com", "expires", "2099-01-31T12:00:00Z")));
            assertEquals("jane@example.com", created.getEmail());
            assertEquals(1, ((List<?>) send(context, "licenses?operation=list" + of, null)).size());
            assertInstanceOf(License.class,
                    send(context, "licenses?operation=update&licenseId=" + created.getId() + of,
                            Map.of("expires", "2099-01-31T12:00:00Z")));
            assertNull(send(context, "licenses?operation=delete&licenseId=" + created.getId() + of, null));
            List<?> installs = (List<?>) send(context, "installBase?operation=list" + of, null);
            assertEquals("1.0.0", assertInstanceOf(Installation.class, installs.get(0)).getVersion());
            server.findAllUnmatchedRequests().forEach(request -> {
                throw new AssertionError(request.toString());
            });
        } finally {
            server.stop();
        }
    }

    private static Object send(CamelContext context, String uri, Object body) throws Exception {
        Exchange exchange = context.createProducerTemplate().send("integratorio:" + uri,
                one -> one.getMessage().setBody(body));
        if (exchange.getException() != null) {
            throw exchange.getException();
        }
        return exchange.getMessage().getBody();
    }

    private static Map<String, String> stubs() throws IOException {
        JsonNode document = new YAMLMapper().readTree(DOCS.resolve("openapi.yaml").toFile());
        Map<String, String> stubs = new TreeMap<>();
        for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                JsonNode operation = method.getValue();
                if (operation.has("operationId")) {
                    stubs.put(operation.path("operationId").asText() + ".json",
                            JSON.writer(new DefaultPrettyPrinter()
                                    .withObjectIndenter(new DefaultIndenter("  ", "\n")))
                                    .writeValueAsString(stub(document, path.getKey(), method.getKey(), operation))
                                    + "\n");
                }
            }
        }
        return stubs;
    }

    private static ObjectNode stub(JsonNode document, String path, String method, JsonNode operation) {
        ObjectNode stub = JSON.createObjectNode();
        stub.put("name", operation.path("summary").asText());
        ObjectNode request = stub.putObject("request");
        request.put("method", method.toUpperCase(Locale.ROOT)).put("urlPathTemplate", "/v1" + path);
        request.putObject("headers").putObject("Authorization").put("matches", "Bearer .+");
        ObjectNode response = stub.putObject("response");
        Iterator<String> statuses = List.of("201", "204", "200").iterator();
        String status = statuses.next();
        while (!operation.path("responses").has(status)
                || method.equals("get") && status.equals("204")) {
            status = statuses.next();
        }
        response.put("status", Integer.parseInt(status));
        JsonNode content = resolve(document, operation.path("responses").path(status)).path("content")
                .path("application/json");
        if (!content.isMissingNode()) {
            response.putObject("headers").put("Content-Type", "application/json");
            response.set("jsonBody", content.has("example") ? content.path("example") : JSON.createObjectNode());
        }
        return stub;
    }

    private static JsonNode resolve(JsonNode document, JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
    }
}
