package io.github.integratorio.camel.api;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.apache.camel.http.base.HttpOperationFailedException;

/**
 * Thrown if the API rejects a call. The message contains the operation, the path template and the status, but no id, token or
 * complete e-mail address.
 */
public class IntegratorioApiException extends HttpOperationFailedException {

    private static final long serialVersionUID = 1;

    private final String operation;
    private final List<ApiError> errors;

    /**
     * @param operation    API call, such as {@code licenses create}
     * @param template     path template
     * @param statusCode   HTTP status
     * @param redirectHost scheme and host of a redirect; null if there is none
     * @param headers      response headers to show
     * @param errors       entries of the error response; empty if it has none
     * @param excerpt      one line of a response that is no {@code errors} document; may be empty
     */
    public IntegratorioApiException(String operation, String template, int statusCode, String redirectHost,
            Map<String, String> headers, List<ApiError> errors, String excerpt) {
        super(template, statusCode, "", redirectHost, Map.copyOf(headers), excerpt);
        this.operation = operation;
        this.errors = List.copyOf(errors);
    }

    /** API call, such as {@code licenses create}. */
    public String getOperation() {
        return operation;
    }

    /** Entries of the error response; empty if it has none. */
    public List<ApiError> getErrors() {
        return errors;
    }

    /** Returns true if the response contains this error code, such as {@code invalid_user}. */
    public boolean hasError(String code) {
        return errors.stream().anyMatch(error -> error.code().equals(code));
    }

    /** The API's explanation in one line, without secrets; empty if there is none. */
    public String getDetails() {
        String details = errors.stream()
                .map(error -> error.code() + (error.field() == null ? "" : " (" + error.field() + ")")
                        + (error.message() == null ? "" : ": " + error.message()))
                .collect(Collectors.joining("; "));
        return !details.isEmpty() ? details : getResponseBody() == null ? "" : getResponseBody();
    }

    @Override
    public String getMessage() {
        String advice = advice();
        String details = advice.isEmpty() ? getDetails() : getDetails().replaceFirst("\\.$", "");
        return operation + " (" + getUri() + ") failed with status " + getStatusCode()
                + (details.isEmpty() ? "" : ": " + details)
                + (isRedirectError() ? "; redirects are not followed" : "") + advice;
    }

    /** What to check where the status alone does not say it. */
    private String advice() {
        if (getStatusCode() == 401) {
            return "; check accessToken, and region or baseUrl: a token is valid in one region only";
        }
        boolean isList = operation.endsWith(" list");
        return getStatusCode() == 404 && isList
                ? "; check connectorId, and region or baseUrl, which ends in the version of the API: /v1" : "";
    }
}
