package io.github.integratorio.camel.internal.operation.write;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.operation.request.OperationRequest;
import io.github.integratorio.camel.internal.operation.request.OperationResult;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.Race;
import io.github.integratorio.camel.support.VirtualClient;
import io.github.integratorio.camel.support.VirtualScheduler;
import io.github.integratorio.simulator.Fault;
import io.github.integratorio.simulator.FaultBuilder;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Writes to one license reach the API one after the other in the order of the calls, whatever their outcome. */
class WriteOrderTest {

    private static final String EXPIRES = "2027-01-31T12:00:00.000Z";

    private final VirtualScheduler scheduler = new VirtualScheduler(VirtualClient.START);
    private IntegratorioSimulator simulator;
    private VirtualClient client;
    private String connector;
    private String license;

    @BeforeEach
    void start() {
        simulator = IntegratorioSimulator.builder().anyUser().noRateLimit().clock(scheduler.clock()).start();
        connector = simulator.addConnector("Shop");
        license = addLicense("jane@example.com");
        client = new VirtualClient(simulator.baseUrl(), simulator::token, VirtualClient.RETRY,
                VirtualClient.RATE_LIMITS, scheduler);
    }

    @AfterEach
    void stop() {
        client.close();
        simulator.close();
    }

    private String addLicense(String email) {
        return simulator.addLicense(connector, Map.of("email", email, "expires", EXPIRES));
    }

    private OperationRequest input(ApiMethod call, String licenseId, Map<String, Object> document, Duration timeout) {
        return new OperationRequest(call, connector, licenseId, null, false, null,
                document == null ? List.of() : List.of(document), false, false, false,
                CallContext.begin(scheduler, timeout));
    }

    /** Replaces the license by one whose options name the edition. */
    private CompletableFuture<OperationResult> update(String licenseId, String edition, Duration timeout) {
        return client.provisioning.updateLicense(input(ApiMethod.UPDATE_LICENSE, licenseId,
                Map.of("expires", EXPIRES, "opts", Map.of("connectorEdition", edition)), timeout));
    }

    private CompletableFuture<OperationResult> update(String edition) {
        return update(license, edition, VirtualClient.RETRY.operationTimeout());
    }

    private void onUpdate(FaultBuilder fault, int status) {
        simulator.faults().add(fault.status(status));
    }

    private static FaultBuilder put() {
        return Fault.on("PUT", ".*");
    }

    private Object edition() {
        return ((Map<?, ?>) simulator.license(connector, license).get("opts")).get("connectorEdition");
    }

    /** The writes that arrived, by the edition they name. */
    private List<String> arrived() {
        return simulator.requests().stream().filter(request -> !request.method().equals("GET"))
                .map(request -> request.method().equals("DELETE") ? "DELETE"
                        : request.body().replaceAll(".*\"connectorEdition\":\"([^\"]*)\".*", "$1"))
                .toList();
    }

    private void assertAmbiguous(CompletableFuture<OperationResult> future) {
        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class, VirtualClient.failure(client.pass(future)));
    }

    @Test
    @Covers(112)
    void a_late_retry_is_sent_before_a_later_update() {
        simulator.faults().add(put().times(2).status(429, Map.of("Retry-After", "2")));
        CompletableFuture<OperationResult> old = update("old");
        CompletableFuture<OperationResult> newer = update("newer");
        client.pass(newer).join();

        assertTrue(old.isDone());
        assertEquals(List.of("old", "old", "old", "newer"), arrived());
        assertEquals("newer", edition());
    }

    @Test
    @Covers(112)
    void concurrent_updates_arrive_in_order() {
        List<CompletableFuture<OperationResult>> all = IntStream.range(0, 50).mapToObj(i -> update("e" + i)).toList();
        all.forEach(one -> client.pass(one).join());

        assertEquals(IntStream.range(0, 50).mapToObj(i -> "e" + i).toList(), arrived());
        assertEquals("e49", edition());
    }

    @Test
    @Covers(112)
    void a_delete_is_sent_after_the_earlier_update() {
        onUpdate(put(), 503);
        CompletableFuture<OperationResult> old = update("old");
        CompletableFuture<OperationResult> deletion = client.provisioning
                .delete(input(ApiMethod.DELETE_LICENSE, license, null, VirtualClient.RETRY.operationTimeout()));
        assertEquals(List.of(WriteOutcome.DELETED), client.pass(deletion).join().outcomes());

        assertAmbiguous(old);
        assertEquals(List.of("old", "DELETE"), arrived());
    }

    @Test
    @Covers(112)
    void updates_of_different_licenses_do_not_wait_for_each_other() {
        String other = addLicense("john@example.com");
        simulator.faults().add(put().hang());
        CompletableFuture<OperationResult> slow = update("slow");
        await().until(() -> simulator.requestCount() == 1);
        update(other, "quick", VirtualClient.RETRY.operationTimeout()).join();

        assertFalse(slow.isDone());
        assertEquals("quick", ((Map<?, ?>) simulator.license(connector, other).get("opts")).get("connectorEdition"));
    }

    @Test
    @Covers(112)
    void an_update_whose_deadline_passes_in_the_queue_is_not_sent() {
        simulator.faults().add(put().hang());
        CompletableFuture<OperationResult> slow = update("slow");
        CompletableFuture<OperationResult> late = update(license, "late", Duration.ofSeconds(10));
        waitForTimeout(1);
        assertAmbiguous(slow);

        assertTrue(assertInstanceOf(IntegratorioTransportException.class, VirtualClient.failure(client.pass(late)))
                .isNotSent());
        assertEquals(List.of("slow"), arrived());
    }

    @Test
    @Covers(112)
    void a_queued_update_fails_at_its_deadline_and_keeps_its_place_in_the_order() {
        simulator.faults().add(put().hang());
        CompletableFuture<OperationResult> slow = update("slow");
        await().until(() -> simulator.requestCount() == 1);
        CompletableFuture<OperationResult> late = update(license, "late", Duration.ofSeconds(10));
        CompletableFuture<OperationResult> newer = update("newer");

        scheduler.advance(Duration.ofSeconds(10));
        assertTrue(late.isDone());
        IntegratorioTransportException error =
                assertInstanceOf(IntegratorioTransportException.class, VirtualClient.failure(late));
        assertTrue(error.isNotSent() && error.getMessage().contains("operationTimeout"), error.getMessage());
        assertFalse(slow.isDone());
        scheduler.advance(Duration.ofSeconds(20));
        client.pass(newer).join();
        assertAmbiguous(slow);
        assertEquals(List.of("slow", "newer"), arrived());
    }

    @Test
    void an_uncontended_update_starts_on_the_callers_thread_and_leaves_no_entry_behind() {
        KeyedSequencer order = new KeyedSequencer();
        CallContext context = CallContext.begin(scheduler, Duration.ofSeconds(1));
        CompletableFuture<String> running = new CompletableFuture<>();
        AtomicReference<Thread> startedOn = new AtomicReference<>();
        CompletableFuture<String> result =
                order.run(ApiMethod.UPDATE_LICENSE, context, List.of(license), superseded -> {
                    startedOn.set(Thread.currentThread());
                    return running;
                });

        assertSame(Thread.currentThread(), startedOn.get());
        assertSame(running, result);
        assertFalse(scheduler.hasTasks(), "a timeout was scheduled");
        running.complete("done");
        assertEquals(0, order.size());
    }

    @Test
    void an_update_that_cannot_start_leaves_no_entry_behind() {
        KeyedSequencer order = new KeyedSequencer();
        CallContext context = CallContext.begin(scheduler, Duration.ofSeconds(1));
        CompletableFuture<String> result =
                order.run(ApiMethod.UPDATE_LICENSE, context, List.of(license), superseded -> {
                    throw new IllegalArgumentException("wrong");
                });

        assertInstanceOf(IllegalArgumentException.class, VirtualClient.failure(result));
        assertEquals(0, order.size());
    }

    @Test
    void a_long_queue_of_expired_updates_needs_no_deep_stack() {
        KeyedSequencer order = new KeyedSequencer();
        CompletableFuture<String> first = new CompletableFuture<>();
        CallContext context = CallContext.begin(scheduler, Duration.ofSeconds(1));
        order.run(ApiMethod.UPDATE_LICENSE, context, List.of(license), hasNewer -> first);
        List<CompletableFuture<String>> line = IntStream.range(0, 50_000).mapToObj(
                i -> order.run(ApiMethod.UPDATE_LICENSE, context, List.of(license),
                        hasNewer -> CompletableFuture.completedFuture("sent")))
                .toList();
        CompletableFuture<String> last =
                order.run(ApiMethod.UPDATE_LICENSE, CallContext.begin(scheduler, Duration.ofDays(1)), List.of(license),
                        hasNewer -> CompletableFuture.completedFuture("the last"));
        client.pass(line.get(line.size() - 1));
        assertTrue(line.stream().allMatch(CompletableFuture::isCompletedExceptionally));

        first.complete("done");
        assertEquals("the last", last.getNow(null));
    }

    @Test
    void an_update_that_arrives_just_when_the_one_before_ends_is_sent() throws Exception {
        KeyedSequencer order = new KeyedSequencer();
        CallContext context = CallContext.begin(scheduler, Duration.ofDays(1));
        try (Race race = new Race()) {
            for (int i = 0; i < 1_000; i++) {
                CompletableFuture<String> first = new CompletableFuture<>();
                AtomicReference<CompletableFuture<String>> second = new AtomicReference<>();
                order.run(ApiMethod.UPDATE_LICENSE, context, List.of(license), hasNewer -> first);
                race.run(() -> first.complete("done"),
                        () -> second.set(order.run(ApiMethod.UPDATE_LICENSE, context, List.of(license),
                                hasNewer -> CompletableFuture.completedFuture("sent"))));
                assertEquals("sent", second.get().getNow(null), "round " + i);
                assertEquals(0, order.size());
            }
        }
    }

    @Test
    @Covers(113)
    void an_ambiguous_update_is_retried_if_no_newer_one_is_queued() {
        onUpdate(put().times(3), 500);
        client.pass(update("only")).join();

        assertEquals(List.of("only", "only", "only", "only"), arrived());
        assertEquals("only", edition());
    }

    @Test
    @Covers(113)
    void an_ambiguous_update_is_not_retried_if_a_newer_one_is_queued() {
        onUpdate(put(), 500);
        CompletableFuture<OperationResult> old = update("old");
        CompletableFuture<OperationResult> newer = update("newer");
        client.pass(newer).join();

        assertAmbiguous(old);
        assertEquals(List.of("old", "newer"), arrived());
        assertEquals("newer", edition());
    }

    @Test
    @Covers(113)
    void an_ambiguous_update_is_not_retried_if_a_newer_one_arrives_during_the_delay() {
        onUpdate(put(), 500);
        CompletableFuture<OperationResult> old = update("old");
        await().until(() -> client.failures.size() == 1 && client.isIdle());
        assertFalse(old.isDone());
        CompletableFuture<OperationResult> newer = update("newer");
        client.pass(newer).join();

        assertAmbiguous(old);
        assertEquals(List.of("old", "newer"), arrived());
    }

    @Test
    @Covers(113)
    void an_ambiguous_update_is_not_retried_after_a_429_if_a_newer_one_is_queued() {
        onUpdate(put(), 500);
        simulator.faults().add(put().status(429, Map.of("Retry-After", "1")));
        CompletableFuture<OperationResult> old = update("old");
        await().until(() -> client.failures.size() == 1 && client.isIdle());
        while (client.failures.size() < 2) {
            scheduler.next(Long.MAX_VALUE);
            await().until(client::isIdle);
        }
        CompletableFuture<OperationResult> newer = update("newer");
        client.pass(newer).join();

        assertAmbiguous(old);
        assertEquals(List.of("old", "old", "newer"), arrived());
    }

    @Test
    void the_time_of_an_update_includes_its_wait_for_an_earlier_one() {
        simulator.faults().add(put().status(429, Map.of("Retry-After", "60")));
        simulator.faults().add(put().afterSkipping(1).status(429, Map.of("Retry-After", "30")));
        CompletableFuture<OperationResult> old = update("old");
        CompletableFuture<OperationResult> newer = update(license, "newer", Duration.ofSeconds(80));
        client.pass(old).join();

        assertTrue(client.pass(newer).isCompletedExceptionally());
        assertEquals(List.of("old", "old", "newer"), arrived());
        assertEquals("old", edition());
    }

    private interface End {
        Fault of(FaultBuilder builder);
    }

    static Stream<End> openEnds() {
        return Stream.concat(
                Stream.of(408, 425, 500, 502, 503, 504, 520, 599).map(status -> any -> any.doneThenStatus(status)),
                Stream.of(FaultBuilder::resetBefore, FaultBuilder::resetAfter, FaultBuilder::closeBefore,
                        FaultBuilder::closeAfter,
                        any -> any.cutBody(1), any -> any.doneThenBody(200, "text/html", "<html>".getBytes())));
    }

    private CompletableFuture<OperationResult> pushUpdate() {
        String integration = simulator.install(connector, license);
        return client.provisioning
                .pushUpdate(input(ApiMethod.PUSH_UPDATE, null, Map.of("_integrationIds", List.of(integration)),
                        VirtualClient.RETRY.operationTimeout()));
    }

    private CompletableFuture<OperationResult> createConnector() {
        return client.provisioning.createConnector(input(ApiMethod.CREATE_CONNECTOR, null, Map.of("name", "Books"),
                VirtualClient.RETRY.operationTimeout()));
    }

    private void assertSentOnceForGood() {
        scheduler.advance(Duration.ofMinutes(5));
        await().until(client::isIdle);
        assertEquals(1, simulator.requestCount());
    }

    @ParameterizedTest
    @MethodSource("openEnds")
    @Covers(114)
    void a_push_update_without_a_response_is_never_sent_again(End end) {
        simulator.faults().add(end.of(put()));
        assertAmbiguous(pushUpdate());
        assertSentOnceForGood();
    }

    @ParameterizedTest
    @MethodSource("openEnds")
    @Covers(114)
    void a_create_of_a_connector_without_a_response_is_never_sent_again(End end) {
        simulator.faults().add(end.of(Fault.on("POST", ".*")));
        assertAmbiguous(createConnector());
        assertSentOnceForGood();
    }

    @Test
    @Covers(114)
    void a_push_update_and_a_create_of_a_connector_that_time_out_are_never_sent_again() {
        simulator.faults().add(put().hangAfter()).add(Fault.on("POST", ".*").hang());
        List<CompletableFuture<OperationResult>> both = List.of(pushUpdate(), createConnector());
        waitForTimeout(2);

        both.forEach(this::assertAmbiguous);
        scheduler.advance(Duration.ofMinutes(5));
        assertEquals(2, simulator.requestCount());
    }

    /** Advances time to the response timeout. */
    private void waitForTimeout(int requests) {
        await().until(() -> simulator.requestCount() == requests);
        scheduler.advance(Duration.ofSeconds(30));
    }

    private OperationRequest upsert(Duration timeout, boolean isList, Object... editions) {
        List<Map<String, Object>> documents = new ArrayList<>();
        for (int i = 0; i < editions.length; i += 2) {
            documents.add(Map.of("email", editions[i], "expires", EXPIRES, "opts",
                    Map.of("connectorEdition", editions[i + 1])));
        }
        return new OperationRequest(null, connector, null, null, false, null, documents, isList, false, false,
                CallContext.begin(scheduler, timeout));
    }

    @Test
    void licenses_of_a_batch_that_are_done_can_be_written_again_before_the_batch_ends() {
        Duration timeout = VirtualClient.RETRY.operationTimeout();
        client.pass(update("same")).join();
        String jim = addLicense("jim@example.com");
        String john = addLicense("john@example.com");
        client.pass(update(jim, "same", timeout)).join();
        scheduler.advance(Duration.ofHours(1));
        simulator.clearRequests();
        simulator.faults().add(Fault.on("PUT", ".*/" + john).hang());
        CompletableFuture<OperationResult> batch = client.provisioning.upsert(upsert(timeout, true,
                "jane@example.com", "same", "jim@example.com", "changed", "john@example.com", "hangs"));
        await().until(() -> simulator.count("PUT", ".*") == 2 && "changed".equals(editionOf(jim)));
        assertEquals(5, simulator.requestCount());

        for (String email : List.of("jane@example.com", "jim@example.com")) {
            CompletableFuture<OperationResult> again =
                    client.provisioning.upsert(upsert(timeout, false, email, "again"));
            await().until(again::isDone);
            assertEquals(List.of(WriteOutcome.UPDATED), again.join().outcomes());
        }
        assertFalse(batch.isDone());
    }

    private Object editionOf(String licenseId) {
        return ((Map<?, ?>) simulator.license(connector, licenseId).get("opts")).get("connectorEdition");
    }

    @Test
    void each_write_of_a_list_has_the_full_time() {
        for (boolean isList : List.of(true, false)) {
            simulator.faults().add(Fault.on("GET", ".*").status(429, Map.of("Retry-After", "8")));
            simulator.faults().add(put().status(429, Map.of("Retry-After", "8")));
            CompletableFuture<OperationResult> upsert = client.provisioning
                    .upsert(upsert(Duration.ofSeconds(10), isList, "jane@example.com", "list " + isList));
            client.pass(upsert);
            assertEquals(isList, !upsert.isCompletedExceptionally());
            scheduler.advance(Duration.ofHours(1));
        }
        assertEquals("list true", edition());
    }

    @Test
    void an_operation_is_watched_from_its_turn_to_its_end_before_the_next_one_begins() {
        List<String> seen = new CopyOnWriteArrayList<>();
        List<CompletableFuture<OperationResult>> creations = new ArrayList<>();
        for (String name : List.of("one", "two")) {
            OperationRequest request = input(ApiMethod.CREATE_LICENSE, null,
                    Map.of("email", "new@example.com", "expires", EXPIRES), VirtualClient.RETRY.operationTimeout());
            request.context().watch(new CallContext.Watcher() {
                @Override
                public void begins() {
                    seen.add("begins " + name);
                }

                @Override
                public void ended(Throwable error) {
                    seen.add("ended " + name);
                }
            });
            creations.add(client.provisioning.createLicense(request));
        }
        client.pass(creations.get(0)).join();
        client.pass(creations.get(1));
        assertEquals(List.of("begins one", "ended one", "begins two", "ended two"), seen);
        assertEquals(List.of(WriteOutcome.CREATED),
                client.pass(client.provisioning.createLicense(input(ApiMethod.CREATE_LICENSE, null,
                        Map.of("email", "unwatched@example.com", "expires", EXPIRES),
                        VirtualClient.RETRY.operationTimeout()))).join().outcomes());
    }

    @Test
    void an_update_that_has_waited_leaves_neither_entry_nor_timeout_behind() {
        KeyedSequencer order = new KeyedSequencer();
        CallContext context = CallContext.begin(scheduler, Duration.ofSeconds(1));
        CompletableFuture<String> first = new CompletableFuture<>();
        order.run(ApiMethod.UPDATE_LICENSE, context, List.of(license), turn -> first);
        CompletableFuture<String> second = order.run(ApiMethod.UPDATE_LICENSE, context, List.of(license),
                turn -> CompletableFuture.completedFuture("sent"));
        assertEquals(1, order.size());
        assertTrue(scheduler.hasTasks());
        first.complete("done");

        assertEquals("sent", second.getNow(null));
        assertEquals(0, order.size());
        assertFalse(scheduler.hasTasks());
    }

    @Test
    void an_update_that_waits_while_the_component_stops_says_so() {
        KeyedSequencer order = new KeyedSequencer();
        CallContext context = CallContext.begin(scheduler, Duration.ofMinutes(1));
        order.run(ApiMethod.UPDATE_LICENSE, context, List.of(license), turn -> new CompletableFuture<String>());
        CompletableFuture<String> second = order.run(ApiMethod.UPDATE_LICENSE, context, List.of(license),
                turn -> CompletableFuture.completedFuture("sent"));
        scheduler.close();

        IntegratorioTransportException error =
                assertInstanceOf(IntegratorioTransportException.class, VirtualClient.failure(second));
        assertTrue(error.isNotSent() && error.getMessage().contains("the component is stopping"), error.getMessage());
    }

    @Test
    void a_turn_that_has_ended_lets_nobody_begin_a_second_time() {
        KeyedSequencer order = new KeyedSequencer();
        CallContext context = CallContext.begin(scheduler, Duration.ofMinutes(1));
        CompletableFuture<String> ended = new CompletableFuture<>();
        CompletableFuture<String> running = new CompletableFuture<>();
        AtomicReference<KeyedSequencer.Turn> turn = new AtomicReference<>();
        order.run(ApiMethod.UPDATE_LICENSE, context, List.of("a"), own -> {
            turn.set(own);
            return ended;
        });
        order.run(ApiMethod.UPDATE_LICENSE, context, List.of("b"), own -> running);
        CompletableFuture<String> waiting = order.run(ApiMethod.UPDATE_LICENSE, context, List.of("a", "b"),
                own -> CompletableFuture.completedFuture("sent"));
        ended.complete("done");
        turn.get().release("a");
        assertFalse(waiting.isDone());

        running.complete("done");
        assertEquals("sent", waiting.getNow(null));
    }

    @Test
    void a_deletion_reads_the_license_only_to_check_what_was_said_of_its_kind() {
        Duration timeout = VirtualClient.RETRY.operationTimeout();
        for (Map<String, Object> kind : List.<Map<String, Object>>of(Map.of("_parentId", "other"),
                Map.of("type", "integrationAppChild"))) {
            OperationRequest delete = input(ApiMethod.DELETE_LICENSE, license, kind, timeout);
            IllegalArgumentException refused = assertInstanceOf(IllegalArgumentException.class,
                    VirtualClient.failure(client.pass(client.provisioning.delete(delete))));
            assertTrue(refused.getMessage().startsWith("licenseId: the license is not the one that "),
                    refused.getMessage());
        }
        assertEquals(2, simulator.requestCount());
        assertEquals(List.of(), arrived());
        client.pass(client.provisioning.delete(input(ApiMethod.DELETE_LICENSE, license, Map.of("sandbox", false),
                timeout))).join();
        assertEquals(3, simulator.requestCount());
        assertEquals(List.of("DELETE"), arrived());
    }
}
