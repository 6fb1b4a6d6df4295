package io.github.integratorio.camel.support;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.CallListener;
import io.github.integratorio.camel.internal.client.ClientConfig;
import io.github.integratorio.camel.internal.client.IntegratorioClient;
import io.github.integratorio.camel.internal.client.RetryPolicy;
import io.github.integratorio.camel.internal.client.TokenSource;
import io.github.integratorio.camel.internal.client.http.HttpTransport;
import io.github.integratorio.camel.internal.client.http.TransportConfig;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.internal.client.protocol.FailureKind;
import io.github.integratorio.camel.internal.client.ratelimit.AccountRateLimiter;
import io.github.integratorio.camel.internal.client.ratelimit.RateLimits;
import io.github.integratorio.camel.internal.concurrent.Futures;
import io.github.integratorio.camel.internal.operation.OperationExecutor;
import io.github.integratorio.camel.internal.operation.request.OperationRequest;
import io.github.integratorio.camel.internal.operation.request.OperationResult;
import io.github.integratorio.camel.internal.operation.write.AccountWriteState;

/** A client on real sockets and virtual time. */
public final class VirtualClient implements AutoCloseable {

    public static final Instant START = Instant.parse("2026-06-01T10:00:00Z");
    public static final RetryPolicy RETRY = new RetryPolicy(Duration.ofMinutes(2), 5, Duration.ofMillis(200),
            Duration.ofSeconds(10), Duration.ofMinutes(1));
    /** Memory for responses in bytes. */
    public static final long BUFFERED = 32 << 20;
    public static final RateLimits RATE_LIMITS = new RateLimits(300, 1000, 64, 1000);

    public final VirtualScheduler scheduler;
    public final AccountRateLimiter rateLimiter;
    public final IntegratorioClient client;
    private final HttpTransport transport;
    public final OperationExecutor provisioning;
    /** The failure of each request in order; null for a successful one. */
    public final List<FailureKind> failures = Collections.synchronizedList(new ArrayList<>());
    public CallContext context;
    /** Is told what this client's own listener is told. */
    public volatile CallListener observer;
    /** Whether tasks for other threads are rejected. */
    public volatile boolean workersStopped;
    /** Number of tasks handed over to another thread. */
    public final AtomicInteger handOvers = new AtomicInteger();
    /** Number of unfinished tasks handed over to other threads; time must not advance while it is above 0. */
    private final AtomicInteger handedOver = new AtomicInteger();

    public VirtualClient(String baseUrl, Supplier<String> token, RetryPolicy retry, RateLimits limits,
            VirtualScheduler scheduler) {
        this(config(baseUrl, token, retry, limits), scheduler);
    }

    /** The configuration of a client without TLS and proxy. */
    public static ClientConfig config(String baseUrl, Supplier<String> token, RetryPolicy retry, RateLimits limits) {
        return new ClientConfig(
                new TransportConfig(URI.create(baseUrl), null, null, 0, Duration.ofSeconds(10), BUFFERED,
                        null),
                new TokenSource(null, token), Duration.ofSeconds(30), 1 << 20, retry, limits, Duration.ofMinutes(1), 0);
    }

    public VirtualClient(ClientConfig settings, VirtualScheduler scheduler) {
        this(settings, scheduler, new AccountWriteState());
    }

    /** A client that shares the state of writes with others, as components do that use the same API. */
    public VirtualClient(ClientConfig settings, VirtualScheduler scheduler, AccountWriteState writes) {
        this.scheduler = scheduler;
        this.rateLimiter = new AccountRateLimiter(settings.limits(), scheduler);
        this.transport = new HttpTransport(settings.transport());
        this.client = new IntegratorioClient(settings, () -> transport, rateLimiter, scheduler, this::handOver,
                new CallListener() {
                    @Override
                    public void answered(ApiMethod call, Throwable error, FailureKind failure, Duration took) {
                        if (failure != null) {
                            failures.add(failure);
                        }
                        if (observer != null) {
                            observer.answered(call, error, failure, took);
                        }
                    }

                    @Override
                    public void waited(ApiMethod call, Duration waited) {
                        if (observer != null) {
                            observer.waited(call, waited);
                        }
                    }
                });
        this.provisioning =
                new OperationExecutor(client, scheduler, Runnable::run, writes, settings.licenseIndexMaxAge());
    }

    public static VirtualClient of(ScriptedServer server) {
        return new VirtualClient(server.baseUrl(), () -> "canary-token", RETRY, RATE_LIMITS,
                new VirtualScheduler(START));
    }

    /** Makes a call with the ids and body it requires, and advances time until it completes. */
    public CompletableFuture<ApiResponse> call(ApiMethod call) {
        return pass(begin(call));
    }

    /** Makes a call. */
    public CompletableFuture<ApiResponse> begin(ApiMethod call) {
        return begin(call, RETRY.operationTimeout());
    }

    /** Makes a call with this timeout. */
    public CompletableFuture<ApiResponse> begin(ApiMethod call, Duration operationTimeout) {
        context = CallContext.begin(scheduler, operationTimeout);
        String licenseId = call.pathTemplate().contains("{licenseId}") ? "l1" : null;
        return client.call(
                new ApiRequest(call, "c1", licenseId,
                        call.isWrite() && !call.method().equals("DELETE") ? "{}".getBytes() : null),
                context);
    }

    private void handOver(Runnable task) {
        if (workersStopped) {
            throw new RejectedExecutionException("stopped");
        }
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

    /** Whether no request or task is in progress. */
    public boolean isIdle() {
        // A request is in flight until its processing has been handed over, and vice versa: checked twice
        // because it may be handed over in between.
        boolean first = hasNothingToDo();
        return first && hasNothingToDo();
    }

    private boolean hasNothingToDo() {
        return rateLimiter.status().inFlight() == 0 && !rateLimiter.isAdmitting() && handedOver.get() == 0
                && rateLimiter.status().inFlight() == 0;
    }

    /** Advances time until the future has completed. */
    public <T> CompletableFuture<T> pass(CompletableFuture<T> future) {
        scheduler.pass(future, this::isIdle);
        return future;
    }

    /** Advances by the given time while no request or task is in progress. */
    public void pass(Duration time) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        scheduler.schedule(time, () -> end.complete(null));
        pass(end);
    }

    /** Creates a license and advances time until the call completes. */
    public CompletableFuture<OperationResult> create(String connector, Map<String, Object> license) {
        context = CallContext.begin(scheduler, RETRY.operationTimeout());
        return pass(provisioning.createLicense(
                new OperationRequest(ApiMethod.CREATE_LICENSE, connector, null, null, false, null, List.of(license),
                        false,
                        false, false, context)));
    }

    /** The failure of a future, which is about to end. */
    public static Throwable failure(CompletableFuture<?> future) {
        try {
            return new AssertionError("did not fail but gave " + future.get(1, TimeUnit.MINUTES));
        } catch (TimeoutException | InterruptedException e) {
            throw new AssertionError("did not end", e);
        } catch (ExecutionException | CancellationException e) {
            return Futures.unwrap(e);
        }
    }

    @Override
    public void close() {
        scheduler.close();
        transport.close();
    }
}
