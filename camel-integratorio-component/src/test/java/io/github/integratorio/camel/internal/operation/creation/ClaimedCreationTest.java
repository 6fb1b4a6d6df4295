package io.github.integratorio.camel.internal.operation.creation;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.json.Json;
import io.github.integratorio.camel.internal.json.JsonValues;
import io.github.integratorio.camel.internal.license.LicenseUser;
import io.github.integratorio.camel.internal.operation.creation.CreationClaim.Evidence;
import io.github.integratorio.camel.internal.operation.request.ClaimOptions;
import io.github.integratorio.camel.internal.operation.request.OperationRequest;
import io.github.integratorio.camel.internal.operation.request.OperationResult;
import io.github.integratorio.camel.support.VirtualClient;
import io.github.integratorio.camel.support.VirtualScheduler;
import io.github.integratorio.simulator.Fault;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Creations under a claim in an idempotent repository that two nodes share. */
class ClaimedCreationTest {

    private static final String JANE = "jane@example.com";
    private static final String EXPIRES = "2027-01-31T12:00:00.000Z";
    private static final Map<String, Object> OPTS = Map.of("connectorEdition", "standard");
    private static final Map<String, Object> LICENSE = Map.of("email", JANE, "expires", EXPIRES, "opts", OPTS);

    private final VirtualScheduler scheduler = new VirtualScheduler(VirtualClient.START);
    private final Claims claims = new Claims();
    private IntegratorioSimulator simulator;
    private VirtualClient node;
    private VirtualClient otherNode;
    private String connector;

    /** A repository that fails when it is told to. */
    private static final class Claims extends ServiceSupport implements IdempotentRepository {
        private final Set<String> keys = ConcurrentHashMap.newKeySet();
        private final List<String> added = new ArrayList<>();
        private final Set<String> confirmed = ConcurrentHashMap.newKeySet();
        private Predicate<String> failing = call -> false;
        private UnaryOperator<String> comparison = key -> key;

        private void call(String name, String key) {
            if (failing.test(name + " " + key)) {
                throw new IllegalStateException("the database of " + JANE + " is down");
            }
        }

        @Override
        public boolean add(String key) {
            call("add", key);
            added.add(key);
            boolean isNew = keys.add(comparison.apply(key));
            call("added", key);
            return isNew;
        }

        @Override
        public boolean contains(String key) {
            call("contains", key);
            return keys.contains(comparison.apply(key));
        }

        @Override
        public boolean remove(String key) {
            call("remove", key);
            keys.remove(comparison.apply(key));
            // As some of Camel's repositories do.
            return true;
        }

        @Override
        public boolean confirm(String key) {
            call("confirm", key);
            confirmed.add(key);
            return keys.contains(comparison.apply(key));
        }

        @Override
        public void clear() {
            keys.clear();
        }
    }

    @BeforeEach
    void start() {
        simulator = IntegratorioSimulator.builder().anyUser().noRateLimit().clock(scheduler.clock()).start();
        connector = simulator.addConnector("Shop");
        node = node();
        otherNode = node();
    }

    private VirtualClient node() {
        return new VirtualClient(simulator.baseUrl(), simulator::token, VirtualClient.RETRY, VirtualClient.RATE_LIMITS,
                scheduler);
    }

    @AfterEach
    void stop() {
        node.close();
        otherNode.close();
        simulator.close();
    }

    private OperationRequest request(String order, boolean isList, List<Map<String, Object>> licenses) {
        return new OperationRequest(ApiMethod.CREATE_LICENSE, connector, null, null, false, null, licenses, isList,
                false,
                false,
                new ClaimOptions(claims, order),
                CallContext.begin(scheduler, VirtualClient.RETRY.operationTimeout()));
    }

    private CompletableFuture<OperationResult> create(VirtualClient on, String order, Map<String, Object> license) {
        return on.pass(on.provisioning.createLicense(request(order, false, List.of(license))));
    }

    private CompletableFuture<OperationResult> upsert(VirtualClient on, Map<String, Object> license) {
        return on.pass(on.provisioning.upsert(request(null, false, List.of(license))));
    }

    private static Map<String, Object> license(Object... changes) {
        Map<String, Object> license = new LinkedHashMap<>(LICENSE);
        for (int i = 0; i < changes.length; i += 2) {
            license.put((String) changes[i], changes[i + 1]);
        }
        return license;
    }

    private static String id(CompletableFuture<OperationResult> result) {
        return (String) ((Map<?, ?>) result.join().value()).get("_id");
    }

    private static WriteOutcome outcome(CompletableFuture<OperationResult> result) {
        return result.join().outcomes().get(0);
    }

    private void assertAmbiguous(CompletableFuture<OperationResult> result) {
        String message = assertInstanceOf(IntegratorioAmbiguousOutcomeException.class, VirtualClient.failure(result))
                .getMessage();
        assertTrue(message.contains("another attempt under the key " + connector + ":"), message);
        assertTrue(!message.contains("jane"), message);
    }

    private void assertLicenses(int count) {
        assertEquals(count, simulator.licenses(connector).size());
    }

    private long posts() {
        return simulator.count("POST", ".*");
    }

    /** The claim of another node for the same user. */
    private RepositoryClaim claimElsewhere(String order) {
        return RepositoryClaim.ofOrder(claims, connector, order, LicenseUser.of(LICENSE).key(connector));
    }

    /** What is left of an attempt that ended with its process before anything was confirmed. */
    private void attemptIsKilled(String order) {
        claimElsewhere(order).take(scheduler.now());
    }

    private void listIsEmpty(int times) {
        simulator.faults().add(Fault.on("GET", ".*/licenses").times(times).body(200, "application/json",
                "[]".getBytes(StandardCharsets.UTF_8)));
    }

    private String theOther() {
        return simulator.addLicense(connector, Map.of("user", Map.of("email", JANE), "expires", EXPIRES, "opts", OPTS));
    }

    private CompletableFuture<OperationResult> create(ClaimOptions options, Map<String, Object> license) {
        return node.pass(node.provisioning.createLicense(new OperationRequest(ApiMethod.CREATE_LICENSE, connector, null,
                null, false, null, List.of(license), false, false, false, options,
                CallContext.begin(scheduler, VirtualClient.RETRY.operationTimeout()))));
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void an_order_number_of_another_user_is_no_reason_to_remove_the_key(boolean inMemory) {
        ClaimOptions options = new ClaimOptions(inMemory ? null : claims, "jane.doe@example.com");
        create(options, LICENSE).join();
        String message = VirtualClient.failure(
                create(options, Map.of("email", "john@example.com", "expires", EXPIRES))).getMessage();

        assertTrue(message.contains("of another user") && message.contains("own"), message);
        assertFalse(message.contains("jane.doe") || message.contains("If it was not created"), message);
        assertEquals(inMemory, !message.contains("remove the key"), message);
        assertEquals(1, simulator.licenses(connector).size());
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void an_order_number_of_a_parent_license_makes_no_child_license_and_does_not_return_the_parent(boolean inMemory) {
        ClaimOptions options = new ClaimOptions(inMemory ? null : claims, "4711");
        String parent = (String) ((Map<?, ?>) create(options, LICENSE).join().value()).get("_id");
        Map<String, Object> child = license("_parentId", parent);
        assertTrue(VirtualClient.failure(create(options, child)).getMessage().contains("of a parent or child license"));
        assertEquals(1, simulator.licenses(connector).size());

        ClaimOptions own = new ClaimOptions(inMemory ? null : claims, "4712");
        simulator.faults().add(Fault.on("POST", ".*").doneThenStatus(500));
        assertEquals(WriteOutcome.RECONCILED, outcome(create(own, child)));
        assertEquals(WriteOutcome.RECONCILED, outcome(create(own, child)));
        assertEquals(2, simulator.licenses(connector).size());
        VirtualClient.failure(create(own, LICENSE));
        assertEquals(2, simulator.licenses(connector).size());
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void an_order_number_of_a_child_license_does_not_return_it_for_another_parent(boolean inMemory) {
        ClaimOptions options = new ClaimOptions(inMemory ? null : claims, "4711");
        create(options, license("_parentId", "p1")).join();
        assertTrue(VirtualClient.failure(create(options, license("_parentId", "p2"))).getMessage()
                .contains("of a parent or child license"));
        assertEquals(WriteOutcome.RECONCILED, outcome(create(options, license("_parentId", "p1"))));
        assertEquals(1, simulator.licenses(connector).size());
    }

    /** As with several seats of one customer: the same user, expiry and options. */
    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void an_order_whose_request_was_lost_never_takes_a_license_of_another_purchase(boolean inMemory) {
        ClaimOptions options = new ClaimOptions(inMemory ? null : claims, "4711");
        theOther();
        scheduler.advance(Duration.ofMinutes(1));
        simulator.faults().add(Fault.on("POST", ".*").resetBefore());
        VirtualClient.failure(create(options, LICENSE));
        assertAmbiguous(create(options, LICENSE));

        scheduler.advance(Duration.ofMinutes(30));
        theOther();
        assertAmbiguous(create(options, LICENSE));
        assertEquals(1, posts());
    }

    /** Such as one that somebody has made by hand a moment before. */
    @ParameterizedTest
    @ValueSource(ints = { 0, 1, 57 })
    void an_order_whose_request_was_lost_takes_no_license_that_is_some_seconds_older(int secondOfMinute) {
        scheduler.advance(Duration.ofMinutes(1).minusSeconds(scheduler.now().getEpochSecond() % 60)
                .plusSeconds(secondOfMinute));
        for (boolean inMemory : List.of(true, false)) {
            for (int age : List.of(3, 4, 9)) {
                String user = "user" + age + inMemory + "@example.com";
                simulator.addLicense(connector, Map.of("user", Map.of("email", user), "expires", EXPIRES, "opts", OPTS,
                        "created", scheduler.now().toString()));
                scheduler.advance(Duration.ofSeconds(age));
                simulator.faults().add(Fault.on("POST", ".*").resetBefore());
                ClaimOptions options = new ClaimOptions(inMemory ? null : claims, user);
                VirtualClient.failure(create(options, license("email", user)));
                assertAmbiguous(create(options, license("email", user)));
            }
        }
    }

    /** Such as behind a cache. */
    @Test
    void an_order_whose_request_was_lost_takes_no_older_license_if_the_api_does_not_tell_its_time() {
        theOther();
        simulator.faults().add(Fault.on("GET", ".*/licenses").always().status(200, "application/json",
                new String(Json.toBytes(simulator.licenses(connector)), StandardCharsets.UTF_8),
                Map.of("Age", "7200")));
        scheduler.advance(Duration.ofSeconds(3));
        simulator.faults().add(Fault.on("POST", ".*").resetBefore());

        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class,
                VirtualClient.failure(create(node, "4711", LICENSE)));
        assertAmbiguous(create(otherNode, "4711", LICENSE));
    }

    /** In the same minute, in the next one, and after some minutes of waiting for the rate limit. */
    @ParameterizedTest
    @CsvSource({ "0, 0", "10, 49", "59, 1", "30, 599" })
    void an_order_whose_response_was_lost_finds_its_license_later(int secondOfMinute, int delay) {
        scheduler.advance(Duration.ofMinutes(1).minusSeconds(scheduler.now().getEpochSecond() % 60)
                .plusSeconds(secondOfMinute));
        attemptIsKilled("4711");
        scheduler.advance(Duration.ofSeconds(delay));
        String made = simulator.addLicense(connector, Map.of("user", Map.of("email", JANE), "expires", EXPIRES, "opts",
                OPTS, "created", scheduler.now().toString()));
        scheduler.advance(Duration.ofHours(1));
        assertEquals(made, id(create(node, "4711", LICENSE)));
        assertEquals(0, posts());
    }

    /** The list already shows the license of an order whose process was killed, and not yet that of the order that is repeated. */
    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void an_order_that_was_carried_out_takes_no_other_license_while_lists_lag(boolean isOtherNewer) {
        attemptIsKilled("4711");
        String killed = isOtherNewer ? null : theOther();
        String made = id(create(node, "4712", LICENSE));
        killed = isOtherNewer ? theOther() : killed;
        simulator.faults().add(Fault.on("GET", ".*/licenses").times(4).withoutRow(made));
        CompletableFuture<OperationResult> again = create(otherNode, "4712", LICENSE);

        assertEquals(made, id(again));
        assertEquals(1, posts());
        assertNotEquals(killed, id(again));
    }

    /** The request of one order is refused without being carried out, while the API answers another one with the same values. */
    @Test
    void an_order_without_a_response_leaves_the_license_to_the_order_that_is_about_to_say_that_it_made_it() {
        CreationClaim other =
                RepositoryClaim.ofOrder(claims, connector, "4712", LicenseUser.of(LICENSE).key(connector));
        other.take(scheduler.now());
        String made = theOther();
        scheduler.schedule(Duration.ofSeconds(1), () -> assertTrue(other.complete(made, Evidence.ANSWERED)));
        simulator.faults().add(Fault.on("POST", ".*").status(503));
        Throwable failure = VirtualClient.failure(create(node, "4711", LICENSE));

        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class, failure);
        assertTrue(failure.getMessage().contains("license " + made + " matches it, but belongs to another order"),
                failure.getMessage());
        assertEquals(Evidence.CERTAIN, other.made(made));
        assertEquals(made, id(create(otherNode, "4712", LICENSE)));
    }

    /** A claim that another node gives back is removed twice if the first time seems to have failed. */
    @Test
    void an_order_whose_key_another_node_removes_after_it_was_carried_out_is_not_sold_again() {
        CompletableFuture<OperationResult> first = create(node, "4711", LICENSE);
        claims.keys.remove(connector + ":o:4711");
        CompletableFuture<OperationResult> again = create(otherNode, "4711", LICENSE);

        assertEquals(id(first), id(again));
        assertEquals(WriteOutcome.RECONCILED, outcome(again));
        assertEquals(1, posts());
        assertTrue(claims.keys.contains(connector + ":o:4711"));
    }

    @Test
    void a_claim_that_is_given_back_twice_takes_nothing_from_a_later_attempt() {
        CreationClaim first = order("1");
        assertTrue(first.take(scheduler.now()));
        first.release();
        assertTrue(order("1").take(scheduler.now()));
        first.release();

        assertFalse(order("1").take(scheduler.now()));
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void an_order_never_takes_a_license_that_was_created_here_for_another_purchase(boolean inMemory) {
        ClaimOptions options = new ClaimOptions(inMemory ? null : claims, "4711");
        create(new ClaimOptions(null, null), LICENSE).join();
        simulator.faults().add(Fault.on("POST", ".*").resetBefore());
        VirtualClient.failure(create(options, LICENSE));
        assertAmbiguous(create(options, LICENSE));
        assertLicenses(1);
    }

    @Test
    void an_order_that_was_killed_before_it_sent_anything_never_takes_a_license_that_matches() {
        claims.keys.add(connector + ":o:4711");
        theOther();
        assertAmbiguous(create(node, "4711", LICENSE));
    }

    @Test
    void an_attempt_that_was_killed_never_takes_a_license_that_does_not_say_when_it_was_created() {
        attemptIsKilled("4711");
        Map<String, Object> row = new LinkedHashMap<>(simulator.license(connector, theOther()));
        row.remove("created");
        simulator.faults().add(Fault.on("GET", ".*/licenses").always().body(200, "application/json",
                Json.toBytes(List.of(row))));
        assertAmbiguous(create(node, "4711", LICENSE));
    }

    /** Such as an address that the API masks for a while, or that the customer has changed. */
    @ParameterizedTest
    @ValueSource(strings = { "{}", "{\"user\": null}", "{\"user\": {\"email\": \"john@example.com\"}}",
            "{\"sandbox\": \"maybe\"}" })
    void an_order_is_not_sold_again_while_a_list_shows_its_license_under_any_user(String changed) throws Exception {
        for (boolean inMemory : List.of(true, false)) {
            ClaimOptions options = new ClaimOptions(inMemory ? null : claims, "4711 " + inMemory);
            String made = id(create(options, LICENSE));
            Map<String, Object> row = new LinkedHashMap<>(simulator.license(connector, made));
            row.putAll(JsonValues.object((Map<?, ?>) Json.parseInput(changed)));
            if (changed.equals("{}")) {
                row.remove("user");
            }
            simulator.faults().add(Fault.on("GET", ".*/licenses").always().body(200, "application/json",
                    Json.toBytes(List.of(row))));
            CompletableFuture<OperationResult> again = create(options, LICENSE);
            assertEquals(made, id(again));
            assertEquals(WriteOutcome.RECONCILED, outcome(again));
            simulator.faults().clear();
        }
        assertEquals(2, posts());
    }

    /** Such as the sandbox license of the user, for which the same number was used. */
    @ParameterizedTest
    @ValueSource(strings = { "{\"sandbox\": true}", "{\"_parentId\": \"5f3c0e2a9d1b4c7e8a6f0d12\"}" })
    void an_order_whose_license_is_listed_as_one_of_another_kind_is_neither_sold_again_nor_returned(String changed)
            throws Exception {
        for (boolean inMemory : List.of(true, false)) {
            ClaimOptions options = new ClaimOptions(inMemory ? null : claims, "4711 " + inMemory);
            String made = id(create(options, LICENSE));
            Map<String, Object> row = new LinkedHashMap<>(simulator.license(connector, made));
            row.putAll(JsonValues.object((Map<?, ?>) Json.parseInput(changed)));
            simulator.faults().add(Fault.on("GET", ".*/licenses").always().body(200, "application/json",
                    Json.toBytes(List.of(row))));
            String message = VirtualClient.failure(create(options, LICENSE)).getMessage();
            assertTrue(message.contains("another kind") && message.contains("carried out"), message);
            simulator.faults().clear();
            assertEquals(made, id(create(options, LICENSE)));
        }
        assertEquals(2, posts());
    }

    @Test
    void a_production_and_a_sandbox_license_under_one_number_are_not_taken_for_each_other() {
        ClaimOptions options = new ClaimOptions(claims, "4711");
        String sandbox = id(create(options, license("sandbox", true)));
        String message = VirtualClient.failure(create(options, LICENSE)).getMessage();
        assertTrue(message.contains("of this user's other license (production or sandbox)"), message);
        claims.keys.remove(connector + ":o:4711");
        String production = id(create(options, LICENSE));
        Map<String, Object> listed = simulator.license(connector, sandbox);
        simulator.faults().add(Fault.on("GET", ".*/licenses").times(2).body(200, "application/json",
                Json.toBytes(List.of(listed))));

        assertEquals(production, id(create(options, LICENSE)));
        assertEquals(2, posts());
    }

    @Test
    void a_claim_whose_time_cannot_be_recorded_is_given_back() {
        claims.failing = call -> call.startsWith("add " + connector + ":t:");
        assertInstanceOf(IntegratorioTransportException.class, VirtualClient.failure(create(node, "4711", LICENSE)));
        claims.failing = call -> false;
        assertEquals(WriteOutcome.CREATED, outcome(create(node, "4711", LICENSE)));
        assertEquals(1, posts());
    }

    @Test
    void a_claim_that_cannot_be_given_back_at_once_is_given_back_a_moment_later() {
        AtomicInteger removals = new AtomicInteger();
        claims.failing = call -> call.startsWith("contains " + connector + ":d:")
                || call.startsWith("remove ") && removals.incrementAndGet() == 1;
        assertInstanceOf(IntegratorioTransportException.class, VirtualClient.failure(create(node, "4711", LICENSE)));
        assertEquals(Set.of(), claims.keys);
        claims.failing = call -> false;
        assertEquals(WriteOutcome.CREATED, outcome(create(otherNode, "4711", LICENSE)));
    }

    @Test
    void a_claim_for_the_next_license_whose_time_cannot_be_recorded_is_given_back() {
        delete(id(create(node, "4711", LICENSE)));
        claims.failing = call -> call.startsWith("add " + connector + ":t:");
        assertAmbiguous(create(otherNode, "4711", LICENSE));
        assertEquals(1, posts());

        claims.failing = call -> false;
        assertEquals(WriteOutcome.CREATED, outcome(create(node, "4711", LICENSE)));
        assertEquals(2, posts());
    }

    @Test
    void an_order_that_was_refused_can_be_repeated_although_its_key_could_not_be_removed_at_once() {
        AtomicInteger removals = new AtomicInteger();
        claims.failing = call -> call.startsWith("remove " + connector + ":o:") && removals.incrementAndGet() <= 3;
        simulator.faults().add(Fault.on("POST", ".*").status(422));
        assertInstanceOf(IntegratorioApiException.class, VirtualClient.failure(create(node, "4711", LICENSE)));

        assertEquals(Set.of(), claims.keys);
        assertEquals(WriteOutcome.CREATED, outcome(create(otherNode, "4711", LICENSE)));
    }

    @Test
    void a_creation_that_fails_before_it_is_sent_gives_its_claim_back() {
        ClaimedCreation.Steps steps = new ClaimedCreation.Steps(licenses -> List.of(), row -> true, () -> {
            throw new IllegalArgumentException("no such id");
        }, isFirst -> CompletableFuture.failedFuture(new AssertionError("nothing is looked for")), row -> true,
                found -> {
                });
        CompletableFuture<OperationResult> result = node.pass(new ClaimedCreation(order("1"), steps,
                CallContext.begin(scheduler, VirtualClient.RETRY.operationTimeout()), scheduler, Runnable::run).run());

        assertEquals("no such id",
                assertInstanceOf(IllegalArgumentException.class, VirtualClient.failure(result)).getMessage());
        assertEquals(Set.of(), claims.keys);
    }

    @Test
    void an_order_that_is_repeated_returns_its_license_at_once_and_sends_nothing() {
        CompletableFuture<OperationResult> first = create(node, "4711", LICENSE);
        Instant before = scheduler.now();
        CompletableFuture<OperationResult> second = create(otherNode, "4711", LICENSE);

        assertEquals(WriteOutcome.CREATED, outcome(first));
        assertEquals(WriteOutcome.RECONCILED, outcome(second));
        assertEquals(id(first), id(second));
        assertEquals(1, posts());
        assertEquals(before, scheduler.now());
        assertFalse(scheduler.hasTasks());
    }

    /** As a repository that drops what nobody has confirmed, when its process ends. */
    @Test
    void an_order_that_was_carried_out_is_known_by_the_keys_that_it_has_confirmed() {
        String made = id(create(node, "4711", LICENSE));
        claims.keys.retainAll(claims.confirmed);

        assertEquals(made, id(create(otherNode, "4711", LICENSE)));
        assertEquals(1, posts());
    }

    @Test
    void an_order_finds_its_license_although_that_was_changed_and_the_user_has_others() {
        String first = id(create(node, "4711", LICENSE));
        create(node, "4712", LICENSE).join();
        theOther();
        String extended = "2028-01-31T12:00:00.000Z";
        node.pass(node.provisioning
                .updateLicense(new OperationRequest(ApiMethod.UPDATE_LICENSE, connector, first, null, false,
                        null, List.of(Map.of("expires", extended)), false, true, false,
                        CallContext.begin(scheduler, VirtualClient.RETRY.operationTimeout()))))
                .join();

        CompletableFuture<OperationResult> again = create(otherNode, "4711", LICENSE);
        assertEquals(first, id(again));
        assertEquals(extended, ((Map<?, ?>) again.join().value()).get("expires"));
        assertLicenses(3);
    }

    @Test
    void two_orders_of_one_user_make_two_licenses() {
        assertNotEquals(id(create(node, "4711", LICENSE)), id(create(otherNode, "4712", LICENSE)));
        assertLicenses(2);
    }

    /** As MySQL and SQL Server do by default. */
    @Test
    void orders_that_a_database_compares_without_case_accents_and_blanks_at_the_end_are_different_orders() {
        claims.comparison = key -> Normalizer.normalize(key, Normalizer.Form.NFD).replaceAll("\\p{M}| +$", "")
                .toLowerCase(Locale.ROOT);
        List<String> orders = List.of("a1", "A1", "a1 ", "\u00e11", "order-7", "Order-7");
        Set<String> ids = orders.stream().map(order -> id(create(node, order, LICENSE))).collect(Collectors.toSet());
        assertEquals(orders.size(), ids.size());
        assertLicenses(orders.size());
        assertEquals(WriteOutcome.RECONCILED, outcome(create(otherNode, "Order-7", LICENSE)));
    }

    @Test
    void an_attempt_that_was_killed_before_it_sent_anything_is_ambiguous_until_its_key_is_removed() {
        attemptIsKilled("4711");
        CompletableFuture<OperationResult> again = create(node, "4711", LICENSE);
        assertAmbiguous(again);
        assertEquals(0, posts());

        assertTrue(VirtualClient.failure(again).getMessage().contains(connector + ":o:4711 "));
        claims.remove(connector + ":o:4711");
        assertEquals(WriteOutcome.CREATED, outcome(create(node, "4711", LICENSE)));
    }

    @Test
    void an_order_whose_key_an_operator_has_removed_takes_no_license_that_was_there_before() {
        attemptIsKilled("4711");
        node.pass(Duration.ofSeconds(2));
        String others = theOther();
        node.pass(Duration.ofSeconds(30));
        claims.remove(connector + ":o:4711");
        simulator.faults().add(Fault.on("POST", ".*").status(500));
        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class,
                VirtualClient.failure(create(node, "4711", LICENSE)));
        assertAmbiguous(create(otherNode, "4711", LICENSE));

        claims.remove(connector + ":o:4711");
        CompletableFuture<OperationResult> repaired = create(node, "4711", LICENSE);
        assertEquals(WriteOutcome.CREATED, outcome(repaired));
        assertNotEquals(others, id(repaired));
    }

    @Test
    void an_order_whose_key_an_operator_has_removed_finds_the_license_of_its_second_attempt() {
        attemptIsKilled("4711");
        scheduler.advance(Duration.ofHours(1));
        claims.remove(connector + ":o:4711");
        attemptIsKilled("4711");
        String made = theOther();

        assertEquals(made, id(create(node, "4711", LICENSE)));
        assertEquals(0, posts());
    }

    /** Such as a node whose creation was refused, and is repeated there. */
    @Test
    void an_order_that_another_node_gives_back_is_not_sent_by_a_node_that_looks_for_its_license() {
        attemptIsKilled("4711");
        claims.failing = call -> {
            if (call.startsWith("contains " + connector + ":d:")) {
                claims.keys.remove(connector + ":o:4711");
            }
            return false;
        };

        assertAmbiguous(create(node, "4711", LICENSE));
        assertEquals(0, posts());
    }

    @Test
    void the_license_of_an_attempt_that_was_killed_after_it_was_sent_is_found_and_confirmed() {
        attemptIsKilled("4711");
        String made = theOther();
        Instant before = scheduler.now();

        CompletableFuture<OperationResult> again = create(node, "4711", LICENSE);
        assertEquals(made, id(again));
        assertEquals(WriteOutcome.RECONCILED, outcome(again));
        // By then, any other order would have said that it made the license.
        assertEquals(Duration.ofMillis(1_750), Duration.between(before, scheduler.now()));
        // A second license that matches makes no difference any more.
        theOther();
        assertEquals(made, id(create(otherNode, "4711", LICENSE)));
        assertEquals(0, posts());
    }

    @Test
    void an_attempt_that_was_killed_does_not_get_the_license_of_another_order() {
        create(node, "4711", LICENSE).join();
        attemptIsKilled("4712");

        assertAmbiguous(create(otherNode, "4712", LICENSE));
        assertLicenses(1);
    }

    @Test
    void an_attempt_that_was_killed_gets_its_license_although_another_order_has_made_one_like_it() {
        create(node, "4711", LICENSE).join();
        attemptIsKilled("4712");
        String made = theOther();

        assertEquals(made, id(create(otherNode, "4712", LICENSE)));
        assertEquals(1, posts());
    }

    @Test
    void an_order_that_another_one_forestalls_in_taking_a_license_still_finds_its_own() {
        attemptIsKilled("4712");
        String others = theOther();
        CreationClaim other = claimElsewhere("4711");
        other.take(scheduler.now());
        claims.failing = call -> {
            if (call.startsWith("add " + connector + ":s:")) {
                claims.failing = later -> false;
                assertTrue(other.complete(others, Evidence.ANSWERED));
            }
            return false;
        };
        List<String> own = new ArrayList<>();
        scheduler.schedule(Duration.ofSeconds(4), () -> own.add(theOther()));

        CompletableFuture<OperationResult> found = create(node, "4712", LICENSE);
        assertEquals(own, List.of(id(found)));
        assertEquals(Evidence.CERTAIN, other.made(others));
        assertEquals(0, posts());
    }

    @Test
    void a_purchase_whose_request_was_lost_never_takes_a_license_that_an_order_has_found_here() {
        attemptIsKilled("4711");
        scheduler.schedule(Duration.ofMillis(1700), this::theOther);
        assertEquals(WriteOutcome.RECONCILED, outcome(create(node, "4711", LICENSE)));
        simulator.faults().add(Fault.on("POST", ".*").resetBefore());

        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class,
                VirtualClient.failure(create(node, null, LICENSE)));
    }

    @Test
    void an_attempt_that_was_killed_does_not_get_a_license_with_other_values_or_of_the_other_kind() {
        theOther();
        for (Map<String, Object> license : List.of(license("expires", "2027-02-01T12:00:00Z"), license("sandbox", true),
                license("opts", Map.of("connectorEdition", "premium")), license("email", "john@example.com"))) {
            attemptIsKilled("4711");
            assertAmbiguous(create(node, "4711", license));
        }
        assertEquals(0, posts());
    }

    @Test
    void an_attempt_that_was_killed_does_not_get_a_license_with_a_date_that_it_did_not_ask_for() {
        attemptIsKilled("4711");
        simulator.addLicense(connector, Map.of("user", Map.of("email", JANE), "expires", EXPIRES, "opts", OPTS,
                "trialEndDate", "2026-12-31T12:00:00.000Z"));
        assertAmbiguous(create(node, "4711", LICENSE));
    }

    @Test
    void an_order_number_that_was_used_for_another_user_creates_nothing() {
        create(node, "4711", LICENSE).join();

        assertAmbiguous(create(node, "4711", license("email", "john@example.com")));
        assertLicenses(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void an_order_number_that_another_user_has_just_used_takes_no_license_of_another_purchase(boolean inMemory) {
        ClaimOptions options = new ClaimOptions(inMemory ? null : claims, "4711");
        simulator.faults().add(Fault.on("POST", ".*").resetBefore());
        VirtualClient.failure(create(options, LICENSE));
        simulator.addLicense(connector,
                Map.of("user", Map.of("email", "john@example.com"), "expires", EXPIRES, "opts", OPTS));

        assertAmbiguous(create(options, license("email", "john@example.com")));
        assertEquals(1, posts());
    }

    @ParameterizedTest
    @ValueSource(ints = { 400, 401, 403, 404, 405, 409, 415, 422 })
    void a_creation_that_is_refused_gives_its_claim_back(int status) {
        simulator.faults().add(Fault.on("POST", ".*").status(status));
        assertInstanceOf(IntegratorioApiException.class, VirtualClient.failure(create(node, "4711", LICENSE)));
        assertEquals(Set.of(), claims.keys);

        assertEquals(WriteOutcome.CREATED, outcome(create(otherNode, "4711", LICENSE)));
    }

    @Test
    void a_creation_that_is_not_sent_gives_its_claim_back() {
        simulator.close();
        IntegratorioTransportException failure = assertInstanceOf(IntegratorioTransportException.class,
                VirtualClient.failure(create(node, "4711", LICENSE)));

        assertTrue(failure.isNotSent());
        assertEquals(Set.of(), claims.keys);
    }

    @ParameterizedTest
    @ValueSource(ints = { 500, 302, 402, 410 })
    void a_creation_with_an_ambiguous_outcome_keeps_its_claim(int status) {
        simulator.faults().add(Fault.on("POST", ".*").status(status));
        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class,
                VirtualClient.failure(create(node, "4711", LICENSE)));

        assertAmbiguous(create(otherNode, "4711", LICENSE));
        assertEquals(1, posts());
    }

    @Test
    void the_license_of_an_ambiguous_creation_is_found_by_the_repetition_although_it_came_late() {
        simulator.faults().add(Fault.on("POST", ".*").doneLater(Duration.ofSeconds(30), 504));
        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class,
                VirtualClient.failure(create(node, "4711", LICENSE)));
        node.pass(Duration.ofSeconds(60));

        assertEquals(WriteOutcome.RECONCILED, outcome(create(otherNode, "4711", LICENSE)));
        assertLicenses(1);
    }

    @Test
    void a_license_that_another_node_is_still_creating_is_waited_for() {
        attemptIsKilled("4711");
        scheduler.schedule(Duration.ofSeconds(10), this::theOther);

        assertEquals(WriteOutcome.RECONCILED, outcome(create(node, "4711", LICENSE)));
        assertEquals(0, posts());
    }

    @Test
    void an_order_is_carried_out_again_only_after_its_license_is_certainly_gone() {
        String first = id(create(node, "4711", LICENSE));
        delete(first);
        simulator.clearRequests();
        Instant before = scheduler.now();
        CompletableFuture<OperationResult> second = create(otherNode, "4711", LICENSE);

        assertEquals(WriteOutcome.CREATED, outcome(second));
        assertNotEquals(first, id(second));
        assertEquals(7, simulator.count("GET", ".*/licenses"));
        assertEquals(Duration.ofMillis(15_750), Duration.between(before, scheduler.now()));
        // And a third one, for repositories cannot be asked for the number of licenses.
        assertEquals(id(second), id(create(node, "4711", LICENSE)));
        delete(id(second));
        assertEquals(WriteOutcome.CREATED, outcome(create(node, "4711", LICENSE)));
        assertLicenses(1);
    }

    private void delete(String id) {
        node.pass(node.provisioning
                .delete(new OperationRequest(ApiMethod.DELETE_LICENSE, connector, id, null, false, null,
                        List.of(), false, false, false,
                        CallContext.begin(scheduler, VirtualClient.RETRY.operationTimeout()))))
                .join();
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void an_order_whose_license_is_gone_is_carried_out_again_although_the_user_has_another_one(boolean inMemory) {
        ClaimOptions options = new ClaimOptions(inMemory ? null : claims, "4711");
        delete(id(create(options, LICENSE)));
        theOther();
        theOther();

        assertEquals(WriteOutcome.CREATED, outcome(create(options, LICENSE)));
        assertLicenses(3);
    }

    @Test
    void two_nodes_that_find_the_license_gone_create_one() {
        delete(id(create(node, "4711", LICENSE)));
        simulator.clearRequests();
        CompletableFuture<OperationResult> one =
                node.provisioning.createLicense(request("4711", false, List.of(LICENSE)));
        CompletableFuture<OperationResult> other =
                otherNode.provisioning.createLicense(request("4711", false, List.of(LICENSE)));
        scheduler.pass(CompletableFuture.allOf(one, other).handle((value, error) -> null),
                () -> node.isIdle() && otherNode.isIdle());

        assertEquals(1, posts());
        assertLicenses(1);
        assertEquals(id(one), id(other));
        assertEquals(Set.of(WriteOutcome.CREATED, WriteOutcome.RECONCILED), Set.of(outcome(one), outcome(other)));
    }

    @Test
    void an_order_waits_for_the_next_license_as_long_as_another_node_may_need_to_make_it() {
        delete(id(create(node, "4711", LICENSE)));
        RepositoryClaim next = claimElsewhere("4711");
        assertTrue(next.takeNext(scheduler.now()));
        List<String> made = new ArrayList<>();
        scheduler.schedule(Duration.ofSeconds(20), () -> {
            made.add(theOther());
            assertTrue(next.complete(made.get(0), Evidence.ANSWERED));
        });

        CompletableFuture<OperationResult> again = create(otherNode, "4711", LICENSE);
        assertEquals(made, List.of(id(again)));
        assertEquals(1, posts());
    }

    @Test
    void a_look_that_failed_does_not_count_as_one_that_found_the_license_gone() {
        delete(id(create(node, "4711", LICENSE)));
        simulator.faults().add(Fault.on("GET", ".*/licenses").times(1).status(403));
        simulator.clearRequests();
        Instant before = scheduler.now();

        assertEquals(WriteOutcome.CREATED, outcome(create(otherNode, "4711", LICENSE)));
        assertEquals(1 + 7, simulator.count("GET", ".*/licenses"));
        assertEquals(Duration.ofMillis(250 + 15_750), Duration.between(before, scheduler.now()));
    }

    @Test
    void an_order_whose_license_only_seems_to_be_gone_creates_nothing() {
        String first = id(create(node, "4711", LICENSE));
        listIsEmpty(3);

        assertEquals(first, id(create(otherNode, "4711", LICENSE)));
        assertEquals(first, id(create(node, "4711", LICENSE)));
        assertEquals(1, posts());
        delete(first);
        assertEquals(WriteOutcome.CREATED, outcome(create(node, "4711", LICENSE)));
    }

    @Test
    void a_license_that_a_late_list_shows_does_not_complete_the_claim_of_another_node_for_the_next_one() {
        String first = id(create(node, "4711", LICENSE));
        RepositoryClaim next =
                RepositoryClaim.ofOrder(claims, connector, "4711", LicenseUser.of(LICENSE).key(connector));
        assertTrue(next.takeNext(scheduler.now()));
        listIsEmpty(2);
        assertEquals(first, id(create(otherNode, "4711", LICENSE)));
        assertFalse(next.isDone());

        delete(first);
        assertAmbiguous(create(node, "4711", LICENSE));
        assertEquals(1, posts());
    }

    @Test
    void an_order_whose_list_fails_while_its_license_seems_to_be_gone_is_not_sent_and_can_be_repeated() {
        delete(id(create(node, "4711", LICENSE)));
        simulator.faults().add(Fault.on("GET", ".*/licenses").afterSkipping(1).times(100).status(403));
        IntegratorioTransportException failure = assertInstanceOf(IntegratorioTransportException.class,
                VirtualClient.failure(create(otherNode, "4711", LICENSE)));
        assertTrue(failure.isNotSent());
        assertEquals(1, posts());

        simulator.faults().clear();
        assertEquals(WriteOutcome.CREATED, outcome(create(node, "4711", LICENSE)));
    }

    @Test
    void an_upsert_claims_its_user_so_that_a_node_whose_list_lags_creates_nothing() {
        String first = id(upsert(node, LICENSE));
        listIsEmpty(4);
        CompletableFuture<OperationResult> second = upsert(otherNode, LICENSE);

        assertEquals(first, id(second));
        assertEquals(WriteOutcome.RECONCILED, outcome(second));
        assertEquals(1, posts());
        assertTrue(claims.added.stream().noneMatch(key -> key.contains("jane")), claims.added.toString());
    }

    @Test
    void an_upsert_whose_license_is_gone_takes_another_one_of_its_user_that_a_list_shows_late() {
        delete(id(upsert(node, LICENSE)));
        String another = theOther();
        listIsEmpty(4);

        assertEquals(another, id(upsert(otherNode, LICENSE)));
        assertEquals(1, posts());
    }

    @Test
    void an_upsert_with_other_values_changes_the_license_that_another_node_has_created_meanwhile() {
        upsert(node, LICENSE).join();
        listIsEmpty(4);
        CompletableFuture<OperationResult> second =
                upsert(otherNode, license("opts", Map.of("connectorEdition", "premium")));

        assertEquals(WriteOutcome.UPDATED, outcome(second));
        assertLicenses(1);
        assertEquals(Map.of("connectorEdition", "premium"), simulator.licenses(connector).get(0).get("opts"));
    }

    @Test
    void a_list_upsert_claims_each_user_and_not_its_order() {
        List<Map<String, Object>> licenses = List.of(LICENSE, license("email", "john@example.com"));
        node.pass(node.provisioning.upsert(request("4711", true, licenses))).join();
        listIsEmpty(4);
        otherNode.pass(otherNode.provisioning.upsert(request("4712", true, licenses))).join();

        assertLicenses(2);
        assertEquals(2, claims.keys.stream().filter(key -> key.startsWith(connector + ":u:")).count());
    }

    @Test
    void a_create_without_an_order_is_not_claimed() {
        create(node, null, LICENSE).join();

        assertEquals(List.of(), claims.added);
    }

    @Test
    void an_order_without_a_repository_is_claimed_in_memory() {
        OperationRequest request = new OperationRequest(ApiMethod.CREATE_LICENSE, connector, null, null, false, null,
                List.of(LICENSE), false, false, false, new ClaimOptions(null, "4711"),
                CallContext.begin(scheduler, VirtualClient.RETRY.operationTimeout()));

        assertEquals(WriteOutcome.CREATED, outcome(node.pass(node.provisioning.createLicense(request))));
        assertEquals(WriteOutcome.RECONCILED, outcome(node.pass(node.provisioning.createLicense(request))));
    }

    @Test
    void a_repository_that_fails_before_the_creation_fails_it_as_not_sent() {
        for (String methods : List.of("add", "add|contains", "added|contains")) {
            claims.failing = call -> call.matches("(" + methods + ") .*");
            IntegratorioTransportException failure = assertInstanceOf(IntegratorioTransportException.class,
                    VirtualClient.failure(create(node, "4711", LICENSE)));
            assertTrue(failure.isNotSent());
            assertTrue(failure.getMessage().contains("idempotentRepository") && !failure.getMessage().contains(JANE),
                    failure.getMessage());
        }
        assertEquals(0, simulator.requestCount());
    }

    @Test
    void a_database_that_refuses_a_key_because_another_node_added_it_means_that_it_is_taken() {
        create(node, "4711", LICENSE).join();
        claims.failing = call -> call.startsWith("add " + connector + ":o:");

        assertEquals(WriteOutcome.RECONCILED, outcome(create(otherNode, "4711", LICENSE)));
        assertEquals(1, posts());
    }

    @Test
    void an_order_whose_key_another_node_adds_at_the_same_moment_is_not_sent() {
        attemptIsKilled("4711");
        claims.failing = call -> call.startsWith("add " + connector + ":o:");

        assertAmbiguous(create(node, "4711", LICENSE));
        assertEquals(0, posts());
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void a_repository_that_fails_after_the_creation_changes_nothing_about_it(boolean isRepeatedHere) {
        claims.failing = call -> posts() > 0;
        CompletableFuture<OperationResult> first = create(node, "4711", LICENSE);
        assertEquals(WriteOutcome.CREATED, outcome(first));

        claims.failing = call -> false;
        assertEquals(id(first), id(create(isRepeatedHere ? node : otherNode, "4711", LICENSE)));
        assertEquals(1, posts());
    }

    @Test
    void a_repository_that_fails_after_a_refusal_keeps_the_key_and_the_failure() {
        simulator.faults().add(Fault.on("POST", ".*").status(422));
        claims.failing = call -> call.startsWith("remove");
        assertInstanceOf(IntegratorioApiException.class, VirtualClient.failure(create(node, "4711", LICENSE)));

        assertAmbiguous(create(otherNode, "4711", LICENSE));
    }

    @Test
    void a_repository_that_fails_during_the_search_leaves_the_outcome_open() {
        create(node, "4711", LICENSE).join();
        claims.failing = call -> call.startsWith("contains");

        assertAmbiguous(create(otherNode, "4711", LICENSE));
        assertEquals(1, posts());
    }

    @Test
    void a_search_reads_a_list_that_fails_again_only_as_far_as_the_budget_for_retries_goes() {
        attemptIsKilled("4711");
        while (node.rateLimiter.retries().take()) {
            // To its end.
        }
        simulator.faults().add(Fault.on("GET", ".*/licenses").always().status(403));

        assertAmbiguous(create(node, "4711", LICENSE));
        assertEquals(1, simulator.count("GET", ".*/licenses"));
    }

    @Test
    void keys_begin_with_the_connector_and_fit_the_jdbc_table_of_camel() {
        List<String> orders = List.of("4711", "ä".repeat(100), "ä".repeat(40), "x".repeat(200), "x".repeat(90), "#1");
        for (String order : orders) {
            create(node, order, LICENSE).join();
        }
        assertEquals(orders.size(), posts());
        for (String key : claims.added) {
            assertTrue(key.startsWith(connector + ":") && key.getBytes(StandardCharsets.UTF_8).length <= 100, key);
        }
    }

    @Test
    void an_operator_finds_the_number_of_an_order_in_its_key() {
        String longest = "x".repeat(100 - 6 - connector.length());
        for (String order : List.of("4711", longest, "Order-7")) {
            create(node, order, LICENSE).join();
        }
        assertTrue(claims.keys.containsAll(List.of(connector + ":o:4711", connector + ":o:" + longest)));
        assertTrue(claims.keys.stream().anyMatch(key -> key.startsWith(connector + ":o:Order-7#")));
    }

    @Test
    void orders_whose_numbers_look_like_keys_do_not_meet() {
        delete(id(create(node, "1", LICENSE)));
        create(node, "1", LICENSE).join();
        for (String order : List.of("2:1", ":1", "1 ", "o2:1")) {
            assertEquals(WriteOutcome.CREATED, outcome(create(node, order, LICENSE)), order);
        }
    }

    private CreationClaim order(String order) {
        return RepositoryClaim.ofOrder(claims, "c1", order, JANE);
    }

    /** Lets the repository fail, for good, at the given use of it. */
    private void fail(int use) {
        AtomicInteger uses = new AtomicInteger();
        claims.failing = call -> uses.incrementAndGet() > use;
    }

    /** As a repetition does: with whatever is known. */
    private boolean completeAgain(String order, String license) {
        Evidence known = order(order).made(license);
        return order(order).complete(license, known == null ? Evidence.MATCHES : known);
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void a_license_never_belongs_to_two_orders_whenever_their_processes_end(boolean isOtherFirst) {
        int kept = 0;
        for (int use = 1; use <= 12; use++) {
            String license = "l" + use;
            fail(use);
            try {
                order("k" + use).complete(license, Evidence.ANSWERED);
            } catch (IllegalStateException e) {
                // It has ended.
            }
            claims.failing = call -> false;

            boolean isOthers = isOtherFirst && completeAgain("other", license);
            boolean isOurs = completeAgain("k" + use, license);
            assertFalse(isOurs && (isOthers || completeAgain("other", license)), license);
            assertEquals(isOurs, completeAgain("k" + use, license));
            kept += isOurs ? 1 : 0;
        }
        // Only between two of the keys nobody can tell.
        assertTrue(kept >= 8, "" + kept);
    }

    @Test
    void an_order_that_ends_while_it_takes_its_license_gets_it_although_a_search_has_found_another_one() {
        order("other").complete("l0", Evidence.MATCHES);
        claims.failing = call -> call.startsWith("add c1:m:");
        assertThrows(IllegalStateException.class, () -> order("1").complete("l1", Evidence.ANSWERED));
        claims.failing = call -> false;

        assertTrue(completeAgain("1", "l1"));
    }

    @ParameterizedTest
    @EnumSource(Evidence.class)
    void an_order_that_counts_as_carried_out_knows_its_license_whenever_its_process_ends(Evidence evidence) {
        for (int use = 1; use <= 12; use++) {
            fail(use);
            try {
                order("k" + use).complete("l" + use, evidence);
            } catch (IllegalStateException e) {
                // It has ended.
            }
            claims.failing = call -> false;

            assertTrue(!order("k" + use).isDone() || order("k" + use).made("l" + use) == Evidence.CERTAIN,
                    "ended after use " + use);
        }
    }

    @Test
    void an_order_whose_process_ends_at_any_moment_of_a_search_does_not_get_the_license_of_another_one() {
        order("mine").complete("l1", Evidence.ANSWERED);
        for (int use = 0; use <= 12; use++) {
            fail(use);
            try {
                assertFalse(order("other").complete("l1", Evidence.MATCHES));
            } catch (IllegalStateException e) {
                // It has ended.
            }
            claims.failing = call -> false;

            assertNull(order("other").made("l1"));
            assertFalse(order("other").complete("l1", Evidence.MATCHES));
        }
        assertEquals(Evidence.CERTAIN, order("mine").made("l1"));
    }

    @Test
    void a_node_that_finds_the_license_of_its_order_while_another_node_completes_it_takes_nothing_from_it() {
        for (String moment : List.of("add c1:a:", "added c1:a:", "add c1:l:", "added c1:l:", "add c1:m:", "added c1:m:",
                "add c1:d:", "confirm c1:o:")) {
            CreationClaim otherNode = order("1");
            claims.clear();
            claims.failing = call -> {
                if (call.startsWith(moment)) {
                    claims.failing = other -> false;
                    Evidence known = otherNode.made("l1");
                    otherNode.complete("l1", known == null ? Evidence.MATCHES : known);
                }
                return false;
            };

            assertTrue(order("1").complete("l1", Evidence.ANSWERED), moment);
            assertEquals(Evidence.CERTAIN, order("1").made("l1"), moment);
        }
    }

    @Test
    void a_creation_whose_license_another_node_is_about_to_take_for_the_same_order_waits_for_it() {
        attemptIsKilled("4711");
        CreationClaim otherNode =
                RepositoryClaim.ofOrder(claims, connector, "4711", LicenseUser.of(LICENSE).key(connector));
        claims.remove(connector + ":o:4711");
        claims.failing = call -> {
            if (call.startsWith("add " + connector + ":l:")) {
                claims.failing = other -> false;
                String id = (String) simulator.licenses(connector).get(0).get("_id");
                claims.keys.add(connector + ":l:" + id);
                scheduler.schedule(Duration.ofMillis(400), () -> otherNode.complete(id, Evidence.CERTAIN));
            }
            return false;
        };

        CompletableFuture<OperationResult> first = create(node, "4711", LICENSE);
        assertEquals(WriteOutcome.CREATED, outcome(first));
        assertEquals(id(first), id(create(node, "4711", LICENSE)));
        assertEquals(1, posts());
    }

    @Test
    void a_repository_that_fails_once_after_a_creation_is_used_again() {
        for (String key : List.of(":a:", ":l:", ":m:", ":d:")) {
            AtomicInteger failures = new AtomicInteger();
            claims.failing = call -> call.startsWith("add " + connector + key) && failures.incrementAndGet() == 1;
            CompletableFuture<OperationResult> first = create(node, "4711" + key, LICENSE);
            assertEquals(WriteOutcome.CREATED, outcome(first), key);

            attemptIsKilled("4712" + key);
            assertAmbiguous(create(otherNode, "4712" + key, LICENSE));
            assertEquals(id(first), id(create(otherNode, "4711" + key, LICENSE)), key);
        }
    }

    @Test
    void a_license_that_another_order_has_just_made_is_not_taken_before_it_could_say_so() {
        attemptIsKilled("4712");
        String made = theOther();
        CreationClaim other =
                RepositoryClaim.ofOrder(claims, connector, "4711", LicenseUser.of(LICENSE).key(connector));
        other.take(scheduler.now());
        scheduler.schedule(Duration.ofMillis(1500), () -> other.complete(made, Evidence.ANSWERED));

        assertAmbiguous(create(node, "4712", LICENSE));
        assertEquals(made, id(create(otherNode, "4711", LICENSE)));
    }

    @Test
    void an_order_that_another_node_has_carried_out_meanwhile_takes_no_second_license() {
        CreationClaim order = order("1");
        order.complete("l1", Evidence.ANSWERED);

        assertFalse(order.complete("l2", Evidence.MATCHES));
        assertTrue(order.complete("l1", Evidence.MATCHES));
    }

    @Test
    void a_search_that_cannot_ask_whose_license_it_found_is_ambiguous() {
        String first = id(create(node, "4711", LICENSE));
        otherNode.pass(Duration.ofMillis(1));
        simulator.faults().add(Fault.on("POST", ".*").resetBefore());
        claims.failing = call -> call.startsWith("add " + connector + ":l:");

        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class,
                VirtualClient.failure(create(otherNode, "4712", LICENSE)));
        claims.failing = call -> false;
        assertAmbiguous(create(otherNode, "4712", LICENSE));
        assertEquals(first, id(create(otherNode, "4711", LICENSE)));
        assertLicenses(1);
    }

    @Test
    void a_search_whose_repository_failed_once_says_that_it_cannot_tell_whose_license_it_found() {
        AtomicInteger failures = new AtomicInteger();
        claims.failing = call -> call.startsWith("added " + connector + ":l:") && failures.incrementAndGet() == 1;
        simulator.faults().add(Fault.on("POST", ".*").doneThenStatus(500));
        Throwable failure = VirtualClient.failure(create(node, "4711", LICENSE));

        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class, failure);
        assertTrue(failure.getMessage().contains("the idempotentRepository failed, and cannot tell"),
                failure.getMessage());
    }
}
