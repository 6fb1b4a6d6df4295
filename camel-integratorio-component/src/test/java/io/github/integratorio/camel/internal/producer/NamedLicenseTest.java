package io.github.integratorio.camel.internal.producer;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.SequenceInputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import io.github.integratorio.simulator.Fault;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Which license a request means, if options, headers and the body each say something about it. */
class NamedLicenseTest extends SimulatorTestSupport {

    private static final String JOHN = "john@example.com";

    private String connector;
    private String production;
    private String sandbox;
    private String johns;

    @BeforeEach
    void threeLicenses() {
        connector = simulator().addConnector("Shop to Books");
        production = janesLicense(connector);
        sandbox = simulator().addLicense(connector,
                map("user", map("email", JANE), "expires", FUTURE, "sandbox", true));
        johns = simulator().addLicense(connector, map("user", map("email", JOHN), "expires", FUTURE));
    }

    private String uri(String operation) {
        return "integratorio:licenses?connectorId=" + connector + "&operation=" + operation;
    }

    /** A route that reads a license, and then sends the body that it was called with. */
    private void afterReading(String licenseId, String from, String to) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(from).setProperty("next", body()).to(uri("get") + "&licenseId=" + licenseId)
                        .setBody(exchangeProperty("next")).to(to);
            }
        });
    }

    private void assertEnded(String... ids) {
        for (Map<String, Object> license : simulator().licenses(connector)) {
            assertEquals(List.of(ids).contains(license.get("_id")), !FUTURE.equals(license.get("expires")),
                    "" + license.get("_id"));
        }
    }

    private void refused(String names, String uri, Object body, Object... headers) {
        String message = fail(IllegalArgumentException.class, uri, body, headers).getMessage();
        assertTrue(message.contains(names), message);
        assertTrue(!message.contains(JANE) && !message.contains(JOHN), message);
        assertEquals(0, simulator().count("PUT|POST", ".*"));
        assertEnded();
    }

    static Stream<Object> malformedSandboxes() {
        return Stream.of(1, 0, "yes", " true ", "", "falſe", List.of(true), map(), 2.0);
    }

    @ParameterizedTest
    @MethodSource("malformedSandboxes")
    void a_malformed_sandbox_is_rejected_by_every_operation(Object value) {
        String error = "body: sandbox: expected true or false";
        refused(error, uri("expire"), map("email", JANE, "sandbox", value));
        refused(error, uri("expire") + "&email=" + JANE, map("sandbox", value));
        refused(error, uri("expire"), map("sandbox", value), IntegratorioConstants.LICENSE_ID, production);
        refused(error, uri("upsert"), map("email", JANE, "sandbox", value));
        refused(error, uri("create"), map("email", JANE, "expires", FUTURE, "sandbox", value));
    }

    @ParameterizedTest
    @ValueSource(strings = { "true", "\"true\"", "\"TRUE\"", "\"True\"" })
    void the_sandbox_of_the_body_decides_however_the_user_is_named(String value) {
        String text = "{\"sandbox\":" + value + "}";
        succeed(uri("expire") + "&email=" + JANE, text);
        assertEnded(sandbox);
        assertEquals(WriteOutcome.UNCHANGED, outcome(succeed(uri("expire"),
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), IntegratorioConstants.EMAIL, JANE)));
        assertEquals(WriteOutcome.UNCHANGED,
                outcome(succeed(uri("expire"), text.replace("{", "{\"email\":\"" + JANE + "\","))));
        succeed(uri("upsert"), text.replace("{", "{\"email\":\"" + JANE + "\",\"expires\":\"" + FUTURE + "\","));
        assertEnded();
    }

    private static Object outcome(Exchange exchange) {
        return exchange.getMessage().getHeader(IntegratorioConstants.OUTCOME);
    }

    @Test
    void an_id_and_a_sandbox_in_the_body_that_name_different_licenses_end_neither() {
        String error = "licenseId: the license is not the one that sandbox in the body names";
        refused(error, uri("expire") + "&licenseId=" + production, map("sandbox", true));
        refused(error, uri("expire"), map("_id", sandbox, "sandbox", "false"));
        refused(error, uri("expire"), "{\"sandbox\":false}", IntegratorioConstants.LICENSE_ID, sandbox);
        succeed(uri("expire"), map("_id", sandbox, "sandbox", "true"));
        succeed(uri("expire") + "&sandbox=true&licenseId=" + production, map("sandbox", false));
        assertEnded(sandbox, production);
    }

    @Test
    void an_id_and_a_body_that_describes_a_child_license_do_not_end_a_license_of_another_kind() {
        String child = simulator().addLicense(connector, map("user", map("email", JANE), "expires", FUTURE,
                "_parentId", production, "type", "integrationAppChild"));
        String error = "licenseId: the license is not the one that ";
        refused(error + "_parentId", uri("expire") + "&licenseId=" + production, map("_parentId", production));
        refused(error + "_parentId", uri("expire"), map("_id", production, "_parentId", "p1"));
        refused(error + "_parentId", uri("expire"), map("_id", child, "_parentId", johns));
        refused(error + "type", uri("expire"), map("_id", production, "type", "integrationAppChild"));
        succeed(uri("expire"), map("_id", child, "_parentId", production, "type", "integrationAppChild"));
        assertEnded(child);
        succeed(uri("expire"), map("_id", production, "_parentId", null, "type", null));
        assertEnded(child, production);
    }

    @ParameterizedTest
    @ValueSource(strings = { "replace", "merge" })
    void an_update_checks_the_address_of_the_body_also_beside_an_id(String mode) {
        String uri = uri("update") + "&updateMode=" + mode;
        Map<String, Object> others =
                map("_id", production, "email", JOHN, "user", map("email", JOHN), "expires",
                        "2026-12-01T00:00:00.000Z");
        String error = "licenseId: the license belongs to another user than the given email";
        refused(error, uri, others, IntegratorioConstants.LICENSE_ID, production);
        refused(error, uri, map("_id", production, "user", map("email", JOHN), "expires", "2026-12-01T00:00:00.000Z"),
                IntegratorioConstants.LICENSE_ID, production, IntegratorioConstants.EMAIL, JANE);
        succeed(uri,
                map("_id", production, "email", JANE, "user", map("email", JANE), "expires",
                        "2026-12-01T00:00:00.000Z"),
                IntegratorioConstants.LICENSE_ID, production);
        assertEnded(production);
        assertFalse(simulator().requests().stream()
                .anyMatch(put -> put.method().equals("PUT") && put.body().contains("email")));
    }

    @Test
    void the_sandbox_option_fills_what_the_body_leaves_out() {
        succeed(uri("expire") + "&sandbox=true", map("email", JANE, "sandbox", false, "day", LocalDate.EPOCH));
        assertEnded(production);
        succeed(uri("expire") + "&sandbox=true", map("email", JANE, "sandbox", null));
        assertEnded(production, sandbox);
    }

    static Stream<Object> leftOvers() {
        return Stream.of("", "license 5 was read", "{broken", "[{\"email\":\"" + JOHN + "\"}]", 42, new byte[] { 1 },
                List.of(map("email", JOHN)), List.of(1).iterator(), map("status", "failed"), "{\"status\":\"failed\"}",
                new ByteArrayInputStream("text".getBytes(StandardCharsets.UTF_8)), new StringReader("text"),
                new Object(), LocalDate.EPOCH);
    }

    @ParameterizedTest
    @MethodSource("leftOvers")
    void a_body_that_names_no_license_is_ignored_if_an_option_does(Object body) {
        succeed(uri("expire") + "&email=" + JANE, body);
        assertEnded(production);
    }

    @ParameterizedTest
    @MethodSource("leftOvers")
    void a_body_that_names_no_license_is_ignored_if_a_header_does(Object body) {
        succeed(uri("expire"), body, IntegratorioConstants.LICENSE_ID, johns);
        assertEnded(johns);
    }

    static Stream<Object> bodiesThatCannotBeRead() throws Exception {
        Reader closed = new StringReader("{\"sandbox\":true}");
        closed.close();
        return Stream.of(closed, new File("none.json"), Path.of("none.json"), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the client is gone");
            }
        });
    }

    @ParameterizedTest
    @MethodSource("bodiesThatCannotBeRead")
    void a_body_that_cannot_be_read_may_name_another_license(Object body) {
        context.setStreamCaching(false);
        refused("body: cannot be read", uri("expire"), body, IntegratorioConstants.EMAIL, JANE);
        assertEnded();
    }

    @ParameterizedTest
    @ValueSource(strings = { "expire", "delete" })
    void a_body_that_cannot_be_read_may_name_another_license_than_an_earlier_result(String operation) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:result").to(uri("get") + "&licenseId=" + johns).setBody(constant(new File("none.json")))
                        .to(uri(operation));
            }
        });
        refused("body: cannot be read", "direct:result", null);
        assertEnded();
        assertEquals(0, simulator().count("DELETE", ".*"));
    }

    /** With stream caching, Camel itself reads the body, fails, and calls the first step of the route all the same. */
    @ParameterizedTest
    @ValueSource(strings = { "Email", "EMAIL", "e-mail", "emailAddress", "user_email", "mail" })
    void a_field_that_is_almost_email_does_not_leave_it_to_an_option_or_an_earlier_result(String name)
            throws Exception {
        for (String operation : List.of("expire", "delete")) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:" + operation + name).to(uri("get") + "&licenseId=" + production)
                            .setBody(constant(map(name, JOHN, "due", new Object()))).to(uri(operation));
                }
            });
            refused("unknown field '" + name + "': did you mean email?", "direct:" + operation + name, null);
            assertEquals(0, simulator().count("DELETE", ".*"));
        }
        for (String operation : List.of("create", "upsert")) {
            refused("unknown field '" + name + "'", uri(operation) + "&expires=P30D&email=" + JANE, map(name, JOHN));
            refused("unknown field '" + name + "'", uri(operation) + "&expires=P30D", map(name, JOHN));
        }
        // The user is named, so the field is one of the vendor's own.
        if (!name.equalsIgnoreCase("email")) {
            succeed(uri("upsert"), map("email", JANE, name, JOHN));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "Sandbox", "SANDBOX", "isSandbox", "sand_box", "is_sandbox", "SANDBOX_LICENSE",
            "parentId", "_parent_id", "parent_license_id" })
    void a_misspelled_kind_of_license_does_not_end_the_production_license(String name) throws Exception {
        String names = "unknown field '" + name + "'";
        refused(names, uri("expire"), map("email", JANE, name, true));
        refused(names, uri("expire"), "{\"email\":\"" + JANE + "\",\"" + name + "\":true}");
        refused(names, uri("expire"), map(name, true), IntegratorioConstants.EMAIL, JANE);
        refused(names, uri("expire") + "&licenseId=" + production, map(name, true));
    }

    @ParameterizedTest
    @ValueSource(strings = { "expire", "delete" })
    void an_address_as_the_whole_body_does_not_leave_it_to_an_earlier_result(String operation) throws Exception {
        afterReading(production, "direct:" + operation, uri(operation));
        for (Object body : List.of(JOHN, '"' + JOHN + '"', JOHN.getBytes(StandardCharsets.UTF_8),
                TextNode.valueOf(JOHN))) {
            refused("an e-mail address alone names no license", "direct:" + operation, body);
        }
        assertEquals(0, simulator().count("DELETE", ".*"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "expire", "delete", "update", "upsert" })
    void a_body_that_names_somebody_in_an_odd_way_does_not_leave_it_to_an_earlier_result(String operation)
            throws Exception {
        afterReading(production, "direct:" + operation, uri(operation) + "&updateMode=merge");
        refused("did you mean email?", "direct:" + operation, map("e-mail", JOHN, "opts", map("a", 1)));
        for (Object named : List.of(JOHN, "John <" + JOHN + ">", List.of(JOHN), map("email", JOHN),
                map("contacts", List.of(map("mail", JOHN))), new Customer(JOHN), List.of(new Customer(JOHN)),
                TextNode.valueOf(JOHN), License.of(map("user", map("email", JOHN))))) {
            refused("body: customer: has an e-mail address", "direct:" + operation,
                    map("customer", named, "opts", map("a", 1)));
        }
        for (String name : List.of("emial", "emails", "customerEmail", "USER", "login")) {
            refused("body: " + name + ": has an e-mail address", "direct:" + operation, map(name, JOHN));
        }
        refused("body: user: ", "direct:" + operation, map("user", JOHN));
        refused("body: user: ", "direct:" + operation, map("user", map("Email", JOHN)));
        refused("body: ", "direct:" + operation, Map.of(Named.email, JOHN));
        assertEquals(0, simulator().count("DELETE", ".*"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "expire", "delete", "update", "upsert" })
    void a_body_that_names_nobody_or_another_connector_does_not_leave_it_to_an_earlier_result(String operation)
            throws Exception {
        afterReading(production, "direct:" + operation, uri(operation) + "&updateMode=merge");
        Map<String, Object> change = map("opts", map("a", 1));
        for (Map<String, Object> nobody : List.of(map("email", null), map("_id", null), map("user", null),
                map("user", map("email", null)))) {
            change.forEach(nobody::put);
            refused("body: ", "direct:" + operation, nobody);
        }
        refused("body: _connectorId does not match connectorId", "direct:" + operation,
                map("_connectorId", "5f3c0e2a9d1b4c7e8a6f0d12", "opts", map("a", 1)));
        assertEquals(0, simulator().count("DELETE", ".*"));
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void a_license_of_a_result_is_not_looked_for_in_another_connector(boolean byHeader) throws Exception {
        String other = simulator().addConnector("Books to Shop");
        String there = janesLicense(other);
        String expire = "integratorio:licenses?operation=expire";
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:cancel").setProperty("next", body()).to(expire + "&connectorId=" + connector)
                        .setBody(exchangeProperty("next"))
                        .setHeader(IntegratorioConstants.CONNECTOR_ID, constant(other))
                        .toD(byHeader ? expire : expire + "&connectorId=${header.CamelIntegratorioConnectorId}");
                from("direct:drop").to(uri("get") + "&licenseId=" + johns)
                        .setHeader(IntegratorioConstants.CONNECTOR_ID, constant(other))
                        .to("integratorio:licenses?operation=delete");
            }
        });
        succeed("direct:cancel", map("email", JANE));
        assertEnded(production);
        assertNotEquals(FUTURE, simulator().license(other, there).get("expires"));
        assertTrue(fail(IllegalArgumentException.class, "direct:drop", null).getMessage()
                .startsWith("licenseId: required"));
        assertEquals(0, simulator().count("DELETE", ".*"));
    }

    @ParameterizedTest
    @ValueSource(ints = { 10, 300_000 })
    void blanks_before_an_object_do_not_hide_what_it_names(int length) {
        for (char blank : new char[] { ' ', '\u00A0', '\u200B' }) {
            String text = String.valueOf(blank).repeat(length) + "{\"sandbox\":true}";
            for (Object body : List.of(text, text.getBytes(StandardCharsets.UTF_8))) {
                if (blank == ' ' && length == 10) {
                    succeed(uri("expire") + "&dryRun=true", body, IntegratorioConstants.EMAIL, JANE);
                } else {
                    refused("body: ", uri("expire"), body, IntegratorioConstants.EMAIL, JANE);
                }
            }
        }
    }

    public record Invoice(String email, LocalDate due, Object attempt) {
    }

    public record Payment(LocalDate due, Object attempt) {
    }

    @Test
    void an_object_of_the_user_names_somebody_although_it_has_fields_without_a_json_form() throws Exception {
        afterReading(production, "direct:unpaid", uri("expire"));
        succeed("direct:unpaid", new Payment(LocalDate.EPOCH, List.of().iterator()));
        assertEnded(production);
        succeed(uri("expire"), new Invoice(JOHN, LocalDate.EPOCH, new Object()));
        assertEnded(production, johns);
        assertTrue(fail(IllegalArgumentException.class, uri("expire") + "&licenseId=" + sandbox,
                new Invoice(JOHN, LocalDate.EPOCH, null)).getMessage().contains("another user"));
        assertEnded(production, johns);
    }

    @Test
    void the_type_of_something_else_names_no_license() throws Exception {
        String app = simulator().addLicense(connector,
                map("user", map("email", "eve@example.com"), "expires", FUTURE, "type", "integrationApp"));
        succeed(uri("expire") + "&licenseId=" + app, map("type", "invoice.payment_failed"));
        assertEnded(app);
    }

    @Test
    void an_address_means_the_production_license_of_the_user_also_after_a_sandbox_result() throws Exception {
        afterReading(sandbox, "direct:delete", uri("delete"));
        refused("the body names another license", "direct:delete", map("email", JANE));
        assertEquals(0, simulator().count("DELETE", ".*"));
        succeed("direct:delete", map("email", JANE, "sandbox", true));
        assertEquals(1, simulator().count("DELETE", ".*"));
    }

    @Test
    void the_address_of_the_user_of_an_earlier_result_may_be_anywhere_in_the_body() throws Exception {
        afterReading(production, "direct:pay", uri("expire"));
        Map<String, Object> payment = map("status", "failed", "customer", map("email", JANE), "attempt", new Object());
        payment.put("itself", List.of(payment, payment));
        succeed("direct:pay", payment);
        assertEnded(production);
    }

    @ParameterizedTest
    @ValueSource(strings = { "{\"_connectorId\":\"other\"}", "{\"_id\":null}", "{}", "[]",
            "{\"_id\":\"other\"}", "5f3c0e2a9d1b4c7e8a6f0d12" })
    void a_body_that_is_not_the_connector_of_an_earlier_result_deletes_none(String body) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:drop").setProperty("next", body())
                        .to("integratorio:connectors?operation=get&connectorId=" + connector)
                        .setBody(exchangeProperty("next")).to("integratorio:connectors?operation=delete");
            }
        });
        refused("connectorId: is the result of an earlier operation, but the body is not that connector",
                "direct:drop", body);
        assertEquals(0, simulator().count("DELETE", ".*"));
    }

    private record Customer(String email) {
    }

    private enum Named {
        email
    }

    @Test
    void a_field_of_the_vendor_s_own_that_is_no_address_leaves_it_to_an_earlier_result() throws Exception {
        afterReading(production, "direct:update", uri("update") + "&updateMode=merge");
        succeed("direct:update", map("emailVerified", true, "mailing", "weekly"));
        assertEquals(true, simulator().license(connector, production).get("emailVerified"));
        // The user is named by the option, so these are fields of the vendor's own.
        succeed(uri("upsert") + "&email=" + JANE, map("customerEmail", JOHN, "user", "jane"));
        assertEnded();
    }

    @Test
    void a_child_license_of_a_result_is_the_one_that_its_own_user_means() throws Exception {
        String child = simulator().addLicense(connector, map("user", map("email", JANE), "expires", FUTURE,
                "_parentId", production, "type", "integrationAppChild"));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:expire").to(uri("get") + "&licenseId=" + child).to(uri("expire") + "&email=" + JANE);
                from("direct:delete").setProperty("next", body()).to(uri("get") + "&licenseId=" + child)
                        .setBody(exchangeProperty("next")).to(uri("delete"));
            }
        });
        succeed("direct:expire", null);
        assertEnded(child);
        for (Map<String, Object> other : List.of(map("_id", child, "email", JOHN), map("_id", child, "_parentId", "p2"),
                map("_id", child, "type", "integrationApp"))) {
            fail(IllegalArgumentException.class, "direct:delete", other);
        }
        assertEquals(0, simulator().count("DELETE", ".*"));
        succeed("direct:delete", map("_id", child, "user", map("email", JANE), "_parentId", production));
        assertEquals(1, simulator().count("DELETE", ".*"));
    }

    @Test
    void a_body_with_the_id_of_a_result_and_another_user_is_not_that_result() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:other").setProperty("next", body()).to(uri("get") + "&licenseId=" + production)
                        .setBody(exchangeProperty("next")).to(uri("expire") + "&email=jack@example.com");
                from("direct:kind").setProperty("next", body()).to(uri("get") + "&licenseId=" + production)
                        .setBody(exchangeProperty("next"))
                        .to(uri("expire") + "&sandbox=true&licenseId=" + production);
            }
        });
        refused("email: the e-mail address in the body does not match", "direct:other",
                map("_id", production, "email", JOHN));
        refused("the license is not the one that sandbox", "direct:kind", map("_id", production, "sandbox", true));
    }

    @Test
    void a_body_with_the_id_of_a_result_and_another_user_or_kind_deletes_nothing() throws Exception {
        afterReading(production, "direct:delete", uri("delete"));
        String error = "the body names another license or user";
        refused(error, "direct:delete", map("_id", production, "email", JOHN));
        refused(error, "direct:delete", map("_id", production, "user", map("email", JOHN)));
        refused(error, "direct:delete", map("_id", production, "sandbox", true));
        assertEquals(0, simulator().count("DELETE", ".*"));
        succeed("direct:delete", map("_id", production, "email", JANE, "sandbox", false));
        assertEquals(1, simulator().count("DELETE", ".*"));
    }

    @ParameterizedTest
    @MethodSource("optionsThatAreNoObject")
    void options_that_are_no_object_are_refused(Object options) {
        String error = "body: opts: expected an object";
        refused(error, uri("upsert"), map("email", JANE, "opts", options));
        refused(error, uri("create"), map("email", JANE, "expires", FUTURE, "opts", options));
        refused(error, uri("update") + "&updateMode=merge&licenseId=" + production, map("opts", options));
    }

    static Stream<Object> optionsThatAreNoObject() {
        return Stream.of("{\"seats\":5}", "", 5, List.of(map("seats", 5)), true);
    }

    @Test
    void an_exchange_that_has_failed_sends_nothing() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:cached").to(uri("expire") + "&email=" + JANE);
            }
        });
        Exchange exchange = template.send("direct:cached", one -> one.getMessage().setBody(new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the client is gone");
            }
        }));
        assertTrue(exchange.isFailed());
        assertEnded();
    }

    static Stream<Object> unreadableObjects() {
        String johns = "{\"email\":\"" + JOHN + "\"";
        return Stream.of(johns + ",\"text\":\"" + "x".repeat(256 * 1024) + "\"}",
                johns + "," + johns.substring(1) + "}",
                johns + ",\"number\":NaN}", johns + ",\"deep\":" + "[".repeat(60) + "]".repeat(60) + "}",
                (johns + ",\"name\":\"Zoë\"}").getBytes(StandardCharsets.ISO_8859_1),
                new ByteArrayInputStream((" \n" + johns + ",}").getBytes(StandardCharsets.UTF_16LE)));
    }

    @ParameterizedTest
    @MethodSource("unreadableObjects")
    void an_object_that_cannot_be_read_is_rejected_as_it_may_name_another_license(Object body) {
        refused("body: ", uri("expire"), body, IntegratorioConstants.EMAIL, JANE);
    }

    @Test
    void an_update_makes_no_sandbox_or_child_license_of_a_production_license() {
        for (String mode : List.of("replace", "merge")) {
            String update = uri("update") + "&updateMode=" + mode + "&licenseId=";
            refused("sandbox: cannot be changed", update + production, map("expires", FUTURE, "sandbox", true));
            refused("_parentId: cannot be changed", update + production, map("expires", FUTURE, "_parentId", "p1"));
            assertEquals(WriteOutcome.UPDATED,
                    outcome(succeed(update + sandbox, map("expires", FUTURE, "sandbox", true))));
            simulator().clearRequests();
        }
        succeed(uri("update") + "&licenseId=" + production, map("expires", FUTURE, "sandbox", false));
    }

    @Test
    void an_update_writes_the_document_of_another_license_to_none() {
        for (String mode : List.of("replace", "replace&dryRun=true", "merge")) {
            String update = uri("update") + "&updateMode=" + mode + "&licenseId=";
            simulator().clearRequests();
            refused("sandbox: cannot be changed", update + sandbox, map("expires", FUTURE, "sandbox", false));
            refused("type: cannot be changed", update + production,
                    map("expires", FUTURE, "type", "integrationAppChild"));
            assertEquals(2, simulator().requestCount());
        }
    }

    @Test
    void a_header_must_not_contradict_an_option_that_the_operation_does_not_use() {
        for (String operation : List.of("create", "list")) {
            simulator().clearRequests();
            refused("licenseId: header", uri(operation) + "&licenseId=" + production,
                    map("email", "new@example.com", "expires", FUTURE), IntegratorioConstants.LICENSE_ID, johns);
            refused("email: header", uri("list") + "&email=" + JANE, null, IntegratorioConstants.EMAIL, JOHN);
            assertEquals(0, simulator().requestCount());
        }
    }

    @Test
    void an_address_next_to_a_license_id_must_be_the_one_of_the_license() {
        String mine = "&licenseId=" + production;
        for (String operation : List.of("get", "delete", "delete&dryRun=true", "update", "update&updateMode=merge",
                "update&dryRun=true")) {
            refused("belongs to another user", uri(operation) + mine, map("expires", FUTURE),
                    IntegratorioConstants.EMAIL, JOHN);
            refused("belongs to another user", uri(operation) + "&email=" + JOHN, map("expires", FUTURE),
                    IntegratorioConstants.LICENSE_ID, production);
            simulator().clearRequests();
            refused(IntegratorioConstants.EMAIL, uri(operation) + mine, map("expires", FUTURE),
                    IntegratorioConstants.EMAIL, "not an address");
            assertEquals(0, simulator().requestCount());
        }
        assertEquals(3, simulator().licenses(connector).size());

        succeed(uri("update") + mine, map("expires", "2098-01-01T00:00:00Z"), IntegratorioConstants.EMAIL, JANE);
        assertEquals(2, simulator().requestCount());
        succeed(uri("get") + mine, null, IntegratorioConstants.EMAIL, "JANE@example.com");
        assertEquals(3, simulator().requestCount());
        succeed(uri("delete") + mine, null, IntegratorioConstants.EMAIL, JANE);
        assertEquals(5, simulator().requestCount());
        assertEquals(2, simulator().licenses(connector).size());
        succeed(uri("delete") + mine + "&notFoundBehaviour=null", null, IntegratorioConstants.EMAIL, JANE);
    }

    @Test
    void an_expiry_whose_header_and_body_name_different_licenses_is_rejected() {
        refused("licenseId", uri("expire"), map("email", JANE), IntegratorioConstants.LICENSE_ID, johns);
        refused("licenseId", uri("expire"), map("user", map("email", JANE)), IntegratorioConstants.LICENSE_ID, johns);
        refused("_id does not match licenseId", uri("expire"), map("_id", production),
                IntegratorioConstants.LICENSE_ID, johns);
        refused("email", uri("expire"), map("email", JOHN), IntegratorioConstants.EMAIL, JANE);
        refused("email", uri("expire") + "&email=" + JANE, "{\"user\":{\"email\":\"" + JOHN + "\"}}");
        refused("email", uri("expire") + "&email=" + JANE, map("_id", johns));
        refused("email", uri("expire") + "&email=" + JANE, map("email", true));
    }

    @Test
    void the_id_in_a_body_names_the_license_that_expires() {
        succeed(uri("expire"), map("_id", johns));
        assertEnded(johns);
        succeed(uri("expire"), map("_id", sandbox, "email", JANE), IntegratorioConstants.LICENSE_ID, sandbox);
        assertEnded(johns, sandbox);
    }

    @ParameterizedTest
    @MethodSource("malformedIds")
    void an_id_in_a_body_that_is_no_text_is_rejected(Object id) {
        refused("body: _id", uri("expire"), map("_id", id, "email", JANE));
        refused("body: _id", uri("expire"), map("_id", id), IntegratorioConstants.LICENSE_ID, production);
        refused("body: _id", uri("upsert"), map("_id", id, "email", JANE));
        refused("body: _id", uri("upsert"), List.of(map("_id", id, "email", JANE)));
        refused("body: _id", uri("update") + "&licenseId=" + production, map("_id", id, "expires", FUTURE));
    }

    static Stream<Object> malformedIds() {
        return Stream.of(7, List.of("a"), map("$oid", "5f3a9b0c1d2e3f4a5b6c7d8e"), true, "a/b", "");
    }

    @Test
    void a_license_that_was_read_before_is_a_body_of_expire() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                for (String type : List.of("MODEL", "MAP", "JSON")) {
                    String get = uri("get") + "&licenseId=" + sandbox + "&outputType=" + type;
                    from("direct:" + type).to(get).to(uri("expire"));
                    from("direct:same" + type).to(get).removeHeader(IntegratorioConstants.LICENSE_ID)
                            .to(uri("expire") + "&email=" + JANE);
                    from("direct:user" + type).to(get).to(uri("expire") + "&email=" + JOHN);
                    from("direct:id" + type).to(get).setHeader(IntegratorioConstants.LICENSE_ID, constant(johns))
                            .to(uri("expire"));
                }
                from("direct:rows").to(uri("list")).split(body()).to(uri("expire")).end();
            }
        });
        for (String type : List.of("MODEL", "MAP", "JSON")) {
            succeed("direct:" + type, null);
            succeed("direct:same" + type, null);
            assertEnded(sandbox);
            succeed("direct:user" + type, null);
            succeed("direct:id" + type, null);
            assertEnded(sandbox, johns);
            succeed(uri("upsert"), List.of(map("_id", sandbox, "expires", FUTURE), map("_id", johns, "expires",
                    FUTURE)));
        }
        succeed("direct:rows", null);
        assertEnded(production, sandbox, johns);
    }

    @Test
    void a_license_that_was_read_before_does_not_hide_what_a_new_body_says() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:start").to(uri("get") + "&licenseId=" + production)
                        .setBody(exchange -> map("email", JANE, "sandbox", true)).to(uri("expire"));
                from("direct:child").to(uri("get") + "&licenseId=" + production)
                        .setBody(exchange -> map("email", JANE, "_parentId", production)).to(uri("expire"));
            }
        });
        refused("child license", "direct:child", null);
        succeed("direct:start", null);
        assertEnded(sandbox);
    }

    @Test
    void a_child_license_is_not_looked_up_by_its_user() {
        for (Map<String, Object> child : List.of(map("_parentId", production), map("type", "integrationAppChild"))) {
            child.put("email", JANE);
            refused("child license", uri("expire"), child);
            refused("child license", uri("expire") + "&email=" + JANE, child);
            child.put("expires", "2098-01-31T12:00:00.000Z");
            refused("child license", uri("upsert"), child);
            refused("child license", uri("upsert"), List.of(child));
        }
        String id = simulator().addLicense(connector, map("user", map("email", JANE), "expires", FUTURE, "_parentId",
                production, "type", "integrationAppChild"));
        Object read = succeed(uri("get") + "&licenseId=" + id, null).getMessage().getBody();
        assertEquals(WriteOutcome.UNCHANGED, outcome(succeed(uri("upsert"), read)));
        succeed(uri("expire"), read);
        assertEnded(id);
        assertEquals(WriteOutcome.UNCHANGED,
                outcome(succeed(uri("expire"), map("_parentId", production), IntegratorioConstants.LICENSE_ID, id)));
    }

    @Test
    void two_addresses_of_different_users_are_rejected_by_every_operation() {
        Map<String, Object> both = map("email", JANE, "user", map("email", JOHN), "expires", FUTURE);
        refused("email", uri("create"), both);
        refused("email", uri("create") + "&email=" + JANE, both);
        refused("email", uri("create") + "&email=" + JANE, map("user", map("email", JOHN), "expires", FUTURE));
        refused("email", uri("create"), map("user", map("email", JOHN), "expires", FUTURE),
                IntegratorioConstants.EMAIL, JANE);
        refused("email", uri("upsert"), both);
        refused("email", uri("expire"), both);
        refused("email", uri("update") + "&licenseId=" + production, both);
        refused("email", uri("upsert") + "&licenseId=" + production, both);
    }

    static Stream<Object> emptyBodies() {
        return Stream.of("", " \r\n\t", "\uFEFF", new byte[0], new byte[] { ' ' }, new StringBuilder(),
                new ByteArrayInputStream(new byte[0]), map(), "{}", JsonNodeFactory.instance.objectNode());
    }

    @ParameterizedTest
    @MethodSource("emptyBodies")
    void a_body_may_be_empty_if_the_user_is_an_option_or_header(Object body) {
        succeed(uri("create") + "&expires=P30D&email=" + JANE, body);
        succeed(uri("upsert") + "&expires=" + FUTURE + "&email=" + JOHN, body);
        succeed(uri("create"), body, IntegratorioConstants.EMAIL, JANE, IntegratorioConstants.EXPIRES, FUTURE);
        succeed(uri("create") + "&expires=P30D&email=" + JANE, new StringReader(" "));
        assertEquals(3, simulator().count("POST", ".*"));
    }

    @Test
    void a_stream_is_the_same_body_when_its_message_is_sent_again() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:again").doTry().to(uri("expire") + "&licenseId=none&email=" + JANE)
                        .doCatch(Exception.class).to(uri("expire") + "&email=" + JANE).end();
            }
        });
        context.setStreamCaching(false);
        succeed("direct:again",
                new ByteArrayInputStream("{\"sandbox\":true}".getBytes(StandardCharsets.UTF_8)));
        assertEnded(sandbox);
    }

    /** Reading a reader or a file's stream that was closed fails, unlike an array's. */
    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void a_closed_stream_names_the_same_license_when_its_message_is_sent_again(boolean isReader,
            @TempDir Path directory)
            throws Exception {
        context.setStreamCaching(false);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(defaultErrorHandler().maximumRedeliveries(1).redeliveryDelay(0));
                from("direct:closed").to(uri("expire") + "&email=" + JANE);
            }
        });
        simulator().faults().add(Fault.on("PUT", ".*").times(1).status(409));
        Path file = Files.writeString(directory.resolve("body"), "{\"sandbox\":true}");
        succeed("direct:closed", isReader ? Files.newBufferedReader(file) : new FileInputStream(file.toFile()));
        assertEnded(sandbox);
    }

    @ParameterizedTest
    @ValueSource(strings = { "redelivery", "multicast" })
    void a_stream_that_was_read_is_not_an_empty_body_the_next_time(String kind) throws Exception {
        String other = simulator().addConnector("Books to Shop");
        context.setStreamCaching(false);
        if (kind.equals("redelivery")) {
            simulator().faults().add(Fault.on("POST", ".*/" + other + "/licenses").times(1).status(422));
        }
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(defaultErrorHandler().maximumRedeliveries(1).redeliveryDelay(0));
                String create = "integratorio:licenses?operation=create&expires=P30D&email=" + JOHN + "&connectorId=";
                if (kind.equals("redelivery")) {
                    from("direct:stream").to(create + other);
                } else {
                    from("direct:stream").multicast().to(create + connector, create + other);
                }
            }
        });
        byte[] body = ("{\"email\":\"" + JOHN + "\",\"opts\":{\"edition\":\"premium\"}}")
                .getBytes(StandardCharsets.UTF_8);
        succeed("direct:stream", new SequenceInputStream(new ByteArrayInputStream(body, 0, 9),
                new ByteArrayInputStream(body, 9, body.length - 9)));
        assertEquals(Map.of("edition", "premium"), simulator().licenses(other).get(0).get("opts"));
    }

    /** As Jetty's, which has one for all requests of a connection. */
    private static final class ReusedStream extends InputStream {
        private InputStream request;

        @Override
        public int read() throws IOException {
            return request.read();
        }
    }

    @Test
    void a_stream_that_a_server_uses_again_does_not_bring_the_body_of_an_earlier_request() {
        String other = simulator().addConnector("Books to Shop");
        String create = "integratorio:licenses?operation=create&expires=P30D&connectorId=" + other;
        ReusedStream stream = new ReusedStream();
        stream.request =
                new ByteArrayInputStream("{\"opts\":{\"edition\":\"premium\"}}".getBytes(StandardCharsets.UTF_8));
        succeed(create, stream, IntegratorioConstants.EMAIL, JOHN);

        String message = fail(IllegalArgumentException.class, create, stream, IntegratorioConstants.EMAIL, JANE)
                .getMessage();
        assertTrue(message.contains("stream caching"), message);
        assertEquals(1, simulator().licenses(other).size());
        stream.request =
                new ByteArrayInputStream("{\"opts\":{\"edition\":\"basic\"}}".getBytes(StandardCharsets.UTF_8));
        succeed(create, stream, IntegratorioConstants.EMAIL, JANE);
        assertEquals(Map.of("edition", "basic"), simulator().licenses(other).get(1).get("opts"));
    }

    @Test
    void the_sandbox_option_says_nothing_about_a_license_with_an_id() {
        succeed(uri("upsert") + "&sandbox=true", map("_id", production, "expires", "2098-01-31T12:00:00.000Z"));
        succeed(uri("upsert") + "&sandbox=true&licenseId=" + johns, map("expires", "2098-01-31T12:00:00.000Z"));
        assertEquals(2, simulator().count("PUT", ".*"));
        simulator().requests().stream().filter(one -> one.method().equals("PUT"))
                .forEach(one -> assertNotEquals(true, json(one.body()).get("sandbox"), one.body()));
        succeed(uri("create") + "&sandbox=true", map("_id", production, "email", JOHN, "expires", FUTURE));
        assertEquals(true, simulator().licenses(connector).get(3).get("sandbox"));
    }

    @Test
    void the_last_millisecond_that_the_api_can_write_is_a_valid_expiry() {
        for (Object last : List.of("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999999Z",
                Instant.parse("9999-12-31T23:59:59.999999999Z"), "9999-12-31T00:00:00Z")) {
            succeed(uri("upsert"), map("email", JANE, "expires", last));
            assertTrue(simulator().license(connector, production).get("expires").toString().startsWith("9999-12-31T"));
        }
        simulator().clearRequests();
        fail(IllegalArgumentException.class, uri("upsert"), map("email", JANE, "expires",
                "9999-12-31T23:59:59.999-00:01"));
        fail(IllegalArgumentException.class, uri("upsert"), map("email", JANE), IntegratorioConstants.EXPIRES,
                Instant.parse("+10000-01-01T00:00:00Z"));
        assertEquals(0, simulator().requestCount());
    }

    public record Order(String email, Object expires, Boolean sandbox, Map<String, Object> opts) {
    }

    static Stream<Object> durations() {
        return Stream.of(Duration.ofDays(30), Period.ofDays(30), Period.ofMonths(1), Duration.ofHours(5));
    }

    @ParameterizedTest
    @MethodSource("durations")
    void a_duration_object_is_taken_like_its_text(Object duration) {
        succeed(uri("create"), map("email", JANE), IntegratorioConstants.EXPIRES, duration);
        succeed(uri("create") + "&expires=" + duration, map("email", JANE), IntegratorioConstants.EXPIRES, duration);
        succeed(uri("create"), map("email", JANE, "expires", duration));
        succeed(uri("create"), new Order(JANE, duration, null, null));
        assertEquals(4, simulator().count("POST", ".*"));
    }

    @Test
    void fields_that_are_null_are_not_sent_with_a_new_document() {
        succeed(uri("create"), new Order(JANE, FUTURE, null, null));
        succeed(uri("create"), map("email", JANE, "expires", FUTURE, "trialEndDate", null, "_parentId", null));
        succeed(uri("upsert"), List.of(map("email", JOHN, "sandbox", true, "expires", FUTURE, "opts", null)));
        succeed("integratorio:connectors?operation=create", map("name", "x", "description", null));
        simulator().requests().stream().filter(one -> one.method().equals("POST"))
                .forEach(one -> assertFalse(json(one.body()).containsValue(null), one.body()));
        assertEquals(4, simulator().count("POST", ".*"));
    }
}
