package io.github.integratorio.simulator;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.integratorio.simulator.TestHttpClient.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class LicenseShapesTest {

    private static final String EMAIL = "ann@example.com";
    private static final String NOW = "2026-03-04T05:06:07.089Z";
    private static final String LATER = "2027-01-01T00:00:00.000Z";

    private final SimulatorClock clock = SimulatorClock.at(Instant.parse(NOW));
    private IntegratorioSimulator simulator = IntegratorioSimulator.builder().clock(clock).start();
    private TestHttpClient client = new TestHttpClient(simulator);
    private String connectorId = simulator.addConnector("One");
    private String licenses = "/v1/connectors/" + connectorId + "/licenses";

    private void restart(SimulatorBuilder builder) {
        simulator.close();
        simulator = builder.clock(clock).start();
        client = new TestHttpClient(simulator);
        connectorId = simulator.addConnector("One");
        licenses = "/v1/connectors/" + connectorId + "/licenses";
    }

    @AfterEach
    void closeSimulator() {
        simulator.close();
    }

    @Test
    void a_license_can_have_the_end_of_a_trial_instead_of_an_expiry() throws IOException {
        Response created = client.post(licenses, Map.of("email", EMAIL, "trialEndDate", "2027-01-01T00:00:00Z"));
        assertEquals(201, created.status());
        assertEquals(LATER, created.object().get("trialEndDate"));
        assertFalse(created.object().containsKey("expires"));
        String id = created.object().get("_id").toString();

        Map<String, Object> longer =
                client.put(licenses + "/" + id, Map.of("trialEndDate", "2028-01-01T00:00:00Z")).object();
        assertEquals("2028-01-01T00:00:00.000Z", longer.get("trialEndDate"));

        Map<String, Object> sold = client.put(licenses + "/" + id, Map.of("expires", LATER)).object();
        assertEquals(LATER, sold.get("expires"));
        assertFalse(sold.containsKey("trialEndDate"));
    }

    @Test
    void customers_start_trials_of_connectors_that_allow_them() throws IOException {
        String trials = simulator.addConnector(Map.of("name", "Two", "trialEnabled", true));
        String id = simulator.startTrial(trials, EMAIL, Duration.ofDays(14));
        Map<String, Object> license = client.get("/v1/connectors/" + trials + "/licenses/" + id).object();
        assertEquals("2026-03-18T05:06:07.089Z", license.get("trialEndDate"));
        assertFalse(license.containsKey("expires"));
        assertThrows(IllegalStateException.class,
                () -> simulator.startTrial(connectorId, EMAIL, Duration.ofDays(14)));
    }

    @Test
    void a_connector_with_trials_disabled_takes_paid_licenses_only() throws IOException {
        String paid = "/v1/connectors/" + simulator.addConnector(Map.of("name", "Two", "trialEnabled", false))
                + "/licenses";
        Response refused = client.post(paid, Map.of("email", EMAIL, "trialEndDate", LATER));
        assertEquals(422, refused.status());
        assertEquals("feature_not_enabled", refused.error().get("code"));
        assertEquals(201, client.post(paid, Map.of("email", EMAIL, "expires", LATER)).status());
    }

    @Test
    void a_license_without_expiry_and_end_of_a_trial_is_rejected() throws IOException {
        String id = simulator.addLicense(connectorId, Map.of("email", EMAIL, "trialEndDate", LATER));
        Map<String, Object> nulls = new HashMap<>(Map.of("email", EMAIL, "trialEndDate", ""));
        nulls.put("expires", null);
        for (Response response : new Response[] { client.post(licenses, Map.of("email", EMAIL)),
                client.post(licenses, nulls), client.put(licenses + "/" + id, Map.of("opts", Map.of())) }) {
            assertEquals(422, response.status());
            assertEquals("missing_required_field", response.error().get("code"));
            assertEquals("expires", response.error().get("field"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "expires", "trialEndDate" })
    void either_date_must_be_valid(String field) throws IOException {
        Map<String, Object> terms = new HashMap<>(Map.of("email", EMAIL, "expires", LATER));
        terms.put(field, "soon");
        Response response = client.post(licenses, terms);
        assertEquals("invalid_field", response.error().get("code"));
        assertEquals(field, response.error().get("field"));
    }

    @ParameterizedTest
    @CsvSource({ "2027-08-03T00:00:00.000+0000, 2027-08-03T00:00:00.000Z",
            "2027-08-03T02:00+02, 2027-08-03T00:00:00.000Z",
            "2027-08-03T02:00:00.5+0200, 2027-08-03T00:00:00.500Z", "2027-08-03t00:00:00z, 2027-08-03T00:00:00.000Z",
            "2027-08-03T00:00:00.1239Z, 2027-08-03T00:00:00.123Z", "08/03/2027, 2027-08-03T00:00:00.000Z",
            "2027-08-02T19:00:00-05:00, 2027-08-03T00:00:00.000Z" })
    void dates_are_answered_in_milliseconds_and_z_whatever_came_in(String in, String out) throws IOException {
        Map<String, Object> created =
                client.post(licenses, Map.of("email", EMAIL, "expires", in, "trialEndDate", in)).object();
        assertEquals(out, created.get("expires"));
        assertEquals(out, created.get("trialEndDate"));
        String id = simulator.addLicense(connectorId, Map.of("email", EMAIL, "trialEndDate", in));
        assertEquals(out, client.get(licenses + "/" + id).object().get("trialEndDate"));
        assertEquals(out, client.put(licenses + "/" + id, Map.of("expires", in)).object().get("expires"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "31/08/2027", "2027-02-30T00:00:00+0000", "2027-08-03T00:00:00", "8/3/27", "+0000", "/" })
    void what_is_no_date_is_rejected(String text) throws IOException {
        assertEquals(422, client.post(licenses, Map.of("email", EMAIL, "expires", text)).status());
    }

    @Test
    void sandbox_is_chosen_at_creation_and_fixed_after() throws IOException {
        Map<String, Object> sandbox =
                client.post(licenses, Map.of("email", EMAIL, "expires", LATER, "sandbox", true)).object();
        Map<String, Object> production = client.post(licenses, Map.of("email", EMAIL, "expires", LATER)).object();
        assertEquals(true, client.put(licenses + "/" + sandbox.get("_id"), Map.of("expires", LATER, "sandbox", false))
                .object().get("sandbox"));
        assertEquals(true, client.put(licenses + "/" + sandbox.get("_id"), Map.of("expires", LATER)).object()
                .get("sandbox"));
        assertFalse(client.put(licenses + "/" + production.get("_id"), Map.of("expires", LATER, "sandbox", true))
                .object().containsKey("sandbox"));
        assertEquals(2, simulator.licenses(connectorId).size());
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void sandbox_can_be_text(boolean sandbox) throws IOException {
        Map<String, Object> terms = Map.of("email", EMAIL, "expires", LATER, "sandbox", "" + sandbox);
        assertEquals(sandbox, client.post(licenses, terms).object().get("sandbox"));
        String id = simulator.addLicense(connectorId, terms);
        assertEquals(sandbox, client.get(licenses + "/" + id).object().get("sandbox"));
    }

    @Test
    void sandbox_must_be_true_or_false() throws IOException {
        for (Object value : new Object[] { "yes", 1, List.of() }) {
            Response response = client.post(licenses, Map.of("email", EMAIL, "expires", LATER, "sandbox", value));
            assertEquals(422, response.status());
            assertEquals("sandbox", response.error().get("field"));
        }
    }

    @Test
    void a_child_license_stands_in_the_list_with_its_parent_and_stays_a_child() throws IOException {
        String parent = simulator.addLicense(connectorId, Map.of("email", EMAIL, "expires", LATER, "sandbox", true));
        String child = simulator.addChildLicense(connectorId, parent, Map.of("opts", Map.of("store", 2)));
        Map<String, Object> row = client.get(licenses).list().get(1);
        assertEquals(child, row.get("_id"));
        assertEquals(parent, row.get("_parentId"));
        assertEquals("integrationAppChild", row.get("type"));
        assertEquals(Map.of("email", EMAIL), row.get("user"));
        assertEquals(LATER, row.get("expires"));
        assertEquals(true, row.get("sandbox"));

        Map<String, Object> changed = client.put(licenses + "/" + child, Map.of("expires", NOW)).object();
        assertEquals(parent, changed.get("_parentId"));
        assertEquals("integrationAppChild", changed.get("type"));
        assertThrows(IllegalArgumentException.class,
                () -> simulator.addChildLicense(connectorId, "none", Map.of()));
    }

    @Test
    void a_child_license_can_have_a_date_of_its_own() {
        String parent = simulator.addLicense(connectorId, Map.of("email", EMAIL, "expires", LATER));
        String child = simulator.addChildLicense(connectorId, parent,
                Map.of("email", "bob@example.com", "expires", "2029-01-01T00:00:00Z"));
        assertEquals(Map.of("email", "bob@example.com"), simulator.license(connectorId, child).get("user"));
        assertEquals("2029-01-01T00:00:00.000Z", simulator.license(connectorId, child).get("expires"));
    }

    @Test
    void with_all_fields_the_api_sets_those_that_are_not_documented() throws IOException {
        restart(IntegratorioSimulator.builder().allFields(true));
        Map<String, Object> created = client.post(licenses, Map.of("email", EMAIL, "expires", LATER,
                "_connectorId", "mine", "lastModified", "mine")).object();
        Map<String, Object> expected = new LinkedHashMap<>(Map.of("expires", LATER, "created", NOW,
                "lastModified", NOW, "user", Map.of("email", EMAIL), "_connectorId", connectorId, "type", "connector",
                "sandbox", false, "resumable", false));
        expected.put("_id", created.get("_id"));
        assertEquals(expected, created);

        clock.advance(Duration.ofSeconds(1));
        Map<String, Object> changed = client.put(licenses + "/" + created.get("_id"),
                Map.of("expires", LATER, "lastModified", NOW, "resumable", true)).object();
        expected.put("lastModified", "2026-03-04T05:06:08.089Z");
        expected.put("resumable", true);
        assertEquals(expected, changed);

        clock.advance(Duration.ofSeconds(1));
        simulator.install(connectorId, created.get("_id").toString());
        assertEquals("2026-03-04T05:06:09.089Z",
                simulator.license(connectorId, created.get("_id").toString()).get("lastModified"));
    }

    @Test
    void with_all_fields_a_license_of_an_integration_app_has_its_type() throws IOException {
        restart(IntegratorioSimulator.builder().allFields(true));
        String app = simulator.addConnector(Map.of("name", "App", "framework", "twoDotZero"));
        String id = simulator.addLicense(app, Map.of("email", EMAIL));
        assertEquals("integrationApp", simulator.license(app, id).get("type"));
        assertEquals("integrationAppChild",
                simulator.license(app, simulator.addChildLicense(app, id, Map.of())).get("type"));
    }

    @Test
    void one_user_can_have_several_installs_and_each_names_the_user() throws IOException {
        restart(IntegratorioSimulator.builder().allFields(true));
        for (boolean sandbox : new boolean[] { true, false }) {
            simulator.install(connectorId,
                    simulator.addLicense(connectorId, Map.of("email", EMAIL, "sandbox", sandbox)));
        }
        simulator.install(connectorId, simulator.addLicense(connectorId, Map.of("email", "bob@example.com")));
        List<Map<String, Object>> rows = client.get("/v1/connectors/" + connectorId + "/installBase").list();
        assertEquals(List.of(EMAIL, EMAIL, "bob@example.com"), rows.stream().map(row -> row.get("email")).toList());
        assertEquals(List.of(true, false, false), rows.stream().map(row -> row.get("sandbox")).toList());
        assertEquals(rows.get(0).get("_userId"), rows.get(1).get("_userId"));
        assertNotEquals(rows.get(0).get("_userId"), rows.get(2).get("_userId"));
    }

    @Test
    void false_and_empty_fields_can_be_left_out_of_answers() throws IOException {
        restart(IntegratorioSimulator.builder().allFields(true).omitEmptyFields(true));
        Map<String, Object> opts = new HashMap<>(Map.of("addonLicenses", List.of(), "note", "", "count", 0,
                "stores", Arrays.asList(false, null, Map.of("on", false))));
        opts.put("nothing", null);
        Response created = client.post(licenses, Map.of("email", EMAIL, "expires", LATER, "sandbox", "false",
                "opts", opts));
        Map<String, Object> kept = created.object();
        assertEquals(201, created.status());
        assertEquals(Map.of("count", 0, "stores", Arrays.asList(false, null, Map.of())), kept.get("opts"));
        assertFalse(kept.containsKey("sandbox") || kept.containsKey("resumable"), created.body());
        String path = licenses + "/" + kept.get("_id");
        assertEquals(kept, client.get(path).object());
        assertEquals(List.of(kept), client.get(licenses).list());
        assertFalse(client.put(path, Map.of("expires", LATER, "opts", Map.of("addonLicenses", List.of())))
                .object().containsKey("opts"));
        assertEquals(Map.of("addonLicenses", List.of()), simulator.licenses(connectorId).get(0).get("opts"));
    }
}
