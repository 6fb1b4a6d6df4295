package io.github.integratorio.camel;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

import io.github.integratorio.camel.model.ApiError;

/** The account has used up its requests: status 429. Nothing happened at the API. */
public class IntegratorioRateLimitException extends IntegratorioApiException {

    private final Duration retryAfter;

    /** As its superclass; {@code retryAfter} in seconds, when the answer named it. */
    public IntegratorioRateLimitException(String operation, String template, Map<String, String> headers,
                                          List<ApiError> errors, String excerpt, OptionalLong retryAfter) {
        super(operation, template, 429, null, headers, errors, excerpt);
        this.retryAfter = retryAfter.isPresent() ? Duration.ofSeconds(retryAfter.getAsLong()) : null;
    }

    /** How long the API asks to wait; null when it did not say. */
    public Duration getRetryAfter() {
        return retryAfter;
    }
}
