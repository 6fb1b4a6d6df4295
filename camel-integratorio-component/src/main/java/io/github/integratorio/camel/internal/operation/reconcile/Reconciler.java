package io.github.integratorio.camel.internal.operation.reconcile;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.api.ReconcileRefusedException;
import io.github.integratorio.camel.api.UnknownLicenses;
import io.github.integratorio.camel.internal.client.ApiClock;
import io.github.integratorio.camel.internal.client.IntegratorioClient;
import io.github.integratorio.camel.internal.client.paging.PagedResponse;
import io.github.integratorio.camel.internal.client.paging.RowIterator;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.concurrent.Futures;
import io.github.integratorio.camel.internal.concurrent.HandOver;
import io.github.integratorio.camel.internal.concurrent.Scheduler;
import io.github.integratorio.camel.internal.operation.lookup.KnownLicenses;
import io.github.integratorio.camel.internal.operation.lookup.LicenseFinder;
import io.github.integratorio.camel.internal.operation.request.OperationRequest;
import io.github.integratorio.camel.internal.operation.request.OperationResult;
import io.github.integratorio.camel.internal.operation.request.ReconcileOptions;
import io.github.integratorio.camel.internal.operation.request.RowProblems;

/**
 * Brings all licenses of a connector in line with a list. The list is compared with the API's as a whole, and refused if it cannot be
 * right, before the first write; see {@link ReconcileRun} for the writes.
 */
public final class Reconciler {

    /** Number of licenses that may always end, because a percentage would never let one of few end. */
    private static final int MIN_LIMIT = 5;
    private static final int MAX_ATTEMPTS = 3;

    private final IntegratorioClient client;
    private final Scheduler scheduler;
    private final Executor workers;
    private final KnownLicenses known;
    private final LicenseFinder finder;
    private final ReconcileWriter writer;
    private final Set<ReconcileProgress> running = ConcurrentHashMap.newKeySet();

    /**
     * @param workers run what blocks
     * @param writer  writes single licenses
     */
    public Reconciler(IntegratorioClient client, Scheduler scheduler, Executor workers, KnownLicenses known,
            LicenseFinder finder, ReconcileWriter writer) {
        this.client = client;
        this.scheduler = scheduler;
        this.workers = workers;
        this.known = known;
        this.finder = finder;
        this.writer = writer;
    }

    /** The reconciles that are running. */
    public Set<ReconcileProgress> running() {
        return Set.copyOf(running);
    }

    /**
     * Reconciles the licenses of a connector.
     *
     * @return a {@link io.github.integratorio.camel.api.ReconcileSummary}, or if it is streamed a {@link ReconcileRun}, which does the work
     *         while it is read
     */
    public CompletableFuture<OperationResult> run(OperationRequest request) {
        CompletableFuture<OperationResult> result = new CompletableFuture<>();
        HandOver.execute(workers, () -> {
            try {
                ReconcileRun run = begin(request);
                result.complete(new OperationResult(0, request.streaming() ? run : run.summary(), List.of()));
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    private ReconcileRun begin(OperationRequest request) {
        ReconcileOptions options = request.reconcile();
        ReconcileProgress progress = new ReconcileProgress(request.connectorId(), request.context().isReadOnly(),
                options.desired().size());
        running.add(progress);
        try {
            ListedLicenses listed = new ListedLicenses();
            long readAt = scheduler.nanoTime();
            Walk walk = walk(request, listed, progress);
            Instant now = new ApiClock(scheduler).confirmed(walk.apiTime(),
                    () -> client.call(ApiRequest.of(ApiMethod.GET_CONNECTOR, request.connectorId(), null),
                            request.context().withFreshDeadline()))
                    .join();
            LicenseComparison comparison = new LicenseComparison(options.desired(), listed, finder, now);
            int first = listed.size();
            if (comparison.creations() > 0 && !walk.isConvincing()) {
                // No license is created on one unconfirmed read. What only this one shows may be newer than the list, and is not ended.
                walk(request, listed, progress);
                comparison = new LicenseComparison(options.desired(), listed, finder, now);
            }
            int[] unknown = comparison.unknown(first).toArray();
            refuse(options, comparison, listed, unknown.length,
                    (int) listed.valid(first, now).count() + comparison.children());
            progress.planned(comparison.writes()
                    + (options.unknown() == UnknownLicenses.EXPIRE ? unknown.length : 0));
            return new ReconcileRun(request, writer, scheduler, comparison, listed, unknown, readAt, progress,
                    () -> running.remove(progress));
        } catch (Throwable e) {
            running.remove(progress);
            throw e;
        }
    }

    /** Refuses a list that cannot be right. */
    private static void refuse(ReconcileOptions options, LicenseComparison comparison, ListedLicenses listed,
            int unknown, int valid) {
        RowProblems.refuse(options.desired().size(), comparison.doubled());
        if (options.desired().size() == 0 && valid > 0) {
            throw new ReconcileRefusedException("body: the list has no rows, but the connector has " + listed.size()
                    + " licenses, " + valid + " of them valid; nothing was written");
        }
        if (options.unknown() == UnknownLicenses.FAIL && unknown > 0) {
            throw new ReconcileRefusedException(
                    "body: the list of " + options.desired().size() + " rows lacks the users of "
                            + unknown + " of " + valid + " valid licenses (unknownLicenses=fail); nothing was written");
        }
        int expired = options.unknown() == UnknownLicenses.EXPIRE ? unknown : 0;
        if (expired > 0) {
            RowProblems.refuse(options.desired().size(), comparison.nameless());
        }
        int ending = expired + comparison.endings();
        if (ending > MIN_LIMIT && ending * 100L > (long) valid * options.massExpiryLimit()) {
            throw new ReconcileRefusedException("body: the list of " + options.desired().size() + " rows would end "
                    + ending + " of " + valid + " valid licenses: " + expired + " whose users it lacks, and "
                    + comparison.endings()
                    + " that it gives an expiry in the past or within a day; massExpiryLimit permits "
                    + options.massExpiryLimit() + " percent, or " + MIN_LIMIT + "; nothing was written");
        }
    }

    /**
     * What a read of the list tells besides the licenses.
     *
     * @param isConvincing whether another read would tell no more
     * @param apiTime      the API's time of the last page; null if it tells none
     */
    private record Walk(boolean isConvincing, Instant apiTime) {
    }

    /** Reads the list of the connector, again if its transfer fails. */
    private Walk walk(OperationRequest request, ListedLicenses listed, ReconcileProgress progress) {
        for (int attempt = 1;; attempt++) {
            long startedAt = scheduler.nanoTime();
            try {
                PagedResponse pages = Futures.await(client.pages(
                        ApiRequest.of(ApiMethod.LIST_LICENSES, request.connectorId(), null),
                        request.context().withFreshDeadline()));
                try (RowIterator rows = new RowIterator(pages)) {
                    while (rows.hasNext()) {
                        var row = rows.next();
                        if (!known.wasDeletedHere((String) row.get("_id"))) {
                            listed.add(row);
                            progress.listed(listed.size());
                        }
                    }
                }
                boolean isComplete = known.recordListed(request.connectorId(), listed::contains, listed.size(),
                        startedAt);
                return new Walk(listed.size() > 0 && isComplete && pages.count() == 1, pages.time());
            } catch (Exception e) {
                Throwable cause = Futures.unwrap(e);
                if (cause instanceof IllegalStateException) {
                    throw new CompletionException(new IntegratorioTransportException(ApiMethod.LIST_LICENSES.label(),
                            new IOException(cause.getMessage()), false, false));
                }
                if (attempt == MAX_ATTEMPTS || !(cause instanceof IntegratorioTransportException)
                        || !client.takeRetry()) {
                    throw new CompletionException(cause);
                }
            }
        }
    }
}
