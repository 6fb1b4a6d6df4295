package io.github.integratorio.camel.internal.client.http;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;

import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.protocol.RawResponse;
import org.apache.hc.client5.http.async.AsyncExecRuntime;

/**
 * A request that has no answer yet. Either it leaves, or it is given up before: never is one that was said not to have been sent
 * written after all.
 */
final class InFlightRequest {

    private enum Stage {
        WAITING, LEFT, GIVEN_UP
    }

    /** What the HTTP client says of a server that went away during the TLS handshake, as it may when it restarts. */
    private static final String HUNG_UP = "TLS handshake failed";

    private final String label;
    private final CompletableFuture<RawResponse> answer;
    private final Runnable onFree;
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);
    private volatile AsyncExecRuntime connection;

    /**
     * @param label  what is done, for messages
     * @param answer fails when the flight ends without one
     * @param onFree runs then
     */
    InFlightRequest(String label, CompletableFuture<RawResponse> answer, Runnable onFree) {
        this.label = label;
        this.answer = answer;
        this.onFree = onFree;
    }

    /** What holds the connection it will be on. */
    void attach(AsyncExecRuntime runtime) {
        connection = runtime;
    }

    /** It is about to be written; throws when it was given up. */
    void markSent() throws IOException {
        if (!stage.compareAndSet(Stage.WAITING, Stage.LEFT)) {
            throw new IOException("the request was given up before it was sent");
        }
    }

    /** Whether the server may have seen it. */
    boolean isSent() {
        return stage.get() == Stage.LEFT;
    }

    /** It has failed, when it has no answer yet, and its connection is free. */
    void finish(Exception cause) {
        fail(cause);
        onFree.run();
    }

    /** It has failed; false when it has its answer already. */
    boolean fail(Exception cause) {
        stage.compareAndSet(Stage.WAITING, Stage.GIVEN_UP);
        boolean tls = !isSent() && cause instanceof SSLException && !HUNG_UP.equals(cause.getMessage());
        return answer.completeExceptionally(new IntegratorioTransportException(label, cause, !isSent(), tls));
    }

    /**
     * Nobody waits for the rest of its answer.
     *
     * @param running what the HTTP client does for it
     */
    void abort(Future<?> running) {
        running.cancel(true);
        if (isSent()) {
            // On a connection that was used before, to cancel alone lets it stay open, and taken, until the server speaks.
            connection.discardEndpoint();
        }
    }
}
