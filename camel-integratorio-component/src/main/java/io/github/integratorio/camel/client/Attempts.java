package io.github.integratorio.camel.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.github.integratorio.camel.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.IntegratorioApiException;
import io.github.integratorio.camel.IntegratorioRateLimitException;
import io.github.integratorio.camel.client.gate.RetryBudget;
import io.github.integratorio.camel.client.gate.Timeline;

/**
 * One call from its first try to its end. Which failures are tried again stands in {@link Failure.Repeat}; what is never forgotten
 * on the way is that an earlier try may have done its work.
 */
final class Attempts<T> {

    /** Those who were told to come back at the same time come a little apart. */
    private static final double SPREAD = 0.2;

    private final ApiCall call;
    private final CallContext context;
    private final RetrySettings settings;
    private final Timeline timeline;
    private final RetryBudget budget;
    private final CallObserver observer;
    private final Supplier<CompletableFuture<T>> attempt;
    private final CompletableFuture<T> result = new CompletableFuture<>();

    private Consumer<Failure> beforeRetry = failure -> { };
    private T alreadyGone;
    private Supplier<CompletableFuture<Boolean>> newToken = () -> CompletableFuture.completedFuture(false);
    private int tries;
    private boolean renewed;
    /** The last failure after which nobody knows what happened. For a read, which changes nothing, it is as any other. */
    private Throwable ambiguity;

    Attempts(ApiCall call, CallContext context, RetrySettings settings, Timeline timeline, RetryBudget budget,
             CallObserver observer, Supplier<CompletableFuture<T>> attempt) {
        this.call = call;
        this.context = context;
        this.settings = settings;
        this.timeline = timeline;
        this.budget = budget;
        this.observer = observer;
        this.attempt = attempt;
    }

    /** Is told the failure before the next try. */
    Attempts<T> beforeRetry(Consumer<Failure> action) {
        beforeRetry = action;
        return this;
    }

    /** What a deletion comes to when it is found done after a try of ours that may have done it. */
    Attempts<T> alreadyGone(T answer) {
        alreadyGone = answer;
        return this;
    }

    /** Asks for another token after the first refusal of one. */
    Attempts<T> newToken(Supplier<CompletableFuture<Boolean>> source) {
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
        context.attempted(tries);
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
                failed(Failure.unwrap(error));
            }
        });
    }

    private void failed(Throwable error) {
        Failure failure = Failure.of(error);
        if (failure == Failure.AMBIGUOUS) {
            ambiguity = error;
        }
        if (failure == Failure.DEFINITE && ambiguity != null && alreadyGone != null
                && error instanceof IntegratorioApiException refused && refused.getStatusCode() == 404) {
            result.complete(alreadyGone);
        } else if (failure == Failure.UNAUTHORIZED && !renewed) {
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

    private boolean mayRepeat(Failure failure) {
        return call.repeat().after(failure) && tries <= settings.maximumRetries()
                && !isSuperseded()
                // Being throttled costs nothing here: the gate sees to it that it is rare.
                && (failure == Failure.THROTTLED || budget.take());
    }

    /** What may have been done is not done again over something newer. */
    private boolean isSuperseded() {
        return ambiguity != null && context.isSuperseded();
    }

    private void waitAndRepeat(Failure failure, Throwable error) {
        Duration delay = settings.delay(tries - 1, ThreadLocalRandom.current().nextDouble());
        if (error instanceof IntegratorioRateLimitException limit) {
            Duration asked = limit.getRetryAfter() == null ? settings.unsaidPause(tries - 1) : limit.getRetryAfter();
            if (asked.compareTo(settings.maximumRetryAfter()) > 0) {
                end(error);
                return;
            }
            Duration spread = Duration.ofNanos((long) (asked.toNanos() * SPREAD * ThreadLocalRandom.current().nextDouble()));
            delay = asked.isZero() ? delay : asked.plus(spread);
        }
        if (delay.compareTo(context.left()) >= 0) {
            end(error);
            return;
        }
        long since = timeline.nanos();
        timeline.after(delay, () -> {
            long waited = timeline.nanos() - since;
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
