package io.github.integratorio.camel.internal.client.ratelimit;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.internal.client.protocol.FailureKind;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.FaultProxy;
import io.github.integratorio.camel.support.VirtualClient;
import io.github.integratorio.camel.support.VirtualScheduler;
import io.github.integratorio.simulator.IntegratorioSimulator;
import io.github.integratorio.simulator.SimulatorBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The share of the permitted rate that the real client uses, and its 429 responses, in virtual time. */
class RateOnSocketsTest {

    private static final RateLimits LIMITS = new RateLimits(300, 1000, 64, 50_000);
    private static final byte[] LICENSE =
            "{\"email\":\"jane@example.com\",\"expires\":\"2099-01-31T12:00:00.000Z\"}".getBytes();

    private final VirtualScheduler scheduler = new VirtualScheduler(VirtualClient.START);
    private IntegratorioSimulator simulator;
    private VirtualClient client;
    private String connector;

    private void start(SimulatorBuilder builder) {
        simulator = builder.anyUser().recordRequests(false).clock(scheduler.clock()).start();
        client = new VirtualClient(simulator.baseUrl(), simulator::token, VirtualClient.RETRY, LIMITS, scheduler);
        connector = simulator.addConnector("Shop");
    }

    @AfterEach
    void stop() {
        client.close();
        simulator.close();
    }

    private CompletableFuture<ApiResponse> create() {
        return client.client.call(new ApiRequest(ApiMethod.CREATE_LICENSE, connector, null, LICENSE),
                CallContext.begin(scheduler, Duration.ofHours(1)));
    }

    private List<CompletableFuture<ApiResponse>> create(int many) {
        return IntStream.range(0, many).mapToObj(i -> create()).toList();
    }

    private int refused() {
        return (int) client.failures.stream().filter(failure -> failure == FailureKind.THROTTLED).count();
    }

    private int taken() {
        return simulator.licenses(connector).size();
    }

    @Test
    void two_thousand_concurrent_creates_use_the_full_documented_rate() {
        start(IntegratorioSimulator.builder());
        client.pass(CompletableFuture.allOf(create(2_000).toArray(CompletableFuture[]::new))).join();
        double permitted = 1000 + 300 * scheduler.elapsed() / 1e9;
        System.out.println("2,000 creations: " + refused() + " refused, " + permitted + " permitted");
        assertEquals(2_000, taken());
        assertTrue(2_000 >= 0.98 * permitted, permitted + " were permitted");
        assertTrue(refused() <= 5, "" + refused());
    }

    @Test
    void few_requests_get_a_429_beside_another_client_with_the_same_load() throws Exception {
        start(IntegratorioSimulator.builder());
        try (VirtualClient unused = client; FaultProxy other = new FaultProxy(simulator.port(), request -> meeting -> {
            takeOne();
            byte[] answer = meeting.exchange();
            meeting.answer(answer, answer.length);
        }); VirtualClient ours =
                new VirtualClient(other.baseUrl(), simulator::token, VirtualClient.RETRY, LIMITS, scheduler)) {
            client = ours;
            create(10_000);
            client.pass(Duration.ofSeconds(30));
            int refused = refused();
            int taken = taken();
            System.out.println("with another client: " + refused + " refused, " + taken + " taken");
            assertTrue(taken >= 0.9 * (500 + 30 * 150), "" + taken);
            assertTrue(refused > 0 && refused <= 0.02 * (taken + refused), refused + " of " + taken);
        }
    }

    private void takeOne() throws IOException {
        HttpURLConnection one =
                (HttpURLConnection) URI.create(simulator.baseUrl() + "/tokenInfo").toURL().openConnection();
        one.setRequestProperty("Authorization", "Bearer " + simulator.token());
        (one.getResponseCode() == 200 ? one.getInputStream() : one.getErrorStream()).readAllBytes();
    }

    @Test
    @Covers(73)
    void a_limit_of_30_per_second_is_fully_used_at_a_load_of_300_per_second() {
        start(IntegratorioSimulator.builder().rateLimit(100, 30));
        offerEachTenth(30);
        client.pass(Duration.ofSeconds(10));
        int takenBefore = taken();
        int refusedBefore = refused();
        client.pass(Duration.ofSeconds(50));
        int taken = taken() - takenBefore;
        int refused = refused() - refusedBefore;
        System.out.println("a leaky bucket: " + refused + " refused, " + taken + " taken");
        assertTrue(taken >= 0.9 * 50 * 30, "" + taken);
        assertTrue(refused > 0 && refused <= 0.05 * (taken + refused), refused + " of " + taken);
    }

    private void offerEachTenth(int calls) {
        if (scheduler.isClosed()) {
            return;
        }
        create(calls);
        scheduler.schedule(Duration.ofMillis(100), () -> offerEachTenth(calls));
    }
}
