package io.github.integratorio.camel.internal.operation;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import io.github.integratorio.simulator.Fault;
import io.github.integratorio.simulator.IntegratorioSimulator;
import io.github.integratorio.simulator.RecordedRequest;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The operations of several API calls: expire, upsert and merging update. */
class OperationExecutorTest extends SimulatorTestSupport {

    private String connector;

    @BeforeEach
    void aConnector() {
        connector = simulator().addConnector("Shop to Books");
    }

    private String uri(String operation) {
        return "integratorio:licenses?operation=" + operation + "&connectorId=" + connector;
    }

    private static Object outcome(Exchange exchange) {
        return exchange.getMessage().getHeader(IntegratorioConstants.OUTCOME);
    }

    @Test
    void expire_sets_the_expiry_to_now_and_keeps_all_other_fields() {
        String license = janesLicense(connector);
        Map<String, Object> before = simulator().license(connector, license);
        Exchange exchange = succeed(uri("expire") + "&licenseId=" + license, null);

        Map<String, Object> after = simulator().license(connector, license);
        Instant expires = Instant.parse((String) after.get("expires"));
        assertFalse(expires.isAfter(Instant.now()));
        assertTrue(expires.isAfter(Instant.now().minusSeconds(60)));
        before.put("expires", after.get("expires"));
        assertEquals(before, after);
        assertEquals(WriteOutcome.UPDATED, outcome(exchange));
        assertEquals(expires, exchange.getMessage().getBody(License.class).getExpires());
    }

    @Test
    void expire_finds_the_license_by_email_in_any_case() {
        String license = janesLicense(connector);
        succeed(uri("expire"), null, IntegratorioConstants.EMAIL, "JANE@Example.com", IntegratorioConstants.EXPIRES,
                "2020-01-01T00:00:00Z");

        assertEquals("2020-01-01T00:00:00.000Z", simulator().license(connector, license).get("expires"));
    }

    @Test
    void expire_does_not_change_a_license_that_has_already_expired() {
        String license = simulator().addLicense(connector,
                map("user", map("email", JANE), "expires", "2020-01-01T00:00:00.000Z"));
        Exchange exchange = succeed(uri("expire") + "&email=" + JANE, null);

        assertEquals(WriteOutcome.UNCHANGED, outcome(exchange));
        assertEquals("2020-01-01T00:00:00.000Z", simulator().license(connector, license).get("expires"));
        assertEquals(0, simulator().count("PUT", ".*"));
    }

    @Test
    void expire_of_a_user_without_a_license_is_a_404() {
        IntegratorioApiException missing = fail(IntegratorioApiException.class, uri("expire") + "&email=" + JANE, null);

        assertEquals(404, missing.getStatusCode());
    }

    @Test
    void upsert_creates_then_changes_nothing_then_updates() {
        Map<String, Object> license =
                map("email", JANE, "expires", FUTURE, "opts", map("connectorEdition", "standard"));
        assertEquals(WriteOutcome.CREATED, outcome(succeed(uri("upsert"), license)));
        assertEquals(WriteOutcome.UNCHANGED, outcome(succeed(uri("upsert"), license)));
        license.put("opts", map("connectorEdition", "premium"));
        Exchange changed = succeed(uri("upsert"), license);

        assertEquals(WriteOutcome.UPDATED, outcome(changed));
        assertEquals("premium", changed.getMessage().getBody(License.class).getOpts().get("connectorEdition"));
        assertEquals(1, simulator().licenses(connector).size());
        assertEquals(1, simulator().count("POST", ".*"));
        assertEquals(1, simulator().count("PUT", ".*"));
    }

    @Test
    void upsert_keeps_fields_missing_from_the_body() {
        String license = janesLicense(connector);
        Map<String, Object> before = simulator().license(connector, license);
        succeed(uri("upsert"), map("email", JANE, "expires", "2098-01-01T00:00:00Z"));

        before.put("expires", "2098-01-01T00:00:00.000Z");
        assertEquals(before, simulator().license(connector, license));
    }

    @Test
    void upsert_of_a_user_with_several_licenses_fails_and_lists_them() {
        String one = janesLicense(connector);
        String other = janesLicense(connector);
        IllegalArgumentException refused =
                fail(IllegalArgumentException.class, uri("upsert"), map("email", JANE, "expires", FUTURE));

        assertTrue(refused.getMessage().contains(one) && refused.getMessage().contains(other), refused.getMessage());
        assertEquals(1, simulator().requestCount());
        assertEquals(WriteOutcome.UPDATED, outcome(succeed(uri("upsert") + "&licenseId=" + other,
                map("email", JANE, "expires", "2098-01-01T00:00:00Z"))));
        assertEquals(FUTURE, simulator().license(connector, one).get("expires"));
    }

    @Test
    void a_list_upsert_reads_the_list_once_and_writes_only_differences() {
        for (int i = 0; i < 500; i++) {
            simulator().addUser("u" + i + "@example.com", "U" + i);
            if (i >= 10) {
                simulator().addLicense(connector, map("user", map("email", "u" + i + "@example.com"),
                        "expires", i < 20 ? "2050-01-01T00:00:00.000Z" : FUTURE));
            }
        }
        List<Map<String, Object>> wanted = new ArrayList<>();
        IntStream.range(0, 500).forEach(i -> wanted.add(map("email", "u" + i + "@example.com", "expires", FUTURE)));
        Exchange exchange = succeed(uri("upsert"), wanted);

        List<?> outcomes = (List<?>) outcome(exchange);
        assertEquals(10, outcomes.stream().filter(WriteOutcome.CREATED::equals).count());
        assertEquals(10, outcomes.stream().filter(WriteOutcome.UPDATED::equals).count());
        assertEquals(480, outcomes.stream().filter(WriteOutcome.UNCHANGED::equals).count());
        assertEquals(WriteOutcome.CREATED, outcomes.get(0));
        assertEquals(WriteOutcome.UPDATED, outcomes.get(10));
        assertEquals("u7@example.com", ((License) exchange.getMessage().getBody(List.class).get(7)).getEmail());
        assertEquals(1, simulator().count("GET", ".*/licenses"));
        assertEquals(10, simulator().count("POST", ".*"));
        assertEquals(10, simulator().count("PUT", ".*"));
        assertEquals(500, simulator().licenses(connector).size());
    }

    @Test
    void a_list_upsert_refuses_before_the_first_write_what_it_can_know() {
        simulator().addUser("new@example.com", "New");
        String janes = janesLicense(connector);
        Map<String, Object> created = map("email", "new@example.com", "expires", FUTURE);
        for (Map<String, Object> refused : List.of(map("_id", janes, "sandbox", true),
                map("_id", janes, "_parentId", "other"), map("_id", janes, "expires", null),
                map("email", JANE, "expires", null), map("_id", janes, "email", "john@example.com"))) {
            fail(IllegalArgumentException.class, uri("upsert"), List.of(created, refused));
        }
        assertEquals(404, fail(IntegratorioApiException.class, uri("upsert"),
                List.of(created, map("_id", "unknown", "expires", FUTURE))).getStatusCode());

        assertEquals(0, simulator().count("POST|PUT", ".*"));
        assertEquals(1, simulator().licenses(connector).size());
    }

    @Test
    void a_list_upsert_refuses_two_items_of_one_license_and_tells_which_they_are() {
        simulator().addUser("new@example.com", "New");
        String janes = janesLicense(connector);
        Map<String, Object> created = map("email", "new@example.com", "expires", FUTURE);
        Map<String, Object> other = map("email", "john@example.com", "expires", FUTURE);
        Map<String, Object> byUser = map("email", JANE, "expires", "2098-01-01T00:00:00Z");
        Map<String, Object> byId = map("_id", janes, "expires", "2097-01-01T00:00:00Z");
        for (List<Map<String, Object>> two : List.of(List.of(byUser, byUser), List.of(byId, byId),
                List.of(byUser, byId))) {
            List<Map<String, Object>> items = List.of(created, two.get(0), other, two.get(1));
            assertEquals("body: items 2 and 4 name the same license",
                    fail(IllegalArgumentException.class, uri("upsert"), items).getMessage());
        }
        assertEquals(0, simulator().count("POST|PUT", ".*"));
    }

    @Test
    void a_model_in_a_list_is_sent_as_it_is_without_one() {
        License license = new License();
        license.setEmail(JANE);
        license.setExpires(Instant.parse(FUTURE));
        license.set("trialEndDate", Instant.parse(FUTURE));
        license.setOpts(Map.of("rate", new BigDecimal("1.50")));
        String other = simulator().addConnector("Books to Shop");
        succeed(uri("upsert"), license);
        succeed("integratorio:licenses?operation=upsert&connectorId=" + other, List.of(license));

        List<String> sent = simulator().requests().stream().filter(request -> request.method().equals("POST"))
                .map(RecordedRequest::body).toList();
        assertEquals(2, sent.size());
        assertTrue(sent.get(0).contains("\"rate\":1.50") && sent.get(0).contains("\"trialEndDate\":\"" + FUTURE + "\""),
                sent.get(0));
        assertEquals(sent.get(0), sent.get(1));
    }

    @Test
    void a_list_upsert_that_is_partly_rejected_reports_its_ambiguous_writes() {
        // The one that hangs comes first, because an immediate rejection would prevent the other from being sent.
        simulator().faults().add(Fault.on("POST", ".*").hang());
        simulator().faults().add(Fault.on("POST", ".*").status(422));
        List<Map<String, Object>> wanted =
                List.of(map("email", JANE, "expires", FUTURE), map("email", "john@example.com", "expires", FUTURE));

        fail(IntegratorioAmbiguousOutcomeException.class, uri("upsert") + "&requestTimeout=500&operationTimeout=2000",
                wanted);
    }

    @Test
    void a_license_id_left_by_an_earlier_step_never_changes_another_users_license() {
        String license = janesLicense(connector);
        Map<String, Object> before = simulator().license(connector, license);

        fail(IllegalArgumentException.class, uri("expire") + "&email=john@example.com", null,
                IntegratorioConstants.LICENSE_ID, license);
        fail(IllegalArgumentException.class, uri("expire"), null, IntegratorioConstants.LICENSE_ID, license,
                IntegratorioConstants.EMAIL, "john@example.com");
        fail(IllegalArgumentException.class, uri("upsert"),
                map("email", "john@example.com", "expires", "2098-01-01T00:00:00Z"),
                IntegratorioConstants.LICENSE_ID, license);
        fail(IllegalArgumentException.class, uri("upsert"),
                List.of(map("_id", license, "email", "john@example.com", "expires", "2098-01-01T00:00:00Z")));
        assertEquals(before, simulator().license(connector, license));
        assertEquals(0, simulator().count("PUT", ".*"));
    }

    @Test
    void an_upsert_that_contains_one_license_twice_is_rejected() {
        String license = janesLicense(connector);

        fail(IllegalArgumentException.class, uri("upsert"),
                List.of(map("_id", license, "expires", "2098-01-01T00:00:00Z"),
                        map("email", JANE, "expires", "2097-01-01T00:00:00Z")));
        assertEquals(FUTURE, simulator().license(connector, license).get("expires"));
    }

    @Test
    void concurrent_upserts_of_one_new_user_create_one_license() {
        simulator().faults().add(Fault.on("GET", ".*").always().delay(Duration.ofMillis(20)));
        List<CompletableFuture<Exchange>> all = IntStream.range(0, 20)
                .mapToObj(i -> template.asyncSend(uri("upsert"), exchange -> exchange.getMessage()
                        .setBody(map("email", JANE, "expires", FUTURE))))
                .toList();
        all.forEach(one -> assertEquals(null, one.join().getException()));

        assertEquals(1, simulator().licenses(connector).size());
    }

    @Test
    void of_two_upserts_of_a_new_user_the_one_that_came_last_has_the_last_word() {
        simulator().faults().add(Fault.on("GET", ".*").times(1).delay(Duration.ofMillis(300)));
        CompletableFuture<Exchange> first = template.asyncSend(uri("upsert"),
                exchange -> exchange.getMessage().setBody(map("email", JANE, "expires", "2098-01-01T00:00:00.000Z")));
        await().until(() -> simulator().requestCount() == 1);
        // It would be faster than the first one.
        CompletableFuture<Exchange> last = template.asyncSend(uri("upsert"),
                exchange -> exchange.getMessage().setBody(map("email", JANE, "expires", FUTURE)));

        assertEquals(WriteOutcome.CREATED, first.join().getMessage().getHeader(IntegratorioConstants.OUTCOME));
        assertEquals(WriteOutcome.UPDATED, last.join().getMessage().getHeader(IntegratorioConstants.OUTCOME));
        assertEquals(List.of(FUTURE),
                simulator().licenses(connector).stream().map(license -> license.get("expires")).toList());
    }

    @Test
    void a_merging_update_keeps_fields_missing_from_the_body_and_erases_null_fields() {
        String license = janesLicense(connector);
        Map<String, Object> before = simulator().license(connector, license);
        succeed(uri("update") + "&updateMode=merge&licenseId=" + license,
                "{\"opts\":{\"connectorEdition\":\"premium\",\"addonLicenses\":null}}");

        before.put("opts", map("connectorEdition", "premium"));
        assertEquals(before, simulator().license(connector, license));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "update|{}|{\"seats\":5,\"edition\":null}|{\"seats\":5}",
            "upsert|{}|{\"seats\":5,\"edition\":null}|{\"seats\":5}",
            "update|{\"limit\":1}|{\"limit\":{\"seats\":5,\"edition\":null}}|{\"limit\":{\"seats\":5}}",
            "upsert|{\"limit\":[1]}|{\"limit\":{\"seats\":5,\"edition\":null}}|{\"limit\":{\"seats\":5}}",
            "update|{\"a\":1}|{\"b\":{\"c\":{\"d\":null,\"e\":1}}}|{\"a\":1,\"b\":{\"c\":{\"e\":1}}}",
            "upsert|{\"a\":1}|{\"b\":{\"c\":{\"d\":null,\"e\":1}}}|{\"a\":1,\"b\":{\"c\":{\"e\":1}}}" })
    void a_null_in_an_object_that_a_license_did_not_have_before_is_not_sent(String operation, String before,
            String change, String after) {
        Map<String, Object> stored = map("user", map("email", JANE), "expires", FUTURE);
        if (!json(before).isEmpty()) {
            stored.put("opts", json(before));
        }
        String license = simulator().addLicense(connector, stored);
        succeed(operation.equals("update") ? uri("update") + "&updateMode=merge&licenseId=" + license : uri("upsert"),
                operation.equals("update") ? map("opts", json(change)) : map("email", JANE, "opts", json(change)));

        List<RecordedRequest> writes =
                simulator().requests().stream().filter(one -> one.method().equals("PUT")).toList();
        assertEquals(List.of(json(after)), writes.stream().map(one -> json(one.body()).get("opts")).toList());
    }

    @Test
    void concurrent_merging_updates_lose_no_field() {
        String license = janesLicense(connector);
        simulator().faults().add(Fault.on("GET", ".*").always().delay(Duration.ofMillis(5)));
        List<CompletableFuture<Exchange>> all = IntStream.range(0, 20)
                .mapToObj(i -> template.asyncSend(uri("update") + "&updateMode=merge&licenseId=" + license,
                        exchange -> exchange.getMessage().setBody("{\"opts\":{\"k" + i + "\":" + i + "}}")))
                .toList();
        all.forEach(one -> assertEquals(null, one.join().getException()));

        Map<?, ?> opts = (Map<?, ?>) simulator().license(connector, license).get("opts");
        assertEquals(22, opts.size());
    }

    @Test
    void concurrent_merging_updates_of_a_connector_lose_no_field() {
        simulator().faults().add(Fault.on("GET", ".*").always().delay(Duration.ofMillis(5)));
        int before = simulator().connector(connector).size();
        List<CompletableFuture<Exchange>> all = IntStream.range(0, 20)
                .mapToObj(i -> template.asyncSend(
                        "integratorio:connectors?operation=update&updateMode=merge&connectorId=" + connector,
                        exchange -> exchange.getMessage().setBody("{\"k" + i + "\":" + i + "}")))
                .toList();
        all.forEach(one -> assertEquals(null, one.join().getException()));

        assertEquals(before + 20, simulator().connector(connector).size());
    }

    @Test
    void a_duration_is_added_to_the_current_time() {
        succeed(uri("create") + "&expires=P30D", map("email", JANE));

        Instant expires = Instant.parse((String) simulator().licenses(connector).get(0).get("expires"));
        Duration off = Duration.between(Instant.now().plus(Duration.ofDays(30)), expires).abs();
        assertTrue(off.compareTo(Duration.ofMinutes(1)) < 0, off.toString());
    }

    @Test
    void upsert_reads_a_paged_list_twice_before_it_creates() {
        IntegratorioSimulator paged = IntegratorioSimulator.builder().anyUser().pageSize(2).start();
        try (paged) {
            String shop = paged.addConnector("Shop");
            paged.addLicense(shop, map("email", "a@example.com", "expires", FUTURE));
            paged.addLicense(shop, map("email", "b@example.com", "expires", FUTURE));
            paged.addLicense(shop, map("email", JANE, "expires", FUTURE));
            // The second page of the first reading lacks a row that has moved to the first page.
            paged.faults().add(Fault.on("GET", ".*/licenses\\?.*").status(200, "application/json", "[]"));
            Exchange exchange = succeed(
                    "integratorio:licenses?operation=upsert&connectorId=" + shop + "&baseUrl=" + paged.baseUrl(),
                    map("email", JANE, "expires", FUTURE));

            assertEquals(WriteOutcome.UNCHANGED, outcome(exchange));
            assertEquals(3, paged.licenses(shop).size());
            // Two pages twice, and the license itself.
            assertEquals(5, paged.requestCount());
        }
    }
}
