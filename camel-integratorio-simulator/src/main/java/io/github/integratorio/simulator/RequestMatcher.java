package io.github.integratorio.simulator;

import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/** Matches requests by method and by a pattern for the whole path, with or without its query. */
final class RequestMatcher {

    static final RequestMatcher ANY = new RequestMatcher("*", ".*");

    private final String method;
    private final Set<String> methods;
    private final Pattern path;

    /** @param method {@code *} for any, several with {@code |} between them */
    RequestMatcher(String method, String pathRegex) {
        this.method = Objects.requireNonNull(method, "method");
        this.methods = Set.of(method.toUpperCase(Locale.ROOT).split("\\|"));
        this.path = Pattern.compile(pathRegex, Pattern.DOTALL);
    }

    boolean matches(RecordedRequest request) {
        return (method.equals("*") || methods.contains(request.method().toUpperCase(Locale.ROOT)))
                && (path.matcher(request.path()).matches()
                        || path.matcher(request.path().split("\\?", 2)[0]).matches());
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
