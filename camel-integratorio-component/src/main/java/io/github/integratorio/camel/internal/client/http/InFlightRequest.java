package io.github.integratorio.camel.internal.client.http;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.protocol.RawResponse;
import org.apache.hc.client5.http.async.AsyncExecRuntime;

/**
 * A request that has no response yet. It is either sent or abandoned, never both: a request that was reported as not sent is
 * guaranteed never to be written.
 */
final class InFlightRequest {

    private enum State {
        WAITING, SENT, ABANDONED
    }

    /** How the JDK tells of an alert of the server; newer ones write the name of the alert before it. */
    private static final String FATAL_ALERT = "Received fatal alert: ";
    /** HttpClient's message when a server closes the connection during the TLS handshake, as it may while it restarts. */
    private static final String HANDSHAKE_INTERRUPTED = "TLS handshake failed";

    private final String label;
    private final CompletableFuture<RawResponse> response;
    private final Runnable onRelease;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private volatile AsyncExecRuntime connection;

    /**
     * @param label     the API method, for messages
     * @param response  completed exceptionally if the request ends without a response
     * @param onRelease runs when the request no longer occupies a connection, possibly twice
     */
    InFlightRequest(String label, CompletableFuture<RawResponse> response, Runnable onRelease) {
        this.label = label;
        this.response = response;
        this.onRelease = onRelease;
    }

    /** Remembers the connection that the request will use. */
    void attach(AsyncExecRuntime runtime) {
        connection = runtime;
    }

    /** Called just before the request is written; throws if it was abandoned. */
    void markSent() throws IOException {
        if (!state.compareAndSet(State.WAITING, State.SENT)) {
            throw new IOException("the request was abandoned before it was sent");
        }
    }

    /** Whether the server may have received it. */
    boolean isSent() {
        return state.get() == State.SENT;
    }

    /** Fails the request unless it has its response, and releases it. */
    void finish(Exception cause) {
        fail(cause);
        onRelease.run();
    }

    /** Fails the request unless it has its response. */
    void fail(Exception cause) {
        state.compareAndSet(State.WAITING, State.ABANDONED);
        boolean tls = !isSent() && cause instanceof SSLException && !HANDSHAKE_INTERRUPTED.equals(cause.getMessage())
                || isHandshakeRefused(cause);
        response.completeExceptionally(new IntegratorioTransportException(label, cause, tls || !isSent(), tls));
    }

    /**
     * Whether the server has refused the handshake. With TLS 1.3, a client is told so only after it has sent its first request: a server
     * that does not accept the client's certificate hands no request to an application.
     */
    private static boolean isHandshakeRefused(Exception cause) {
        return cause instanceof SSLHandshakeException && String.valueOf(cause.getMessage()).contains(FATAL_ALERT);
    }

    /**
     * Drops the rest of the response, and releases the request.
     *
     * @param exchange HttpClient's handle of the exchange
     */
    void abort(Future<?> exchange) {
        try {
            exchange.cancel(true);
            if (isSent()) {
                // Cancelling alone leaves a reused connection open, and occupied, until the server sends something.
                connection.discardEndpoint();
            }
        } finally {
            onRelease.run();
        }
    }
}
