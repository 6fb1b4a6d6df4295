package io.github.integratorio.simulator;

/**
 * A fault: the requests it applies to, the number of times it is triggered, and its effect instead of
 * the normal response. Immutable; {@link Faults} counts how often it was triggered.
 */
public final class Fault {

    private final RequestMatcher matcher;
    private final long skipping;
    private final long every;
    private final long times;
    private final String description;
    private final FaultEffect effect;

    Fault(RequestMatcher matcher, long skipping, long every, long times, String description, FaultEffect effect) {
        this.matcher = matcher;
        this.skipping = skipping;
        this.every = every;
        this.times = times;
        this.description = description;
        this.effect = effect;
    }

    /**
     * Starts a fault for the requests with this method and path.
     *
     * @param  method    e.g. {@code POST} or {@code PUT|DELETE}, case-insensitive; {@code *} for every method; not null
     * @param  pathRegex a regular expression that must match the whole path as sent ({@code /v1/…}),
     *                   either with its query or without; not null
     * @return           the builder; its effect methods create the fault
     * @throws java.util.regex.PatternSyntaxException if the regular expression is invalid
     */
    public static FaultBuilder on(String method, String pathRegex) {
        return new FaultBuilder(new RequestMatcher(method, pathRegex));
    }

    /**
     * Starts a fault for all requests.
     *
     * @return the builder; its effect methods create the fault
     */
    public static FaultBuilder onAny() {
        return new FaultBuilder(RequestMatcher.ANY);
    }

    boolean matches(RecordedRequest request) {
        return matcher.matches(request);
    }

    long skipping() {
        return skipping;
    }

    long every() {
        return every;
    }

    long times() {
        return times;
    }

    FaultEffect effect() {
        return effect;
    }

    /** Returns the matched requests and the effect. */
    @Override
    public String toString() {
        return matcher + ": " + description;
    }
}
