package io.github.integratorio.camel.internal.client;

import java.time.Duration;

import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.FailureKind;
import io.github.integratorio.camel.internal.client.protocol.RawResponse;

/**
 * How often and how long a call is tried.
 *
 * @param operationTimeout   time for the whole operation, including queueing and retries
 * @param maxRetries     maximum number of retries; 0 disables them
 * @param retryDelay         upper bound of the first delay, doubled for each further retry
 * @param maxRetryDelay  upper bound of all delays
 * @param maxRetryAfter  longest pause of the account, whatever {@code Retry-After} says
 */
public record RetryPolicy(Duration operationTimeout, int maxRetries, Duration retryDelay, Duration maxRetryDelay,
        Duration maxRetryAfter) {

    /** Pause of the account after a 429 without {@code Retry-After}. */
    private static final Duration DEFAULT_PAUSE = Duration.ofSeconds(1);
    /** The API asks for seconds, and a maintenance may take minutes; more than this, such as a date in seconds, is a mistake. */
    private static final Duration LONGEST_PLAUSIBLE = Duration.ofHours(1);

    /**
     * Whether a call may be sent again after a failure: always if the request was not sent or was throttled; if it may have taken
     * effect, as after 503 or a lost response, only if the method is idempotent. After a 401 it is sent again once with a new token.
     */
    static boolean isRetryable(ApiMethod method, FailureKind failure) {
        return switch (failure) {
            case NOT_SENT, THROTTLED -> true;
            case AMBIGUOUS -> method.isIdempotent();
            case NOT_ADMITTED, TLS_REJECTED, UNAUTHORIZED, REJECTED, UNEXPECTED -> false;
        };
    }

    /**
     * The delay before a retry, with full jitter, so that calls that failed together do not come back together.
     *
     * @param retry  zero-based index of the retry
     * @param random from 0 to 1
     */
    Duration delay(int retry, double random) {
        return Duration.ofNanos((long) (random * doubled(retryDelay, retry).toNanos()));
    }

    /**
     * The pause of the account that a response asks for: a 429 always, a 408, 425 or 5xx if it has a {@code Retry-After}. It is never
     * longer than {@code maxRetryAfter}, after which one request shows whether the API answers again.
     *
     * @param  retry zero-based index of the retry
     * @return       null if the account need not pause
     */
    Duration pause(RawResponse response, int retry) {
        boolean isThrottled = response.status() == 429;
        if (!isThrottled && !FailureKind.isTransient(response.status())) {
            return null;
        }
        Duration asked = response.retryAfter()
                .filter(wait -> wait.compareTo(LONGEST_PLAUSIBLE) <= 0 || wait.compareTo(maxRetryAfter) <= 0)
                .orElse(isThrottled ? defaultPause(retry) : Duration.ZERO);
        return asked.isZero() && !isThrottled ? null : min(asked, maxRetryAfter);
    }

    Duration defaultPause(int retry) {
        Duration pause = doubled(DEFAULT_PAUSE, retry);
        return pause.compareTo(DEFAULT_PAUSE) < 0 ? DEFAULT_PAUSE : pause;
    }

    static Duration min(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private Duration doubled(Duration first, int times) {
        long limit = first.toNanos();
        for (int i = 0; i < times && limit < maxRetryDelay.toNanos(); i++) {
            limit *= 2;
        }
        return Duration.ofNanos(Math.min(limit, maxRetryDelay.toNanos()));
    }
}
