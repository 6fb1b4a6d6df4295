package io.github.integratorio.tests.contract;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.simulator.Fault;
import io.github.integratorio.simulator.IntegratorioSimulator;
import io.github.integratorio.simulator.IntegratorioSimulatorExtension;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The component talks to the simulator through Prism, which validates requests and responses against docs/openapi.yaml. */
class ContractTest {

    private static final List<String> USERS = List.of("ann@example.com", "bob@example.com", "eve@example.com");
    private static final String FUTURE = "2099-01-31T12:00:00.000Z";

    @RegisterExtension
    static final IntegratorioSimulatorExtension EXTENSION = new IntegratorioSimulatorExtension(
            builder -> USERS.forEach(email -> builder.user(email, "A user").pageSize(2).noRateLimit()));

    private static Contract contract;
    private static Prism prism;

    private final IntegratorioSimulator simulator = EXTENSION.simulator();
    private String connector;
    private Client client;

    @BeforeAll
    static void startPrism() throws Exception {
        contract = Contract.read();
        prism = Prism.start(contract, origin());
    }

    @AfterAll
    static void stopPrism() {
        prism.close();
    }

    private static String origin() {
        return "http://127.0.0.1:" + EXTENSION.simulator().port();
    }

    @BeforeEach
    void aConnectorAndAClient() throws Exception {
        connector = simulator.addConnector("Shop to Books");
        client = new Client(simulator, prism);
    }

    @AfterEach
    void stop() {
        client.close();
    }

    private String licenses(String operation) {
        return "licenses?operation=" + operation + "&connectorId=" + connector;
    }

    private String installBase(String operation) {
        return "installBase?operation=" + operation + "&connectorId=" + connector;
    }

    private Set<String> called() {
        return simulator.requests().stream().map(contract::operation).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<String, Object> license(String email) {
        return Map.of("email", email, "expires", FUTURE, "opts", Map.of("connectorEdition", "standard"));
    }

    @Test
    void the_twelve_calls_and_the_check_of_the_token_match_the_contract() throws Exception {
        connector = client.id("connectors?operation=create", Map.of("name", "Books to Shop", "published", true));
        client.id("connectors?operation=update&connectorId=" + connector,
                Map.of("name", "Books to Shop", "description", "ü"));
        client.id("connectors?operation=get&connectorId=" + connector, null);
        assertTrue(client.rows("connectors?operation=list") > 1);

        String ann = client.id(licenses("create"), license("ann@example.com"));
        client.id(licenses("get") + "&licenseId=" + ann, null);
        client.id(licenses("update") + "&licenseId=" + ann, Map.of("expires", FUTURE, "opts", Map.of()));
        client.id(licenses("update") + "&updateMode=merge&licenseId=" + ann, Map.of("sandbox", true));
        client.id(licenses("upsert"), license("bob@example.com"));
        client.id(licenses("upsert"),
                Map.of("email", "bob@example.com", "expires", FUTURE, "opts", Map.of("connectorEdition", "premium")));
        client.id(licenses("expire") + "&email=bob@example.com", null);
        assertEquals(2, client.rows(licenses("list")));

        String integration = simulator.install(connector, ann);
        client.call(Object.class, installBase("pushUpdate"), List.of(integration));
        assertEquals(1, client.rows(installBase("list")));

        client.call(Object.class, licenses("delete") + "&licenseId=" + ann, null);
        client.call(Object.class, "connectors?operation=delete&connectorId=" + connector, null);
        assertTrue(client.tokenTaken());

        assertEquals(List.of(), prism.violations());
        assertEquals(contract.operations(), called(), "not every call was tried");
    }

    @Test
    void paged_and_empty_lists_match_the_contract() throws Exception {
        assertEquals(0, client.rows(licenses("list")));
        simulator.faults().add(Fault.on("GET", ".*/licenses").body(204, "application/json", new byte[0]));
        assertEquals(0, client.rows(licenses("list")));
        USERS.forEach(email -> simulator.install(connector, simulator.addLicense(connector, license(email))));
        simulator.clearRequests();
        assertEquals(USERS.size(), client.rows(licenses("list")));
        assertEquals(USERS.size(), client.rows(installBase("list")));

        assertEquals(4, simulator.requestCount(), "two pages each");
        assertEquals(List.of(), prism.violations());
    }

    @Test
    void rejections_match_the_contract_and_reach_the_route_unchanged() throws Exception {
        Exchange nobody = client.send(licenses("create"), license("nobody@example.com"));
        Exchange unknown = client.send("connectors?operation=get&connectorId=none", null);
        Exchange notInstalled = client.send(installBase("pushUpdate"), List.of("none"));
        simulator.token("another");
        Exchange refused = client.send(licenses("list"), null);
        simulator.token("simulator-token");

        assertTrue(assertInstanceOf(IntegratorioApiException.class, nobody.getException()).hasError("invalid_user"));
        assertEquals(404, assertInstanceOf(IntegratorioApiException.class, unknown.getException()).getStatusCode());
        assertTrue(
                assertInstanceOf(IntegratorioApiException.class, notInstalled.getException()).hasError("invalid_ref"));
        assertEquals(401, assertInstanceOf(IntegratorioApiException.class, refused.getException()).getStatusCode());
        assertEquals(List.of(), prism.violations());
    }

    @ParameterizedTest
    @ValueSource(ints = { 400, 401, 403, 404, 409, 422, 429, 500, 502, 503 })
    void an_error_response_to_any_call_matches_the_contract(int status) throws Exception {
        simulator.faults()
                .add(Fault.onAny().always().status(status, status == 429 ? Map.of("Retry-After", "0") : Map.of()));
        List<Exchange> exchanges = List.of(
                client.send("connectors?operation=list", null),
                client.send("connectors?operation=create", Map.of("name", "Another")),
                client.send("connectors?operation=get&connectorId=" + connector, null),
                client.send("connectors?operation=update&connectorId=" + connector, Map.of("name", "Another")),
                client.send("connectors?operation=delete&connectorId=" + connector, null),
                client.send(installBase("list"), null),
                client.send(installBase("pushUpdate"), List.of("i1")),
                client.send(licenses("list"), null),
                client.send(licenses("create"), license("ann@example.com")),
                client.send(licenses("get") + "&licenseId=l1", null),
                client.send(licenses("update") + "&licenseId=l1", Map.of("expires", FUTURE)),
                client.send(licenses("delete") + "&licenseId=l1", null));

        exchanges.forEach(exchange -> assertTrue(exchange.isFailed()));
        assertFalse(client.tokenTaken());
        assertEquals(List.of(), prism.violations());
        assertEquals(contract.operations(), called());
    }

    @Test
    void an_invalid_response_is_detected() throws Exception {
        byte[] body = "[{\"_id\":\"l1\",\"expires\":7}]".getBytes(StandardCharsets.UTF_8);
        simulator.faults().add(Fault.on("GET", ".*/licenses").body(200, "application/json", body));
        Exchange exchange = client.send(licenses("list"), null);

        assertTrue(exchange.isFailed());
        assertEquals(1, prism.violations().size());
    }

    @Test
    void an_invalid_request_is_detected() throws Exception {
        try (Prism other = Prism.start(contract.demanding("sandbox"), origin());
                Client misled = new Client(simulator, other)) {
            Exchange exchange = misled.send(licenses("create"), license("ann@example.com"));

            assertTrue(exchange.isFailed());
            assertEquals(List.of(), simulator.licenses(connector));
            assertEquals(1, other.violations().size());
        }
    }
}
