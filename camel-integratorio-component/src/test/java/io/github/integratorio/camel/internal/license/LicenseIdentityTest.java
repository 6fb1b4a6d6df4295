package io.github.integratorio.camel.internal.license;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import io.github.integratorio.simulator.Fault;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Who a license belongs to, and when it is the same as a document of a user. */
class LicenseIdentityTest extends SimulatorTestSupport {

    private static final String LATER = "2099-06-30T12:00:00.000Z";

    private String connector;

    @BeforeEach
    void aConnector() {
        connector = simulator().addConnector("Shop to Books");
    }

    private String uri(String operation) {
        return "integratorio:licenses?operation=" + operation + "&connectorId=" + connector;
    }

    private String license(Object... fields) {
        Map<String, Object> license = map("user", map("email", JANE), "expires", FUTURE);
        license.putAll(map(fields));
        return simulator().addLicense(connector, license);
    }

    private Map<String, Object> stored(String id) {
        return simulator().license(connector, id);
    }

    private static Object outcome(Exchange exchange) {
        return exchange.getMessage().getHeader(IntegratorioConstants.OUTCOME);
    }

    @ParameterizedTest
    @ValueSource(strings = { "true", "\"true\"" })
    void an_upsert_of_a_sandbox_license_leaves_the_production_license_alone(String sandbox) {
        String production = license();
        Map<String, Object> before = stored(production);
        Exchange exchange = succeed(uri("upsert"),
                "{\"email\":\"" + JANE + "\",\"expires\":\"" + LATER + "\",\"sandbox\":" + sandbox + "}");

        assertEquals(WriteOutcome.CREATED, outcome(exchange));
        assertEquals(before, stored(production));
        assertEquals(0, simulator().count("PUT", ".*"));
        assertEquals(true, simulator().licenses(connector).get(1).get("sandbox"));
    }

    /** Adds a license that the API returns with this text as its sandbox field. */
    private String withSandboxText(String text) {
        String id = license();
        String document = "{\"_id\":\"" + id + "\",\"user\":{\"email\":\"" + JANE + "\"},\"expires\":\"" + FUTURE
                + "\",\"sandbox\":\"" + text + "\"}";
        simulator().faults()
                .add(Fault.on("GET", ".*/licenses/" + id).always().status(200, "application/json", document));
        simulator().faults()
                .add(Fault.on("GET", ".*/licenses").always().status(200, "application/json", "[" + document + "]"));
        return id;
    }

    private Object expires(String options) {
        Exchange tried = succeed(uri("expire") + "&dryRun=true&email=" + JANE + options, null);
        return tried.getMessage().getHeader(IntegratorioConstants.LICENSE_ID);
    }

    @ParameterizedTest
    @ValueSource(strings = { "true", "TRUE", "True" })
    void a_license_whose_sandbox_field_is_the_text_true_is_the_sandbox_license(String text) {
        String sandbox = withSandboxText(text);

        assertEquals(404,
                fail(IntegratorioApiException.class, uri("expire") + "&email=" + JANE, null).getStatusCode());
        assertEquals(sandbox, expires("&sandbox=true"));
        succeed(uri("upsert"), map("email", JANE, "expires", FUTURE, "sandbox", true));
        assertEquals(0, simulator().count("POST", ".*"));
        simulator().clearRequests();
        assertEquals(WriteOutcome.CREATED, outcome(succeed(uri("upsert"), map("email", JANE, "expires", LATER))));
        assertEquals(0, simulator().count("PUT", ".*"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "false", "FALSE", "" })
    void a_license_whose_sandbox_field_is_the_text_false_or_empty_is_the_production_license(String text) {
        String production = withSandboxText(text);

        assertEquals(404, fail(IntegratorioApiException.class, uri("expire") + "&sandbox=true&email=" + JANE, null)
                .getStatusCode());
        assertEquals(production, expires(""));
        assertEquals(WriteOutcome.CREATED,
                outcome(succeed(uri("upsert"), map("email", JANE, "expires", FUTURE, "sandbox", true))));
        assertEquals(0, simulator().count("PUT", ".*"));
    }

    @Test
    void a_user_may_have_a_production_and_a_sandbox_license_in_one_list() {
        Exchange first = succeed(uri("upsert"), List.of(map("email", JANE, "expires", FUTURE),
                map("email", JANE, "expires", FUTURE, "sandbox", true)));
        Exchange second = succeed(uri("upsert"), List.of(map("email", JANE, "expires", LATER, "sandbox", true),
                map("email", JANE, "expires", FUTURE, "sandbox", false)));

        assertEquals(List.of(WriteOutcome.CREATED, WriteOutcome.CREATED), outcome(first));
        assertEquals(List.of(WriteOutcome.UPDATED, WriteOutcome.UNCHANGED), outcome(second));
        assertEquals(2, simulator().licenses(connector).size());
    }

    @Test
    void the_sandbox_option_says_which_license_expires_and_child_licenses_never_count() {
        String production = license();
        String sandbox = license("sandbox", true);
        String child = simulator().addLicense(connector, map("user", map("email", JANE), "expires", FUTURE,
                "_parentId", production, "type", "integrationAppChild"));
        succeed(uri("expire") + "&sandbox=true&expires=2020-01-01T00:00:00Z&email=" + JANE, null);

        assertEquals("2020-01-01T00:00:00.000Z", stored(sandbox).get("expires"));
        assertEquals(FUTURE, stored(production).get("expires"));
        succeed(uri("expire") + "&expires=2020-01-01T00:00:00Z&email=" + JANE, null);
        assertEquals("2020-01-01T00:00:00.000Z", stored(production).get("expires"));
        assertEquals(FUTURE, stored(child).get("expires"));
    }

    @Test
    void a_user_with_a_child_license_only_gets_a_license_of_its_own() {
        simulator().addLicense(connector, map("user", map("email", JANE), "expires", FUTURE, "_parentId", "p1"));

        assertEquals(WriteOutcome.CREATED, outcome(succeed(uri("upsert"), map("email", JANE, "expires", FUTURE))));
    }

    @Test
    void expire_of_a_user_with_a_sandbox_license_only_names_it() {
        license("sandbox", true);
        IntegratorioApiException missing = fail(IntegratorioApiException.class, uri("expire") + "&email=" + JANE, null);

        assertEquals(404, missing.getStatusCode());
        assertTrue(missing.getMessage().contains("sandbox"), missing.getMessage());
        assertEquals(0, simulator().count("PUT", ".*"));
    }

    @Test
    void the_trial_of_a_license_without_expiry_can_be_updated_and_expired() {
        String trial = simulator().addLicense(connector, map("user", map("email", JANE), "trialEndDate", FUTURE));
        succeed(uri("upsert"), map("email", JANE, "opts", map("connectorEdition", "premium")));
        assertEquals(FUTURE, stored(trial).get("trialEndDate"));
        assertNull(stored(trial).get("expires"));
        succeed(uri("update") + "&updateMode=merge&licenseId=" + trial, map("opts", map("connectorEdition", "basic")));
        assertEquals(map("connectorEdition", "basic"), stored(trial).get("opts"));

        assertEquals(WriteOutcome.UPDATED, outcome(succeed(uri("expire") + "&email=" + JANE, null)));
        assertEquals(stored(trial).get("expires"), stored(trial).get("trialEndDate"));
        assertTrue(stored(trial).get("expires").toString().compareTo("2099") < 0, "" + stored(trial));
    }

    @Test
    void expire_ends_the_trial_of_a_license_whose_expiry_has_passed() {
        String trial = license("expires", "2020-01-01T00:00:00.000Z", "trialEndDate", FUTURE);

        assertEquals(WriteOutcome.UPDATED, outcome(succeed(uri("expire") + "&email=" + JANE, null)));
        assertTrue(stored(trial).get("trialEndDate").toString().compareTo("2099") < 0, "" + stored(trial));
        assertEquals(WriteOutcome.UNCHANGED, outcome(succeed(uri("expire") + "&email=" + JANE, null)));
    }

    /** Makes the API answer with a license whose trial has this end. */
    private String withTrialEnd(String date) {
        String trial = license("expires", FUTURE);
        String document = "{\"_id\":\"" + trial + "\",\"user\":{\"email\":\"" + JANE + "\"},\"expires\":\"" + FUTURE
                + "\",\"trialEndDate\":" + date + "}";
        simulator().faults()
                .add(Fault.on("GET", ".*/licenses/.*").always().status(200, "application/json", document));
        simulator().faults()
                .add(Fault.on("GET", ".*/licenses").always().status(200, "application/json", "[" + document + "]"));
        return trial;
    }

    @ParameterizedTest
    @ValueSource(strings = { "\"2031-01-01\"", "\"08/31/2031\"", "1893456000000", "\"never\"", "[1]" })
    void expire_ends_a_trial_whose_end_cannot_be_read(String date) {
        withTrialEnd(date);

        assertEquals(WriteOutcome.UPDATED, outcome(succeed(uri("expire") + "&email=" + JANE, null)));
        Map<String, Object> sent = json(simulator().requests().get((int) simulator().requestCount() - 1).body());
        assertEquals(sent.get("expires"), sent.get("trialEndDate"));
        assertTrue(sent.get("expires").toString().compareTo("2099") < 0, "" + sent);
    }

    @ParameterizedTest
    @ValueSource(strings = { "\"2031-01-01\"", "\"08/31/2031\"", "1893456000000", "\"never\"", "[1]" })
    void a_date_of_the_api_that_cannot_be_read_is_an_invalid_response(String date) {
        String trial = withTrialEnd(date);
        simulator().addUser("new@example.com", "New");
        Map<String, Object> change = map("email", JANE, "opts", map("connectorEdition", "premium"));
        for (Object body : List.of(change, List.of(map("email", "new@example.com", "expires", FUTURE), change))) {
            String message = fail(IntegratorioTransportException.class, uri("upsert"), body).getMessage();
            assertTrue(message.contains(trial) && message.contains("trialEndDate") && !message.contains("body"),
                    message);
        }
        assertEquals(0, simulator().count("PUT|POST", ".*"));
        succeed(uri("upsert"), map("email", JANE, "trialEndDate", "2098-01-01T00:00:00Z"));
        assertEquals("2098-01-01T00:00:00.000Z", stored(trial).get("trialEndDate"));
    }

    @Test
    void a_trial_license_can_be_created_without_an_expiry() {
        Exchange exchange = succeed(uri("create"), map("email", JANE, "trialEndDate", "2099-01-31T12:00:00Z"));

        assertEquals(WriteOutcome.CREATED, outcome(exchange));
        assertEquals(FUTURE, simulator().licenses(connector).get(0).get("trialEndDate"));
        fail(IllegalArgumentException.class, uri("create"), map("email", JANE));
        fail(IllegalArgumentException.class, uri("create"), map("email", JANE, "trialEndDate", "2020-01-01T00:00:00Z"));
        fail(IllegalArgumentException.class, uri("create"), map("email", JANE, "expires", FUTURE, "sandbox", "yes"));
        assertEquals(1, simulator().count("POST", ".*"));
    }

    static Stream<Arguments> sameToTheApi() {
        return Stream.of(
                Arguments.of("false and absent", map("sandbox", false)),
                Arguments.of("an empty list and absent", map("opts", map("addonLicenses", List.of()))),
                Arguments.of("an empty object and absent", map("opts", map("limits", map("seats", null, "note", "")))),
                Arguments.of("an instant without milliseconds", map("expires", "2099-01-31T12:00:00Z")),
                Arguments.of("an instant with another offset", map("expires", "2099-01-31T13:00:00.000+01:00")),
                Arguments.of("an instant among the options", map("opts", map("since", "2026-01-31T12:00:00Z"))),
                Arguments.of("a number of another type", map("opts", map("seats", 5.0))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sameToTheApi")
    void an_upsert_of_what_means_the_same_changes_nothing(String what, Map<String, Object> fields) {
        license("opts", map("since", "2026-01-31T12:00:00.000Z", "seats", 5));
        Map<String, Object> wanted = map("email", JANE, "expires", FUTURE);
        wanted.putAll(fields);

        assertEquals(WriteOutcome.UNCHANGED, outcome(succeed(uri("upsert"), wanted)));
        assertEquals(0, simulator().count("PUT", ".*"));
    }

    @Test
    void a_license_with_an_address_of_its_own_in_the_document_can_be_changed() {
        license("email", JANE);

        assertEquals(WriteOutcome.UPDATED, outcome(succeed(uri("upsert"), map("email", JANE, "expires", LATER))));
        assertFalse(simulator().requests().stream().filter(one -> one.method().equals("PUT"))
                .anyMatch(one -> one.body().contains("email")));
        assertEquals(WriteOutcome.UPDATED, outcome(succeed(uri("expire") + "&email=" + JANE, null)));
    }

    @Test
    void an_update_that_names_the_user_by_an_internationalized_address_means_the_same_user() {
        String id = license("user", map("email", "jane@xn--bcher-kva.example"));
        succeed(uri("update") + "&licenseId=" + id, map("expires", LATER), IntegratorioConstants.EMAIL,
                "jane@b\u00fccher.example");
        assertEquals(LATER, stored(id).get("expires"));
    }
}
