package io.github.integratorio.camel.internal.operation.write;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.internal.json.Json;
import io.github.integratorio.camel.internal.json.JsonValues;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import io.github.integratorio.simulator.Fault;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A license from its trial to its end, and the licenses beside it: sandbox and child licenses. */
class LicenseLifeTest extends SimulatorTestSupport {

    private static final String LATER = "2099-06-30T12:00:00.000Z";
    private static final String PAST = "2020-01-01T00:00:00.000Z";

    private String connector;

    @BeforeEach
    void aConnector() {
        connector = simulator().addConnector("Shop to Books");
    }

    private String uri(String operation) {
        return "integratorio:licenses?operation=" + operation + "&connectorId=" + connector;
    }

    private String license(Object... fields) {
        Map<String, Object> license = map("user", map("email", JANE));
        license.putAll(map(fields));
        return simulator().addLicense(connector, license);
    }

    private Map<String, Object> stored(String id) {
        return simulator().license(connector, id);
    }

    private static Object outcome(Exchange exchange) {
        return exchange.getMessage().getHeader(IntegratorioConstants.OUTCOME);
    }

    @Test
    void a_trial_ends_so_many_days_after_its_start() {
        License trial = succeed(uri("create"), map("email", JANE, "trialEndDate", "P14D")).getMessage()
                .getBody(License.class);

        Duration off = Duration.between(Instant.now().plus(Duration.ofDays(14)), trial.getEndsAt()).abs();
        assertTrue(trial.isTrial() && off.compareTo(Duration.ofMinutes(1)) < 0, trial::toString);
    }

    @Test
    void an_upsert_with_a_null_end_of_the_trial_makes_a_trial_a_paid_license() {
        String trial = license("trialEndDate", FUTURE, "opts", map("connectorEdition", "standard"));
        Map<String, Object> paid = map("email", JANE, "expires", LATER, "trialEndDate", null);

        assertEquals(WriteOutcome.UPDATED, outcome(succeed(uri("upsert"), paid)));
        assertEquals(LATER, stored(trial).get("expires"));
        assertFalse(stored(trial).containsKey("trialEndDate"), () -> "" + stored(trial));
        assertEquals(map("connectorEdition", "standard"), stored(trial).get("opts"));
        assertEquals(WriteOutcome.UNCHANGED, outcome(succeed(uri("upsert"), paid)));
    }

    @Test
    void a_merging_update_with_a_null_end_of_the_trial_makes_a_trial_a_paid_license() {
        String trial = license("trialEndDate", FUTURE, "opts", map("connectorEdition", "standard"));
        succeed(uri("update") + "&updateMode=merge&licenseId=" + trial + "&expires=" + LATER,
                "{\"trialEndDate\":null}");

        assertEquals(LATER, stored(trial).get("expires"));
        assertFalse(stored(trial).containsKey("trialEndDate"));
        assertEquals(map("connectorEdition", "standard"), stored(trial).get("opts"));
    }

    @Test
    void a_replacing_update_drops_the_end_of_the_trial_with_everything_else_that_is_left_out() {
        String trial = license("trialEndDate", FUTURE, "opts", map("connectorEdition", "standard"));
        succeed(uri("update") + "&licenseId=" + trial, map("expires", LATER));

        assertFalse(stored(trial).containsKey("trialEndDate") || stored(trial).containsKey("opts"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "upsert", "update" })
    void an_expiry_beside_an_end_of_the_trial_that_is_left_out_is_the_end_of_the_license(String operation) {
        String trial = license("trialEndDate", FUTURE);
        License license = succeed(uri(operation) + "&updateMode=merge&licenseId=" + trial, map("expires", LATER))
                .getMessage().getBody(License.class);

        assertEquals(FUTURE, stored(trial).get("trialEndDate"));
        assertEquals(Instant.parse(LATER), license.getEndsAt());
        assertFalse(license.isTrial());
    }

    @ParameterizedTest
    @CsvSource({ "upsert, expiry, expires", "update, expire, expires", "upsert, sandbx, sandbox",
            "upsert, trialEnddates, trialEndDate", "update, opt, opts", "upsert, expires_at, expires",
            "upsert, expiration, expires",
            "update, expiryDate, expires", "upsert, trial_end, trialEndDate", "update, Options, opts",
            "upsert, parentId, _parentId",
            "upsert, opts.connectorEdition, opts" })
    void a_misspelled_field_is_refused_before_anything_is_sent(String operation, String field, String meant) {
        String licenseId = license("expires", FUTURE);
        Map<String, Object> body = map("upsert".equals(operation) ? "email" : "notes", JANE, field, LATER);
        if (!"expires".equals(meant)) {
            body.put("expires", LATER);
        }
        String uri = uri(operation) + ("update".equals(operation) ? "&licenseId=" + licenseId : "");
        String message = fail(IllegalArgumentException.class, uri, body).getMessage();

        assertTrue(
                message.contains("'" + field + "'")
                        && message.matches(".*(did you mean|expected an object) " + meant + ".*"),
                message);
        assertEquals(0, simulator().requestCount());
    }

    @ParameterizedTest
    @ValueSource(strings = { "opts.jane.doe@example.com", "opts.\"jane doe\"@example.com" })
    void the_error_of_a_field_whose_name_has_an_address_does_not_show_it(String field) {
        String message =
                fail(IllegalArgumentException.class, uri("create"), map("email", JANE, "expires", LATER, field, 1))
                        .getMessage();
        assertTrue(message.contains("unknown field") && !message.contains("doe"), message);
    }

    @Test
    void a_document_of_the_api_may_have_fields_that_look_like_others() {
        String licenseId = license("expires", FUTURE, "expired", false);
        Map<String, Object> whole = new LinkedHashMap<>(stored(licenseId));
        whole.put("expires", LATER);
        succeed(uri("update") + "&licenseId=" + licenseId, whole);

        assertEquals(LATER, stored(licenseId).get("expires"));
        assertEquals(false, stored(licenseId).get("expired"));
    }

    @Test
    void expire_says_that_the_user_has_no_license() {
        IntegratorioApiException missing = fail(IntegratorioApiException.class, uri("expire") + "&email=" + JANE, null);

        assertEquals(404, missing.getStatusCode());
        assertEquals("licenses expire", missing.getOperation());
    }

    @Test
    void a_license_cannot_lose_its_last_date() {
        String trial = license("trialEndDate", FUTURE);
        IllegalArgumentException refused = fail(IllegalArgumentException.class, uri("upsert"),
                map("email", JANE, "trialEndDate", null));

        assertTrue(refused.getMessage().contains("trialEndDate"), refused.getMessage());
        assertEquals(FUTURE, stored(trial).get("trialEndDate"));
        assertEquals(0, simulator().count("PUT", ".*"));
        assertTrue(fail(IllegalArgumentException.class, uri("upsert"),
                List.of(map("email", "john@example.com", "expires", FUTURE),
                        map("email", JANE, "trialEndDate", null)))
                .getMessage().startsWith("item 2: "));
        assertEquals(0, simulator().count("PUT|POST", ".*"));
    }

    @Test
    void a_license_that_has_ended_keeps_its_end_when_its_trial_is_ended_too() {
        String id = license("expires", PAST, "trialEndDate", LATER);
        assertEquals(WriteOutcome.UPDATED, outcome(succeed(uri("expire") + "&email=" + JANE, null)));
        assertEquals(PAST, stored(id).get("expires"));
    }

    @ParameterizedTest
    @CsvSource({ "upsert, null", "update, null", "expire, null", "expire, 1893456000000", "update, '\"soon\"'" })
    void a_response_that_shows_no_end_confirms_none(String operation, String shown) {
        String id = simulator().addLicense(connector, map("user", map("email", JANE), "expires", FUTURE));
        simulator().faults().add(Fault.on("PUT", ".*/" + id).status(200, "application/json",
                "{\"_id\":\"" + id + "\",\"expires\":" + shown + "}"));
        Object body = operation.equals("expire") ? null : map("expires", "2031-01-31T00:00:00.000Z");
        assertTrue(fail(IntegratorioAmbiguousOutcomeException.class, uri(operation) + "&licenseId=" + id, body)
                .getMessage().contains("has no end"));
    }

    /** A renewal that was paid for, a trial that was sold or extended, and a customer who did not pay. */
    @ParameterizedTest
    @CsvSource({ "upsert, 2031-01-31T00:00:00.000Z, ", "upsert, 2031-01-31T00:00:00.000Z, 2031-01-31T00:00:00.000Z",
            "update, 2031-01-31T00:00:00.000Z, ", "expire, , " })
    void an_end_that_the_response_does_not_show_is_not_confirmed(String operation, String expires,
            String trialEndDate) {
        for (Object fields : new Object[] { map("trialEndDate", "2028-01-31T00:00:00.000Z"),
                map("expires", "2028-01-31T00:00:00.000Z"),
                map("expires", "2028-01-31T00:00:00.000Z", "trialEndDate", "2028-01-31T00:00:00.000Z") }) {
            Map<String, Object> license = map("user", map("email", JANE));
            license.putAll(JsonValues.object((Map<?, ?>) fields));
            String id = simulator().addLicense(connector, license);
            simulator().faults().add(Fault.on("PUT", ".*/" + id).always().status(200, "application/json",
                    Json.toText(simulator().license(connector, id))));
            Object body = operation.equals("expire") ? null : map("expires", expires, "trialEndDate", trialEndDate);
            String message = fail(IntegratorioAmbiguousOutcomeException.class,
                    uri(operation) + "&licenseId=" + id, body).getMessage();
            assertTrue(message.contains("2028-01-31"), message);
        }
    }

    @Test
    void both_kinds_can_be_extended() {
        String trial = license("trialEndDate", FUTURE);
        succeed(uri("upsert"), map("email", JANE, "trialEndDate", LATER));
        assertEquals(LATER, stored(trial).get("trialEndDate"));
        assertNull(stored(trial).get("expires"));

        String sandbox = license("expires", FUTURE, "sandbox", true);
        succeed(uri("upsert") + "&sandbox=true&expires=" + LATER, map("email", JANE));
        assertEquals(LATER, stored(sandbox).get("expires"));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = { FUTURE + ", -", "-, " + FUTURE, FUTURE + ", " + LATER, LATER + ", " + PAST,
            PAST + ", " + LATER, PAST + ", 08/31/2098", "'', " + FUTURE })
    void no_date_of_an_expired_license_is_in_the_future(String expires, String trialEndDate) {
        String id = license("expires", expires, "trialEndDate", trialEndDate);
        assertEquals(WriteOutcome.UPDATED, outcome(succeed(uri("expire") + "&email=" + JANE, null)));

        Map<String, Object> expired = stored(id);
        for (String name : List.of("expires", "trialEndDate")) {
            assertTrue(expired.get(name) == null && !name.equals("expires")
                    || !Instant.parse((String) expired.get(name)).isAfter(Instant.now()), expired::toString);
        }
        assertEquals(trialEndDate != null, expired.get("trialEndDate") != null);
        assertEquals(WriteOutcome.UNCHANGED, outcome(succeed(uri("expire") + "&email=" + JANE, null)));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = { PAST + ", -", "-, " + PAST, PAST + ", " + PAST })
    void a_license_that_has_ended_is_not_written_again(String expires, String trialEndDate) {
        license("expires", expires, "trialEndDate", trialEndDate);

        assertEquals(WriteOutcome.UNCHANGED, outcome(succeed(uri("expire") + "&email=" + JANE, null)));
        assertEquals(0, simulator().count("PUT", ".*"));
    }

    @Test
    void a_paid_license_can_be_created_with_the_trial_that_is_over() {
        succeed(uri("create"), map("email", JANE, "expires", FUTURE, "trialEndDate", PAST));

        assertEquals(PAST, simulator().licenses(connector).get(0).get("trialEndDate"));
        fail(IllegalArgumentException.class, uri("create"),
                map("email", JANE, "expires", PAST, "trialEndDate", FUTURE));
    }

    @ParameterizedTest
    @ValueSource(strings = { "2099-01-31", "2099-01-31T12:00:00", "01/31/2099", "soon", "", "P" })
    void an_end_of_a_trial_without_a_zone_is_refused(String text) {
        IllegalArgumentException refused = fail(IllegalArgumentException.class, uri("create"),
                map("email", JANE, "trialEndDate", text));

        assertTrue(refused.getMessage().startsWith("body: trialEndDate: "), refused.getMessage());
        assertEquals(0, simulator().requestCount());
    }

    @Test
    void the_type_of_a_license_cannot_be_changed() {
        String id = license("expires", FUTURE, "type", "integrationApp");
        IllegalArgumentException refused = fail(IllegalArgumentException.class, uri("upsert") + "&licenseId=" + id,
                map("expires", LATER, "type", "integrationAppChild"));

        assertTrue(refused.getMessage().contains("type"), refused.getMessage());
        assertEquals(0, simulator().count("PUT", ".*"));
        assertEquals(WriteOutcome.UPDATED, outcome(succeed(uri("upsert") + "&licenseId=" + id,
                map("expires", LATER, "type", "integrationApp"))));
    }

    @Test
    void a_list_upsert_takes_trials_sandbox_licenses_and_children_for_what_they_are() {
        String production = license("trialEndDate", FUTURE, "type", "integrationApp");
        String sandbox = license("expires", FUTURE, "sandbox", true);
        String child = simulator().addChildLicense(connector, production, map("email", JANE, "expires", FUTURE));
        List<Map<String, Object>> wanted = new ArrayList<>(List.of(
                map("email", JANE, "expires", LATER, "trialEndDate", null),
                map("email", JANE, "expires", FUTURE, "sandbox", true),
                map("_id", child, "expires", LATER),
                map("email", "john@example.com", "trialEndDate", FUTURE)));
        Exchange first = succeed(uri("upsert"), wanted);

        assertEquals(List.of(WriteOutcome.UPDATED, WriteOutcome.UNCHANGED, WriteOutcome.UPDATED, WriteOutcome.CREATED),
                outcome(first));
        assertEquals(LATER, stored(production).get("expires"));
        assertFalse(stored(production).containsKey("trialEndDate"));
        assertEquals(FUTURE, stored(sandbox).get("expires"));
        assertEquals(LATER, stored(child).get("expires"));
        assertEquals(production, stored(child).get("_parentId"));
        assertEquals(4, simulator().licenses(connector).size());
        assertEquals(List.of(WriteOutcome.UNCHANGED, WriteOutcome.UNCHANGED, WriteOutcome.UNCHANGED,
                WriteOutcome.UNCHANGED), outcome(succeed(uri("upsert"), wanted)));
    }

    @Test
    void all_licenses_read_from_the_api_can_be_upserted_as_they_are() {
        String parent = license("trialEndDate", FUTURE, "type", "integrationApp", "resumable", true, "_editionId", "e1",
                "lastModified", PAST, "_connectorId", connector);
        license("expires", FUTURE, "sandbox", true, "type", "integrationApp");
        simulator().addChildLicense(connector, parent, map("expires", LATER));
        Object all = succeed(uri("list"), null).getMessage().getBody();

        assertEquals(List.of(WriteOutcome.UNCHANGED, WriteOutcome.UNCHANGED, WriteOutcome.UNCHANGED),
                outcome(succeed(uri("upsert"), all)));
        assertEquals(0, simulator().count("PUT|POST", ".*"));
    }

    @Test
    void a_merge_sends_back_the_fields_of_a_child_and_of_an_edition() {
        String parent = license("expires", FUTURE);
        String child = simulator().addChildLicense(connector, parent, map("expires", FUTURE, "_editionId", "e1",
                "resumable", true));
        Map<String, Object> before = stored(child);
        succeed(uri("update") + "&updateMode=merge&licenseId=" + child, map("expires", LATER));

        before.put("expires", LATER);
        assertEquals(before, stored(child));
    }

    @ParameterizedTest
    @ValueSource(strings = { "model", "map", "json" })
    void a_header_says_whether_a_license_is_installed_whatever_the_type_of_the_body(String type) {
        String id = license("expires", FUTURE);
        String get = uri("get") + "&licenseId=" + id + "&outputType=" + type;
        assertEquals(false, installed(succeed(get, null)));

        simulator().install(connector, id);
        assertEquals(true, installed(succeed(get, null)));
        assertEquals(true, installed(succeed(uri("expire") + "&licenseId=" + id + "&outputType=" + type, null)));
    }

    @Test
    void the_header_of_one_license_does_not_stay_for_another_one_or_for_a_list() {
        String id = license("expires", FUTURE);

        for (String operation : List.of("list", "delete&licenseId=" + id)) {
            assertNull(installed(succeed(uri(operation), null, IntegratorioConstants.INSTALLED, true)));
        }
        assertNull(installed(send(uri("get") + "&licenseId=gone", null, IntegratorioConstants.INSTALLED, true)));
    }

    private static Object installed(Exchange exchange) {
        return exchange.getMessage().getHeader(IntegratorioConstants.INSTALLED);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", delimiter = '|', quoteCharacter = '"', value = { "model | ${body.installed} == false",
            "map | ${body[_integrationId]} == null", "model | ${body.trial} == true && ${body.endsAt} != null",
            "model | ${body.created} < ${date-with-timezone:now-3d:UTC:yyyy-MM-dd'T'HH:mm:ss.SSS'Z'}",
            "model | ${body.get('created')} < ${date-with-timezone:now-3d:UTC:yyyy-MM-dd'T'HH:mm:ss.SSS'Z'}",
            "model | ${body.created.toEpochMilli} < ${date:now-3d}",
            "map | ${body[created]} < ${date-with-timezone:now-3d:UTC:yyyy-MM-dd'T'HH:mm:ss.SSS'Z'}" })
    void simple_finds_a_trial_that_was_never_installed(String type, String predicate) throws Exception {
        license("trialEndDate", FUTURE, "created", Instant.now().minus(Duration.ofHours(96).plusMinutes(1)).toString());
        simulator().install(connector, license("expires", FUTURE, "created", Instant.now().toString()));
        Object list = succeed(uri("list") + "&outputType=" + type, null).getMessage().getBody();

        List<Boolean> matches = new ArrayList<>();
        for (Object row : (List<?>) list) {
            matches.add(context.resolveLanguage("simple").createPredicate(predicate)
                    .matches(exchangeWith(row)));
        }
        assertEquals(List.of(true, false), matches, predicate);
    }

    private Exchange exchangeWith(Object body) {
        Exchange exchange = new org.apache.camel.support.DefaultExchange(context);
        exchange.getMessage().setBody(body);
        return exchange;
    }

    @Test
    void an_expire_of_nobody_fails_whatever_not_found_means() {
        license("expires", FUTURE);
        fail(IntegratorioApiException.class, uri("expire") + "&notFoundBehaviour=NULL&email=nobody@example.com", null);
    }

    @Test
    void an_expire_with_a_date_sets_this_end_whether_it_is_earlier_or_later() {
        String license = license("expires", FUTURE);
        for (String end : List.of("2098-01-31T12:00:00.000Z", LATER)) {
            succeed(uri("expire") + "&email=" + JANE + "&expires=" + end, null);
            assertEquals(end, stored(license).get("expires"));
        }
    }

    /** The list shows Jane's license, which is John's by now. */
    private String movedLicense() {
        String id = license("user", map("email", "john@example.com"), "expires", FUTURE);
        simulator().faults().add(Fault.on("GET", ".*/licenses").always().status(200, "application/json",
                Json.toText(List.of(map("_id", id, "user", map("email", JANE), "expires", FUTURE)))));
        return id;
    }

    @Test
    void a_license_that_belongs_to_another_user_than_the_list_shows_is_not_changed() {
        String id = movedLicense();
        for (String operation : List.of("upsert", "expire")) {
            Exception refused = send(uri(operation), map("email", JANE, "expires", LATER)).getException();
            assertTrue(String.valueOf(refused).contains("belongs to another one now"), () -> "" + refused);
        }
        assertEquals(FUTURE, stored(id).get("expires"));
        assertEquals(0, simulator().count("PUT|POST", ".*"));
    }

    @Test
    void an_item_with_the_id_of_a_license_that_belongs_to_another_user_by_now_is_refused_by_its_number() {
        String id = movedLicense();
        String other = simulator().addLicense(connector, map("user", map("email", JANE), "expires", FUTURE));
        List<Map<String, Object>> items =
                List.of(map("_id", other, "expires", FUTURE), map("_id", id, "email", JANE, "expires", LATER));
        assertEquals("item 2: licenseId: the license belongs to another user than the given email;"
                + " remove one of the two", fail(IllegalArgumentException.class, uri("upsert"), items).getMessage());
        assertEquals(0, simulator().count("PUT|POST", ".*"));
    }

    @Test
    void of_the_items_that_a_list_shows_as_they_should_be_only_those_changed_here_are_read_again() {
        simulator().addLicense(connector, map("user", map("email", "john@example.com"), "expires", FUTURE));
        String id = license("expires", FUTURE);
        String before = Json.toText(simulator().licenses(connector));
        succeed(uri("update") + "&licenseId=" + id, map("expires", LATER));
        simulator().faults().add(Fault.on("GET", ".*/licenses").always().status(200, "application/json", before));
        simulator().clearRequests();

        assertEquals(List.of(WriteOutcome.UNCHANGED, WriteOutcome.UPDATED), outcome(succeed(uri("upsert"),
                List.of(map("email", "john@example.com", "expires", FUTURE), map("email", JANE, "expires", FUTURE)))));
        assertEquals(FUTURE, stored(id).get("expires"));
        assertEquals(3, simulator().requestCount());
    }

    @Test
    void the_id_of_an_update_or_upsert_must_not_be_another_one_than_in_the_body() {
        String id = license("expires", FUTURE);
        fail(IllegalArgumentException.class, uri("upsert") + "&licenseId=" + id,
                map("_id", "other", "expires", LATER));
        fail(IllegalArgumentException.class,
                "integratorio:connectors?operation=update&updateMode=merge&connectorId=" + connector,
                map("_id", "other", "name", "Books to Shop"));
        assertEquals(0, simulator().requestCount());
    }

    @Test
    void a_connector_can_be_merged_and_deleted() {
        String of = "integratorio:connectors?outputType=map&connectorId=" + connector + "&operation=";
        Exchange merged = succeed(of + "update&updateMode=merge", map("description", "new"));
        assertEquals("Shop to Books", merged.getMessage().getBody(Map.class).get("name"));
        assertEquals("new", simulator().connector(connector).get("description"));
        assertEquals(WriteOutcome.DELETED, outcome(succeed(of + "delete", null)));
        assertEquals(List.of(), simulator().connectors());
    }
}
