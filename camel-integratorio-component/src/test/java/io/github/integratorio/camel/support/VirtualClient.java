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

import io.github.integratorio.camel.client.AccessToken;
import io.github.integratorio.camel.client.ApiAnswer;
import io.github.integratorio.camel.client.ApiCall;
import io.github.integratorio.camel.client.ApiRequest;
import io.github.integratorio.camel.client.CallContext;
import io.github.integratorio.camel.client.CallObserver;
import io.github.integratorio.camel.client.ClientSettings;
import io.github.integratorio.camel.client.Failure;
import io.github.integratorio.camel.client.HttpIntegratorioClient;
import io.github.integratorio.camel.client.RetrySettings;
import io.github.integratorio.camel.client.gate.AccountGate;
import io.github.integratorio.camel.client.gate.GateSettings;
import io.github.integratorio.camel.provisioning.AccountWrites;
import io.github.integratorio.camel.provisioning.Input;
import io.github.integratorio.camel.provisioning.Provisioning;
import io.github.integratorio.camel.provisioning.Result;

/** The client on real sockets and virtual time. */
public final class VirtualClient implements AutoCloseable {

    public static final Instant START = Instant.parse("2026-06-01T10:00:00Z");
    public static final RetrySettings RETRY = new RetrySettings(Duration.ofMinutes(2), 5, Duration.ofMillis(200),
            Duration.ofSeconds(10), Duration.ofMinutes(1));
    public static final GateSettings GATE = new GateSettings(300, 1000, 64, 1000);

    public final VirtualTimeline timeline;
    public final AccountGate gate;
    public final HttpIntegratorioClient client;
    public final Provisioning provisioning;
    /** What became of each request, in order: null for a good one. */
    public final List<Failure> failures = Collections.synchronizedList(new ArrayList<>());
    public CallContext context;
    /** How often something was handed over to another thread. */
    public final AtomicInteger handOvers = new AtomicInteger();
    /** What was handed over to other threads and has not ended: time must stand still for it, too. */
    private final AtomicInteger handedOver = new AtomicInteger();

    public VirtualClient(String baseUrl, Supplier<String> token, RetrySettings retry, GateSettings limits, VirtualTimeline timeline) {
        this(new ClientSettings(URI.create(baseUrl), new AccessToken(null, token), null, null, 0,
                Duration.ofSeconds(10), Duration.ofSeconds(30), 1 << 20, null, retry, limits), timeline);
    }

    public VirtualClient(ClientSettings settings, VirtualTimeline timeline) {
        this.timeline = timeline;
        this.gate = new AccountGate(settings.gate(), timeline);
        this.client = new HttpIntegratorioClient(settings, gate, timeline, this::handOver, new CallObserver() {
            @Override
            public void answered(ApiCall call, Throwable error, Failure failure, Duration took) {
                if (failure != null) {
                    failures.add(failure);
                }
            }

            @Override
            public void waited(ApiCall call, Duration waited) {
                // Looked at in the context.
            }
        });
        this.provisioning = new Provisioning(client, timeline, new AccountWrites());
    }

    public static VirtualClient of(ScriptedServer server) {
        return new VirtualClient(server.baseUrl(), () -> "canary-token", RETRY, GATE, new VirtualTimeline(START));
    }

    /** Makes a call with ids and body as it needs them, and lets time pass until it has ended. */
    public CompletableFuture<ApiAnswer> call(ApiCall call) {
        return pass(begin(call));
    }

    /** Makes a call. */
    public CompletableFuture<ApiAnswer> begin(ApiCall call) {
        return begin(call, RETRY.operationTimeout());
    }

    /** Makes a call that may take so long. */
    public CompletableFuture<ApiAnswer> begin(ApiCall call, Duration operationTimeout) {
        context = CallContext.begin(timeline, operationTimeout);
        String licenseId = call.template().contains("{licenseId}") ? "l1" : null;
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
        timeline.after(time, () -> end.complete(null));
        pass(end);
    }

    /** Creates a license and lets time pass until that has ended. */
    public CompletableFuture<Result> create(String connector, Map<String, Object> license) {
        context = CallContext.begin(timeline, RETRY.operationTimeout());
        return pass(provisioning.createLicense(new Input(ApiCall.CREATE_LICENSE, connector, null, null, null, List.of(license), false,
                false, false, context)));
    }

    /** Why a future failed. */
    public static Throwable failure(CompletableFuture<?> future) {
        try {
            return new AssertionError("did not fail but gave " + future.join());
        } catch (RuntimeException e) {
            return Failure.unwrap(e);
        }
    }

    @Override
    public void close() {
        gate.close();
        client.close();
    }
}
