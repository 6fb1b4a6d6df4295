package io.github.integratorio.camel.api;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Thrown if the account exceeds its rate limit (status 429). The API did not process the request. */
public class IntegratorioRateLimitException extends IntegratorioApiException {

    private static final long serialVersionUID = 1;

    private final Duration retryAfter;

    /** Creates the exception; {@code retryAfter} is the response's, or null. */
    public IntegratorioRateLimitException(String operation, String template, Map<String, String> headers,
            List<ApiError> errors, String excerpt, Duration retryAfter) {
        super(operation, template, 429, null, headers, errors, excerpt);
        this.retryAfter = retryAfter;
    }

    /** Pause requested by the API; null if the response has none. */
    public Duration getRetryAfter() {
        return retryAfter;
    }

    @Override
    public String getMessage() {
        return super.getMessage() + (retryAfter == null ? "" : " (Retry-After: " + retryAfter.toSeconds() + " s)");
    }
}
