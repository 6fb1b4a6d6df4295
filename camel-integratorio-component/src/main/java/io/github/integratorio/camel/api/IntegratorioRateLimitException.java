package io.github.integratorio.camel.api;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The account has used up its requests: status 429. Nothing happened at the API. */
public class IntegratorioRateLimitException extends IntegratorioApiException {

    private final Duration retryAfter;

    /** As its superclass; {@code retryAfter} as the answer has it, or null. */
    public IntegratorioRateLimitException(String operation, String template, Map<String, String> headers,
                                          List<ApiError> errors, String excerpt, Duration retryAfter) {
        super(operation, template, 429, null, headers, errors, excerpt);
        this.retryAfter = retryAfter;
    }

    /** How long the API asks to wait; null when it did not say. */
    public Duration getRetryAfter() {
        return retryAfter;
    }

    @Override
    public String getMessage() {
        return super.getMessage() + (retryAfter == null ? "" : " (Retry-After: " + retryAfter.toSeconds() + " s)");
    }
}
