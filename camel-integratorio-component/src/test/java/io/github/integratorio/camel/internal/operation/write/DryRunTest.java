package io.github.integratorio.camel.internal.operation.write;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.api.FieldDifference;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import org.apache.camel.Exchange;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.apache.camel.util.ObjectHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** With {@code dryRun}, an operation tells what it would do, and no write reaches the API. */
class DryRunTest extends SimulatorTestSupport {

    private static final String LATER = "2099-06-30T12:00:00.000Z";

    private final MemoryIdempotentRepository claims = new MemoryIdempotentRepository(new HashMap<>());
    private String connector;
    private List<Map<String, Object>> before;

    @BeforeEach
    void aConnector() {
        connector = simulator().addConnector("Shop to Books");
        context.getRegistry().bind("claims", claims);
    }

    /** Whatever a test did: no write was sent, nothing is changed, and no creation was claimed. */
    @AfterEach
    void nothing_was_written() {
        assertEquals(0, simulator().count("POST|PUT|DELETE", ".*"));
        assertEquals(before == null ? List.of() : before, simulator().licenses(connector));
        assertEquals(0, claims.getCacheSize());
    }

    private String uri(String operation) {
        return "integratorio:licenses?dryRun=true&idempotentRepository=#claims&connectorId=" + connector + "&operation="
                + operation;
    }

    private Exchange run(String uri, Object body) {
        before = simulator().licenses(connector);
        return succeed(uri, body);
    }

    private <T extends Exception> T refused(Class<T> type, String uri, Object body) {
        before = simulator().licenses(connector);
        return fail(type, uri, body);
    }

    private static Object outcome(Exchange exchange) {
        return exchange.getMessage().getHeader(IntegratorioConstants.OUTCOME);
    }

    private static List<?> differences(Exchange exchange) {
        return exchange.getMessage().getHeader(IntegratorioConstants.DIFFERENCES, List.class);
    }

    private static FieldDifference difference(String field, Object oldValue, Object newValue) {
        return new FieldDifference(field, oldValue, newValue);
    }

    @Test
    void an_upsert_of_a_new_user_shows_the_license_that_it_would_create() {
        Exchange exchange = run(uri("upsert") + "&idempotencyKey=order-1",
                map("email", JANE, "expires", FUTURE, "opts", map("connectorEdition", "standard"), "sandbox", false));

        assertEquals(WriteOutcome.WOULD_CREATE, outcome(exchange));
        License license = exchange.getMessage().getBody(License.class);
        assertEquals(JANE, license.getEmail());
        assertEquals(Instant.parse(FUTURE), license.getExpires());
        assertNull(license.getId());
        assertNull(exchange.getMessage().getHeader(IntegratorioConstants.LICENSE_ID));
        assertEquals(List.of(difference("expires", null, FUTURE),
                difference("opts.connectorEdition", null, "standard"), difference("email", null, JANE)),
                differences(exchange));
    }

    @Test
    void an_upsert_shows_the_fields_that_differ_and_keeps_the_others() {
        String license = janesLicense(connector);
        Exchange exchange = run(uri("upsert"), map("email", "JANE@example.com", "expires", LATER, "opts",
                map("connectorEdition", "premium"), "futureField", map("kept", List.of(1, 2.5, false)), "sandbox",
                false));

        assertEquals(WriteOutcome.WOULD_UPDATE, outcome(exchange));
        assertEquals(List.of(difference("expires", FUTURE, LATER),
                difference("opts.connectorEdition", "standard", "premium"),
                difference("futureField.kept", List.of(1, new java.math.BigDecimal("2.5"), true),
                        List.of(1, new java.math.BigDecimal("2.5"), false))),
                differences(exchange));
        Map<String, Object> shown = exchange.getMessage().getBody(License.class).asMap();
        assertEquals(license, shown.get("_id"));
        assertEquals(map("email", JANE), shown.get("user"));
        assertEquals(map("connectorEdition", "premium", "addonLicenses", List.of(map("type", "store"))),
                shown.get("opts"));
        assertEquals(license, exchange.getMessage().getHeader(IntegratorioConstants.LICENSE_ID));
    }

    @Test
    void what_means_the_same_to_the_api_is_no_difference() {
        janesLicense(connector);
        Exchange exchange = run(uri("upsert"), map("email", JANE, "expires", "2099-01-31T13:00:00+01:00", "sandbox",
                false, "trialEndDate", null, "opts", map("connectorEdition", "standard", "note", "")));

        assertEquals(WriteOutcome.UNCHANGED, outcome(exchange));
        assertEquals(List.of(), differences(exchange));
    }

    @Test
    void a_list_has_an_outcome_and_its_differences_for_each_license() {
        simulator().addUser("jim@example.com", "Jim");
        janesLicense(connector);
        simulator().addLicense(connector, map("user", map("email", "jim@example.com"), "expires", FUTURE));
        Exchange exchange = run(uri("upsert"), List.of(map("email", "john@example.com", "expires", FUTURE),
                map("email", "jim@example.com", "expires", FUTURE), map("email", JANE, "expires", LATER)));

        assertEquals(List.of(WriteOutcome.WOULD_CREATE, WriteOutcome.UNCHANGED, WriteOutcome.WOULD_UPDATE),
                outcome(exchange));
        assertEquals(List.of(
                List.of(difference("expires", null, FUTURE), difference("email", null, "john@example.com")),
                List.of(), List.of(difference("expires", FUTURE, LATER))), differences(exchange));
        List<?> licenses = exchange.getMessage().getBody(List.class);
        assertEquals(Instant.parse(LATER), ((License) licenses.get(2)).getExpires());
    }

    @Test
    void an_update_shows_what_it_would_erase() {
        String license = janesLicense(connector);
        Exchange exchange = run(uri("update") + "&licenseId=" + license, map("expires", LATER));

        assertEquals(WriteOutcome.WOULD_UPDATE, outcome(exchange));
        assertEquals(
                List.of(difference("expires", FUTURE, LATER), difference("opts.connectorEdition", "standard", null),
                        difference("opts.addonLicenses", List.of(map("type", "store")), null),
                        difference("futureField.kept", List.of(1, new java.math.BigDecimal("2.5"), true), null)),
                differences(exchange));
        assertEquals(JANE, exchange.getMessage().getBody(License.class).getEmail());

        Exchange merged = run(uri("update") + "&updateMode=merge&licenseId=" + license, map("expires", LATER));
        assertEquals(List.of(difference("expires", FUTURE, LATER)), differences(merged));
        assertEquals(WriteOutcome.UNCHANGED,
                outcome(run(uri("update") + "&updateMode=merge&licenseId=" + license, map("expires", FUTURE))));
    }

    @Test
    void an_update_does_not_show_what_no_update_can_erase() {
        String parent = simulator().addLicense(connector,
                map("user", map("email", JANE), "expires", FUTURE, "sandbox", true));
        String child = simulator().addChildLicense(connector, parent, map("futureField", 1));
        for (Map<String, Object> body : List.of(map("expires", FUTURE),
                map("expires", FUTURE, "sandbox", null, "_parentId", null))) {
            Exchange sandbox = run(uri("update") + "&licenseId=" + parent, body);
            assertEquals(WriteOutcome.UNCHANGED, outcome(sandbox));
            assertEquals(true, sandbox.getMessage().getBody(License.class).getSandbox());

            Exchange ofChild = run(uri("update") + "&licenseId=" + child, body);
            assertEquals(List.of(difference("futureField", 1, null)), differences(ofChild));
            assertTrue(ofChild.getMessage().getBody(License.class).isChild());
        }
    }

    @Test
    void an_expiry_shows_the_end_of_license_and_trial() {
        simulator().addLicense(connector,
                map("user", map("email", JANE), "expires", FUTURE, "trialEndDate", LATER));
        Exchange exchange = run(uri("expire") + "&email=" + JANE + "&expires=2030-01-01T00:00:00Z", null);

        assertEquals(WriteOutcome.WOULD_EXPIRE, outcome(exchange));
        assertEquals(List.of(difference("expires", FUTURE, "2030-01-01T00:00:00.000Z"),
                difference("trialEndDate", LATER, "2030-01-01T00:00:00.000Z")), differences(exchange));
        assertFalse(run(uri("expire") + "&email=" + JANE, null).getMessage().getBody(License.class).getExpires()
                .isAfter(Instant.now()));
    }

    @Test
    void an_expiry_that_a_license_has_already_is_unchanged_without_a_dry_run_too() {
        String license = simulator().addLicense(connector, map("user", map("email", JANE), "expires", FUTURE));
        String uri = uri("expire") + "&licenseId=" + license + "&expires=2099-01-31T12:00:00Z";
        assertEquals(WriteOutcome.UNCHANGED, outcome(run(uri, null)));
        assertEquals(WriteOutcome.UNCHANGED, outcome(run(uri.replace("dryRun=true&", ""), null)));
    }

    @Test
    void the_expiry_of_an_expired_license_is_unchanged() {
        simulator().addLicense(connector, map("user", map("email", JANE), "expires", "2020-01-01T00:00:00.000Z"));
        assertEquals(WriteOutcome.UNCHANGED, outcome(run(uri("expire") + "&email=" + JANE, null)));
    }

    @Test
    void a_deletion_has_no_body_and_shows_what_would_be_lost() {
        String license = janesLicense(connector);
        Exchange exchange = run(uri("delete") + "&licenseId=" + license, "ignored");

        assertEquals(WriteOutcome.WOULD_DELETE, outcome(exchange));
        assertNull(exchange.getMessage().getBody());
        assertTrue(differences(exchange).contains(difference("expires", FUTURE, null)));
        assertEquals(1, simulator().requestCount());
        // The license is not taken for deleted afterwards.
        assertEquals(WriteOutcome.UNCHANGED,
                outcome(run(uri("upsert"), map("email", JANE, "expires", FUTURE))));
    }

    @Test
    void what_the_operation_refuses_is_refused() {
        String janes = janesLicense(connector);
        assertEquals(404, refused(IntegratorioApiException.class, uri("delete") + "&licenseId=nobody", null)
                .getStatusCode());
        assertNull(run(uri("delete") + "&licenseId=nobody&notFoundBehaviour=null", "x").getMessage().getBody());
        assertEquals(404, refused(IntegratorioApiException.class, uri("expire") + "&email=john@example.com", null)
                .getStatusCode());
        assertEquals(404, refused(IntegratorioApiException.class, uri("update") + "&licenseId=nobody",
                map("expires", FUTURE)).getStatusCode());
        refused(IllegalArgumentException.class, uri("expire") + "&email=john@example.com&licenseId=" + janes, null);
        refused(IllegalArgumentException.class, uri("update") + "&licenseId=" + janes,
                map("email", "john@example.com", "expires", FUTURE));
        refused(IllegalArgumentException.class, uri("upsert") + "&licenseId=" + janes,
                map("email", JANE, "sandbox", true));
        refused(IllegalArgumentException.class, uri("upsert"),
                map("email", "john@example.com", "expires", "2020-01-01T00:00:00Z"));
        refused(IllegalArgumentException.class, uri("upsert"), List.of(map("email", JANE), map("email", JANE)));
        refused(IllegalArgumentException.class, uri("update") + "&licenseId=" + janes, map());
        janesLicense(connector);
        refused(IllegalArgumentException.class, uri("upsert") + "&licenseIndexMaxAge=0",
                map("email", JANE, "expires", FUTURE));
    }

    @ParameterizedTest
    @ValueSource(strings = { "licenses?operation=get&licenseId=l1&", "licenses?operation=list&",
            "licenses?operation=create&", "connectors?operation=update&", "connectors?operation=delete&",
            "installBase?operation=pushUpdate&" })
    void an_operation_without_a_dry_run_is_refused_at_start(String operation) {
        Exception refused = assertThrows(Exception.class, () -> context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:refused").to("integratorio:" + operation + "dryRun=true&connectorId=" + connector);
            }
        }));
        Throwable cause = refused;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        assertTrue(cause.getMessage().startsWith("dryRun: not supported for ")
                && cause.getMessage().endsWith("supported for licenses: update, delete, expire, upsert, reconcile"),
                cause::getMessage);
    }

    @Test
    void a_dry_run_of_the_whole_component_reads_as_always_and_refuses_writes_that_have_none() {
        context.getComponent("integratorio", IntegratorioComponent.class).getConfiguration().setDryRun(true);
        String of = "&connectorId=" + connector;

        assertEquals(List.of(), succeed("integratorio:licenses?operation=list" + of, null).getMessage().getBody());
        Exchange upsert = succeed("integratorio:licenses?operation=upsert" + of, map("email", JANE, "expires", FUTURE));
        assertEquals(WriteOutcome.WOULD_CREATE, outcome(upsert));
        Exception refused =
                assertThrows(Exception.class, () -> context.getEndpoint("integratorio:licenses?operation=create" + of));
        assertTrue(ObjectHelper.getException(IllegalArgumentException.class, refused).getMessage()
                .startsWith("dryRun: not supported for licenses create"), refused::toString);
    }

    @Test
    void a_header_can_neither_end_a_dry_run_nor_choose_an_operation_without_one() {
        String open = "integratorio:licenses?dryRun=true&connectorId=" + connector;
        Exchange exchange =
                send(open, map("email", JANE, "expires", FUTURE), IntegratorioConstants.OPERATION, "create");
        assertTrue(exchange.getException().getMessage().contains("not supported for licenses create"));
        Exchange upsert = succeed(open, map("email", JANE, "expires", FUTURE), IntegratorioConstants.OPERATION,
                "upsert", "dryRun", "false");
        assertEquals(WriteOutcome.WOULD_CREATE, outcome(upsert));
        fail(IllegalArgumentException.class, open, map("email", JANE, "expires", FUTURE),
                IntegratorioConstants.OPERATION, "upsert", "CamelIntegratorioDryRun", false);
    }

    @Test
    void a_consumer_has_no_dry_run() {
        assertThrows(RuntimeCamelException.class,
                () -> consumer.receive("integratorio:licenses?dryRun=true&connectorId=" + connector, 1));
    }

    @Test
    void the_text_of_a_difference_masks_addresses() {
        assertEquals("email: null → j***@example.com", difference("email", null, JANE).toString());
    }

    @Test
    void a_hundred_dry_runs_of_anything_send_no_write() {
        List<Map<String, Object>> list = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            if (i % 3 != 0) {
                simulator().addLicense(connector, map("user", map("email", "u" + i + "@example.com"), "expires",
                        FUTURE, "opts", map("n", i)));
            }
            list.add(map("email", "u" + i + "@example.com", "expires", i % 2 == 0 ? FUTURE : "2020-01-01T00:00:00Z",
                    "opts", map("n", i % 5 == 0 ? null : i)));
        }
        list.removeIf(one -> (int) Integer.valueOf(((String) one.get("email")).replaceAll("\\D", "")) % 6 == 3);
        Exchange exchange = run(uri("upsert"), list);
        assertEquals(list.size(), ((List<?>) outcome(exchange)).size());
    }
}
