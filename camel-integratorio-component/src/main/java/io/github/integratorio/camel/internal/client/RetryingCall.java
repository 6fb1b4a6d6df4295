package io.github.integratorio.camel.internal.client;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;

import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.http.ResponseLimits;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.FailureKind;
import io.github.integratorio.camel.internal.client.protocol.RawResponse;
import io.github.integratorio.camel.internal.client.protocol.ResponseReader;
import io.github.integratorio.camel.internal.client.ratelimit.AccountRateLimiter.Permit;
import io.github.integratorio.camel.internal.client.ratelimit.RetryBudget;
import io.github.integratorio.camel.internal.concurrent.Futures;

/**
 * One API call from its first attempt to its outcome. It waits for a permit, sends the request, judges the response once, reports it
 * to the {@link CallListener} once, and decides whether to try again: {@link RetryPolicy} has the rule.
 *
 * <p>It never forgets that an earlier attempt may have succeeded: once an attempt of a write was ambiguous, the call ends as a success
 * or as ambiguous, whatever the last attempt says.
 *
 * @param <T> the result
 */
final class RetryingCall<T> {

    /** Calls that were told to come back at the same time spread over this part of the wait. */
    private static final double SPREAD = 0.2;

    private final IntegratorioClient client;
    private final ApiRequest request;
    private final ApiMethod method;
    private final CallFailures failures;
    private final CallContext context;
    private final ResponseReader<T> reader;
    private final RetryPolicy policy;
    private final RetryBudget budget;
    private final CompletableFuture<T> result = new CompletableFuture<>();

    private int attempts;
    private String token;
    private boolean tokenRenewed;
    /** Whether a request of this call may have left. */
    private boolean sent;
    /** The pause of the account that the last response asked for, or null. */
    private Duration pause;
    /** The last failure after which the request may have taken effect. */
    private Throwable ambiguity;

    RetryingCall(IntegratorioClient client, ApiRequest request, CallContext context, ResponseReader<T> reader) {
        this.client = client;
        this.request = request;
        this.method = request.call();
        this.failures = new CallFailures(method);
        this.context = context;
        this.reader = reader;
        this.policy = client.config.retry();
        this.budget = client.rateLimiter.retries();
    }

    /** Starts the call. */
    CompletableFuture<T> start() {
        step(() -> {
            budget.called();
            token = client.token.current();
            if (token != null) {
                attempt();
            } else {
                await(client.token.read(client), (given, error) -> {
                    if (error != null) {
                        end(failures.ofTokenSource(error));
                    } else {
                        token = given;
                        attempt();
                    }
                });
            }
        });
        return result;
    }

    /** Runs a part of the call. Whatever it throws ends the call, so that nobody waits for it for ever. */
    private void step(Runnable part) {
        try {
            part.run();
        } catch (Throwable e) {
            result.completeExceptionally(failures.asOutcome(e, sent));
        }
    }

    /** Waits for a token source, which may be slow, but not beyond the deadline of this call. */
    private <V> void await(CompletableFuture<V> answer, BiConsumer<V, Throwable> then) {
        CompletableFuture<V> own = answer.copy();
        Runnable cancelTimeout = own.isDone() ? () -> {} : context.atDeadline(
                () -> own.completeExceptionally(new IntegratorioTransportException(method.label(),
                        new IOException("the accessTokenSupplier gave no token within operationTimeout"), true,
                        false)));
        own.whenComplete((value, error) -> step(() -> {
            cancelTimeout.run();
            then.accept(value, Futures.unwrap(error));
        }));
    }

    private void attempt() {
        if (result.isDone()) {
            return;
        }
        attempts++;
        context.recordAttempt(attempts);
        send();
    }

    private void send() {
        long queuedAt = client.scheduler.nanoTime();
        CompletableFuture<Permit> admission;
        pause = null;
        try {
            admission = context.isProbe() ? client.rateLimiter.acquireAhead(client.scheduler)
                    : client.rateLimiter.acquire(context.deadline(), client.scheduler);
        } catch (RuntimeException | Error e) {
            admission = CompletableFuture.failedFuture(e);
        }
        if (admission.isDone() && !admission.isCompletedExceptionally()) {
            exchange(admission.join(), queuedAt);
            return;
        }
        admission.whenComplete((permit, refusal) -> step(() -> {
            if (refusal == null) {
                exchange(permit, queuedAt);
            } else {
                handleFailure(new IntegratorioTransportException(method.label(),
                        Futures.unwrap(refusal) instanceof Exception reason ? reason : new IOException(refusal), true,
                        false));
            }
        }));
    }

    private void exchange(Permit permit, long queuedAt) {
        try {
            long sentAt = client.scheduler.nanoTime();
            context.waited(sentAt - queuedAt);
            client.listener.waited(method, Duration.ofNanos(sentAt - queuedAt));
            token = client.token.current();
            sent = true;
            client.transport.get()
                    .send(request, reader.target(), token, limits(), client.scheduler, client.workers, permit::release)
                    .whenComplete((response, error) -> step(() -> receive(permit, response, error, sentAt)));
        } catch (RuntimeException | Error e) {
            permit.release();
            handleFailure(failures.asOutcome(e, sent));
        }
    }

    private ResponseLimits limits() {
        Duration requestTimeout = client.config.requestTimeout();
        Duration remaining = context.remaining();
        boolean isShort = remaining.compareTo(requestTimeout) < 0;
        return new ResponseLimits(isShort ? remaining : requestTimeout,
                isShort ? "the rest of operationTimeout" : "requestTimeout",
                requestTimeout, client.config.maxResponseSize(), reader.isStreamed());
    }

    private void receive(Permit permit, RawResponse response, Throwable error, long sentAt) {
        Duration took = Duration.ofNanos(client.scheduler.nanoTime() - sentAt);
        if (response == null) {
            judge(null, error, took);
            return;
        }
        pause = policy.pause(response, attempts - 1);
        if (pause != null) {
            permit.throttled(pause);
        }
        judge(response, null, took);
    }

    private void judge(RawResponse response, Throwable error, Duration took) {
        T value = null;
        Throwable failure = null;
        try {
            value = response == null ? null : reader.read(response.hiding(client.token.secrets()));
            failure = response != null ? null
                    : failures.asOutcome(failures.withoutTokens(Futures.unwrap(error), client.token.secrets()), sent);
        } catch (Throwable e) {
            failure = failures.asOutcome(e, sent);
        }
        client.listener.answered(method, failure, failure == null ? null : FailureKind.of(failure), took);
        if (failure != null) {
            handleFailure(failure);
        } else if (value == null) {
            send();
        } else {
            budget.succeeded();
            result.complete(value);
        }
    }

    private void handleFailure(Throwable failure) {
        FailureKind kind = FailureKind.of(failure);
        if (kind.isOpen()) {
            ambiguity = failure;
        }
        if (ambiguity != null && reader.resultIfGone() != null && isNotFound(failure)) {
            // An earlier attempt may be the reason why there is nothing left to delete.
            result.complete(reader.resultIfGone());
        } else if (kind == FailureKind.UNAUTHORIZED && !tokenRenewed && TokenCache.isRenewable(client.config.token())) {
            renewToken(failure);
        } else if (mayRetry(kind)) {
            retryLater(kind, failure);
        } else {
            end(failure);
        }
    }

    /** Whether the API has nothing at this path. A page or text, such as that of a proxy without a server behind it, does not say so. */
    private static boolean isNotFound(Throwable failure) {
        return failure instanceof IntegratorioApiException refusal && refusal.getStatusCode() == 404
                && !refusal.getResponseHeaders().getOrDefault("Content-Type", "").startsWith("text/");
    }

    private void renewToken(Throwable failure) {
        tokenRenewed = true;
        await(client.token.renew(client, token), (renewed, error) -> {
            if (error != null) {
                failure.addSuppressed(error);
                end(failure);
            } else if (renewed) {
                attempt();
            } else {
                end(failure);
            }
        });
    }

    private boolean mayRetry(FailureKind kind) {
        return RetryPolicy.isRetryable(method, kind) && attempts <= policy.maxRetries() && !context.isProbe()
                && !isSuperseded()
                // Requests that the API delays need no budget: the rate limiter keeps them rare.
                && (kind == FailureKind.THROTTLED || isPaused() || budget.take());
    }

    private boolean isPaused() {
        return pause != null && !pause.isZero();
    }

    /** A write that may have taken effect is not repeated over a newer one. */
    private boolean isSuperseded() {
        return ambiguity != null && context.isSuperseded();
    }

    private void retryLater(FailureKind kind, Throwable failure) {
        Duration delay = policy.delay(attempts - 1, ThreadLocalRandom.current().nextDouble());
        if (isPaused()) {
            Duration spread =
                    Duration.ofNanos((long) (pause.toNanos() * SPREAD * ThreadLocalRandom.current().nextDouble()));
            delay = RetryPolicy.min(pause.plus(spread), policy.maxRetryAfter());
        }
        if (delay.compareTo(context.remaining()) >= 0) {
            end(failure);
            return;
        }
        long since = client.scheduler.nanoTime();
        try {
            client.scheduler.schedule(delay, () -> step(() -> {
                long waited = client.scheduler.nanoTime() - since;
                context.waited(waited);
                client.listener.waited(method, Duration.ofNanos(waited));
                if (isSuperseded()) {
                    end(failure);
                    return;
                }
                if (kind == FailureKind.AMBIGUOUS) {
                    reader.restart();
                }
                attempt();
            }));
        } catch (RuntimeException | Error e) {
            end(failure);
        }
    }

    /** Fails with the last failure, or as ambiguous if an earlier attempt of a write may have taken effect. */
    private void end(Throwable failure) {
        result.completeExceptionally(failures.last(failure, ambiguity));
    }
}
