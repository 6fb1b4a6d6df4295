package io.github.integratorio.camel.internal.operation.creation;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.internal.json.Json;
import io.github.integratorio.camel.internal.operation.request.OperationResult;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.VirtualClient;
import io.github.integratorio.camel.support.VirtualScheduler;
import io.github.integratorio.simulator.Fault;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Reconciliation of a create without a response, by reading the licenses of the connector. */
class LicenseReconciliationTest {

    private static final String JANE = "jane@example.com";
    private static final String EXPIRES = "2027-01-31T12:00:00.000Z";
    private static final Map<String, Object> OPTS = Map.of("connectorEdition", "standard", "addonLicenses",
            List.of(Map.of("type", "store", "licenses", List.of(Map.of("addOnEdition", "basic")))));
    private static final Map<String, Object> LICENSE = Map.of("email", JANE, "expires", EXPIRES, "opts", OPTS);

    private VirtualScheduler scheduler;
    private IntegratorioSimulator simulator;
    private VirtualClient client;
    private String connector;

    @BeforeEach
    void start() {
        start(0, Duration.ZERO);
    }

    /** @param ahead how much the clock of the API is ahead */
    private void start(int pageSize, Duration ahead) {
        scheduler = new VirtualScheduler(VirtualClient.START);
        simulator = IntegratorioSimulator.builder().anyUser().noRateLimit()
                .clock(Clock.offset(scheduler.clock(), ahead)).pageSize(pageSize).start();
        connector = simulator.addConnector("Shop");
        client = new VirtualClient(simulator.baseUrl(), simulator::token, VirtualClient.RETRY,
                VirtualClient.RATE_LIMITS, scheduler);
    }

    @AfterEach
    void stop() {
        client.close();
        simulator.close();
    }

    private void onCreate(Fault fault) {
        simulator.faults().add(fault);
    }

    private static Fault refused() {
        return Fault.on("POST", ".*").status(500);
    }

    private static Map<String, Object> row(Object... changes) {
        Map<String, Object> row =
                new LinkedHashMap<>(Map.of("user", Map.of("email", JANE), "expires", EXPIRES, "opts", OPTS));
        for (int i = 0; i < changes.length; i += 2) {
            row.put((String) changes[i], changes[i + 1]);
        }
        return row;
    }

    private CompletableFuture<OperationResult> create() {
        CompletableFuture<OperationResult> future = client.create(connector, LICENSE);
        assertEquals(1, simulator.count("POST", ".*"), "the request must be sent once");
        return future;
    }

    private void assertFound(String id, CompletableFuture<OperationResult> future) {
        OperationResult result = future.join();
        assertEquals(List.of(WriteOutcome.RECONCILED), result.outcomes());
        assertEquals(id, ((Map<?, ?>) result.value()).get("_id"));
        assertEquals(JANE,
                ((Map<?, ?>) ((Map<?, ?>) result.value()).get("user")).get("email").toString().toLowerCase());
    }

    /** Asserts that the outcome is ambiguous, and checks the message. */
    private String assertOpen(CompletableFuture<OperationResult> future) {
        IntegratorioAmbiguousOutcomeException error =
                assertInstanceOf(IntegratorioAmbiguousOutcomeException.class, VirtualClient.failure(future));
        String message = error.getMessage();
        assertTrue(message.startsWith("licenses create may or may not have happened: "), message);
        assertTrue(!message.contains(JANE) && !message.contains(simulator.token()), message);
        return message;
    }

    private String onlyId() {
        assertEquals(1, simulator.licenses(connector).size());
        return (String) simulator.licenses(connector).get(0).get("_id");
    }

    @Test
    @Covers(87)
    void a_create_that_was_not_carried_out_is_ambiguous_and_says_when_the_license_was_absent() {
        onCreate(refused());
        String message = assertOpen(create());

        String looked = scheduler.now().toString().replaceAll("(\\.\\d{3})?Z", "");
        assertTrue(message.contains("; at " + looked) && message.endsWith("no license matched"), message);
        assertEquals(Duration.ofMillis(15_750), Duration.between(VirtualClient.START, scheduler.now()));
        assertEquals(6, simulator.count("GET", ".*/licenses"));
    }

    @ParameterizedTest
    @ValueSource(ints = { 408, 425, 500, 502, 503, 504, 520 })
    @Covers(88)
    void a_license_created_despite_an_error_response_is_found(int status) {
        onCreate(Fault.on("POST", ".*").doneThenStatus(status));

        assertTheOneIsFound(create());
    }

    private void assertTheOneIsFound(CompletableFuture<OperationResult> future) {
        assertFound(onlyId(), future);
    }

    @Test
    @Covers(89)
    void a_license_created_eight_seconds_after_the_error_is_found() {
        onCreate(Fault.on("POST", ".*").doneLater(Duration.ofSeconds(8), 504));

        assertTheOneIsFound(create());
    }

    @Test
    @Covers(90)
    void a_license_created_a_minute_after_the_error_is_ambiguous() {
        onCreate(Fault.on("POST", ".*").doneLater(Duration.ofSeconds(60), 504));
        String message = assertOpen(create());

        assertTrue(message.contains("no license matched"), message);
        scheduler.advance(Duration.ofSeconds(60));
        onlyId();
    }

    @Test
    @Covers(91)
    void only_the_new_one_of_a_users_four_licenses_is_returned() {
        for (int i = 1; i <= 3; i++) {
            simulator.addLicense(connector, row("created", VirtualClient.START.minus(Duration.ofDays(i)).toString()));
        }
        onCreate(Fault.on("POST", ".*").resetAfter());
        CompletableFuture<OperationResult> future = create();

        assertFound((String) simulator.licenses(connector).get(3).get("_id"), future);
    }

    @Test
    @Covers(91)
    void licenses_returned_before_are_not_mistaken_for_the_new_one() {
        client.create(connector, LICENSE).join();
        client.create(connector, LICENSE).join();
        simulator.clearRequests();
        onCreate(refused());

        assertOpen(create());
    }

    @Test
    @Covers(92)
    void two_equal_new_licenses_are_ambiguous_and_both_ids_are_listed() {
        onCreate(Fault.on("POST", ".*").doneThenStatus(500));
        simulator.addLicense(connector, row());
        String message = assertOpen(create());

        simulator.licenses(connector).forEach(row -> assertTrue(message.contains((String) row.get("_id")), message));
        assertEquals(1, simulator.count("GET", ".*/licenses"), "two candidates must end the reconciliation");
    }

    @ParameterizedTest
    @CsvSource({ "jane@example.com, JANE@Example.COM, true", "jane+shop@example.com, jane+shop@example.com, true",
            "jane+shop@example.com, jane@example.com, false",
            "jane@b\u00fccher.example, jane@xn--bcher-kva.example, true",
            "jane@xn--bcher-kva.example, jane@B\u00dcCHER.example, true", "j.ane@example.com, jane@example.com, false",
            "jane@example.com, jane@example.org, false" })
    @Covers(93)
    void an_email_address_matches_in_any_case_and_with_either_form_of_its_domain(String sent, String echoed,
            boolean same) {
        onCreate(refused());
        String id = simulator.addLicense(connector, row("user", Map.of("email", echoed)));
        Map<String, Object> license = new LinkedHashMap<>(LICENSE);
        license.put("email", sent);
        CompletableFuture<OperationResult> future = client.create(connector, license);

        if (same) {
            assertEquals(id, ((Map<?, ?>) future.join().value()).get("_id"));
        } else {
            assertInstanceOf(IntegratorioAmbiguousOutcomeException.class, VirtualClient.failure(future));
        }
    }

    /** The simulator has only one date format; here the list uses those of other servers. */
    private CompletableFuture<OperationResult> createAndRead(Map<String, Object> row) {
        onCreate(refused());
        Map<String, Object> whole = new LinkedHashMap<>(row);
        whole.putIfAbsent("_id", "echo1");
        whole.putIfAbsent("created", VirtualClient.START.toString());
        simulator.faults().add(Fault.on("GET", ".*/licenses").always().status(200, "application/json",
                Json.toText(List.of(whole))));
        return create();
    }

    @ParameterizedTest
    @ValueSource(strings = { "2027-01-31T12:00:00Z", "2027-01-31T12:00Z", "2027-01-31T12:00:00.0Z",
            "2027-01-31T12:00:00.000000Z", "2027-01-31T14:00:00.000+02:00" })
    @Covers(94)
    void an_expiry_in_another_format_is_the_same_instant(String expires) {
        assertFound("echo1", createAndRead(row("expires", expires)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "2027-01-31T12:00:00.001Z", "2027-01-31T12:00:00+01:00", "soon" })
    @Covers(94)
    void a_license_with_another_expiry_does_not_match(String expires) {
        assertOpen(createAndRead(row("expires", expires)));
    }

    @Test
    @Covers(95)
    void options_in_another_order_and_with_defaults_match() {
        Map<String, Object> addon = new LinkedHashMap<>(Map.of("enabled", true));
        addon.put("licenses", List.of(Map.of("quantity", 1, "addOnEdition", "basic")));
        addon.put("type", "store");
        Map<String, Object> echoed = new LinkedHashMap<>();
        echoed.put("trial", false);
        echoed.put("addonLicenses", List.of(addon));
        echoed.put("connectorEdition", "standard");

        assertFound("echo1", createAndRead(row("opts", echoed)));
    }

    @Test
    @Covers(95)
    void options_that_are_false_or_empty_may_be_missing() {
        Map<String, Object> license = Map.of("email", JANE, "expires", EXPIRES, "opts",
                Map.of("trial", false, "addonLicenses", List.of(), "note", "", "more", Map.of()));
        onCreate(Fault.on("POST", ".*").doneThenStatus(500));
        Map<String, Object> bare = row("_id", "echo1", "created", VirtualClient.START.toString());
        bare.remove("opts");
        simulator.faults().add(Fault.on("GET", ".*/licenses").always().status(200, "application/json",
                Json.toText(List.of(bare))));

        assertFound("echo1", client.create(connector, license));
    }

    @Test
    @Covers(95)
    void a_license_with_other_options_does_not_match() {
        assertOpen(createAndRead(
                row("opts", Map.of("connectorEdition", "premium", "addonLicenses", OPTS.get("addonLicenses")))));
    }

    @Test
    @Covers(96)
    void a_license_created_ten_minutes_before_the_request_is_ambiguous_and_listed() {
        onCreate(refused());
        String id = simulator.addLicense(connector,
                row("created", VirtualClient.START.minus(Duration.ofMinutes(10)).toString()));
        String message = assertOpen(create());

        assertTrue(message.endsWith("no license matched, but older ones: " + id), message);
    }

    @Test
    @Covers(96)
    void a_license_that_somebody_made_some_seconds_before_the_request_is_ambiguous_and_listed() {
        onCreate(refused());
        String id = simulator.addLicense(connector,
                row("created", VirtualClient.START.minus(Duration.ofSeconds(3)).toString()));
        String message = assertOpen(create());

        assertTrue(message.endsWith("no license matched, but older ones: " + id), message);
    }

    @ParameterizedTest
    @Covers(96)
    @ValueSource(longs = { -600, -4, 4, 600 })
    void a_license_is_found_if_the_clock_of_the_api_is_behind_or_ahead(long seconds) {
        stop();
        start(0, Duration.ofSeconds(seconds));
        onCreate(Fault.on("POST", ".*").doneThenStatus(500));

        assertTheOneIsFound(create());
    }

    @Test
    @Covers(97)
    void the_new_license_on_the_third_page_is_found() {
        stop();
        start(10, Duration.ZERO);
        IntStream.range(0, 25)
                .forEach(i -> simulator.addLicense(connector, row("user", Map.of("email", "u" + i + "@example.com"))));
        onCreate(Fault.on("POST", ".*").closeAfter());
        CompletableFuture<OperationResult> future = create();

        List<String> ids = new ArrayList<>();
        simulator.licenses(connector).forEach(row -> ids.add((String) row.get("_id")));
        assertFound(ids.get(25), future);
        assertEquals(3, simulator.count("GET", ".*/licenses"));
    }

    @Test
    @Covers(98)
    void the_exception_contains_the_reason_if_the_licenses_cannot_be_read() {
        onCreate(Fault.on("POST", ".*").doneThenStatus(500));
        simulator.faults().add(Fault.on("GET", ".*").always().status(403));
        String message = assertOpen(create());

        assertTrue(message.contains("; the licenses could not be read: ") && message.contains("403"), message);
    }

    @Test
    @Covers(98)
    void a_list_that_fails_for_a_while_is_read_eventually() {
        onCreate(Fault.on("POST", ".*").doneThenStatus(500));
        simulator.faults().add(Fault.on("GET", ".*").times(8).status(503));

        assertTheOneIsFound(create());
    }

    @ParameterizedTest
    @ValueSource(strings = { "{\"errors\":false}", "{\"errors\":0}", "{\"errors\":{}}", "{\"errors\":\"x\"}",
            "{\"errors\":[\"x\"]}",
            "{\"_id\":\"a1\",\"errors\":[{\"code\":\"x\"}],\"user\":{\"email\":\"jane@example.com\"}}",
            "{\"_id\":\"b1\",\"user\":{\"email\":\"bob@example.com\"}}",
            "{\"_id\":\"../x\",\"user\":{\"email\":\"jane@example.com\"}}",
            "{\"_id\":\"s1\",\"user\":{\"email\":\"jane@example.com\"},\"sandbox\":true}",
            "{\"_id\":\"old1\",\"user\":{\"email\":\"jane@example.com\"},\"expires\":\"2026-02-01T00:00:00.000Z\"}",
            "{\"_id\":\"old2\",\"user\":{\"email\":\"jane@example.com\"},\"expires\":null}" })
    void a_response_that_neither_confirms_nor_rejects_the_creation_is_looked_into(String body) {
        onCreate(Fault.on("POST", ".*").doneThenBody(201, "application/json", body.getBytes()));
        CompletableFuture<OperationResult> future = create();

        assertFound(onlyId(), future);
    }

    @Test
    void the_license_of_a_child_is_found_and_not_that_of_its_parent() {
        String parent = (String) ((Map<?, ?>) create().join().value()).get("_id");
        Map<String, Object> child = new LinkedHashMap<>(LICENSE);
        child.put("_parentId", parent);
        onCreate(Fault.on("POST", ".*").doneThenStatus(500));
        OperationResult result = client.create(connector, child).join();
        assertEquals(List.of(WriteOutcome.RECONCILED), result.outcomes());
        assertEquals(parent, ((Map<?, ?>) result.value()).get("_parentId"));

        onCreate(refused());
        assertOpen(client.create(connector, child));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " " })
    void a_license_whose_parent_is_blank_is_found_as_one_of_its_user(String parent) {
        Map<String, Object> license = new LinkedHashMap<>(LICENSE);
        license.put("_parentId", parent);
        onCreate(Fault.on("POST", ".*").doneThenStatus(500));
        assertEquals(List.of(WriteOutcome.RECONCILED), client.create(connector, license).join().outcomes());
    }

    @Test
    void a_license_whose_id_is_no_id_is_not_found() {
        assertOpen(createAndRead(row("_id", "../licenses/x")));
    }
}
