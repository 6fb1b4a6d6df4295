package io.github.integratorio.camel.internal.operation.creation;

import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.operation.request.OperationRequest;
import io.github.integratorio.camel.internal.operation.request.OperationResult;
import io.github.integratorio.camel.support.VirtualClient;
import io.github.integratorio.camel.support.VirtualScheduler;
import io.github.integratorio.simulator.Fault;
import io.github.integratorio.simulator.IntegratorioSimulator;
import io.github.integratorio.simulator.SimulatorBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Lists that are empty by mistake, lag behind writes or shift while they are read: no license is doubled, and few requests are sent. */
class UnconfirmedListTest {

    private static final String JANE = "jane@example.com";
    private static final String FUTURE = "2099-01-31T12:00:00.000Z";
    private static final String LATER = "2099-06-30T12:00:00.000Z";
    private static final String LIST = ".*/licenses(\\?.*)?";

    private final VirtualScheduler scheduler = new VirtualScheduler(VirtualClient.START);
    private IntegratorioSimulator simulator;
    private VirtualClient client;
    private String connector;

    private void start(UnaryOperator<SimulatorBuilder> options) {
        simulator =
                options.apply(IntegratorioSimulator.builder().anyUser().noRateLimit().clock(scheduler.clock())).start();
        connector = simulator.addConnector("Shop");
        client = new VirtualClient(simulator.baseUrl(), simulator::token, VirtualClient.RETRY,
                VirtualClient.RATE_LIMITS, scheduler);
    }

    @AfterEach
    void stop() {
        client.close();
        simulator.close();
    }

    private static Map<String, Object> license(String email, String expires) {
        return new LinkedHashMap<>(Map.of("email", email, "expires", expires));
    }

    private void existing(int count) {
        for (int i = 0; i < count; i++) {
            simulator.addLicense(connector, license("u" + i + "@example.com", FUTURE));
        }
    }

    private OperationRequest request(ApiMethod call, String email, List<Map<String, Object>> documents) {
        return new OperationRequest(call, connector, null, email, false, null, documents, documents.size() > 1, false,
                false, CallContext.begin(scheduler, VirtualClient.RETRY.operationTimeout()));
    }

    private CompletableFuture<OperationResult> begin(List<Map<String, Object>> documents) {
        return client.provisioning.upsert(request(null, null, documents));
    }

    private List<WriteOutcome> upsert(String email, String expires) {
        return client.pass(begin(List.of(license(email, expires)))).join().outcomes();
    }

    private CompletableFuture<OperationResult> expire(String email) {
        return client.pass(client.provisioning.expire(request(null, email, List.of())));
    }

    private void assertOneEach(int count) {
        assertEquals(count, simulator.licenses(connector).size());
        assertEquals(count, simulator.licenses(connector).stream().map(row -> row.get("user")).distinct().count());
    }

    @ParameterizedTest
    @ValueSource(ints = { 200, 204 })
    void an_empty_list_now_and_then_makes_no_second_license(int status) {
        start(builder -> builder);
        existing(30);
        simulator.faults().add(Fault.on("GET", LIST).emptyList(status));
        List<Map<String, Object>> all = new ArrayList<>();
        IntStream.range(0, 30).forEach(i -> all.add(license("u" + i + "@example.com", LATER)));
        client.pass(begin(all)).join();

        assertEquals(0, simulator.count("POST", ".*"));
        assertOneEach(30);
    }

    @Test
    void a_list_that_stays_empty_makes_no_second_license_for_a_user_seen_before() {
        start(builder -> builder);
        existing(3);
        upsert("new@example.com", FUTURE);
        simulator.faults().add(Fault.on("GET", LIST).always().emptyList(200));
        client.pass(Duration.ofMinutes(5));

        assertEquals(List.of(WriteOutcome.UPDATED), upsert("u1@example.com", LATER));
        assertEquals(List.of(WriteOutcome.UNCHANGED), upsert("new@example.com", FUTURE));
        assertOneEach(4);
    }

    @Test
    void of_a_user_with_many_licenses_a_list_that_lacks_them_costs_ten_reads() {
        start(builder -> builder);
        for (int i = 0; i < 12; i++) {
            client.create(connector, license(JANE, FUTURE)).join();
        }
        simulator.faults().add(Fault.on("GET", LIST).always().emptyList(200));
        simulator.clearRequests();
        Throwable refused = VirtualClient.failure(client.pass(begin(List.of(license(JANE, LATER)))));
        assertTrue(refused.getMessage().contains("the user has 10 licenses"), refused::getMessage);
        assertEquals(10, simulator.count("GET", ".*/licenses/.*"));
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 9, 60 })
    void an_upsert_finds_what_it_created_although_the_list_does_not_show_it_yet(int lagSeconds) {
        start(builder -> builder.listLag(Duration.ofSeconds(lagSeconds)));

        assertEquals(List.of(WriteOutcome.CREATED), upsert(JANE, FUTURE));
        assertEquals(List.of(WriteOutcome.UNCHANGED), upsert(JANE, FUTURE));
        client.pass(Duration.ofSeconds(5));
        assertEquals(List.of(WriteOutcome.UPDATED), upsert(JANE, LATER));
        client.pass(Duration.ofMinutes(2));
        assertEquals(List.of(WriteOutcome.UNCHANGED), upsert(JANE, LATER));
        assertOneEach(1);
    }

    @Test
    void an_upsert_waits_for_a_license_that_was_created_here_and_is_visible_nowhere_yet() {
        start(builder -> builder.listLag(Duration.ofSeconds(8)).laggingGets(true));

        assertEquals(List.of(WriteOutcome.CREATED), upsert(JANE, FUTURE));
        assertEquals(List.of(WriteOutcome.UNCHANGED), upsert(JANE, FUTURE));
        assertOneEach(1);
    }

    @Test
    void a_license_that_was_deleted_here_is_created_again_although_the_list_still_shows_it() {
        start(builder -> builder.listLag(Duration.ofSeconds(30)));
        upsert(JANE, FUTURE);
        client.pass(Duration.ofMinutes(2));
        String id = (String) simulator.licenses(connector).get(0).get("_id");
        client.pass(
                client.provisioning.delete(new OperationRequest(ApiMethod.DELETE_LICENSE, connector, id, null, false,
                        null, List.of(), false, false, false,
                        CallContext.begin(scheduler, VirtualClient.RETRY.operationTimeout()))))
                .join();

        assertEquals(List.of(WriteOutcome.CREATED), upsert(JANE, FUTURE));
        assertOneEach(1);
    }

    @Test
    void an_upsert_after_an_ambiguous_one_runs_again_and_makes_one_license() {
        start(builder -> builder);
        simulator.faults().add(Fault.on("POST", ".*").status(502));
        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class,
                VirtualClient.failure(client.pass(begin(List.of(license(JANE, FUTURE))))));

        assertEquals(List.of(WriteOutcome.CREATED), upsert(JANE, FUTURE));
        assertOneEach(1);
    }

    @Test
    void an_upsert_waits_until_an_open_creation_can_no_longer_be_carried_out() {
        start(builder -> builder);
        simulator.faults().add(Fault.on("POST", ".*").doneLater(Duration.ofSeconds(10), 502));
        OperationRequest short1 = new OperationRequest(null, connector, null, null, false, null,
                List.of(license(JANE, FUTURE)), false, false, false,
                CallContext.begin(scheduler, Duration.ofSeconds(3)));
        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class,
                VirtualClient.failure(client.pass(client.provisioning.upsert(short1))));
        Throwable early =
                VirtualClient.failure(client.pass(client.provisioning.upsert(new OperationRequest(null, connector,
                        null, null, false, null, List.of(license(JANE, FUTURE)), false, false, false,
                        CallContext.begin(scheduler, Duration.ofSeconds(3))))));
        assertTrue(early.getMessage().contains("was not sent") && early.getMessage().contains("no known outcome"),
                early.getMessage());

        assertEquals(List.of(WriteOutcome.UNCHANGED), upsert(JANE, FUTURE));
        assertEquals(1, simulator.count("POST", ".*"));
        assertOneEach(1);
    }

    @Test
    void an_upsert_waits_for_an_open_creation_no_longer_than_sixteen_seconds() {
        start(builder -> builder);
        simulator.faults().add(Fault.on("POST", ".*").status(502));
        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class,
                VirtualClient.failure(client.pass(begin(List.of(license(JANE, FUTURE))))));

        OperationRequest repeated = new OperationRequest(null, connector, null, null, false, null,
                List.of(license(JANE, FUTURE)), false, false, false,
                CallContext.begin(scheduler, Duration.ofSeconds(17)));
        assertEquals(List.of(WriteOutcome.CREATED),
                client.pass(client.provisioning.upsert(repeated)).join().outcomes());
        assertOneEach(1);
    }

    @Test
    void an_upsert_counts_from_the_end_of_an_open_creation_and_not_from_its_lost_response() {
        start(builder -> builder.listLag(Duration.ofSeconds(9)));
        simulator.faults().add(Fault.on("POST", ".*").doneLater(Duration.ofSeconds(10), 502));
        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class,
                VirtualClient.failure(client.pass(begin(List.of(license(JANE, FUTURE))))));

        assertEquals(List.of(WriteOutcome.UNCHANGED), upsert(JANE, FUTURE));
        assertEquals(1, simulator.count("POST", ".*"));
        assertOneEach(1);
    }

    @Test
    void expire_looks_again_before_it_says_that_there_is_nothing_to_expire() {
        start(builder -> builder.pageSize(2));
        existing(5);
        simulator.faults().add(Fault.on("GET", LIST).times(3).withoutRow(id(4)));

        assertEquals(List.of(WriteOutcome.UPDATED), expire("u4@example.com").join().outcomes());
        assertEquals(404, assertInstanceOf(IntegratorioApiException.class,
                VirtualClient.failure(expire("nobody@example.com"))).getStatusCode());
    }

    @Test
    void rows_that_shift_between_pages_make_no_second_license() {
        start(builder -> builder.pageSize(2).offsetPaging(true));
        existing(6);
        // As if the first row was deleted after the first page was read: the third one moves to the first page.
        simulator.faults().add(Fault.on("GET", LIST).times(3).withoutRow(id(2)));

        assertEquals(List.of(WriteOutcome.UPDATED), upsert("u2@example.com", LATER));
        assertOneEach(6);
    }

    private String id(int number) {
        return (String) simulator.licenses(connector).get(number).get("_id");
    }

    @Test
    void a_known_user_among_many_costs_two_requests_and_a_new_one_reads_the_list_once() {
        start(builder -> builder.pageSize(100));
        existing(60_000);
        upsert("u59999@example.com", LATER);
        simulator.clearRequests();

        upsert("u1500@example.com", LATER);
        assertEquals(2, simulator.requestCount());
        upsert("u1500@example.com", LATER);
        assertEquals(3, simulator.requestCount());
        upsert("new@example.com", LATER);
        assertEquals(3 + 600 + 1, simulator.requestCount());
    }

    @Test
    void a_known_license_that_now_belongs_to_somebody_else_is_not_touched() {
        start(builder -> builder);
        existing(2);
        upsert("u0@example.com", LATER);
        String id = id(1);
        simulator.faults().add(Fault.on("GET", ".*/licenses/" + id).always().status(200, "application/json",
                "{\"_id\":\"" + id + "\",\"expires\":\"" + FUTURE + "\",\"user\":{\"email\":\"else@example.com\"}}"));

        assertTrue(client.pass(begin(List.of(license("u1@example.com", LATER)))).isCompletedExceptionally());
        assertEquals(0, simulator.count("PUT", ".*/" + id));
    }

    @ParameterizedTest
    @CsvSource({ "0, false", "30, false", "0, true" })
    void a_creation_says_nothing_about_the_other_licenses_of_its_user(int lagSeconds, boolean isResponseLost) {
        start(builder -> builder.listLag(Duration.ofSeconds(lagSeconds)));
        simulator.addLicense(connector, license(JANE, LATER));
        client.pass(Duration.ofMinutes(2));
        if (isResponseLost) {
            simulator.faults().add(Fault.on("POST", ".*").doneThenStatus(502));
        }
        CompletableFuture<OperationResult> created = client.create(connector, license(JANE, FUTURE));
        assertEquals(List.of(isResponseLost ? WriteOutcome.RECONCILED : WriteOutcome.CREATED),
                created.join().outcomes());

        Throwable refused = VirtualClient.failure(expire(JANE));
        assertTrue(refused.getMessage().contains("the user has 2 licenses"), refused.getMessage());
        refused = VirtualClient.failure(client.pass(begin(List.of(license(JANE, "2099-03-01T00:00:00Z")))));
        assertTrue(refused.getMessage().contains("the user has 2 licenses"), refused.getMessage());
        assertEquals(0, simulator.count("PUT", ".*"));
    }

    @Test
    void a_license_that_was_created_here_is_the_only_one_when_a_list_has_shown_it() {
        start(builder -> builder);
        existing(3);
        upsert(JANE, FUTURE);
        upsert(JANE, FUTURE);
        simulator.clearRequests();

        assertEquals(List.of(WriteOutcome.UPDATED), upsert(JANE, LATER));
        assertEquals(2, simulator.requestCount());
    }

    @Test
    void operations_that_wait_for_the_list_share_one_read() {
        start(builder -> builder.pageSize(10));
        existing(50);
        List<CompletableFuture<OperationResult>> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(begin(List.of(license("u" + i + "@example.com", FUTURE))));
        }
        all.forEach(client::pass);

        all.forEach(one -> assertEquals(List.of(WriteOutcome.UNCHANGED), one.join().outcomes()));
        assertEquals(2 * 5, simulator.count("GET", LIST));
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, 300 })
    void creations_in_an_outage_read_the_list_seldom(int connectors) {
        start(builder -> builder);
        List<String> ids = IntStream.range(0, connectors).mapToObj(i -> simulator.addConnector("C" + i)).toList();
        simulator.faults().add(Fault.on("POST", ".*").always().status(500));
        simulator.faults().add(Fault.on("GET", ".*").always().status(500));
        List<CompletableFuture<OperationResult>> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            connector = ids.get(i % connectors);
            all.add(client.provisioning.createLicense(
                    request(ApiMethod.CREATE_LICENSE, null, List.of(license("u" + i + "@example.com", FUTURE)))));
        }
        all.forEach(client::pass);

        all.forEach(one -> assertInstanceOf(IntegratorioAmbiguousOutcomeException.class, VirtualClient.failure(one)));
        assertEquals(300, simulator.count("POST", ".*"));
        assertTrue(simulator.requestCount() - 300 <= 450, "" + simulator.requestCount());
    }

    @Test
    void a_user_of_a_batch_can_be_written_again_while_the_rest_of_the_batch_runs() {
        start(builder -> builder);
        Instant begun = scheduler.now();
        simulator.faults().add(Fault.on("POST", ".*").delay(Duration.ofSeconds(8)));
        CompletableFuture<OperationResult> batch =
                begin(List.of(license("slow@example.com", FUTURE), license(JANE, FUTURE)));
        CompletableFuture<OperationResult> next = begin(List.of(license(JANE, LATER)));
        client.pass(next).join();

        assertTrue(Duration.between(begun, scheduler.now()).toSeconds() < 8, "" + scheduler.now());
        client.pass(batch).join();
        assertOneEach(2);
    }

    @ParameterizedTest
    @ValueSource(ints = { -70, -1, 2, 600, 2_000_000_000 })
    void expire_and_read_back_go_by_the_clock_of_the_api(int secondsAhead) {
        VirtualScheduler there = new VirtualScheduler(VirtualClient.START.plusSeconds(secondsAhead));
        start(builder -> builder.clock(there.clock()));
        existing(1);
        expire("u0@example.com").join();
        Map<String, Object> ended = simulator.license(connector, id(0));
        assertTrue(!Instant.parse((String) ended.get("expires")).isAfter(there.now()), "" + ended);
        assertEquals(List.of(WriteOutcome.UNCHANGED), expire("u0@example.com").join().outcomes());

        simulator.faults().add(Fault.on("POST", ".*").doneThenStatus(502));
        assertEquals(List.of(WriteOutcome.RECONCILED),
                client.create(connector, license("lost@example.com", FUTURE)).join().outcomes());
    }

    @Test
    void a_sandbox_license_with_other_options_is_not_claimed_as_the_lost_one() {
        start(builder -> builder);
        simulator.faults().add(Fault.on("POST", ".*").status(502));
        Map<String, Object> sent = license(JANE, FUTURE);
        sent.put("sandbox", false);
        CompletableFuture<OperationResult> lost = client.provisioning.createLicense(
                request(ApiMethod.CREATE_LICENSE, null, List.of(sent)));
        for (Map<String, Object> other : List.of(Map.<String, Object>of("sandbox", true),
                Map.<String, Object>of("opts", Map.of("connectorEdition", "premium")),
                Map.<String, Object>of("trialEndDate", FUTURE))) {
            Map<String, Object> row = license(JANE, FUTURE);
            row.putAll(other);
            simulator.addLicense(connector, row);
        }

        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class, VirtualClient.failure(client.pass(lost)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "{\"_id\":\"x1\",\"user\":{\"_id\":\"u1\"}}", "{\"_id\":\"x1\"}",
            "{\"_id\":\"x1\",\"user\":null}",
            "{\"_id\":\"x1\",\"sandbox\":1,\"user\":{\"email\":\"jane@example.com\"}}",
            "{\"_id\":\"x1\",\"sandbox\":\"yes\",\"user\":{\"email\":\"jane@example.com\"}}",
            "{\"_id\":\"x1\",\"user\":\"jane@example.com\"}",
            "{\"_id\":\"x1\",\"_parentId\":0,\"user\":{\"email\":\"jane@example.com\"}}",
            "{\"_id\":\"x1\",\"_parentId\":[null],\"user\":{\"email\":\"jane@example.com\"}}",
            "{\"_id\":\"x1\",\"user\":{\"email\":\"***\"}}",
            "{\"_id\":\"x1\",\"user\":{\"email\":\"***@example.com\"}}",
            "{\"_id\":\"x1\",\"user\":{\"email\":\"j***@example.com\"}}",
            "{\"_id\":\"x1\",\"user\":{\"email\":\"jane@***\"}}",
            "{\"_id\":\"x1\",\"user\":{\"email\":\"<jane@example.com>\"}}",
            "{\"_id\":\"x1\",\"user\":{\"email\":\"Jane <jane@example.com>\"}}",
            "{\"_id\":\"x1\",\"user\":{\"email\":[\"jane@example.com\"]}}",
            "{\"_id\":\"x1\",\"user\":{\"email\":\"jane@example.com\"}},{\"_id\":\"x1\",\"user\":{\"email\":\"x@example.com\"}}" })
    void no_license_is_created_on_the_word_of_a_list_whose_users_cannot_be_read(String rows) {
        start(builder -> builder);
        simulator.faults().add(Fault.on("GET", LIST).always().status(200, "application/json", "[" + rows + "]"));
        Throwable failure = VirtualClient.failure(client.pass(begin(List.of(license(JANE, FUTURE)))));

        assertInstanceOf(IntegratorioTransportException.class, failure);
        assertTrue(failure.getMessage().contains("x1") && !failure.getMessage().contains(JANE), failure.getMessage());
        assertEquals(0, simulator.count("POST", ".*"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "null", "\"\"", "\" \"", "false", "[]", "{}", "{\"x\":null}" })
    void a_license_with_an_empty_parent_is_the_users(String parent) {
        start(builder -> builder);
        simulator.faults()
                .add(Fault.on("GET", LIST).always().status(200, "application/json", "[{\"_id\":\"x1\",\"_parentId\":"
                        + parent + ",\"expires\":\"" + FUTURE + "\",\"user\":{\"email\":\"jane@example.com\"}}]"));
        simulator.faults().add(Fault.on("GET", LIST + "/x1").always().status(200, "application/json",
                "{\"_id\":\"x1\",\"expires\":\"" + FUTURE + "\",\"user\":{\"email\":\"jane@example.com\"}}"));
        assertEquals(List.of(WriteOutcome.UNCHANGED), upsert(JANE, FUTURE));
        assertEquals(0, simulator.count("POST", ".*"));
    }

    @Test
    void a_list_that_lags_behind_an_update_made_here_does_not_hide_it() {
        start(builder -> builder.listLag(Duration.ofMinutes(1)));
        existing(3);
        upsert("u1@example.com", LATER);
        List<Map<String, Object>> all = new ArrayList<>();
        IntStream.range(0, 3).forEach(i -> all.add(license("u" + i + "@example.com", FUTURE)));

        assertEquals(List.of(WriteOutcome.UNCHANGED, WriteOutcome.UPDATED, WriteOutcome.UNCHANGED),
                client.pass(begin(all)).join().outcomes());
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void a_license_that_was_found_after_a_lost_response_is_remembered(boolean upsert) {
        start(builder -> builder);
        simulator.faults().add(Fault.on("POST", ".*").doneThenStatus(502));
        assertEquals(List.of(WriteOutcome.RECONCILED), upsert ? upsert(JANE, FUTURE)
                : client.create(connector, license(JANE, FUTURE)).join().outcomes());
        simulator.faults().add(Fault.on("GET", LIST).always().emptyList(200));

        assertEquals(List.of(WriteOutcome.UNCHANGED), upsert(JANE, FUTURE));
        assertOneEach(1);
    }

    @Test
    void a_known_license_that_is_gone_is_replaced() throws Exception {
        start(builder -> builder);
        existing(2);
        upsert("u1@example.com", FUTURE);
        HttpURLConnection somebody = (HttpURLConnection) URI
                .create(simulator.baseUrl() + "/connectors/" + connector + "/licenses/" + id(1)).toURL()
                .openConnection();
        somebody.setRequestMethod("DELETE");
        somebody.setRequestProperty("Authorization", "Bearer " + simulator.token());
        assertEquals(204, somebody.getResponseCode());

        assertEquals(List.of(WriteOutcome.CREATED), upsert("u1@example.com", FUTURE));
        assertOneEach(2);
    }

    @Test
    void an_expiry_that_the_response_does_not_show_is_not_confirmed() {
        start(builder -> builder);
        existing(1);
        String id = id(0);
        simulator.faults().add(Fault.on("PUT", ".*").status(200, "application/json", "{\"_id\":\"" + id
                + "\",\"expires\":\"" + FUTURE + "\",\"user\":{\"email\":\"u0@example.com\"}}"));

        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class, VirtualClient.failure(expire("u0@example.com")));
    }

    @Test
    void a_license_whose_deletion_was_refused_is_still_that_of_its_user() {
        start(builder -> builder);
        existing(3);
        String id = id(1);
        simulator.faults().add(Fault.on("DELETE", ".*").status(403));
        OperationRequest deletion = new OperationRequest(ApiMethod.DELETE_LICENSE, connector, id, null, false, null,
                List.of(), false, false, false, CallContext.begin(scheduler, VirtualClient.RETRY.operationTimeout()));
        assertTrue(client.pass(client.provisioning.delete(deletion)).isCompletedExceptionally());

        assertEquals(List.of(WriteOutcome.UPDATED), upsert("u1@example.com", LATER));
        assertOneEach(3);
    }

    private CompletableFuture<OperationResult> update(String id, String expires) {
        return client
                .pass(client.provisioning.updateLicense(new OperationRequest(ApiMethod.UPDATE_LICENSE, connector, id,
                        null, false, null, List.of(Map.of("expires", expires)), false, true, false,
                        CallContext.begin(scheduler, VirtualClient.RETRY.operationTimeout()))));
    }

    /** Asserts that rows of a list upsert are written although the list does not show that they differ. */
    private void assertRestored() {
        client.pass(Duration.ofSeconds(5));
        assertEquals(List.of(WriteOutcome.UPDATED, WriteOutcome.UNCHANGED),
                client.pass(begin(List.of(license("u1@example.com", FUTURE), license("u2@example.com", FUTURE)))).join()
                        .outcomes());
        assertEquals(FUTURE, simulator.licenses(connector).get(1).get("expires"));
    }

    @Test
    void a_list_that_shows_a_license_as_it_was_before_an_update_hides_no_difference() {
        start(builder -> builder.listLag(Duration.ofSeconds(30)));
        existing(3);
        client.pass(Duration.ofMinutes(2));
        update(id(1), LATER).join();
        assertRestored();
    }

    @Test
    void a_list_that_shows_a_license_as_it_was_before_an_ambiguous_update_hides_no_difference() {
        start(builder -> builder.listLag(Duration.ofSeconds(30)));
        existing(3);
        client.pass(Duration.ofMinutes(2));
        String id = id(1);
        simulator.faults().add(Fault.on("PUT", ".*").doneThenBody(200, "application/json",
                ("{\"_id\":\"" + id + "\",\"expires\":\"2098-01-01T00:00:00.000Z\"}")
                        .getBytes(StandardCharsets.UTF_8)));
        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class, VirtualClient.failure(update(id, LATER)));
        assertRestored();
    }

    @Test
    void a_license_that_the_api_does_not_show_to_this_token_is_not_missing() {
        start(builder -> builder.listLag(Duration.ofMinutes(5)));
        upsert(JANE, FUTURE);
        client.pass(Duration.ofMinutes(1));
        simulator.faults().add(Fault.on("GET", ".*/licenses/[^/]+").always().status(403));

        assertTrue(client.pass(begin(List.of(license(JANE, LATER)))).isCompletedExceptionally());
        assertOneEach(1);
    }
}
