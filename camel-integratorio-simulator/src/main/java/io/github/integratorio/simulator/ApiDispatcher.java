package io.github.integratorio.simulator;

/** Turns a request into a response: checks token and rate limit, calls the route's handler, writes its result. */
final class ApiDispatcher {

    private static final String BEARER = "Bearer ";

    private record Result(int status, Object value) {}

    private final SimulatorState state;
    private final TokenBucket rateLimit;
    private final boolean emptyListAsNoContent;
    private final boolean omitEmptyFields;
    private final ApiHandlers handlers;
    private volatile String origin = "";

    /** @param rateLimit null for none */
    ApiDispatcher(SimulatorState state, TokenBucket rateLimit, SimulatorBuilder options) {
        this.state = state;
        this.rateLimit = rateLimit;
        this.emptyListAsNoContent = options.emptyListAsNoContent;
        this.omitEmptyFields = options.omitEmptyFields;
        this.handlers = new ApiHandlers(state, options);
    }

    /** Sets scheme, host and port of links; the port is only known once the server listens. */
    void setOrigin(String origin) {
        this.origin = origin;
    }

    ApiResponse dispatch(RecordedRequest request) {
        try {
            Result result = state.locked(() -> {
                checkToken(request.header("Authorization"));
                checkRateLimit();
                Route.Match match = Route.match(request);
                return new Result(match.route().status(), match.route().handler().handle(handlers, match.request()));
            });
            // Stored documents are never modified, so they are serialized without the lock.
            return response(result.status, result.value, request);
        } catch (ApiException e) {
            return e.response();
        }
    }

    private void checkToken(String authorization) {
        if (authorization != null && authorization.regionMatches(true, 0, BEARER + BEARER, 0, 2 * BEARER.length())) {
            throw ApiException.of(400, "invalid_field", "Authorization", "The token must not start with Bearer.");
        }
        if (authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                || !authorization.substring(BEARER.length()).trim().equals(state.account.token())) {
            throw new ApiException(ApiResponse.standard(401));
        }
    }

    private void checkRateLimit() {
        long retryAfter = rateLimit == null ? 0 : rateLimit.take(state.clock.instant());
        if (retryAfter > 0) {
            throw new ApiException(ApiResponse.standard(429).with("Retry-After", Long.toString(retryAfter)));
        }
    }

    private ApiResponse response(int status, Object value, RecordedRequest request) {
        if (value == null) {
            return ApiResponse.empty(status);
        }
        if (!(value instanceof ApiHandlers.ListPage page)) {
            return json(status, value);
        }
        if (page.rows().isEmpty() && emptyListAsNoContent) {
            return ApiResponse.empty(204);
        }
        ApiResponse response = json(status, page.rows());
        if (page.nextQuery() == null) {
            return response;
        }
        String path = request.path().split("\\?", 2)[0];
        return response.with("Link", "<" + origin + path + "?" + page.nextQuery() + ">; rel=\"next\"");
    }

    private ApiResponse json(int status, Object document) {
        return ApiResponse.json(status, omitEmptyFields ? Json.omitEmptyFields(document) : document);
    }
}
