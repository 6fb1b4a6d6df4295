package io.github.integratorio.simulator;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.github.integratorio.simulator.TestHttpClient.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ConnectorApiTest {

    private final SimulatorClock clock = SimulatorClock.at(Instant.parse("2026-03-04T05:06:07.089Z"));
    private final IntegratorioSimulator simulator = IntegratorioSimulator.builder().clock(clock).start();
    private final TestHttpClient client = new TestHttpClient(simulator);

    @AfterEach
    void closeSimulator() {
        simulator.close();
    }

    @Test
    void token_info_contains_the_user_id() throws IOException {
        Response response = client.get("/v1/tokenInfo");
        assertEquals(200, response.status());
        assertTrue(response.object().get("_userId").toString().matches("[0-9a-f]{24}"));
        assertEquals("application/json; charset=utf-8", response.header("Content-Type"));
        assertEquals("Wed, 04 Mar 2026 05:06:07 GMT", response.header("Date"));
    }

    @Test
    void a_created_connector_gets_the_read_only_fields_from_the_server() throws IOException {
        Response response = client.post("/v1/connectors",
                Map.of("name", "One", "_id", "mine", "handle", "mine", "lastModified", "mine"));
        assertEquals(201, response.status());
        Map<String, Object> connector = response.object();
        assertTrue(connector.get("_id").toString().matches("[0-9a-f]{24}"));
        assertNotEquals("mine", connector.get("handle"));
        assertEquals("2026-03-04T05:06:07.089Z", connector.get("lastModified"));
        assertEquals(connector, simulator.connector(connector.get("_id").toString()));
    }

    @Test
    void a_connector_with_every_field_is_returned_unchanged() throws IOException {
        String id = simulator.addConnector(SampleDocuments.connector());
        assertEquals(SampleDocuments.connector(), client.get("/v1/connectors/" + id).object());
        assertEquals(List.of(SampleDocuments.connector()), client.get("/v1/connectors").list());
    }

    @Test
    void a_posted_connector_keeps_every_field_but_the_read_only_ones() throws IOException {
        Map<String, Object> created = client.post("/v1/connectors", SampleDocuments.connector()).object();
        Map<String, Object> expected = SampleDocuments.connector();
        for (String field : List.of("_id", "handle", "lastModified")) {
            assertNotEquals(expected.get(field), created.get(field), field);
            expected.put(field, created.get(field));
        }
        assertEquals(expected, created);
    }

    @Test
    void a_put_replaces_the_whole_connector() throws IOException {
        String id = simulator.addConnector(SampleDocuments.connector());
        clock.advance(Duration.ofMillis(911));
        Response response = client.put("/v1/connectors/" + id, Map.of("name", "Two", "handle", "mine"));
        assertEquals(200, response.status());
        assertEquals(Map.of("_id", id, "name", "Two", "handle", "d3f6a1c2", "lastModified", "2026-03-04T05:06:08.000Z"),
                response.object());
        assertEquals(response.object(), simulator.connector(id));
    }

    @Test
    void deleting_a_connector_deletes_its_licenses_and_install_base() throws IOException {
        String id = simulator.addConnector("One");
        Response response = client.delete("/v1/connectors/" + id);
        assertEquals(204, response.status());
        assertEquals("", response.body());
        for (String path : List.of("", "/licenses", "/installBase")) {
            assertEquals(404, client.get("/v1/connectors/" + id + path).status(), path);
        }
        assertEquals("invalid_ref", client.delete("/v1/connectors/" + id).error().get("code"));
        assertThrows(IllegalArgumentException.class, () -> simulator.licenses(id));
    }

    @Test
    void an_install_completes_the_license_and_adds_a_row_to_the_install_base() throws IOException {
        simulator.addUser("ann@example.com", "Ann");
        String id = simulator.addConnector("One");
        String licenseId = simulator.addLicense(id, Map.of(
                "email", "ann@example.com", "expires", "2027-01-01T00:00:00.000Z", "sandbox", true));
        String integrationId = simulator.install(id, licenseId);

        Map<String, Object> license = client.get("/v1/connectors/" + id + "/licenses/" + licenseId).object();
        assertEquals(integrationId, license.get("_integrationId"));
        Map<?, ?> user = (Map<?, ?>) license.get("user");
        assertEquals("ann@example.com", user.get("email"));
        assertEquals("Ann", user.get("name"));
        assertTrue(user.get("_id").toString().matches("[0-9a-f]{24}"));

        List<Map<String, Object>> expected = List.of(Map.of("_integrationId", integrationId, "name", "One",
                "email", "ann@example.com", "sandbox", true, "version", "1.0.0", "updateInProgress", false));
        assertEquals(expected, client.get("/v1/connectors/" + id + "/installBase").list());
        assertThrows(IllegalStateException.class, () -> simulator.install(id, licenseId));
    }

    @Test
    void an_uninstall_removes_the_row_and_the_integration_id_of_the_license() throws IOException {
        String id = simulator.addConnector("One");
        String licenseId = simulator.addLicense(id, Map.of("email", "ann@example.com"));
        String integrationId = simulator.install(id, licenseId);
        simulator.uninstall(id, integrationId);
        assertEquals(List.of(), client.get("/v1/connectors/" + id + "/installBase").list());
        assertFalse(simulator.license(id, licenseId).containsKey("_integrationId"));
    }

    @Test
    void a_pushed_update_is_in_progress_until_it_is_finished() throws IOException {
        String id = simulator.addConnector("One");
        String first = simulator.install(id, simulator.addLicense(id, Map.of("email", "a@example.com")));
        String second = simulator.install(id, simulator.addLicense(id, Map.of("email", "b@example.com")));

        Response response = client.put("/v1/connectors/" + id + "/update", Map.of("_integrationIds", List.of(second)));
        assertEquals(200, response.status());
        assertEquals("", response.body());
        assertEquals(List.of(false, true), column(id, "updateInProgress"));

        simulator.finishUpdates(id, "2.0.0");
        assertEquals(List.of(false, false), column(id, "updateInProgress"));
        assertEquals(List.of("1.0.0", "2.0.0"), column(id, "version"));
        assertEquals(List.of(first, second), column(id, "_integrationId"));
    }

    @Test
    void a_pushed_update_takes_its_time_and_brings_the_version_released_last() throws IOException {
        try (IntegratorioSimulator slow = IntegratorioSimulator.builder().clock(clock)
                .updateDuration(Duration.ofMinutes(5)).start()) {
            String id = slow.addConnector("One");
            String first = slow.install(id, slow.addLicense(id, Map.of("email", "a@example.com")));
            slow.install(id, slow.addLicense(id, Map.of("email", "b@example.com")));
            slow.release(id, "1.1.0");
            assertEquals(200, new TestHttpClient(slow).put("/v1/connectors/" + id + "/update",
                    Map.of("_integrationIds", List.of(first))).status());
            slow.release(id, "2.0.0");
            clock.advance(Duration.ofSeconds(299));
            assertEquals(List.of("true 1.0.0", "false 1.0.0"), updates(slow, id));
            clock.advance(Duration.ofSeconds(1));
            assertEquals(List.of("false 2.0.0", "false 1.0.0"), updates(slow, id));
            slow.install(id, slow.addLicense(id, Map.of("email", "c@example.com")));
            assertEquals("false 2.0.0", updates(slow, id).get(2));
        }
        assertThrows(IllegalArgumentException.class,
                () -> IntegratorioSimulator.builder().updateDuration(Duration.ofSeconds(-1)));
    }

    private static List<String> updates(IntegratorioSimulator simulator, String connectorId) throws IOException {
        return new TestHttpClient(simulator).get("/v1/connectors/" + connectorId + "/installBase").list().stream()
                .map(row -> row.get("updateInProgress") + " " + row.get("version")).toList();
    }

    @Test
    void an_update_with_an_unknown_install_starts_no_update() throws IOException {
        String id = simulator.addConnector("One");
        String known = simulator.install(id, simulator.addLicense(id, Map.of("email", "a@example.com")));
        Response response =
                client.put("/v1/connectors/" + id + "/update", Map.of("_integrationIds", List.of(known, "unknown")));
        assertEquals(422, response.status());
        assertEquals("invalid_ref", response.error().get("code"));
        assertEquals(List.of(false), column(id, "updateInProgress"));
        assertEquals("missing_required_field",
                client.put("/v1/connectors/" + id + "/update", Map.of()).error().get("code"));
        assertEquals("invalid_field",
                client.put("/v1/connectors/" + id + "/update", Map.of("_integrationIds", known)).error().get("code"));
        for (List<String> ids : List.of(List.<String>of(), List.of(known, known))) {
            assertEquals(422, client.put("/v1/connectors/" + id + "/update", Map.of("_integrationIds", ids)).status());
        }
    }

    @Test
    void rows_of_the_install_base_can_be_put_and_removed_directly() throws IOException {
        String id = simulator.addConnector("One");
        simulator.putInstallation(id, SampleDocuments.installation());
        assertEquals(List.of(SampleDocuments.installation()),
                client.get("/v1/connectors/" + id + "/installBase").list());
        simulator.removeInstallation(id, SampleDocuments.installation().get("_integrationId").toString());
        assertEquals(List.of(), simulator.installBase(id));
        assertThrows(IllegalArgumentException.class, () -> simulator.putInstallation(id, Map.of("name", "no key")));
    }

    @Test
    void ids_ascend_and_differ_between_simulators_started_at_the_same_instant() {
        String first = simulator.addConnector("One");
        assertTrue(simulator.addConnector("Two").compareTo(first) > 0);
        try (IntegratorioSimulator other = IntegratorioSimulator.builder().clock(clock).start()) {
            assertNotEquals(first, other.addConnector("One"));
        }
    }

    @Test
    void only_json_types_and_instants_are_accepted_in_documents() {
        String id = simulator.addConnector("One");
        String licenseId = simulator.addLicense(id, Map.of("expires", Instant.parse("2027-01-01T00:00:00Z")));
        assertEquals("2027-01-01T00:00:00.000Z", simulator.license(id, licenseId).get("expires"));
        assertThrows(IllegalArgumentException.class, () -> simulator.addConnector(Map.of("name", new Object())));
        assertThrows(IllegalArgumentException.class, () -> simulator.addConnector(Map.of("_id", id)));
    }

    @Test
    void returned_documents_are_copies() {
        String id = simulator.addConnector(SampleDocuments.connector());
        simulator.connector(id).put("name", "changed");
        simulator.connectors().get(0).put("name", "changed");
        assertEquals(SampleDocuments.connector(), simulator.connector(id));
    }

    private List<Object> column(String connectorId, String field) {
        return simulator.installBase(connectorId).stream().map(row -> row.get(field)).toList();
    }
}
