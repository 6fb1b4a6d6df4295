package io.github.integratorio.simulator;

import java.util.Objects;
import java.util.regex.Pattern;

/** Matches requests by method and by a pattern for the whole path, with or without its query. */
final class RequestMatcher {

    static final RequestMatcher ANY = new RequestMatcher("*", ".*");

    private final String method;
    private final Pattern path;

    /** @param method {@code *} for any */
    RequestMatcher(String method, String pathRegex) {
        this.method = Objects.requireNonNull(method, "method");
        this.path = Pattern.compile(pathRegex, Pattern.DOTALL);
    }

    boolean matches(RecordedRequest request) {
        return (method.equals("*") || method.equalsIgnoreCase(request.method()))
                && (path.matcher(request.path()).matches()
                        || path.matcher(request.path().split("\\?", 2)[0]).matches());
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
