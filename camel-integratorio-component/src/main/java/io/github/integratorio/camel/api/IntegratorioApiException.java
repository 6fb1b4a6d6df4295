package io.github.integratorio.camel.api;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.apache.camel.http.base.HttpOperationFailedException;

/**
 * The API refused a call. Its texts name the operation, the path template and the status; never an id, the token,
 * or a whole e-mail address.
 */
public class IntegratorioApiException extends HttpOperationFailedException {

    private final String operation;
    private final List<ApiError> errors;

    /**
     * @param operation    what was called, such as {@code licenses create}
     * @param template     the path template
     * @param statusCode   the HTTP status
     * @param redirectHost scheme and host of a redirect; null when there is none
     * @param headers      the response headers worth showing
     * @param errors       the entries of the answer; empty when it had none
     * @param excerpt      one line of the answer when it was no {@code errors} document; may be empty
     */
    public IntegratorioApiException(String operation, String template, int statusCode, String redirectHost,
                                    Map<String, String> headers, List<ApiError> errors, String excerpt) {
        super(template, statusCode, "", redirectHost, Map.copyOf(headers), excerpt);
        this.operation = operation;
        this.errors = List.copyOf(errors);
    }

    /** What was called, such as {@code licenses create}. */
    public String getOperation() {
        return operation;
    }

    /** The entries of the answer; empty when it had none. */
    public List<ApiError> getErrors() {
        return errors;
    }

    /** Whether the API named this error, such as {@code invalid_user}. */
    public boolean hasError(String code) {
        return errors.stream().anyMatch(error -> error.code().equals(code));
    }

    /** What the API said of it, in one line without secrets; empty when it said nothing. */
    public String getDetails() {
        String details = errors.stream()
                .map(error -> error.code() + (error.field() == null ? "" : " (" + error.field() + ")")
                              + (error.message() == null ? "" : ": " + error.message()))
                .collect(Collectors.joining("; "));
        return !details.isEmpty() ? details : getResponseBody() == null ? "" : getResponseBody();
    }

    @Override
    public String getMessage() {
        String details = getDetails();
        return operation + " (" + getUri() + ") was answered " + getStatusCode()
               + (details.isEmpty() ? "" : ": " + details)
               + (isRedirectError() ? "; redirects are not followed" : "");
    }
}
