package io.github.integratorio.simulator;

/** A request in, a {@link Reply} out: who may come in, which call it is, and how its outcome is written. */
final class Api {

    private static final String BEARER = "Bearer ";

    private record Outcome(int status, Object value) { }

    private final World world;
    private final LeakyBucket bucket;
    private final boolean emptyListAsNoContent;
    private final Calls calls;
    private volatile String origin = "";

    /** @param bucket the rate limit, or null for none */
    Api(World world, LeakyBucket bucket, int pageSize, boolean emptyListAsNoContent) {
        this.world = world;
        this.bucket = bucket;
        this.emptyListAsNoContent = emptyListAsNoContent;
        this.calls = new Calls(world, pageSize);
    }

    /** Scheme, host and port for links: known only once the server listens. */
    void origin(String listening) {
        origin = listening;
    }

    Reply answer(RecordedRequest request) {
        try {
            Outcome outcome = world.inside(() -> {
                admit(request);
                Route.Match match = Route.of(request);
                return new Outcome(match.route().status(), match.route().action().apply(calls, match.ask()));
            });
            // Documents are never changed in place, so they are written out without the lock.
            return reply(outcome.status, outcome.value, request);
        } catch (ApiError e) {
            return e.reply();
        }
    }

    private void admit(RecordedRequest request) {
        String authorization = request.header("Authorization");
        if (authorization != null && authorization.regionMatches(true, 0, BEARER + BEARER, 0, 2 * BEARER.length())) {
            throw ApiError.of(400, "invalid_field", "Authorization", "The token itself starts with Bearer.");
        }
        if (authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                || !authorization.substring(BEARER.length()).trim().equals(world.account.token())) {
            throw new ApiError(Reply.standard(401));
        }
        long wait = bucket == null ? 0 : bucket.take(world.clock.instant());
        if (wait > 0) {
            throw new ApiError(Reply.standard(429).with("Retry-After", Long.toString(wait)));
        }
    }

    private Reply reply(int status, Object outcome, RecordedRequest request) {
        if (outcome == null) {
            return Reply.empty(status);
        }
        if (!(outcome instanceof Table.Page<?> page)) {
            return Reply.json(status, outcome);
        }
        if (page.rows().isEmpty() && emptyListAsNoContent) {
            return Reply.empty(204);
        }
        Reply reply = Reply.json(status, page.rows());
        return page.next() == null ? reply : reply.with("Link", Cursor.link(origin, request, page.next()));
    }
}
