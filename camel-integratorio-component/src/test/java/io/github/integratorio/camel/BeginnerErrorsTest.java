package io.github.integratorio.camel;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.util.StringHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The first mistakes: each error says in one line what was wrong, where, and what is valid. */
class BeginnerErrorsTest {

    private static final String LIST = "integratorio:licenses?operation=list&connectorId=c1&maxRetries=0";
    private static final String UPSERT = "integratorio:licenses?operation=upsert&connectorId=c1";
    private static final String WATCH = "integratorio:installBase?connectorId=c1";

    @TempDir
    private Path folder;
    private IntegratorioSimulator simulator;
    private CamelContext context;
    private IntegratorioComponent component;

    @BeforeEach
    void configure() throws Exception {
        simulator = IntegratorioSimulator.builder().start();
        context = new DefaultCamelContext();
        component = new IntegratorioComponent();
        component.getConfiguration().setBaseUrl(simulator.baseUrl());
        component.getConfiguration().setAccessToken(simulator.token());
        context.addComponent("integratorio", component);
    }

    @AfterEach
    void stop() throws Exception {
        context.close();
        simulator.close();
    }

    @ParameterizedTest
    @CsvSource({ "4.14.0", "4.9.1", "3.22.0", "4.16.0.redhat-00001" })
    void a_camel_that_is_too_old_is_refused_with_the_version_that_is_needed(String version) {
        IllegalStateException refused =
                assertThrows(IllegalStateException.class, () -> SupportedCamel.require(version));
        assertEquals("Camel " + version + " is too old: camel-integratorio needs Camel 4.17 or newer",
                refused.getMessage());
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = { "4.17.0", "4.18.2", "4.100.0", "5.0.0-SNAPSHOT", "unknown", "" })
    void any_other_version_of_camel_is_taken(String version) {
        assertDoesNotThrow(() -> SupportedCamel.require(version));
    }

    /** Runs a route to this endpoint, and returns the message of its error; of a start, whose errors Camel wraps, that of the root. */
    private String errorOf(String uri, Object body, Object... headers) throws Exception {
        return errorOf(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:start").routeId("sell").to(uri);
            }
        }, body, headers);
    }

    private String errorOfConsumer(String... uris) throws Exception {
        return errorOf(new RouteBuilder() {
            @Override
            public void configure() {
                for (String uri : uris) {
                    from(uri).log("${body}");
                }
            }
        }, null);
    }

    private String errorOf(RouteBuilder routes, Object body, Object... headers) throws Exception {
        try {
            context.addRoutes(routes);
            context.start();
        } catch (Exception e) {
            return root(e);
        }
        Exchange exchange = context.createProducerTemplate().send("direct:start", each -> {
            each.getMessage().setBody(body);
            for (int i = 0; i < headers.length; i += 2) {
                each.getMessage().setHeader((String) headers[i], headers[i + 1]);
            }
        });
        assertNotNull(exchange.getException(), "did not fail");
        // The first line of the stack trace.
        return exchange.getException().getMessage();
    }

    private static String root(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage();
    }

    private static void says(String message, String... parts) {
        for (String part : parts) {
            assertTrue(message.contains(part), () -> "no " + part + ": " + message);
        }
        assertFalse(message.contains("\n"), message);
    }

    @Test
    void no_token() throws Exception {
        component.getConfiguration().setAccessToken(null);
        says(errorOf(LIST, null), "accessToken", "camel.component.integratorio.access-token");
    }

    @Test
    void a_user_for_a_consumer_which_watches_all() throws Exception {
        assertEquals("email: not supported by consumers; from(…) watches a whole list",
                errorOfConsumer(WATCH + "&email=jane@example.com"));
    }

    @Test
    void a_license_to_create_that_was_read_before() throws Exception {
        says(errorOf("integratorio:licenses?operation=create&connectorId=c1",
                Map.of("user", Map.of("email", "jane@example.com"), "expires", "P1D")),
                "body: a new license takes the field email, not user.email");
    }

    @ParameterizedTest
    @ValueSource(strings = { "j***@example.com", "j*@example.com", "*@example.com", "jane@***" })
    void a_masked_address_of_a_list_or_log(String address) throws Exception {
        says(errorOf(UPSERT, Map.of("email", address, "expires", "P1D")), "email: is masked (it has an asterisk)");
    }

    @Test
    void one_bad_license_among_several() throws Exception {
        Map<String, Object> good = Map.of("email", "jane@example.com", "expires", "P1D");
        says(errorOf(UPSERT, List.of(good, Map.of("mail", "x@example.com"))), "item 2: body: email: missing", "email",
                "user.email");
    }

    @ParameterizedTest
    @ValueSource(strings = { "2027-01-31", "soon" })
    void one_bad_date_among_several(String expires) throws Exception {
        Map<String, Object> good = Map.of("email", "jane@example.com", "expires", "P1D");
        says(errorOf(UPSERT, List.of(good, good, Map.of("email", "john@example.com", "expires", expires))),
                "item 3: body: expires: expected");
    }

    @Test
    void one_license_of_nobody_or_of_elsewhere_among_several() throws Exception {
        Map<String, Object> good = Map.of("email", "jane@example.com", "expires", "P1D");
        Map<String, String> invalid = Map.of("email", "b@", "_connectorId", "another", "_id", "a/b", "sandbox", "maybe",
                "_parentId", "parent");
        for (Map.Entry<String, String> field : invalid.entrySet()) {
            Map<String, Object> bad = new HashMap<>(Map.of("email", "john@example.com", "expires", "P1D"));
            bad.put(field.getKey(), field.getValue());
            says(errorOf(UPSERT, List.of(good, bad)), "item 2: ");
        }
    }

    @Test
    void one_license_twice() throws Exception {
        Map<String, Object> good = Map.of("email", "jane@example.com", "expires", "P1D");
        says(errorOf(UPSERT, List.of(Map.of("email", "john@example.com", "expires", "P1D"), good, good)),
                "items 2 and 3");
    }

    @Test
    void an_empty_body_without_a_user() throws Exception {
        for (Object body : new Object[] { null, "", " " }) {
            says(errorOf(UPSERT, body),
                    "body: required, unless the option email or the header CamelIntegratorioEmail names the user");
        }
    }

    @ParameterizedTest
    @CsvSource({ "expiration=P30D, did you mean expires or", "expiry=P30D, did you mean expires or",
            "timeout=5s, Timeout or", "edition=basic, there is no such option",
            "trialEndDate=P14D, it is a field of the license in the body",
            "opts=x, it is a field of the license in the body" })
    void an_option_by_another_name(String option, String hint) throws Exception {
        String error = errorOfConsumer("integratorio:licenses?connectorId=c1&" + option);
        says(error, hint);
        assertEquals(hint.endsWith(" or"), error.contains("did you mean"), error);
    }

    @Test
    void an_option_that_is_cut() throws Exception {
        says(errorOfConsumer("integratorio:installBase?connectorId=c1&stateDir=x"), "did you mean stateDirectory?");
    }

    @Test
    void an_unknown_option_does_not_show_a_token_beside_it() {
        for (String token : new String[] { "RAW{s3cr&tT0ken}", "RAW(s3cr&tT0ken)" }) {
            Exception error = assertThrows(ResolveEndpointFailedException.class,
                    () -> context.getEndpoint("integratorio:licenses?bogus=1&accessToken=" + token));
            StringWriter text = new StringWriter();
            error.printStackTrace(new PrintWriter(text));
            assertTrue(text.toString().contains("bogus: there is no such option"), text.toString());
            assertFalse(text.toString().contains("tT0ken"), text.toString());
        }
    }

    @Test
    void an_update_that_should_leave_the_expiry_as_it_is() throws Exception {
        says(errorOf("integratorio:licenses?operation=update&connectorId=c1&licenseId=l1", Map.of("opts", Map.of())),
                "expires: required", "updateMode=merge");
    }

    @Test
    void an_address_where_only_an_id_will_do() throws Exception {
        says(errorOf("integratorio:licenses?operation=delete&connectorId=c1&email=jane@example.com", null),
                "licenseId: required", "only upsert and expire find a license by email");
    }

    @Test
    void a_placeholder_of_another_runtime() throws Exception {
        component.getConfiguration().setAccessToken("${INTEGRATOR_IO_TOKEN}");
        says(errorOf(LIST, null), "accessToken", "${INTEGRATOR_IO_TOKEN}", "{{env:NAME}}");
    }

    @Test
    void a_placeholder_without_a_value() throws Exception {
        says(errorOf(LIST + "&licenseId={{license}}", null), "license");
    }

    @Test
    void the_prefix_Bearer_in_the_token() throws Exception {
        component.getConfiguration().setAccessToken("Bearer abc");
        says(errorOf(LIST, null), "accessToken", "Bearer");
    }

    @Test
    void a_token_of_another_region() throws Exception {
        component.getConfiguration().setAccessToken("token-of-an-account-in-europe");
        says(errorOf(LIST, null), "401", "accessToken", "region");
    }

    @Test
    void a_host_that_does_not_exist() throws Exception {
        component.getConfiguration().setBaseUrl("https://api.integrator.invalid/v1");
        says(errorOf(LIST, null), "unknown host", "api.integrator.invalid", "baseUrl");
    }

    @Test
    void a_server_that_does_not_speak_tls() throws Exception {
        component.getConfiguration().setBaseUrl(simulator.baseUrl().replace("http:", "https:"));
        says(errorOf(LIST, null), "does not speak TLS", "baseUrl");
    }

    @Test
    void no_simulator_is_running() throws Exception {
        simulator.close();
        says(errorOf(LIST, null), "127.0.0.1", "baseUrl");
    }

    @Test
    void a_misspelt_option() throws Exception {
        says(errorOf("integratorio:licenses?operation=list&conectorId=c1", null), "conectorId", "connectorId");
    }

    @Test
    void no_connector() throws Exception {
        says(errorOf("integratorio:licenses?operation=list", null), "connectorId", "CamelIntegratorioConnectorId");
    }

    @Test
    void an_unknown_operation() throws Exception {
        says(errorOf("integratorio:licenses?operation=renew&connectorId=c1", null), "operation", "upsert",
                "pushUpdate");
    }

    @Test
    void an_unknown_operation_in_the_header() throws Exception {
        says(errorOf("integratorio:licenses?connectorId=c1", null, IntegratorioConstants.OPERATION, "renew"),
                "CamelIntegratorioOperation", "upsert");
    }

    @Test
    void an_unknown_resource() throws Exception {
        says(errorOf("integratorio:license?operation=list", null), "resource", "integratorio:licenses");
    }

    @Test
    void an_unknown_region() throws Exception {
        says(errorOf(LIST + "&region=EMEA", null), "region: expected one of us, eu, au, ca");
    }

    /** Camel alone takes them for 0, 1,000 or a number that overflows. */
    @ParameterizedTest
    @ValueSource(strings = { "maxRetries=many", "pageSize=1.5", "massExpiryLimit=10%25", "maxQueuedRequests=1,000",
            "REQUESTBURST=1s", "maxBufferedBytes=8MB", "proxyPort=" })
    void a_number_that_is_none(String option) throws Exception {
        says(errorOf("integratorio:licenses?operation=list&connectorId=c1&" + option, null),
                StringHelper.dashToCamelCase(option.split("=")[0]) + ": expected a whole number");
    }

    @ParameterizedTest
    @ValueSource(strings = { "maxMessagesPerPoll=all", "massRemovalLimit=10%25", "delay=soon", "initialDelay=1.5",
            "repeatCount=once" })
    void a_number_of_a_consumer_that_is_none(String option) throws Exception {
        says(errorOfConsumer(WATCH + "&" + option), option.split("=")[0] + ": expected ");
    }

    @ParameterizedTest
    @CsvSource({ "maxRetries=99999999999, maxRetries: the number is too large",
            "maxBufferedBytes=9223372036854775808, maxBufferedBytes: the number is too large",
            "operationTimeout=110000d, operationTimeout: expected at most 10000d",
            "maxRetryDelay=9223372036854775807, maxRetryDelay: expected at most 10000d",
            "licenseIndexMaxAge=P20000D, licenseIndexMaxAge: expected at most 10000d",
            "dry-run=yes, dryRun: expected true or false" })
    void a_value_that_is_out_of_range(String option, String error) throws Exception {
        says(errorOf("integratorio:licenses?operation=list&connectorId=c1&" + option, null), error);
    }

    @Test
    void numbers_at_the_ends_of_their_range_are_taken() {
        IntegratorioEndpoint endpoint = context.getEndpoint(WATCH
                + "&maxRetries=0005&massExpiryLimit=100&pageSize=2147483647&maxBufferedBytes=9223372036854775807"
                + "&repeatCount=-1&operationTimeout=10000d&streaming=TRUE", IntegratorioEndpoint.class);
        assertEquals(5, endpoint.getConfiguration().getMaxRetries());
        assertEquals(Integer.MAX_VALUE, endpoint.getConfiguration().getPageSize());
        assertEquals(Long.MAX_VALUE, endpoint.getConfiguration().getMaxBufferedBytes());
        assertEquals(864_000_000_000L, endpoint.getConfiguration().getOperationTimeout());
        assertTrue(endpoint.getConfiguration().isStreaming());
        assertDoesNotThrow(endpoint::createProducer);
    }

    @Test
    void a_number_of_the_component_that_is_none() {
        Main main = new Main();
        main.addInitialProperty("camel.component.integratorio.mass-removal-limit", "10%");
        main.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:start").to(LIST);
            }
        });
        says(root(assertThrows(Exception.class, main::start)), "massRemovalLimit: expected a whole number, got '10%'");
        main.stop();
    }

    @ParameterizedTest
    @ValueSource(strings = { "retryDelay=1w", "operationTimeout=1.5m", "retryDelay=P106751991168D",
            "retryDelay=P-106751991168D",
            "maxRetryAfter=1,000", "request-timeout=10 s",
            "retryDelay=90M" })
    void a_duration_that_is_none(String option) throws Exception {
        says(errorOf(LIST + "&" + option, null),
                StringHelper.dashToCamelCase(option.split("=")[0]) + ": expected milliseconds or a duration");
    }

    @ParameterizedTest
    @ValueSource(strings = { "5400000", "1h30m", "PT1H30M", "5399s1000ms" })
    void a_duration_is_milliseconds_or_has_units(String duration) {
        IntegratorioEndpoint endpoint = context.getEndpoint(
                WATCH + "&delay=" + duration + "&requestTimeout=" + duration, IntegratorioEndpoint.class);
        assertEquals(5_400_000, endpoint.getDelay());
        assertEquals(5_400_000, endpoint.getConfiguration().getRequestTimeout());
    }

    @Test
    void a_base_url_without_v1() throws Exception {
        says(errorOf(LIST + "&baseUrl=http://127.0.0.1:" + URI.create(simulator.baseUrl()).getPort(), null), "baseUrl",
                "/v1");
    }

    @ParameterizedTest
    @ValueSource(strings = { "https://api.example:99999/v1", "https://api.example:0/v1", "https://api.example:65536",
            "https://api.example:x/v1", "https://api.example:99999999999/v1" })
    void a_base_url_with_a_port_that_is_none(String url) throws Exception {
        says(errorOf(LIST + "&baseUrl=" + url, null), "baseUrl: expected https://host[:port]/path");
    }

    @Test
    void a_date_without_zone() throws Exception {
        says(errorOf(UPSERT + "&expires=2099-01-31T12:00:00", "{\"email\":\"jane@example.com\"}"), "expires",
                "2027-01-31T12:00:00Z", "P30D");
    }

    @Test
    void a_date_without_zone_in_the_body() throws Exception {
        says(errorOf(UPSERT, "{\"email\":\"jane@example.com\",\"expires\":\"2099-01-31\"}"), "expires", "P30D");
    }

    @Test
    void a_body_that_is_no_license() throws Exception {
        says(errorOf(UPSERT, "jane@example.com"), "body", "JSON");
    }

    @Test
    void no_state_directory() throws Exception {
        says(errorOfConsumer(WATCH), "stateDirectory", "dataSource");
    }

    @Test
    void two_consumers_of_one_name() throws Exception {
        component.getConfiguration().setStateDirectory(folder.toString());
        says(errorOfConsumer(WATCH, WATCH + "&delay=1000"), "consumerId");
    }

    @Test
    void a_port_in_use() throws Exception {
        try (ServerSocket other = new ServerSocket(0)) {
            IllegalStateException e = assertThrows(IllegalStateException.class,
                    () -> IntegratorioSimulator.builder().port(other.getLocalPort()).start());
            says(e.getMessage(), "127.0.0.1:" + other.getLocalPort(), "--port", "0 takes any free one");
        }
    }
}
