package io.github.integratorio.camel.internal.client.protocol;

/**
 * Turns the HTTP responses of one API call into its result.
 *
 * @param <T> the result
 */
public interface ResponseReader<T> {

    /** Path and query of the request to send next. */
    String target();

    /** Whether the body of the response is read while it arrives. */
    default boolean isStreamed() {
        return false;
    }

    /**
     * Reads a response.
     *
     * @return           the result, or null if it takes another request, which {@link #target()} then names
     * @throws Exception if the API refused the request, or the response is invalid
     */
    T read(RawResponse response) throws Exception;

    /** The result of a deletion that finds nothing to delete after an attempt that may have deleted it; null for all other calls. */
    default T resultIfGone() {
        return null;
    }

    /** Forgets what was read so far: the next request is the first one again. */
    default void restart() {
    }
}
