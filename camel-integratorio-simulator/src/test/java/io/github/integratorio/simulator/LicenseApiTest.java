package io.github.integratorio.simulator;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.github.integratorio.simulator.TestHttpClient.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class LicenseApiTest {

    private static final String NOW = "2026-03-04T05:06:07.089Z";
    private static final String LATER = "2027-01-01T00:00:00.000Z";

    private final IntegratorioSimulator simulator = IntegratorioSimulator.builder()
            .clock(SimulatorClock.at(Instant.parse(NOW))).user("ann@example.com", "Ann").start();
    private final TestHttpClient client = new TestHttpClient(simulator);
    private final String connectorId = simulator.addConnector("One");
    private final String licenses = "/v1/connectors/" + connectorId + "/licenses";

    @AfterEach
    void closeSimulator() {
        simulator.close();
    }

    @Test
    void the_user_of_a_created_license_has_only_an_email() throws IOException {
        Response response = client.post(licenses, Map.of("email", "ann@example.com", "expires", LATER,
                "_id", "mine", "created", "mine", "user", "mine", "_integrationId", "mine"));
        assertEquals(201, response.status());
        Map<String, Object> license = response.object();
        String id = license.remove("_id").toString();
        assertTrue(id.matches("[0-9a-f]{24}"));
        assertEquals(Map.of("expires", LATER, "created", NOW, "user", Map.of("email", "ann@example.com")), license);
        assertEquals(response.object(), client.get(licenses + "/" + id).object());
        assertEquals(List.of(response.object()), client.get(licenses).list());
    }

    @Test
    void a_license_with_every_field_is_returned_unchanged() throws IOException {
        String id = simulator.addLicense(connectorId, SampleDocuments.license());
        assertEquals(SampleDocuments.license(), client.get(licenses + "/" + id).object());
        assertEquals(List.of(SampleDocuments.license()), simulator.licenses(connectorId));
    }

    @Test
    void a_posted_license_keeps_every_field_but_the_read_only_ones() throws IOException {
        Map<String, Object> sent = SampleDocuments.license();
        sent.put("email", "ann@example.com");
        Map<String, Object> created = client.post(licenses, sent).object();
        Map<String, Object> expected = SampleDocuments.licenseTerms();
        expected.put("_id", created.get("_id"));
        expected.put("created", NOW);
        expected.put("user", Map.of("email", "ann@example.com"));
        assertEquals(expected, created);
    }

    @Test
    void a_put_removes_omitted_fields_except_read_only_and_fixed_ones() throws IOException {
        String id = simulator.addLicense(connectorId, SampleDocuments.license());
        Response response = client.put(licenses + "/" + id,
                Map.of("expires", LATER, "new", 1, "user", Map.of("email", "eve@example.com"), "_integrationId", "x"));
        assertEquals(200, response.status());
        Map<String, Object> old = SampleDocuments.license();
        assertEquals(Map.of("_id", id, "created", old.get("created"), "user", old.get("user"),
                "_integrationId", old.get("_integrationId"), "sandbox", true, "type", old.get("type"),
                "_parentId", old.get("_parentId"), "expires", LATER, "new", 1), response.object());
        assertEquals(response.object(), simulator.license(connectorId, id));
    }

    @Test
    void an_expiry_date_is_returned_in_utc_with_milliseconds() throws IOException {
        Map<String, Object> license = client.post(licenses,
                Map.of("email", "ann@example.com", "expires", "2027-01-01T02:00:00+02:00")).object();
        assertEquals(LATER, license.get("expires"));
    }

    @Test
    void an_expired_license_does_not_remove_its_install() throws IOException {
        String id = simulator.addLicense(connectorId, Map.of("email", "ann@example.com", "expires", LATER));
        String integrationId = simulator.install(connectorId, id);
        assertEquals(200, client.put(licenses + "/" + id, Map.of("expires", "2001-01-01T00:00:00.000Z")).status());
        assertEquals(integrationId, simulator.license(connectorId, id).get("_integrationId"));
        assertEquals(1, simulator.installBase(connectorId).size());
    }

    @Test
    void deleting_a_license_deletes_its_install() throws IOException {
        String id = simulator.addLicense(connectorId, Map.of("email", "ann@example.com", "expires", LATER));
        String other = simulator.addLicense(connectorId, Map.of("email", "ann@example.com", "expires", LATER));
        simulator.install(connectorId, id);
        String kept = simulator.install(connectorId, other);
        assertEquals(204, client.delete(licenses + "/" + id).status());
        assertEquals(404, client.get(licenses + "/" + id).status());
        assertEquals(404, client.delete(licenses + "/" + id).status());
        assertEquals(List.of(kept),
                simulator.installBase(connectorId).stream().map(row -> row.get("_integrationId")).toList());
    }

    @Test
    void a_user_can_have_several_licenses() throws IOException {
        Map<String, String> terms = Map.of("email", "ANN@example.com", "expires", LATER);
        assertEquals(201, client.post(licenses, terms).status());
        assertEquals(201, client.post(licenses, terms).status());
        assertEquals(2, simulator.licenses(connectorId).size());
    }

    @Test
    void an_unknown_email_is_an_invalid_user_until_the_user_is_added() throws IOException {
        Map<String, String> terms = Map.of("email", "bob@example.com", "expires", LATER);
        Response response = client.post(licenses, terms);
        assertEquals(422, response.status());
        assertEquals("invalid_user", response.error().get("code"));
        assertEquals("email", response.error().get("field"));
        assertEquals(List.of(), simulator.licenses(connectorId));
        simulator.addUser("bob@example.com", "Bob");
        assertEquals(201, client.post(licenses, terms).status());
        simulator.removeUser("bob@example.com");
        assertEquals(422, client.post(licenses, terms).status());
    }

    @Test
    void any_user_accepts_every_email_but_removed_ones() throws IOException {
        try (IntegratorioSimulator open = IntegratorioSimulator.builder()
                .user("ann@example.com", "Ann").anyUser().start()) {
            String path = "/v1/connectors/" + open.addConnector("One") + "/licenses";
            Map<String, String> terms = Map.of("email", "who@example.com", "expires", LATER);
            assertEquals(201, new TestHttpClient(open).post(path, terms).status());
            open.removeUser("who@example.com");
            assertEquals(422, new TestHttpClient(open).post(path, terms).status());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "email", "expires" })
    void a_license_requires(String field) throws IOException {
        Map<String, Object> terms = SampleDocuments.licenseTerms();
        terms.put("email", "ann@example.com");
        terms.remove("trialEndDate");
        terms.remove(field);
        Response response = client.post(licenses, terms);
        assertEquals(422, response.status());
        assertEquals("missing_required_field", response.error().get("code"));
        assertEquals(field, response.error().get("field"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "soon", "2027-01-01", "2027-01-01T00:00:00", "2027-02-30T00:00:00Z" })
    void expires_must_be_an_existing_instant(String expires) throws IOException {
        Response response = client.post(licenses, Map.of("email", "ann@example.com", "expires", expires));
        assertEquals(422, response.status());
        assertEquals("invalid_field", response.error().get("code"));
        assertEquals("expires", response.error().get("field"));
    }

    @Test
    void a_put_must_not_contain_the_email() throws IOException {
        String id = simulator.addLicense(connectorId, Map.of("email", "ann@example.com", "expires", LATER));
        Response response = client.put(licenses + "/" + id, Map.of("email", "ann@example.com", "expires", LATER));
        assertEquals(422, response.status());
        assertEquals("invalid_field", response.error().get("code"));
        assertEquals("email", response.error().get("field"));
        assertEquals("expires", client.put(licenses + "/" + id, Map.of()).error().get("field"));
    }

    @Test
    void opts_must_be_an_object() throws IOException {
        Response response =
                client.post(licenses, Map.of("email", "ann@example.com", "expires", LATER, "opts", "premium"));
        assertEquals(422, response.status());
        assertEquals("opts", response.error().get("field"));
    }
}
