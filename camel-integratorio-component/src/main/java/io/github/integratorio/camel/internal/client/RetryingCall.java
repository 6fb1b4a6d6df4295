package io.github.integratorio.camel.internal.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioRateLimitException;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.FailureKind;
import io.github.integratorio.camel.internal.client.ratelimit.RetryBudget;
import io.github.integratorio.camel.internal.concurrent.Scheduler;

/**
 * One call from its first try to its end. Which failures are tried again stands in {@link FailureKind.Repeat}; what is never forgotten
 * on the way is that an earlier try may have done its work.
 */
final class RetryingCall<T> {

    /** Those who were told to come back at the same time come a little apart. */
    private static final double SPREAD = 0.2;

    private final ApiMethod call;
    private final CallContext context;
    private final RetryPolicy settings;
    private final Scheduler timeline;
    private final RetryBudget budget;
    private final CallListener observer;
    private final Supplier<CompletableFuture<T>> attempt;
    private final CompletableFuture<T> result = new CompletableFuture<>();

    private Consumer<FailureKind> beforeRetry = failure -> { };
    private T alreadyGone;
    private Supplier<CompletableFuture<Boolean>> newToken = () -> CompletableFuture.completedFuture(false);
    private int tries;
    private boolean renewed;
    /** The last failure after which nobody knows what happened. For a read, which changes nothing, it is as any other. */
    private Throwable ambiguity;

    RetryingCall(ApiMethod call, CallContext context, RetryPolicy settings, Scheduler timeline, RetryBudget budget,
             CallListener observer, Supplier<CompletableFuture<T>> attempt) {
        this.call = call;
        this.context = context;
        this.settings = settings;
        this.timeline = timeline;
        this.budget = budget;
        this.observer = observer;
        this.attempt = attempt;
    }

    /** Is told the failure before the next try. */
    RetryingCall<T> beforeRetry(Consumer<FailureKind> action) {
        beforeRetry = action;
        return this;
    }

    /** What a deletion comes to when it is found done after a try of ours that may have done it. */
    RetryingCall<T> alreadyGone(T answer) {
        alreadyGone = answer;
        return this;
    }

    /** Asks for another token after the first refusal of one. */
    RetryingCall<T> newToken(Supplier<CompletableFuture<Boolean>> source) {
        newToken = source;
        return this;
    }

    /** Begins. */
    CompletableFuture<T> run() {
        budget.called();
        next();
        return result;
    }

    private void next() {
        tries++;
        context.recordAttempt(tries);
        CompletableFuture<T> running;
        try {
            running = attempt.get();
        } catch (RuntimeException e) {
            running = CompletableFuture.failedFuture(e);
        }
        running.whenComplete((value, error) -> {
            if (error == null) {
                budget.succeeded();
                result.complete(value);
            } else {
                failed(FailureKind.unwrap(error));
            }
        });
    }

    private void failed(Throwable error) {
        FailureKind failure = FailureKind.of(error);
        if (failure == FailureKind.AMBIGUOUS) {
            ambiguity = error;
        }
        if (failure == FailureKind.REJECTED && ambiguity != null && alreadyGone != null
                && error instanceof IntegratorioApiException refused && refused.getStatusCode() == 404) {
            result.complete(alreadyGone);
        } else if (failure == FailureKind.UNAUTHORIZED && !renewed) {
            renewed = true;
            CompletableFuture<Boolean> renewal = newToken.get();
            Runnable alarm = context.atDeadline(() -> renewal.complete(false));
            renewal.whenComplete((isNew, problem) -> {
                alarm.run();
                if (problem == null && isNew) {
                    next();
                } else {
                    end(error);
                }
            });
        } else if (mayRepeat(failure)) {
            waitAndRepeat(failure, error);
        } else {
            end(error);
        }
    }

    private boolean mayRepeat(FailureKind failure) {
        return call.idempotency().after(failure) && tries <= settings.maxRetries()
                && !isSuperseded()
                // Being throttled costs nothing here: the gate sees to it that it is rare.
                && (failure == FailureKind.THROTTLED || budget.take());
    }

    /** What may have been done is not done again over something newer. */
    private boolean isSuperseded() {
        return ambiguity != null && context.isSuperseded();
    }

    private void waitAndRepeat(FailureKind failure, Throwable error) {
        Duration delay = settings.delay(tries - 1, ThreadLocalRandom.current().nextDouble());
        if (error instanceof IntegratorioRateLimitException limit) {
            Duration asked = limit.getRetryAfter() == null ? settings.defaultPause(tries - 1) : limit.getRetryAfter();
            if (asked.compareTo(settings.maxRetryAfter()) > 0) {
                end(error);
                return;
            }
            Duration spread = Duration.ofNanos((long) (asked.toNanos() * SPREAD * ThreadLocalRandom.current().nextDouble()));
            delay = asked.isZero() ? delay : asked.plus(spread);
        }
        if (delay.compareTo(context.remaining()) >= 0) {
            end(error);
            return;
        }
        long since = timeline.nanoTime();
        timeline.schedule(delay, () -> {
            long waited = timeline.nanoTime() - since;
            context.waited(waited);
            observer.waited(call, Duration.ofNanos(waited));
            if (isSuperseded()) {
                end(error);
                return;
            }
            beforeRetry.accept(failure);
            next();
        });
    }

    /** The last failure is told, unless an earlier try of a write may have done its work: then that is. */
    private void end(Throwable error) {
        boolean open = ambiguity instanceof IntegratorioAmbiguousOutcomeException && !(error instanceof IntegratorioAmbiguousOutcomeException);
        result.completeExceptionally(!open ? error
                : new IntegratorioAmbiguousOutcomeException(call.label(),
                        "an earlier try got no answer that can be believed, and the last one failed: " + error.getMessage(),
                        ((IntegratorioAmbiguousOutcomeException) ambiguity).getStatusCode()));
    }
}
