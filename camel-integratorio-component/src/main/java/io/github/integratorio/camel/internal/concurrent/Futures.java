package io.github.integratorio.camel.internal.concurrent;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

import org.apache.camel.RuntimeCamelException;

/** Gets the failure itself out of the exceptions that futures and Camel wrap around it. */
public final class Futures {

    private Futures() {
    }

    /** Returns the innermost failure below the wrappers; null for null. */
    public static Throwable unwrap(Throwable error) {
        Throwable cause = error;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException || cause instanceof RuntimeCamelException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /**
     * Blocks until the future completes, and returns its value.
     *
     * @throws Exception the failure of the future, unwrapped
     */
    public static <T> T await(CompletableFuture<T> future) throws Exception {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw unwrap(e) instanceof Exception cause ? cause : e;
        }
    }
}
