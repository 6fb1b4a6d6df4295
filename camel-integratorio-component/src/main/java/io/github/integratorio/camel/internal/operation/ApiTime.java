package io.github.integratorio.camel.internal.operation;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.internal.concurrent.Scheduler;

/**
 * The API's time, which decides whether a license has ended. A single response with a wrong date, such as one from a cache, decides nothing:
 * a date that does not agree with this computer's clock must be confirmed by another response.
 */
final class ApiTime {

    /** Dates have whole seconds, and several servers have several clocks. */
    private static final Duration TOLERANCE = Duration.ofMinutes(1);

    private final Scheduler local;

    ApiTime(Scheduler local) {
        this.local = local;
    }

    /**
     * Returns the API's time; that of this computer if the API tells none, or two times that contradict each other and this computer's.
     *
     * @param date  the date of a response that has just come; null if it has none
     * @param again asks for another response, if that is necessary
     */
    CompletableFuture<Instant> confirmed(Instant date, Supplier<CompletableFuture<ApiResponse>> again) {
        Instant here = local.now();
        if (date == null || isNear(date, here)) {
            return CompletableFuture.completedFuture(date == null ? here : date);
        }
        long asked = local.nanoTime();
        return again.get().thenApply(response -> {
            Instant later = response.time();
            return later != null
                    && (isNear(later, date.plusNanos(local.nanoTime() - asked)) || isNear(later, local.now()))
                            ? later : here;
        });
    }

    private static boolean isNear(Instant one, Instant other) {
        return Duration.between(one, other).abs().compareTo(TOLERANCE) <= 0;
    }
}
