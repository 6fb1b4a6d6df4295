package io.github.integratorio.camel.internal.producer;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.node.TextNode;
import io.github.integratorio.camel.api.AccessTokenSupplier;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import org.apache.camel.Exchange;
import org.apache.camel.impl.engine.HashMapHeadersMapFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Invalid input fails with an error that names it, before anything is sent. */
class InputValidationTest extends SimulatorTestSupport {

    private static final String CREATE = "integratorio:licenses?operation=create&connectorId=c1";
    private static final String UPDATE = "integratorio:licenses?operation=update&connectorId=c1&licenseId=l1";

    private boolean requestsExpected;

    @BeforeEach
    void noneExpected() {
        requestsExpected = false;
    }

    @AfterEach
    void nothingWasSent() {
        assertEquals(requestsExpected, simulator().requestCount() > 0);
    }

    private String refused(String names, String uri, Object body, Object... headers) {
        IllegalArgumentException error = fail(IllegalArgumentException.class, uri, body, headers);
        assertTrue(error.getMessage().contains(names), () -> "does not name " + names + ": " + error.getMessage());
        assertTrue(error.getMessage().length() < 400, () -> "too long: " + error.getMessage());
        return error.getMessage();
    }

    static Stream<String> badIds() {
        return Stream.of("", " ", ".", "..", "../x", "x/..", "a/b", "a\\b", "a\uFF0Fb", "a%2fb", "a%2Fb", "%2e%2e",
                "%00", "a?x",
                "a#f", "a;b", "a@b", "a:b", "a\r\nb", "a\u0000", "a\tb", "a b", "a\u200F", "\uD83D\uDE00", "é",
                "x".repeat(65), "x".repeat(1 << 20), "{{env:HOME}}", "${sys:x}", "#bean:x");
    }

    @ParameterizedTest
    @MethodSource("badIds")
    @Covers({ 116, 117, 118, 119, 120, 121, 122, 152 })
    void an_invalid_id_is_rejected(String id) {
        refused("CamelIntegratorioLicenseId", "integratorio:licenses?operation=delete&connectorId=c1", null,
                IntegratorioConstants.LICENSE_ID, id);
        refused("CamelIntegratorioConnectorId", "integratorio:connectors?operation=delete", null,
                IntegratorioConstants.CONNECTOR_ID, id);
    }

    @Test
    @Covers(123)
    void ids_are_opaque_and_used_unchanged() {
        for (String id : List.of("5f3a9b0c1d2e3f4a5b6c7d8e", "5F3A9B0C1D2E3F4A5B6C7D8E", "zzzzzzzzzzzzzzzzzzzzzzzz",
                "a", "x".repeat(64))) {
            assertEquals(id,
                    io.github.integratorio.camel.internal.client.protocol.ApiRequest.requireId("licenseId", id));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "ann.lee@example.com", "ann.lee%40example.com", "ann.lee%2540example.com" })
    void an_address_in_place_of_an_id_is_not_repeated_in_the_message(String id) {
        String message =
                refused("CamelIntegratorioLicenseId", "integratorio:licenses?operation=get&connectorId=c1", null,
                        IntegratorioConstants.LICENSE_ID, id);
        assertFalse(message.contains("ann.lee"), message);
    }

    @Test
    @Covers(124)
    void an_id_that_is_not_text_is_rejected() {
        for (Object id : List.of(List.of("a"), new byte[] { 65 }, new ByteArrayInputStream(new byte[] { 65 }),
                new TextNode("a"))) {
            refused("CamelIntegratorioLicenseId", "integratorio:licenses?operation=get&connectorId=c1", null,
                    IntegratorioConstants.LICENSE_ID, id);
        }
    }

    @Test
    @Covers(126)
    void a_missing_id_never_deletes_anything() {
        refused("licenseId", "integratorio:licenses?operation=delete&connectorId=c1", null);
        refused("connectorId", "integratorio:licenses?operation=delete&licenseId=l1", null);
        refused("connectorId", "integratorio:connectors?operation=delete", null);
    }

    @Test
    @Covers({ 127, 153 })
    void a_header_in_any_case_never_overrides_the_uri() {
        refused("connectorId", CREATE, map("email", JANE, "expires", FUTURE), "cAmElIntegratorioconnectorid", "c2");
        refused("licenseId", UPDATE, map("expires", FUTURE), IntegratorioConstants.LICENSE_ID, "l2");
        refused("email", CREATE + "&email=" + JANE, map("expires", FUTURE), IntegratorioConstants.EMAIL,
                "john@example.com");
        refused("expires", CREATE + "&expires=P30D", map("email", JANE), IntegratorioConstants.EXPIRES, "P60D");
        refused("email", CREATE + "&email=" + JANE, map("expires", FUTURE, "email", "john@example.com"));
    }

    @Test
    @Covers(150)
    void a_header_cannot_turn_a_get_into_a_delete() {
        refused("operation", "integratorio:licenses?operation=get&connectorId=c1&licenseId=l1", null,
                IntegratorioConstants.OPERATION, "delete");
    }

    /** A misspelt one would have no effect: the license would end now, or a trial run would write. */
    @ParameterizedTest
    @ValueSource(strings = { "CamelIntegratorioExpire", "camelintegratoriodryrun", "CamelIntegratorioIdempotentKey" })
    @Covers(149)
    void a_write_with_a_misspelt_header_is_rejected_with_the_list_of_headers(String name) {
        for (String operation : List.of("expire", "upsert", "update", "create", "delete", "reconcile")) {
            String message = refused("header " + name, "integratorio:licenses?connectorId=c1&licenseId=l1&operation="
                    + operation, "{\"email\":\"jane@example.com\"}", name, "2099-01-01T00:00:00Z");
            assertTrue(message.contains("CamelIntegratorioExpires"), message);
        }
    }

    @Test
    void with_case_sensitive_headers_another_spelling_is_a_misspelt_header() {
        context.getCamelContextExtension().setHeadersMapFactory(new HashMapHeadersMapFactory());
        refused("header camelIntegratorioExpires", "integratorio:licenses?operation=expire&connectorId=c1&licenseId=l1",
                null, "camelIntegratorioExpires", "2099-01-01T00:00:00Z");
    }

    @Test
    void a_missing_or_unknown_operation_is_rejected_with_the_list_of_operations() {
        String message = refused("operation", "integratorio:installBase?connectorId=c1", null);
        assertTrue(message.contains("list, pushUpdate"), message);
        refused("CamelIntegratorioOperation", "integratorio:licenses", null, IntegratorioConstants.OPERATION, "purge");
        refused("operation", "integratorio:installBase", null, IntegratorioConstants.OPERATION, "create");
    }

    /** The API would store them, and no list of the connector could be read any more. */
    static Stream<Object> valuesThatCannotBeReadAgain() {
        return Stream.of(new BigDecimal("9".repeat(1001)), new BigDecimal(BigInteger.ONE, Integer.MIN_VALUE),
                new BigDecimal("0." + "1".repeat(1000)), Map.of("x".repeat(60_000), 1),
                new BigInteger("9".repeat(1001)));
    }

    @ParameterizedTest
    @MethodSource("valuesThatCannotBeReadAgain")
    void a_value_that_cannot_be_read_again_is_not_sent(Object value) {
        for (String operation : List.of("create", "upsert", "update", "reconcile")) {
            Map<String, Object> license = map("email", "jane@example.com", "expires", FUTURE, "opts", map("n", value));
            fail(IllegalArgumentException.class, "integratorio:licenses?connectorId=" + simulator().addConnector("Shop")
                    + "&operation=" + operation + (operation.equals("update") ? "&licenseId=l1" : ""),
                    operation.equals("reconcile") ? List.of(license) : license);
        }
        fail(IllegalArgumentException.class, "integratorio:licenses?connectorId=c1&operation=create",
                "{\"email\":\"jane@example.com\",\"expires\":\"" + FUTURE + "\",\"opts\":{\"n\":12E2147483647}}");
        assertEquals(0, simulator().count("POST|PUT", ".*"));
        // An upsert may have read the list.
        requestsExpected = simulator().requestCount() > 0;
    }

    static Stream<Object> badBodies() {
        return Stream.of(null, "", "  \n", new byte[0], "[]", "1", "null", "\"x\"", "true", "{} x", "{}{}",
                "{\"email\":", "{\"expires\":\"" + FUTURE + "\",\"expires\":\"" + FUTURE + "\"}",
                new byte[] { '{', '"', (byte) 0xff, '"', ':', '1', '}' },
                "{\"a\":1}".getBytes(StandardCharsets.UTF_16), "{\"a\":\"\uD83D\"}", "[".repeat(51) + "]".repeat(51),
                "[".repeat(100_000), "{\"a\":\"" + "x".repeat(256 * 1024) + "\"}", new Endless(), List.of(), 42,
                Collections.singletonMap(7, "x"), new Cyclic(), new Throwing(), "{\"a\":NaN}", "{'a':1}", "{\"a\":1,}");
    }

    @ParameterizedTest
    @MethodSource("badBodies")
    @Covers({ 128, 129, 130, 131, 132, 133, 134, 135, 136, 137, 138 })
    void a_body_that_is_not_a_json_object_is_rejected(Object body) {
        refused("body", CREATE, body);
        refused("body", UPDATE, body);
    }

    static class Endless extends InputStream {
        @Override
        public int read() {
            return ' ';
        }
    }

    public static class Cyclic {
        public Cyclic getSelf() {
            return this;
        }
    }

    public static class Throwing {
        public String getName() {
            throw new IllegalStateException("no");
        }
    }

    @Test
    @Covers(133)
    void a_byte_order_mark_is_dropped() {
        requestsExpected = true;
        String connector = simulator().addConnector("c");
        succeed("integratorio:licenses?operation=create&connectorId=" + connector,
                ("\uFEFF{\"email\":\"" + JANE + "\",\"expires\":\"" + FUTURE + "\"}").getBytes(StandardCharsets.UTF_8));
        assertEquals(1, simulator().licenses(connector).size());
    }

    static Stream<String> badEmails() {
        return Stream.of("", " ", "jane", "jane@", "@example.com", "a@b@example.com", "jane doe@example.com",
                "jane@example.com\r\nx",
                "a@example.com,b@example.com", "Jane <jane@example.com>", "x".repeat(250) + "@a.de", "jane@localhost",
                "\"jane\"@example.com", "jane@-example.com", ".jane@example.com", "ja..ne@example.com");
    }

    @ParameterizedTest
    @MethodSource("badEmails")
    @Covers({ 139, 140 })
    void an_invalid_email_address_is_rejected_and_not_repeated_in_the_message(String email) {
        String message = refused("email", CREATE, map("email", email, "expires", FUTURE));
        assertTrue(email.isBlank() || !message.contains(email), message);
        refused("CamelIntegratorioEmail", CREATE, map("expires", FUTURE), IntegratorioConstants.EMAIL, email);
    }

    @Test
    @Covers(140)
    void email_addresses_with_plus_and_international_domains_are_valid() {
        requestsExpected = true;
        String connector = simulator().addConnector("c");
        for (String email : List.of("jane+trial@example.com", "jane@bücher.example", "o'neil@example.co.uk")) {
            simulator().addUser(email, "x");
            succeed("integratorio:licenses?operation=create&connectorId=" + connector,
                    map("email", email, "expires", FUTURE));
        }
        assertEquals(3, simulator().licenses(connector).size());
    }

    @Test
    @Covers(141)
    void an_update_cannot_change_the_email() {
        refused("email", UPDATE, map("email", JANE, "expires", FUTURE));
        refused("email", UPDATE + "&updateMode=merge", map("email", JANE, "expires", FUTURE));
    }

    @Test
    @Covers(142)
    void an_expiry_of_any_type_with_a_time_zone_is_sent_as_utc_milliseconds() {
        requestsExpected = true;
        String connector = simulator().addConnector("c");
        Instant instant = Instant.parse("2098-03-28T01:30:00.123456Z");
        for (Object expires : List.of(instant, OffsetDateTime.parse("2098-03-28T03:30:00.123456+02:00"),
                ZonedDateTime.parse("2098-03-28T02:30:00.123456+01:00[Europe/Berlin]"), Date.from(instant),
                Timestamp.from(instant), "2098-03-28T02:30:00.123+01:00", "2098-03-28T01:30:00.123Z")) {
            simulator().clearRequests();
            succeed("integratorio:licenses?operation=create&connectorId=" + connector,
                    map("email", JANE, "expires", expires));
            assertEquals("2098-03-28T01:30:00.123Z", json(onlyRequest().body()).get("expires"));
        }
    }

    static Stream<Object> badInstants() {
        return Stream.of("2098-01-01", "2098-01-01T12:00:00", "tomorrow", 4070908800000L, "4070908800000",
                "2098-02-30T00:00:00Z",
                "2098-01-01T24:00:00Z", "2098-01-01T00:00:60Z", "1999-01-01T00:00:00Z", "+10000-01-01T00:00:00Z", "",
                LocalDate.of(2098, 1, 1),
                LocalDateTime.of(2098, 1, 1, 0, 0), true, List.of(), "P", "PT", "P30", "30D", "P999999999Y", "P30D ");
    }

    @ParameterizedTest
    @MethodSource("badInstants")
    @Covers({ 143, 144 })
    void an_expiry_that_is_not_an_instant_is_rejected(Object expires) {
        refused("expires", CREATE, map("email", JANE, "expires", expires));
        refused("CamelIntegratorioExpires", CREATE, map("email", JANE), IntegratorioConstants.EXPIRES, expires);
    }

    @Test
    @Covers(145)
    void an_expiry_in_a_repeated_hour_keeps_its_offset() {
        requestsExpected = true;
        String connector = simulator().addConnector("c");
        ZonedDateTime second = ZonedDateTime.parse("2098-10-26T02:30:00+01:00[Europe/Berlin]");
        succeed("integratorio:licenses?operation=create&connectorId=" + connector,
                map("email", JANE, "expires", second));
        assertEquals("2098-10-26T01:30:00.000Z", simulator().licenses(connector).get(0).get("expires"));
    }

    @Test
    @Covers(146)
    void a_new_license_cannot_have_expired_but_an_update_can_expire_one() {
        refused("expires", CREATE, map("email", JANE, "expires", "2020-01-01T00:00:00Z"));
        requestsExpected = true;
        String connector = simulator().addConnector("c");
        String license = janesLicense(connector);
        succeed("integratorio:licenses?operation=update&connectorId=" + connector + "&licenseId=" + license,
                map("expires", "2020-01-01T00:00:00Z"));
    }

    @Test
    @Covers(147)
    void an_update_that_is_empty_or_would_erase_the_expiry_is_rejected() {
        refused("body", UPDATE, "{}");
        refused("body", UPDATE + "&updateMode=merge", "{}");
        refused("expires", UPDATE, map("opts", map("a", 1)));
        refused("name", "integratorio:connectors?operation=update&connectorId=c1", map("description", "x"));
        refused("name", "integratorio:connectors?operation=create", map("name", " "));
        refused("_id", UPDATE, map("_id", "other", "expires", FUTURE));
    }

    @Test
    @Covers(148)
    void a_push_update_has_1_to_1000_distinct_ids() {
        String uri = "integratorio:installBase?operation=pushUpdate&connectorId=c1";
        refused("_integrationIds", uri, null);
        refused("_integrationIds", uri, List.of());
        refused("_integrationIds", uri, List.of("a", "a"));
        refused("_integrationIds", uri, List.of("a/b"));
        refused("_integrationIds", uri, List.of(1));
        refused("_integrationIds", uri, map("ids", List.of("a")));
        refused("_integrationIds", uri, IntStream.range(0, 1001).mapToObj(i -> "i" + i).toList());
    }

    @Test
    void the_same_user_twice_in_one_upsert_is_rejected() {
        refused("same license", "integratorio:licenses?operation=upsert&connectorId=c1",
                List.of(map("email", JANE, "expires", FUTURE), map("email", "JANE@example.com", "expires", FUTURE)));
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "integratorio:licences?operation=list", "integratorio:licenses?operation=pushUpdate",
            "integratorio:licenses?operation=list&colour=red",
            "integratorio:licenses?connectorId=a/b", "integratorio:licenses?licenseId=..",
            "integratorio:licenses?email=jane",
            "integratorio:licenses?expires=tomorrow", "integratorio:licenses?baseUrl=http://example.com/v1",
            "integratorio:licenses?baseUrl=RAW(https://user:pw@example.com/v1)",
            "integratorio:licenses?baseUrl=RAW(https://example.com/v1?a=b)",
            "integratorio:licenses?baseUrl=file:/etc/passwd", "integratorio:licenses?baseUrl=jar:file:/x!/y",
            "integratorio:licenses?region=EU", "integratorio:licenses?requestTimeout=-1",
            "integratorio:licenses?connectTimeout=0",
            "integratorio:licenses?maxConcurrentRequests=0", "integratorio:licenses?accessToken=RAW(a b)",
            "integratorio:licenses?accessToken=RAW(Bearer abc)",
            "integratorio:licenses?proxyHost=proxy", "integratorio:licenses?proxyPort=3128&proxyHost=proxy:3128",
            "integratorio:licenses?proxyPort=3128&proxyHost=http://proxy",
            "integratorio:licenses?proxyPort=3128&proxyHost=RAW(user:secret@proxy)" })
    @Covers({ 149, 154, 155, 156 })
    void a_producer_with_an_invalid_option_does_not_start(String uri) {
        Exception error = assertThrows(Exception.class, () -> context.getEndpoint(uri).createProducer().start());
        StringBuilder chain = new StringBuilder();
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            chain.append(cause.getMessage()).append('\n');
        }
        assertTrue(!chain.toString().contains("user:pw") && !chain.toString().contains("Bearer abc"), chain.toString());
    }

    @Test
    @Covers(156)
    void nothing_is_sent_if_the_token_supplier_fails_or_returns_no_token() {
        for (AccessTokenSupplier supplier : List.<AccessTokenSupplier>of(() -> null, () -> " ", () -> "a\nb")) {
            hidesTheSecret(fail(IllegalArgumentException.class, suppliedBy(supplier), null));
        }
        for (RuntimeException failure : List.of(new IllegalStateException("canary-secret"),
                new IllegalArgumentException("canary-secret"))) {
            IntegratorioTransportException outage = fail(IntegratorioTransportException.class, suppliedBy(() -> {
                throw failure;
            }), null);
            assertTrue(outage.isNotSent());
            hidesTheSecret(outage);
        }
    }

    /** A new endpoint each time, because an existing one would be reused. */
    private String suppliedBy(AccessTokenSupplier supplier) {
        String name = "tokens" + System.identityHashCode(supplier);
        context.getRegistry().bind(name, supplier);
        return "integratorio:connectors?operation=list&accessTokenSupplier=#" + name;
    }

    private static void hidesTheSecret(Exception error) {
        assertTrue(error.getMessage().contains("accessTokenSupplier") && !error.toString().contains("canary"),
                error.getMessage());
    }

    @Test
    @Covers(151)
    void headers_of_other_components_change_nothing_and_are_not_forwarded() {
        requestsExpected = true;
        simulator().addConnector("c");
        Exchange exchange =
                succeed("integratorio:connectors?operation=list", null, "CamelHttpUri", "http://127.0.0.1:1/",
                        "CamelHttpPath", "/x", "CamelHttpMethod", "DELETE", "Host", "evil", "Authorization",
                        "Bearer evil", "Cookie", "a=b", "X-Custom", "1");

        assertEquals("Bearer " + simulator().token(), onlyRequest().header("Authorization"));
        assertEquals(null, onlyRequest().header("Cookie"));
        assertEquals(null, onlyRequest().header("X-Custom"));
        assertEquals("/v1/connectors", onlyRequest().path());
        assertEquals(1, exchange.getMessage().getBody(List.class).size());
    }
}
