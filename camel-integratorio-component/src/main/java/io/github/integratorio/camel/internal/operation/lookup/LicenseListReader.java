package io.github.integratorio.camel.internal.operation.lookup;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.IntegratorioClient;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.internal.concurrent.Scheduler;

/**
 * Reads the licenses of connectors. Operations that need the list of the same connector share a read: the next one that begins after
 * they asked, so that it contains every write that had ended before.
 */
public final class LicenseListReader {

    private final IntegratorioClient client;
    private final Scheduler scheduler;
    private final KnownLicenses known;
    /** The reads of each connector that is being read; guarded by itself. */
    private final Map<String, Reads> reading = new HashMap<>();

    public LicenseListReader(IntegratorioClient client, Scheduler scheduler, KnownLicenses known) {
        this.client = client;
        this.scheduler = scheduler;
        this.known = known;
    }

    /**
     * The result of a read.
     *
     * @param licenses   without those that were deleted here
     * @param pages      the number of pages
     * @param isComplete whether it has all licenses that were created here
     * @param apiTime    the API's time of the response; null if it tells none
     */
    public record LicenseList(LicenseIndex licenses, int pages, boolean isComplete, Instant apiTime) {
    }

    /** Has one read in progress, and at most one that begins when it has ended. */
    private static final class Reads {
        private CompletableFuture<LicenseList> next;
        /** The context of the first operation that waits for the next read. */
        private CallContext nextContext;
    }

    /** As {@link #read}, for an operation whose last read failed: a read that is not shared needs a retry from the budget. */
    public CompletableFuture<LicenseList> readAgain(String connectorId, CallContext context) {
        synchronized (reading) {
            Reads reads = reading.get(connectorId);
            if ((reads == null || reads.next == null) && !client.takeRetry()) {
                return CompletableFuture.failedFuture(new IntegratorioTransportException(
                        ApiMethod.LIST_LICENSES.label(), new IOException("too many calls fail to read it again"), true,
                        false));
            }
        }
        return read(connectorId, context);
    }

    /** Reads the list to its end. Fails when the deadline of the context has passed, although the read goes on for others. */
    public CompletableFuture<LicenseList> read(String connectorId, CallContext context) {
        CompletableFuture<LicenseList> shared;
        boolean mayStart;
        synchronized (reading) {
            Reads reads = reading.get(connectorId);
            mayStart = reads == null;
            if (mayStart) {
                reading.put(connectorId, new Reads());
                shared = new CompletableFuture<>();
            } else {
                if (reads.next == null) {
                    reads.next = new CompletableFuture<>();
                    reads.nextContext = context;
                }
                shared = reads.next;
            }
        }
        CompletableFuture<LicenseList> mine = new CompletableFuture<>();
        Runnable cancelTimeout = context.atDeadline(() -> mine.completeExceptionally(
                new IntegratorioTransportException(ApiMethod.LIST_LICENSES.label(), new SocketTimeoutException(
                        "operationTimeout expired while the list of licenses was read"), false, false)));
        shared.whenComplete((list, error) -> {
            cancelTimeout.run();
            if (error == null) {
                mine.complete(list);
            } else {
                mine.completeExceptionally(error);
            }
        });
        if (mayStart) {
            start(connectorId, shared, context);
        }
        return mine;
    }

    private void start(String connectorId, CompletableFuture<LicenseList> result, CallContext context) {
        long startedAt = scheduler.nanoTime();
        client.call(ApiRequest.of(ApiMethod.LIST_LICENSES, connectorId, null), context.withFreshDeadline())
                .thenApply(response -> record(connectorId, response, startedAt))
                .whenComplete((list, error) -> {
                    startNext(connectorId);
                    if (error == null) {
                        result.complete(list);
                    } else {
                        result.completeExceptionally(error);
                    }
                });
    }

    private void startNext(String connectorId) {
        CompletableFuture<LicenseList> next;
        CallContext context;
        synchronized (reading) {
            Reads reads = reading.get(connectorId);
            next = reads.next;
            context = reads.nextContext;
            reads.next = null;
            if (next == null) {
                reading.remove(connectorId);
            }
        }
        if (next != null) {
            start(connectorId, next, context);
        }
    }

    private LicenseList record(String connectorId, ApiResponse response, long startedAt) {
        LicenseIndex licenses;
        try {
            licenses = new LicenseIndex(response.rows(), known::wasDeletedHere);
        } catch (IllegalStateException e) {
            throw new CompletionException(new IntegratorioTransportException(ApiMethod.LIST_LICENSES.label(),
                    new IOException(e.getMessage()), false, false));
        }
        boolean isComplete = known.recordRead(connectorId, licenses, startedAt);
        return new LicenseList(licenses, response.pages(), isComplete, response.time());
    }
}
