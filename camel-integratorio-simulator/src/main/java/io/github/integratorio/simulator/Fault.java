package io.github.integratorio.simulator;

/**
 * Something that goes wrong with some requests: which ones, how often, and what happens instead of
 * the plain answer. A fault never changes; {@link Faults} keeps count of where it has struck.
 */
public final class Fault {

    private final RequestMatch match;
    private final long skipping;
    private final long times;
    private final String description;
    private final Effect effect;

    Fault(RequestMatch match, long skipping, long times, String description, Effect effect) {
        this.match = match;
        this.skipping = skipping;
        this.times = times;
        this.description = description;
        this.effect = effect;
    }

    /**
     * Starts a fault for the requests with this method and path.
     *
     * @param  method    e.g. {@code POST}, in any case; {@code *} for every method; not null
     * @param  pathRegex a regular expression the whole path as sent ({@code /v1/…}) must match,
     *                   either with its query or without; not null
     * @return           the builder: name an effect to end it
     * @throws java.util.regex.PatternSyntaxException if the expression is none
     */
    public static FaultBuilder on(String method, String pathRegex) {
        return new FaultBuilder(new RequestMatch(method, pathRegex));
    }

    /**
     * Starts a fault for every request.
     *
     * @return the builder: name an effect to end it
     */
    public static FaultBuilder onAny() {
        return new FaultBuilder(RequestMatch.ANY);
    }

    boolean matches(RecordedRequest request) {
        return match.test(request);
    }

    long skipping() {
        return skipping;
    }

    long times() {
        return times;
    }

    Effect effect() {
        return effect;
    }

    /** Which requests, and what happens. */
    @Override
    public String toString() {
        return match + ": " + description;
    }
}
