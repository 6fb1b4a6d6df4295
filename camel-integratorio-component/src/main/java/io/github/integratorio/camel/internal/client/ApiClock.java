package io.github.integratorio.camel.internal.client;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.internal.concurrent.Scheduler;

/**
 * The API's clock, as the dates of its responses show it. A single response with a wrong date, such as one from a cache, does not move it: a
 * date must agree with this computer's clock or with another response. Not thread-safe.
 */
public final class ApiClock {

    /** Dates have whole seconds, and several servers have several clocks. */
    private static final Duration TOLERANCE = Duration.ofMinutes(1);

    private final Scheduler local;
    /** The last date that was believed, and the last one that was not. */
    private Reading believed;
    private Reading doubted;

    /** A clock that no response has set yet; until then, it shows the local time. */
    public ApiClock(Scheduler local) {
        this.local = local;
    }

    /** Returns whether a date can be believed. If not, another response should be asked for. */
    public boolean believes(Instant date) {
        if (date == null) {
            return true;
        }
        Reading reading = new Reading(date, local.nanoTime());
        boolean isBelieved = isNear(date, local.now()) || agrees(believed, reading) || agrees(doubted, reading);
        believed = isBelieved ? reading : believed;
        doubted = isBelieved ? null : reading;
        return isBelieved;
    }

    /** Whether a date has been believed. */
    public boolean isSet() {
        return believed != null;
    }

    /** What the clock shows: the local time until a date has been believed. */
    public Instant now() {
        return believed == null ? local.now() : believed.at(local.nanoTime());
    }

    /**
     * Returns the time, which one more response confirms if necessary. It is the date as it was sent, so that what ends at one is over at an
     * equal one.
     *
     * @param date  the date of a response that has just come; null if it has none
     * @param again asks for another response
     */
    public CompletableFuture<Instant> confirmed(Instant date, Supplier<CompletableFuture<ApiResponse>> again) {
        return believes(date) ? CompletableFuture.completedFuture(date == null ? now() : date)
                : again.get().thenApply(response -> {
                    Instant second = response.time();
                    return second != null && believes(second) ? second : now();
                });
    }

    private static boolean agrees(Reading earlier, Reading now) {
        return earlier != null && isNear(earlier.at(now.nanos), now.date);
    }

    private static boolean isNear(Instant one, Instant other) {
        return Duration.between(one, other).abs().compareTo(TOLERANCE) <= 0;
    }

    private record Reading(Instant date, long nanos) {
        private Instant at(long later) {
            return date.plusNanos(later - nanos);
        }
    }
}
