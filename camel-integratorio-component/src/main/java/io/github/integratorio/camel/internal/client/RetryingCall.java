package io.github.integratorio.camel.internal.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioRateLimitException;
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
    /** Responses of this size are parsed by a worker, because other responses wait for the I/O thread. */
    private static final int LONG_RESPONSE = 100_000;

    private final IntegratorioClient client;
    private final ApiRequest request;
    private final ApiMethod method;
    private final CallContext context;
    private final ResponseReader<T> reader;
    private final RetryPolicy policy;
    private final RetryBudget budget;
    private final CompletableFuture<T> result = new CompletableFuture<>();

    private int attempts;
    private String token;
    private boolean tokenRenewed;
    /** The last failure after which the request may have taken effect. */
    private Throwable ambiguity;

    RetryingCall(IntegratorioClient client, ApiRequest request, CallContext context, ResponseReader<T> reader) {
        this.client = client;
        this.request = request;
        this.method = request.call();
        this.context = context;
        this.reader = reader;
        this.policy = client.config.retry();
        this.budget = client.rateLimiter.retries();
    }

    /** Starts the call. */
    CompletableFuture<T> start() {
        budget.called();
        try {
            // On the caller's thread, which may block in a token supplier.
            token = client.token.read();
            attempt();
        } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
        }
        return result;
    }

    private void attempt() {
        attempts++;
        context.recordAttempt(attempts);
        send();
    }

    private void send() {
        long queuedAt = client.scheduler.nanoTime();
        CompletableFuture<Permit> admission = context.isProbe()
                ? client.rateLimiter.acquireAhead(client.scheduler)
                : client.rateLimiter.acquire(context.deadline(), client.scheduler);
        if (admission.isDone() && !admission.isCompletedExceptionally()) {
            exchange(admission.join(), queuedAt);
            return;
        }
        admission.whenComplete((permit, refusal) -> {
            if (refusal == null) {
                exchange(permit, queuedAt);
            } else {
                handleFailure(new IntegratorioTransportException(method.label(), (Exception) Futures.unwrap(refusal),
                        true, false));
            }
        });
    }

    private void exchange(Permit permit, long queuedAt) {
        try {
            long sentAt = client.scheduler.nanoTime();
            context.waited(sentAt - queuedAt);
            client.listener.waited(method, Duration.ofNanos(sentAt - queuedAt));
            token = client.token.read();
            client.transport.get().send(request, reader.target(), token, limits(), client.scheduler, permit::release)
                    .whenComplete((response, error) -> receive(permit, response, error, sentAt));
        } catch (RuntimeException | Error e) {
            permit.release();
            handleFailure(e);
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
        if (response.status() == 429) {
            permit.throttled(response.retryAfter().orElse(RetryPolicy.DEFAULT_PAUSE));
        }
        if (response.length() < LONG_RESPONSE) {
            judge(response, null, took);
        } else {
            client.workers.execute(() -> judge(response, null, took));
        }
    }

    private void judge(RawResponse response, Throwable error, Duration took) {
        T value = null;
        Throwable failure = null;
        try {
            value = response == null ? null : reader.read(response.withoutSecret(token));
            failure = response == null ? asOutcome(Futures.unwrap(error)) : null;
        } catch (Throwable e) {
            failure = asOutcome(e);
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

    /** A write that was sent and got no response, or one that could not be processed, may have taken effect. */
    private Throwable asOutcome(Throwable failure) {
        if (!method.isWrite()) {
            return failure;
        }
        if (failure instanceof IntegratorioTransportException transport) {
            return transport.isNotSent() ? transport
                    : new IntegratorioAmbiguousOutcomeException(method.label(),
                            "response lost: " + transport.getReason(), 0);
        }
        return failure instanceof Error
                ? new IntegratorioAmbiguousOutcomeException(method.label(),
                        "the response was not processed: " + failure, 0)
                : failure;
    }

    private void handleFailure(Throwable failure) {
        FailureKind kind = FailureKind.of(failure);
        if (kind == FailureKind.AMBIGUOUS) {
            ambiguity = failure;
        }
        if (ambiguity != null && reader.resultIfGone() != null && isNotFound(failure)) {
            // An earlier attempt may be the reason why there is nothing left to delete.
            result.complete(reader.resultIfGone());
        } else if (kind == FailureKind.UNAUTHORIZED && !tokenRenewed && client.token.isRenewable()) {
            renewToken(failure);
        } else if (mayRetry(kind)) {
            retryLater(kind, failure);
        } else {
            end(failure);
        }
    }

    private static boolean isNotFound(Throwable failure) {
        return failure instanceof IntegratorioApiException refusal && refusal.getStatusCode() == 404;
    }

    private void renewToken(Throwable failure) {
        tokenRenewed = true;
        String refused = token;
        CompletableFuture<Boolean> renewal =
                CompletableFuture.supplyAsync(() -> client.token.renew(refused), client.workers);
        Runnable cancelTimeout = context.atDeadline(() -> renewal.complete(false));
        renewal.whenComplete((renewed, error) -> {
            cancelTimeout.run();
            if (error == null && renewed) {
                attempt();
            } else {
                end(failure);
            }
        });
    }

    private boolean mayRetry(FailureKind kind) {
        return RetryPolicy.isRetryable(method, kind) && attempts <= policy.maxRetries() && !context.isProbe()
                && !isSuperseded()
                // Throttled requests need no budget: the rate limiter keeps them rare.
                && (kind == FailureKind.THROTTLED || budget.take());
    }

    /** A write that may have taken effect is not repeated over a newer one. */
    private boolean isSuperseded() {
        return ambiguity != null && context.isSuperseded();
    }

    private void retryLater(FailureKind kind, Throwable failure) {
        Duration delay = policy.delay(attempts - 1, ThreadLocalRandom.current().nextDouble());
        if (failure instanceof IntegratorioRateLimitException limit) {
            Duration asked = limit.getRetryAfter() == null ? policy.defaultPause(attempts - 1) : limit.getRetryAfter();
            if (asked.compareTo(policy.maxRetryAfter()) > 0) {
                end(failure);
                return;
            }
            Duration spread =
                    Duration.ofNanos((long) (asked.toNanos() * SPREAD * ThreadLocalRandom.current().nextDouble()));
            delay = asked.isZero() ? delay : asked.plus(spread);
        }
        if (delay.compareTo(context.remaining()) >= 0) {
            end(failure);
            return;
        }
        long since = client.scheduler.nanoTime();
        client.scheduler.schedule(delay, () -> {
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
        });
    }

    /** Fails with the last failure, or as ambiguous if an earlier attempt of a write may have taken effect. */
    private void end(Throwable failure) {
        boolean isOpen = ambiguity instanceof IntegratorioAmbiguousOutcomeException
                && !(failure instanceof IntegratorioAmbiguousOutcomeException);
        result.completeExceptionally(!isOpen ? failure
                : new IntegratorioAmbiguousOutcomeException(method.label(),
                        "an earlier attempt may have taken effect, and the last one failed: " + failure.getMessage(),
                        ((IntegratorioAmbiguousOutcomeException) ambiguity).getStatusCode()));
    }
}
