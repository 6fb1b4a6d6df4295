package io.github.integratorio.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectorCallsTest {

    private final SimulatorClock clock = SimulatorClock.at(Instant.parse("2026-03-04T05:06:07.089Z"));
    private final IntegratorioSimulator simulator = IntegratorioSimulator.builder().clock(clock).start();
    private final Client client = new Client(simulator);

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void the_token_info_names_the_user() throws IOException {
        Client.Answer answer = client.get("/v1/tokenInfo");
        assertEquals(200, answer.status());
        assertTrue(answer.object().get("_userId").toString().matches("[0-9a-f]{24}"));
        assertEquals("application/json; charset=utf-8", answer.header("Content-Type"));
        assertEquals("Wed, 04 Mar 2026 05:06:07 GMT", answer.header("Date"));
    }

    @Test
    void a_created_connector_gets_what_the_server_sets() throws IOException {
        Client.Answer answer = client.post("/v1/connectors",
                Map.of("name", "One", "_id", "mine", "handle", "mine", "lastModified", "mine"));
        assertEquals(201, answer.status());
        Map<String, Object> connector = answer.object();
        assertTrue(connector.get("_id").toString().matches("[0-9a-f]{24}"));
        assertNotEquals("mine", connector.get("handle"));
        assertEquals("2026-03-04T05:06:07.089Z", connector.get("lastModified"));
        assertEquals(connector, simulator.connector(connector.get("_id").toString()));
    }

    @Test
    void a_connector_with_every_field_comes_back_as_it_went_in() throws IOException {
        String id = simulator.addConnector(Samples.connector());
        assertEquals(Samples.connector(), client.get("/v1/connectors/" + id).object());
        assertEquals(List.of(Samples.connector()), client.get("/v1/connectors").list());
    }

    @Test
    void a_connector_posted_with_every_field_keeps_all_but_what_the_server_sets() throws IOException {
        Map<String, Object> created = client.post("/v1/connectors", Samples.connector()).object();
        Map<String, Object> expected = Samples.connector();
        for (String field : List.of("_id", "handle", "lastModified")) {
            assertNotEquals(expected.get(field), created.get(field), field);
            expected.put(field, created.get(field));
        }
        assertEquals(expected, created);
    }

    @Test
    void a_put_replaces_the_whole_connector() throws IOException {
        String id = simulator.addConnector(Samples.connector());
        clock.advance(Duration.ofMillis(911));
        Client.Answer answer = client.put("/v1/connectors/" + id, Map.of("name", "Two", "handle", "mine"));
        assertEquals(200, answer.status());
        assertEquals(Map.of("_id", id, "name", "Two", "handle", "d3f6a1c2", "lastModified", "2026-03-04T05:06:08.000Z"),
                answer.object());
        assertEquals(answer.object(), simulator.connector(id));
    }

    @Test
    void a_deleted_connector_is_gone_with_its_licenses() throws IOException {
        String id = simulator.addConnector("One");
        Client.Answer answer = client.delete("/v1/connectors/" + id);
        assertEquals(204, answer.status());
        assertEquals("", answer.body());
        for (String path : List.of("", "/licenses", "/installBase")) {
            assertEquals(404, client.get("/v1/connectors/" + id + path).status(), path);
        }
        assertEquals("invalid_ref", client.delete("/v1/connectors/" + id).error().get("code"));
        assertThrows(IllegalArgumentException.class, () -> simulator.licenses(id));
    }

    @Test
    void an_install_fills_in_the_license_and_adds_a_row() throws IOException {
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
    void an_uninstall_takes_both_back() throws IOException {
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

        Client.Answer answer = client.put("/v1/connectors/" + id + "/update", Map.of("_integrationIds", List.of(second)));
        assertEquals(200, answer.status());
        assertEquals("", answer.body());
        assertEquals(List.of(false, true), column(id, "updateInProgress"));

        simulator.finishUpdates(id, "2.0.0");
        assertEquals(List.of(false, false), column(id, "updateInProgress"));
        assertEquals(List.of("1.0.0", "2.0.0"), column(id, "version"));
        assertEquals(List.of(first, second), column(id, "_integrationId"));
    }

    @Test
    void an_update_of_an_unknown_install_starts_none() throws IOException {
        String id = simulator.addConnector("One");
        String known = simulator.install(id, simulator.addLicense(id, Map.of("email", "a@example.com")));
        Client.Answer answer =
                client.put("/v1/connectors/" + id + "/update", Map.of("_integrationIds", List.of(known, "unknown")));
        assertEquals(422, answer.status());
        assertEquals("invalid_ref", answer.error().get("code"));
        assertEquals(List.of(false), column(id, "updateInProgress"));
        assertEquals("missing_required_field",
                client.put("/v1/connectors/" + id + "/update", Map.of()).error().get("code"));
        assertEquals("invalid_field",
                client.put("/v1/connectors/" + id + "/update", Map.of("_integrationIds", known)).error().get("code"));
    }

    @Test
    void rows_of_the_install_base_can_be_put_and_removed_by_hand() throws IOException {
        String id = simulator.addConnector("One");
        simulator.putInstallation(id, Samples.installation());
        assertEquals(List.of(Samples.installation()), client.get("/v1/connectors/" + id + "/installBase").list());
        simulator.removeInstallation(id, Samples.installation().get("_integrationId").toString());
        assertEquals(List.of(), simulator.installBase(id));
        assertThrows(IllegalArgumentException.class, () -> simulator.putInstallation(id, Map.of("name", "no key")));
    }

    @Test
    void ids_rise_and_differ_between_simulators_of_one_instant() {
        String first = simulator.addConnector("One");
        assertTrue(simulator.addConnector("Two").compareTo(first) > 0);
        try (IntegratorioSimulator other = IntegratorioSimulator.builder().clock(clock).start()) {
            assertNotEquals(first, other.addConnector("One"));
        }
    }

    @Test
    void only_json_and_instants_can_be_put_in() {
        String id = simulator.addConnector("One");
        String licenseId = simulator.addLicense(id, Map.of("expires", Instant.parse("2027-01-01T00:00:00Z")));
        assertEquals("2027-01-01T00:00:00.000Z", simulator.license(id, licenseId).get("expires"));
        assertThrows(IllegalArgumentException.class, () -> simulator.addConnector(Map.of("name", new Object())));
        assertThrows(IllegalArgumentException.class, () -> simulator.addConnector(Map.of("_id", id)));
    }

    @Test
    void the_truth_cannot_be_changed_from_outside() {
        String id = simulator.addConnector(Samples.connector());
        simulator.connector(id).put("name", "changed");
        simulator.connectors().get(0).put("name", "changed");
        assertEquals(Samples.connector(), simulator.connector(id));
    }

    private List<Object> column(String connectorId, String field) {
        return simulator.installBase(connectorId).stream().map(row -> row.get(field)).toList();
    }
}
