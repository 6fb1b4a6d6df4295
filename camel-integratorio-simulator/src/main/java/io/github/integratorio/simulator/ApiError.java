package io.github.integratorio.simulator;

/** The API says no. */
final class ApiError extends RuntimeException {

    private final transient Reply reply;

    ApiError(Reply reply) {
        // It is an answer, not an accident: nobody reads its stack.
        super("status " + reply.status(), null, false, false);
        this.reply = reply;
    }

    static ApiError of(int status, String code, String field, String message) {
        return new ApiError(Reply.error(status, code, field, message));
    }

    static ApiError unknown(String what) {
        return of(404, "invalid_ref", null, "There is no such " + what + ".");
    }

    static ApiError missing(String field) {
        return of(422, "missing_required_field", field, field + " is required.");
    }

    static ApiError invalid(String field, String message) {
        return of(422, "invalid_field", field, message);
    }

    Reply reply() {
        return reply;
    }
}
