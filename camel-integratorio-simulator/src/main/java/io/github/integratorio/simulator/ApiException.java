package io.github.integratorio.simulator;

/** An error response of the API, thrown by a handler. */
final class ApiException extends RuntimeException {

    private final transient ApiResponse response;

    ApiException(ApiResponse response) {
        // An expected response: nobody reads the stack trace.
        super("status " + response.status(), null, false, false);
        this.response = response;
    }

    static ApiException of(int status, String code, String field, String message) {
        return new ApiException(ApiResponse.error(status, code, field, message));
    }

    static ApiException notFound(String resource) {
        return of(404, "invalid_ref", null, "The " + resource + " does not exist.");
    }

    static ApiException missing(String field) {
        return of(422, "missing_required_field", field, field + " is required.");
    }

    static ApiException invalid(String field, String message) {
        return of(422, "invalid_field", field, message);
    }

    ApiResponse response() {
        return response;
    }
}
