package io.github.integratorio.camel.internal.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.internal.client.ratelimit.RateLimits;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.ScriptedServer;
import io.github.integratorio.camel.support.ScriptedServer.Answer;
import io.github.integratorio.camel.support.VirtualClient;
import io.github.integratorio.camel.support.VirtualScheduler;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static io.github.integratorio.camel.support.VirtualClient.failure;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** More concurrent calls than the account permits. */
class ConcurrentCallsTest {

    private static final Answer GOOD = json(200, "{\"_id\":\"l1\"}");

    private final CountDownLatch hold = new CountDownLatch(1);
    private ScriptedServer server;

    @BeforeEach
    void start() throws Exception {
        server = ScriptedServer.start();
    }

    @AfterEach
    void stop() throws Exception {
        hold.countDown();
        server.close();
    }

    private VirtualClient client(int concurrent, int queued) {
        return new VirtualClient(server.baseUrl(), () -> "canary-token", VirtualClient.RETRY,
                new RateLimits(300, 1000, concurrent, queued), new VirtualScheduler(VirtualClient.START));
    }

    private Answer held(Answer answer) {
        return (socket, out) -> {
            hold.await();
            answer.give(socket, out);
        };
    }

    @Test
    @Covers(71)
    void one_429_pauses_all_queued_calls_for_the_time_it_gives() {
        try (VirtualClient client = client(8, 1000)) {
            // An earlier 429 would pause the calls that are not sent yet.
            server.then((socket, out) -> {
                await().until(() -> server.requestCount() == 8);
                json(429, "{}", "Retry-After: 2").give(socket, out);
            });
            IntStream.range(0, 7).forEach(i -> server.then(held(GOOD)));
            IntStream.range(0, 300).forEach(i -> server.then(GOOD));
            List<CompletableFuture<ApiResponse>> all =
                    IntStream.range(0, 300).mapToObj(i -> client.begin(ApiMethod.GET_LICENSE)).toList();
            await().until(() -> server.requestCount() == 8 && !client.rateLimiter.status().paused().isZero());
            hold.countDown();
            await().until(client::isIdle);

            client.pass(Duration.ofSeconds(2).minusNanos(1));
            assertEquals(8, server.requestCount());
            client.pass(CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))).join();
            assertEquals(301, server.requestCount());
        }
    }

    @ParameterizedTest
    @EnumSource
    @Covers(77)
    void a_call_beyond_the_queue_limit_fails_at_once_with_the_reason_and_leaves_nothing_behind(ApiMethod call) {
        try (VirtualClient client = client(1, 2)) {
            server.then(held(GOOD), GOOD, GOOD);
            CompletableFuture<ApiResponse> first = client.begin(ApiMethod.GET_LICENSE);
            // The first call may ask for the token on a worker.
            await().until(() -> server.requestCount() == 1);
            List<CompletableFuture<ApiResponse>> all =
                    List.of(first, client.begin(ApiMethod.GET_LICENSE), client.begin(ApiMethod.GET_LICENSE));
            CompletableFuture<ApiResponse> more = client.begin(call);
            assertTrue(more.isDone(), "a call beyond the queue limit must fail at once");
            IntegratorioTransportException error =
                    assertInstanceOf(IntegratorioTransportException.class, failure(more));
            assertTrue(error.isNotSent());
            assertEquals(call.label() + " was not sent: the queue is full: maxQueuedRequests=2", error.getMessage());

            hold.countDown();
            client.pass(CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))).join();
            await().until(() -> client.rateLimiter.status().inFlight() == 0);
            assertEquals(0, client.rateLimiter.status().queued());
            assertFalse(client.scheduler.hasTasks(), "a timeout is still scheduled");
            assertEquals(3, server.requestCount());
            assertEquals(0, client.scheduler.elapsed());
        }
    }

    @ParameterizedTest
    @EnumSource
    @Covers(78)
    void a_call_whose_deadline_passes_in_the_queue_was_not_sent(ApiMethod call) {
        try (VirtualClient client = client(1, 10)) {
            server.then(held(GOOD));
            CompletableFuture<ApiResponse> first = client.begin(ApiMethod.GET_LICENSE);
            await().until(() -> server.requestCount() == 1);
            CompletableFuture<ApiResponse> second = client.begin(call, Duration.ofSeconds(10));
            client.scheduler.advance(Duration.ofSeconds(10).minusNanos(1));
            assertFalse(second.isDone());
            client.scheduler.advance(Duration.ofNanos(1));
            assertTrue(second.isDone());
            IntegratorioTransportException error =
                    assertInstanceOf(IntegratorioTransportException.class, failure(second));
            assertTrue(error.isNotSent());
            assertTrue(error.getMessage().endsWith("operationTimeout expired while the request was queued"),
                    error.getMessage());

            hold.countDown();
            client.pass(first).join();
            assertEquals(1, server.requestCount());
        }
    }

    @Test
    @Covers(82)
    void a_paged_list_completes_under_a_flood_of_writes() {
        int waiting = 200;
        int pages = 10;
        VirtualScheduler scheduler = new VirtualScheduler(VirtualClient.START);
        try (IntegratorioSimulator simulator = IntegratorioSimulator.builder().anyUser().noRateLimit().pageSize(1)
                .recordRequests(false).clock(scheduler.clock()).start();
                VirtualClient client = new VirtualClient(simulator.baseUrl(), simulator::token, VirtualClient.RETRY,
                        new RateLimits(300, 10, 8, 1000), scheduler)) {
            String connector = simulator.addConnector("Shop");
            IntStream.range(0, pages).forEach(i -> simulator.addLicense(connector,
                    Map.of("email", "jane@example.com", "expires", "2099-01-31T12:00:00.000Z")));
            AtomicBoolean end = new AtomicBoolean();
            IntStream.range(0, waiting).forEach(i -> flood(client, end));
            long before = simulator.requestCount();
            ApiResponse list =
                    client.pass(client.client.call(new ApiRequest(ApiMethod.LIST_LICENSES, connector, null, null),
                            CallContext.begin(scheduler, Duration.ofMinutes(2)))).join();
            long requests = simulator.requestCount() - before;
            end.set(true);

            assertEquals(pages, list.rows().size());
            // Only calls queued before each page precede it, plus those that run concurrently.
            assertTrue(requests <= pages * (waiting + 8L) && requests >= pages * waiting / 2, "" + requests);
        }
    }

    /** Starts the next write as soon as one completes. */
    private static void flood(VirtualClient client, AtomicBoolean end) {
        client.client.call(new ApiRequest(ApiMethod.CREATE_CONNECTOR, null, null, "{\"name\":\"Flood\"}".getBytes()),
                CallContext.begin(client.scheduler, Duration.ofHours(1))).whenComplete((answer, error) -> {
                    if (!end.get() && error == null) {
                        flood(client, end);
                    }
                });
    }

    @ParameterizedTest
    @EnumSource(names = { "GET_LICENSE", "CREATE_LICENSE" })
    @Covers(83)
    void a_race_between_response_and_timeout_has_one_outcome_and_loses_no_permit(ApiMethod call) throws Exception {
        int rounds = 500;
        int answered = 0;
        CyclicBarrier start = new CyclicBarrier(2);
        try (VirtualClient client = client(1, 10)) {
            for (int i = 0; i < rounds; i++) {
                int before = server.requestCount();
                server.then((socket, out) -> {
                    start.await();
                    GOOD.give(socket, out);
                });
                // The deadline leaves no time for a retry.
                CompletableFuture<ApiResponse> answer = client.begin(call, Duration.ofSeconds(30));
                await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1))
                        .until(() -> server.requestCount() == before + 1);
                start.await();
                client.scheduler.advance(Duration.ofSeconds(30));
                client.pass(answer.exceptionally(error -> null)).join();
                if (answer.isCompletedExceptionally()) {
                    assertEquals(
                            call.isWrite() ? IntegratorioAmbiguousOutcomeException.class
                                    : IntegratorioTransportException.class,
                            failure(answer).getClass());
                } else {
                    answered++;
                    assertEquals("l1", ((Map<?, ?>) answer.join().value()).get("_id"));
                }
                await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1))
                        .until(() -> client.rateLimiter.status().inFlight() == 0);
                assertFalse(client.scheduler.hasTasks(), "a timeout is still scheduled in round " + i);
                assertEquals(before + 1, server.requestCount());
            }
        }
        System.out.println("answer against time-out: " + answered + " answers of " + rounds);
    }
}
