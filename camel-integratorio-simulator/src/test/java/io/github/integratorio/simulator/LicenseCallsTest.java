package io.github.integratorio.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LicenseCallsTest {

    private static final String NOW = "2026-03-04T05:06:07.089Z";
    private static final String LATER = "2027-01-01T00:00:00.000Z";

    private final IntegratorioSimulator simulator = IntegratorioSimulator.builder()
            .clock(SimulatorClock.at(Instant.parse(NOW))).user("ann@example.com", "Ann").start();
    private final Client client = new Client(simulator);
    private final String connectorId = simulator.addConnector("One");
    private final String licenses = "/v1/connectors/" + connectorId + "/licenses";

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void a_created_license_holds_the_email_of_its_user_only() throws IOException {
        Client.Answer answer = client.post(licenses, Map.of("email", "ann@example.com", "expires", LATER,
                "_id", "mine", "created", "mine", "user", "mine", "_integrationId", "mine"));
        assertEquals(201, answer.status());
        Map<String, Object> license = answer.object();
        String id = license.remove("_id").toString();
        assertTrue(id.matches("[0-9a-f]{24}"));
        assertEquals(Map.of("expires", LATER, "created", NOW, "user", Map.of("email", "ann@example.com")), license);
        assertEquals(answer.object(), client.get(licenses + "/" + id).object());
        assertEquals(List.of(answer.object()), client.get(licenses).list());
    }

    @Test
    void a_license_with_every_field_comes_back_as_it_went_in() throws IOException {
        String id = simulator.addLicense(connectorId, Samples.license());
        assertEquals(Samples.license(), client.get(licenses + "/" + id).object());
        assertEquals(List.of(Samples.license()), simulator.licenses(connectorId));
    }

    @Test
    void a_license_posted_with_every_field_keeps_all_but_what_the_server_sets() throws IOException {
        Map<String, Object> sent = Samples.license();
        sent.put("email", "ann@example.com");
        Map<String, Object> created = client.post(licenses, sent).object();
        Map<String, Object> expected = Samples.licenseTerms();
        expected.put("_id", created.get("_id"));
        expected.put("created", NOW);
        expected.put("user", Map.of("email", "ann@example.com"));
        assertEquals(expected, created);
    }

    @Test
    void a_put_erases_what_is_left_out_but_not_what_the_server_set() throws IOException {
        String id = simulator.addLicense(connectorId, Samples.license());
        Client.Answer answer = client.put(licenses + "/" + id,
                Map.of("expires", LATER, "new", 1, "user", Map.of("email", "eve@example.com"), "_integrationId", "x"));
        assertEquals(200, answer.status());
        Map<String, Object> old = Samples.license();
        assertEquals(Map.of("_id", id, "created", old.get("created"), "user", old.get("user"),
                "_integrationId", old.get("_integrationId"), "expires", LATER, "new", 1), answer.object());
        assertEquals(answer.object(), simulator.license(connectorId, id));
    }

    @Test
    void an_expiry_date_is_answered_in_utc_with_milliseconds() throws IOException {
        Map<String, Object> license = client.post(licenses,
                Map.of("email", "ann@example.com", "expires", "2027-01-01T02:00:00+02:00")).object();
        assertEquals(LATER, license.get("expires"));
    }

    @Test
    void an_expired_license_removes_nothing() throws IOException {
        String id = simulator.addLicense(connectorId, Map.of("email", "ann@example.com", "expires", LATER));
        String integrationId = simulator.install(connectorId, id);
        assertEquals(200, client.put(licenses + "/" + id, Map.of("expires", "2001-01-01T00:00:00.000Z")).status());
        assertEquals(integrationId, simulator.license(connectorId, id).get("_integrationId"));
        assertEquals(1, simulator.installBase(connectorId).size());
    }

    @Test
    void a_deleted_license_takes_its_install_with_it() throws IOException {
        String id = simulator.addLicense(connectorId, Map.of("email", "ann@example.com", "expires", LATER));
        String other = simulator.addLicense(connectorId, Map.of("email", "ann@example.com", "expires", LATER));
        simulator.install(connectorId, id);
        String kept = simulator.install(connectorId, other);
        assertEquals(204, client.delete(licenses + "/" + id).status());
        assertEquals(404, client.get(licenses + "/" + id).status());
        assertEquals(404, client.delete(licenses + "/" + id).status());
        assertEquals(List.of(kept), simulator.installBase(connectorId).stream().map(r -> r.get("_integrationId")).toList());
    }

    @Test
    void one_user_may_hold_several_licenses() throws IOException {
        Map<String, String> terms = Map.of("email", "ANN@example.com", "expires", LATER);
        assertEquals(201, client.post(licenses, terms).status());
        assertEquals(201, client.post(licenses, terms).status());
        assertEquals(2, simulator.licenses(connectorId).size());
    }

    @Test
    void an_unknown_email_is_an_invalid_user_until_it_is_added() throws IOException {
        Map<String, String> terms = Map.of("email", "bob@example.com", "expires", LATER);
        Client.Answer answer = client.post(licenses, terms);
        assertEquals(422, answer.status());
        assertEquals("invalid_user", answer.error().get("code"));
        assertEquals("email", answer.error().get("field"));
        assertEquals(List.of(), simulator.licenses(connectorId));
        simulator.addUser("bob@example.com", "Bob");
        assertEquals(201, client.post(licenses, terms).status());
        simulator.removeUser("bob@example.com");
        assertEquals(422, client.post(licenses, terms).status());
    }

    @Test
    void any_user_means_any_but_those_removed() throws IOException {
        try (IntegratorioSimulator open = IntegratorioSimulator.builder().user("ann@example.com", "Ann").anyUser().start()) {
            String path = "/v1/connectors/" + open.addConnector("One") + "/licenses";
            Map<String, String> terms = Map.of("email", "who@example.com", "expires", LATER);
            assertEquals(201, new Client(open).post(path, terms).status());
            open.removeUser("who@example.com");
            assertEquals(422, new Client(open).post(path, terms).status());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"email", "expires"})
    void a_license_needs(String field) throws IOException {
        Map<String, Object> terms = Samples.licenseTerms();
        terms.put("email", "ann@example.com");
        terms.remove(field);
        Client.Answer answer = client.post(licenses, terms);
        assertEquals(422, answer.status());
        assertEquals("missing_required_field", answer.error().get("code"));
        assertEquals(field, answer.error().get("field"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "2027-01-01", "2027-01-01T00:00:00", "2027-02-30T00:00:00Z"})
    void a_date_must_be_an_instant_that_exists(String expires) throws IOException {
        Client.Answer answer = client.post(licenses, Map.of("email", "ann@example.com", "expires", expires));
        assertEquals(422, answer.status());
        assertEquals("invalid_field", answer.error().get("code"));
        assertEquals("expires", answer.error().get("field"));
    }

    @Test
    void a_put_may_not_change_the_email() throws IOException {
        String id = simulator.addLicense(connectorId, Map.of("email", "ann@example.com", "expires", LATER));
        Client.Answer answer = client.put(licenses + "/" + id, Map.of("email", "ann@example.com", "expires", LATER));
        assertEquals(422, answer.status());
        assertEquals("invalid_field", answer.error().get("code"));
        assertEquals("email", answer.error().get("field"));
        assertEquals("expires", client.put(licenses + "/" + id, Map.of()).error().get("field"));
    }

    @Test
    void opts_must_be_an_object() throws IOException {
        Client.Answer answer =
                client.post(licenses, Map.of("email", "ann@example.com", "expires", LATER, "opts", "premium"));
        assertEquals(422, answer.status());
        assertEquals("opts", answer.error().get("field"));
    }
}
