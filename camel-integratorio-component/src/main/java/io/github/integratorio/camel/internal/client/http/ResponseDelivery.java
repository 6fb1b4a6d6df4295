package io.github.integratorio.camel.internal.client.http;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.github.integratorio.camel.internal.client.protocol.ProxyException;
import io.github.integratorio.camel.internal.client.protocol.RawResponse;
import org.apache.hc.core5.concurrent.FutureCallback;

/** Delivers the response of one request, or its failure, and gives back what the request occupied: permit, timeout and memory. */
final class ResponseDelivery implements FutureCallback<RawResponse> {

    /** Responses of this size are processed by a worker, because other responses wait for the I/O thread. */
    private static final int LONG_RESPONSE = 100_000;

    private final CompletableFuture<RawResponse> response = new CompletableFuture<>();
    private final CompletableFuture<Void> released = new CompletableFuture<>();
    private final InFlightRequest request;
    private final BufferBudget.Reservation memory;
    private final LongResponseQueue longResponses;
    private final Executor workers;
    private final Runnable onRelease;
    private volatile boolean processing;
    /** A complete response that waits until its connection is free, so that a next request of its receiver finds it in the pool. */
    private volatile RawResponse received;

    /**
     * @param label     the API method, for messages
     * @param memory    the memory of the response
     * @param workers   process the response if it is long
     * @param onRelease runs when the request needs no permit any more, possibly more than once
     */
    ResponseDelivery(String label, BufferBudget.Reservation memory, LongResponseQueue longResponses, Executor workers,
            Runnable onRelease) {
        this.memory = memory;
        this.longResponses = longResponses;
        this.workers = workers;
        this.onRelease = onRelease;
        this.request = new InFlightRequest(label, response, this::release);
    }

    InFlightRequest request() {
        return request;
    }

    /** The response; once it is complete, its dependents have processed it. */
    CompletableFuture<RawResponse> response() {
        return response;
    }

    /** Completes when the connection is free again. */
    CompletableFuture<Void> released() {
        return released;
    }

    /** The body of a stream begins. From here on its reader decides how long it takes, so it must not hold a permit that others need. */
    void begin(RawResponse stream) {
        response.complete(stream);
        onRelease.run();
    }

    @Override
    public void completed(RawResponse complete) {
        if (!request.isSent()) {
            request.finish(new ProxyException(complete.status()));
        } else if (complete.length() < LONG_RESPONSE) {
            received = complete;
        } else {
            processing = true;
            longResponses.add(complete.length(), workers, () -> {
                try {
                    response.complete(complete);
                } finally {
                    memory.release();
                }
            });
        }
    }

    @Override
    public void failed(Exception cause) {
        end(cause);
    }

    @Override
    public void cancelled() {
        end(new CancellationException("the connection was closed"));
    }

    private void end(Exception cause) {
        fail(cause);
        release();
    }

    /** Fails the request unless it has its response. */
    void fail(Exception cause) {
        RawResponse complete = received;
        if (complete == null) {
            request.fail(cause);
        } else {
            response.complete(complete);
        }
    }

    /** The connection is free again. */
    void release() {
        released.complete(null);
        RawResponse complete = received;
        if (complete != null) {
            response.complete(complete);
        }
        if (!processing) {
            memory.release();
        }
        onRelease.run();
    }
}
