package io.github.integratorio.kamelets;

import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.GenericFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The API calls of actions and sinks. */
class KameletRunTest extends KameletTestSupport {

    @TempDir
    static Path directory;

    private static final String ACTIONS_AND_SINKS = "classpath:routes/actions-and-sinks.camel.yaml";

    private static Object header(Exchange exchange, String name) {
        return exchange.getMessage().getHeader(name);
    }

    /** A body in the forms that users send it. */
    static List<Object> jane() throws IOException {
        String json = "{\"email\":\"jane@example.com\",\"opts\":{\"connectorEdition\":\"standard\"}}";
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        Path file = Files.write(directory.resolve("jane.json"), bytes);
        GenericFile<File> arrived = new GenericFile<>();
        arrived.setFile(file.toFile());
        return List.of(json, bytes, map("email", JANE, "opts", map("connectorEdition", "standard")), file,
                file.toFile(), arrived, new StringReader(json), ByteBuffer.wrap(bytes));
    }

    @ParameterizedTest
    @MethodSource("jane")
    void create_creates_a_license_with_the_configured_expiry(Object body) throws Exception {
        start(ACTIONS_AND_SINKS);
        Exchange exchange = succeed("direct:license-create-action", body);

        assertEquals(JANE, email(onlyLicense()));
        assertTrue(Instant.parse((String) onlyLicense().get("expires")).isAfter(Instant.now()));
        assertEquals("CREATED", header(exchange, "CamelIntegratorioOutcome").toString());
        assertEquals(onlyLicense().get("_id"), header(exchange, "CamelIntegratorioLicenseId"));
        assertInstanceOf(String.class, exchange.getMessage().getBody());
        assertEquals(onlyLicense().get("_id"), json(exchange).path("_id").asText());
        assertEquals("standard", json(exchange).at("/opts/connectorEdition").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = { "license-upsert-action", "license-upsert-sink" })
    void upsert_creates_updates_or_changes_nothing(String kamelet) throws Exception {
        start(ACTIONS_AND_SINKS);
        String uri = "direct:" + kamelet;
        String json = "{\"email\":\"jane@example.com\",\"expires\":\"" + FUTURE + "\"}";
        assertEquals("CREATED", header(succeed(uri, json), "CamelIntegratorioOutcome").toString());
        assertEquals("UNCHANGED",
                header(succeed(uri, map("email", JANE, "expires", FUTURE)), "CamelIntegratorioOutcome").toString());
        assertEquals("UPDATED", header(succeed(uri, map("email", JANE, "expires", "2098-01-01T00:00:00Z")),
                "CamelIntegratorioOutcome").toString());
        assertEquals("2098-01-01T00:00:00.000Z", onlyLicense().get("expires"));

        JsonNode several = json(succeed(uri,
                List.of(map("email", JANE, "expires", FUTURE), map("email", "john@example.com", "expires", FUTURE))));
        assertEquals(2, several.size());
        assertEquals(List.of(FUTURE, FUTURE),
                simulator().licenses(connector).stream().map(one -> one.get("expires")).toList());
    }

    @Test
    void reconcile_brings_the_licenses_in_line_with_a_list() throws Exception {
        start(ACTIONS_AND_SINKS);
        janesLicense();
        Exchange exchange = succeed("direct:license-reconcile-sink",
                "{\"email\":\"john@example.com\",\"expires\":\"" + FUTURE + "\"}\n");

        assertEquals(1, json(exchange).at("/outcomes/CREATED").asInt());
        assertEquals(1, json(exchange).at("/outcomes/EXPIRED").asInt());
        assertEquals(2, simulator().licenses(connector).size());
        assertFalse(send("direct:license-reconcile-sink", "[]").getException() == null);
    }

    @ParameterizedTest
    @MethodSource("jane")
    void expire_ends_the_license_of_the_user_and_keeps_its_other_fields(Object body) throws Exception {
        start(ACTIONS_AND_SINKS);
        String license = janesLicense();
        Exchange exchange = succeed("direct:license-expire-action", body);

        assertTrue(Instant.parse((String) onlyLicense().get("expires")).isBefore(Instant.parse(FUTURE)));
        assertEquals(map("connectorEdition", "standard"), onlyLicense().get("opts"));
        assertEquals(license, json(exchange).path("_id").asText());
        assertEquals(onlyLicense().get("expires"), json(exchange).path("expires").asText());
    }

    @Test
    void expire_uses_the_license_of_the_preceding_kamelet() throws Exception {
        start(ACTIONS_AND_SINKS);
        janesLicense();
        String second = janesLicense();
        JsonNode licenses = json(succeed("direct:license-list-action", null));
        assertEquals(2, licenses.size());

        // The email address alone does not identify the license.
        succeed("direct:license-expire-sink", licenses.get(1).toString());
        assertEquals("2001-02-03T02:05:06.000Z", simulator().license(connector, second).get("expires"));
        assertEquals(FUTURE, simulator().licenses(connector).get(0).get("expires"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "{}", "{\"name\":\"Jane\"}", "Jane", "[]", "jane@example.com",
            "{\"email\": jane@example.com}" })
    void expire_without_a_user_sends_nothing_and_shows_nothing_of_the_body(String body) throws Exception {
        start(ACTIONS_AND_SINKS);
        for (String kamelet : List.of("direct:license-expire-action", "direct:license-expire-sink")) {
            String failure = assertInstanceOf(IllegalArgumentException.class, send(kamelet, body).getException())
                    .getMessage();
            assertFalse(failure.contains("jane@"), failure);
            assertFalse(send(kamelet, null).getException() == null);
        }
        assertEquals(0, simulator().requestCount());
    }

    static Stream<Object> ids() {
        return Stream.of("one", "[\"one\"]", "{\"_integrationIds\":[\"one\"]}", List.of("one"),
                map("_integrationIds", List.of("one")));
    }

    @ParameterizedTest
    @MethodSource("ids")
    void push_update_starts_the_update_of_installations(Object body) throws Exception {
        start(ACTIONS_AND_SINKS);
        simulator().putInstallation(connector, map("_integrationId", "one", "version", "1.0.0"));
        succeed("direct:push-update-sink", body);
        assertEquals(true, simulator().installBase(connector).get(0).get("updateInProgress"));
    }

    /** Headers may pass through other components: they must not change what a Kamelet does. */
    @ParameterizedTest
    @ValueSource(strings = { "license-create-action", "license-upsert-action", "license-upsert-sink",
            "license-expire-action", "license-expire-sink", "license-list-action", "push-update-sink",
            "license-reconcile-sink" })
    void headers_of_the_caller_have_no_effect(String kamelet) throws Exception {
        start(ACTIONS_AND_SINKS);
        String license = janesLicense();
        String other = simulator().addConnector("Other");
        String johns = simulator().addLicense(other, map("user", map("email", "john@example.com"), "expires", FUTURE));
        simulator().putInstallation(connector, map("_integrationId", "one"));
        Object body = kamelet.startsWith("push") ? "one" : kamelet.contains("create") ? map("email", JANE)
                : map("_id", license, "email", JANE, "expires", FUTURE);
        body = kamelet.contains("reconcile") ? List.of(body) : body;
        Exchange exchange = succeed("direct:" + kamelet, body, "CamelIntegratorioOperation", "delete",
                "camelintegratorioconnectorid", other, "CamelIntegratorioLicenseId", johns, "CAMELINTEGRATORIOEMAIL",
                "john@example.com", "CamelIntegratorioExpires", "P1D", "CamelIntegratorioWhatever", "x", "orderId", 7);

        assertEquals(List.of(FUTURE), simulator().licenses(other).stream().map(one -> one.get("expires")).toList());
        assertTrue(simulator().requests().stream().allMatch(request -> request.path().contains(connector)));
        assertEquals(7, header(exchange, "orderId"));
        for (String left : List.of("Operation", "Email", "Expires", "Whatever")) {
            assertFalse(exchange.getMessage().getHeaders().containsKey("CamelIntegratorio" + left), left);
        }
    }

    /** Camel looks up a missing property in the environment, unless it has a default. */
    @Test
    void environment_variables_with_the_names_of_properties_are_ignored() throws Exception {
        System.setProperty("expires", "2001-01-01T00:00:00Z");
        try {
            start(ACTIONS_AND_SINKS);
            succeed("direct:license-upsert-action", map("email", JANE, "expires", FUTURE));
        } finally {
            System.clearProperty("expires");
        }
        assertEquals(FUTURE, onlyLicense().get("expires"));
    }
}
