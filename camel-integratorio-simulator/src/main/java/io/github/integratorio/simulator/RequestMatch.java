package io.github.integratorio.simulator;

import java.util.Objects;
import java.util.regex.Pattern;

/** Which requests are meant: a method, and a pattern the whole path matches, with or without its query. */
final class RequestMatch {

    static final RequestMatch ANY = new RequestMatch("*", ".*");

    private final String method;
    private final Pattern path;

    /** @param method {@code *} for any */
    RequestMatch(String method, String pathRegex) {
        this.method = Objects.requireNonNull(method, "method");
        this.path = Pattern.compile(pathRegex, Pattern.DOTALL);
    }

    boolean test(RecordedRequest request) {
        return (method.equals("*") || method.equalsIgnoreCase(request.method()))
                && (path.matcher(request.path()).matches()
                    || path.matcher(request.path().split("\\?", 2)[0]).matches());
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
