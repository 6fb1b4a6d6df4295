package io.github.integratorio.camel.support;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.CallListener;
import io.github.integratorio.camel.internal.client.ClientConfig;
import io.github.integratorio.camel.internal.client.IntegratorioClient;
import io.github.integratorio.camel.internal.client.RetryPolicy;
import io.github.integratorio.camel.internal.client.TokenSource;
import io.github.integratorio.camel.internal.client.http.TransportConfig;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.internal.client.protocol.FailureKind;
import io.github.integratorio.camel.internal.client.ratelimit.AccountRateLimiter;
import io.github.integratorio.camel.internal.client.ratelimit.RateLimits;
import io.github.integratorio.camel.internal.concurrent.Futures;
import io.github.integratorio.camel.internal.operation.AccountWriteState;
import io.github.integratorio.camel.internal.operation.IntegratorioOperations;
import io.github.integratorio.camel.internal.operation.OperationRequest;
import io.github.integratorio.camel.internal.operation.OperationResult;

/** The client on real sockets and virtual time. */
public final class VirtualClient implements AutoCloseable {

    public static final Instant START = Instant.parse("2026-06-01T10:00:00Z");
    public static final RetryPolicy RETRY = new RetryPolicy(Duration.ofMinutes(2), 5, Duration.ofMillis(200),
            Duration.ofSeconds(10), Duration.ofMinutes(1));
    public static final RateLimits GATE = new RateLimits(300, 1000, 64, 1000);

    public final VirtualScheduler timeline;
    public final AccountRateLimiter gate;
    public final IntegratorioClient client;
    public final IntegratorioOperations provisioning;
    /** What became of each request, in order: null for a good one. */
    public final List<FailureKind> failures = Collections.synchronizedList(new ArrayList<>());
    public CallContext context;
    /** How often something was handed over to another thread. */
    public final AtomicInteger handOvers = new AtomicInteger();
    /** What was handed over to other threads and has not ended: time must stand still for it, too. */
    private final AtomicInteger handedOver = new AtomicInteger();

    public VirtualClient(String baseUrl, Supplier<String> token, RetryPolicy retry, RateLimits limits, VirtualScheduler timeline) {
        this(new ClientConfig(
                new TransportConfig(URI.create(baseUrl), null, null, 0, Duration.ofSeconds(10), limits.maxConcurrentRequests(), null),
                new TokenSource(null, token), Duration.ofSeconds(30), 1 << 20, retry, limits), timeline);
    }

    public VirtualClient(ClientConfig settings, VirtualScheduler timeline) {
        this.timeline = timeline;
        this.gate = new AccountRateLimiter(settings.limits(), timeline);
        this.client = new IntegratorioClient(settings, gate, timeline, this::handOver, new CallListener() {
            @Override
            public void answered(ApiMethod call, Throwable error, FailureKind failure, Duration took) {
                if (failure != null) {
                    failures.add(failure);
                }
            }

            @Override
            public void waited(ApiMethod call, Duration waited) {
                // Looked at in the context.
            }
        });
        this.provisioning = new IntegratorioOperations(client, timeline, new AccountWriteState());
    }

    public static VirtualClient of(ScriptedServer server) {
        return new VirtualClient(server.baseUrl(), () -> "canary-token", RETRY, GATE, new VirtualScheduler(START));
    }

    /** Makes a call with ids and body as it needs them, and lets time pass until it has ended. */
    public CompletableFuture<ApiResponse> call(ApiMethod call) {
        return pass(begin(call));
    }

    /** Makes a call. */
    public CompletableFuture<ApiResponse> begin(ApiMethod call) {
        return begin(call, RETRY.operationTimeout());
    }

    /** Makes a call that may take so long. */
    public CompletableFuture<ApiResponse> begin(ApiMethod call, Duration operationTimeout) {
        context = CallContext.begin(timeline, operationTimeout);
        String licenseId = call.pathTemplate().contains("{licenseId}") ? "l1" : null;
        return client.call(new ApiRequest(call, "c1", licenseId, call.isWrite() && !call.method().equals("DELETE") ? "{}".getBytes() : null),
                context);
    }

    private void handOver(Runnable task) {
        handedOver.incrementAndGet();
        handOvers.incrementAndGet();
        ForkJoinPool.commonPool().execute(() -> {
            try {
                task.run();
            } finally {
                handedOver.decrementAndGet();
            }
        });
    }

    /** Whether nothing goes on that only time could end. */
    public boolean isIdle() {
        // A request is on its way until what it was for has been handed over, and the other way round: looked at twice, in
        // case it changed hands in between.
        return gate.status().inFlight() == 0 && handedOver.get() == 0 && gate.status().inFlight() == 0;
    }

    /** Lets time pass until the future has ended. */
    public <T> CompletableFuture<T> pass(CompletableFuture<T> future) {
        timeline.pass(future, this::isIdle);
        return future;
    }

    /** Lets so much time pass, while there is nothing that only time could end. */
    public void pass(Duration time) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        timeline.schedule(time, () -> end.complete(null));
        pass(end);
    }

    /** Creates a license and lets time pass until that has ended. */
    public CompletableFuture<OperationResult> create(String connector, Map<String, Object> license) {
        context = CallContext.begin(timeline, RETRY.operationTimeout());
        return pass(provisioning.createLicense(new OperationRequest(ApiMethod.CREATE_LICENSE, connector, null, null, null, List.of(license), false,
                false, false, context)));
    }

    /** Why a future failed. */
    public static Throwable failure(CompletableFuture<?> future) {
        try {
            return new AssertionError("did not fail but gave " + future.join());
        } catch (RuntimeException e) {
            return Futures.unwrap(e);
        }
    }

    @Override
    public void close() {
        gate.close();
        client.close();
    }
}
