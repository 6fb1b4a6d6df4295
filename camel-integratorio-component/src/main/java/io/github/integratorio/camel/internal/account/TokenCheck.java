package io.github.integratorio.camel.internal.account;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.internal.concurrent.Scheduler;

/** The last question to the API whether it accepts the token. All who ask within a short time share its answer. */
final class TokenCheck {

    private static final Duration MAX_AGE = Duration.ofSeconds(5);

    private final Scheduler clock;
    // Both guarded by this.
    private CompletableFuture<ApiResponse> last;
    private long askedAt;

    TokenCheck(Scheduler clock) {
        this.clock = clock;
    }

    /**
     * Returns the answer.
     *
     * @param asker the scheduler of the client that asks: if it is closed before there is an answer, the next one asks again
     * @param ask   sends the question
     */
    synchronized CompletableFuture<ApiResponse> result(Scheduler asker, Supplier<CompletableFuture<ApiResponse>> ask) {
        boolean isNew = last == null || last.isDone() && clock.nanoTime() - askedAt > MAX_AGE.toNanos();
        if (isNew) {
            askedAt = clock.nanoTime();
            CompletableFuture<ApiResponse> question = ask.get();
            last = question;
            question.whenComplete((answer, error) -> {
                if (error != null && asker.isClosed()) {
                    forget(question);
                }
            });
        }
        return last;
    }

    private synchronized void forget(CompletableFuture<ApiResponse> question) {
        if (last == question) {
            last = null;
        }
    }
}
