package io.github.integratorio.camel.internal.operation.reconcile;

import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.ReconcileSummary;
import io.github.integratorio.camel.api.ReconciledLicense;
import io.github.integratorio.camel.api.UnknownLicenses;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.internal.client.protocol.FailureKind;
import io.github.integratorio.camel.internal.concurrent.Futures;
import io.github.integratorio.camel.internal.concurrent.Scheduler;
import io.github.integratorio.camel.internal.operation.creation.OpenClaimException;
import io.github.integratorio.camel.internal.operation.reconcile.LicenseComparison.Decision;
import io.github.integratorio.camel.internal.operation.request.DesiredLicenses.Row;
import io.github.integratorio.camel.internal.operation.request.OperationRequest;
import io.github.integratorio.camel.internal.operation.request.OperationResult;
import io.github.integratorio.camel.internal.text.Redaction;
import org.apache.camel.RuntimeCamelException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writes of a reconcile, those of the rows first, and then the expiries. It works only while it is read, some writes ahead of its
 * reader, and starts none after it is closed. {@link #hasNext()} throws if the work cannot go on; what is done stays done.
 * {@link #close()} does not wait for a reader.
 */
final class ReconcileRun implements Iterator<ReconciledLicense>, Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(ReconcileRun.class);
    /** Enough for the permitted rate with an API that takes 200 ms. */
    private static final int MAX_CONCURRENT_WRITES = 64;
    /** An API that fails this often in a row has a problem that is not one of these licenses. */
    private static final int MAX_FAILURES = 10;
    private static final int MAX_KEPT = 1000;
    private static final Duration REPORT_INTERVAL = Duration.ofSeconds(30);

    private final OperationRequest request;
    private final ReconcileWriter writer;
    private final Scheduler scheduler;
    private final LicenseComparison comparison;
    private final ListedLicenses listed;
    private final long readAt;
    private final ReconcileProgress progress;
    private final Runnable onEnd;
    private final int unknown;
    private final Iterator<Row> rows;
    private final PrimitiveIterator.OfInt expiries;
    private final BlockingQueue<Ended> ended = new LinkedBlockingQueue<>();
    private final Deque<ReconciledLicense> ready = new ArrayDeque<>();
    private final Map<WriteOutcome, Long> outcomes = new EnumMap<>(WriteOutcome.class);
    /** Whether all rows are done. */
    private boolean isExpiring;
    private int inFlight;
    private long failed;
    private long reportedAt;
    /** Number of failures since the last success that are not about a single license. */
    private int failuresInRow;
    private Throwable failure;
    private boolean isStopping;
    private boolean isEnded;
    /** Whether it has ended, or was closed before. */
    private final AtomicBoolean isOver = new AtomicBoolean();

    /** A write that has ended. */
    private record Ended(Row row, String licenseId, OperationResult result, Throwable error) {
    }

    /**
     * @param unknown the valid licenses whose user is not in the list
     * @param readAt  before the list of the API was read
     * @param onEnd   runs when the work has ended or was given up
     */
    ReconcileRun(OperationRequest request, ReconcileWriter writer, Scheduler scheduler, LicenseComparison comparison,
            ListedLicenses listed, int[] unknown, long readAt, ReconcileProgress progress, Runnable onEnd) {
        this.request = request;
        this.writer = writer;
        this.scheduler = scheduler;
        this.comparison = comparison;
        this.listed = listed;
        this.readAt = readAt;
        this.progress = progress;
        this.onEnd = onEnd;
        this.unknown = unknown.length;
        this.rows = request.reconcile().desired().iterator();
        this.expiries = request.reconcile().unknown() == UnknownLicenses.EXPIRE ? Arrays.stream(unknown).iterator()
                : Arrays.stream(new int[0]).iterator();
        this.reportedAt = scheduler.nanoTime();
        LOG.info("Reconcile begins: {}, {} valid licenses are not in the list ({})", progress, this.unknown,
                request.reconcile().unknown());
    }

    /** Does all the work, and closes this. */
    ReconcileSummary summary() {
        List<ReconciledLicense> changes = new ArrayList<>();
        List<ReconciledLicense> failures = new ArrayList<>();
        try (this) {
            while (hasNext()) {
                ReconciledLicense license = next();
                List<ReconciledLicense> kept = license.error() == null ? changes : failures;
                if (license.outcome() != WriteOutcome.UNCHANGED && kept.size() < MAX_KEPT) {
                    kept.add(license);
                }
            }
        }
        return new ReconcileSummary(request.connectorId(), request.reconcile().desired().size(), outcomes, failed,
                unknown, changes, failures);
    }

    @Override
    public synchronized boolean hasNext() {
        if (isOver.get() && !isEnded) {
            throw new IllegalStateException(
                    "the reconcile was given up: its result can only be read until its exchange is complete");
        }
        work();
        if (!ready.isEmpty()) {
            return true;
        }
        end();
        if (failure != null) {
            throw RuntimeCamelException.wrapRuntimeCamelException(failure);
        }
        return false;
    }

    @Override
    public synchronized ReconciledLicense next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return ready.remove();
    }

    /** Starts what can be started, and waits until a license is done, unless one is ready or there are no more. */
    private void work() {
        try {
            while (true) {
                for (Ended one = ended.poll(); one != null; one = ended.poll()) {
                    collect(one);
                }
                startMore();
                report();
                if (!ready.isEmpty() || inFlight == 0) {
                    return;
                }
                collect(ended.take());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new RuntimeCamelException(e);
        }
    }

    private void collect(Ended one) {
        inFlight--;
        judge(one.error());
        progress.ended();
        add(one.error() == null ? ReconcileWriter.done(one.row(), one.licenseId(), one.result())
                : ReconcileWriter.failed(one.row(), one.licenseId(), one.error()));
    }

    /** Ends the work if a failure is not about a single license. */
    private void judge(Throwable error) {
        boolean isDenied = error instanceof IntegratorioApiException refusal
                && (refusal.getStatusCode() == 401 || refusal.getStatusCode() == 403);
        boolean isRefused = error != null && FailureKind.of(error) == FailureKind.REJECTED;
        if (error == null || isRefused) {
            failuresInRow = 0;
        } else if (!(error instanceof OpenClaimException)) {
            failuresInRow++;
        }
        if (failure == null && (isDenied || failuresInRow >= MAX_FAILURES)) {
            failure = error;
        }
    }

    private void add(ReconciledLicense license) {
        if (license.error() == null) {
            outcomes.merge(license.outcome(), 1L, Long::sum);
        } else {
            failed++;
            progress.hasFailed();
        }
        ready.add(license);
    }

    private void startMore() {
        while (inFlight < MAX_CONCURRENT_WRITES && ready.size() < MAX_CONCURRENT_WRITES && mayGoOn()) {
            if (rows.hasNext()) {
                start(rows.next());
            } else if (expiries.hasNext() && (isExpiring || inFlight == 0)) {
                isExpiring = true;
                expire(expiries.nextInt());
            } else {
                return;
            }
        }
    }

    private boolean mayGoOn() {
        isStopping |= request.reconcile().isStopping().getAsBoolean();
        return failure == null && !isStopping && !isOver.get();
    }

    private void start(Row row) {
        Decision decision = comparison.compare(row);
        switch (decision.kind()) {
            case CREATE, CHANGE -> submit(row, decision.licenseId(),
                    () -> writer.write(request, row, decision,
                            current -> comparison.requireMayChange(current, decision), readAt));
            default -> add(ReconcileWriter.notWritten(row, decision));
        }
    }

    private void expire(int number) {
        String licenseId = listed.id(number);
        submit(null, licenseId, () -> writer.expire(request, licenseId,
                current -> comparison.requireAsListed(current, number)));
    }

    /** @param row null for a license that is not in the list */
    private void submit(Row row, String licenseId, Supplier<CompletableFuture<OperationResult>> write) {
        inFlight++;
        CompletableFuture<OperationResult> result;
        try {
            result = write.get();
        } catch (RuntimeException e) {
            result = CompletableFuture.failedFuture(e);
        }
        result.whenComplete(
                (done, error) -> ended.add(new Ended(row, licenseId, done, Futures.unwrap(error))));
    }

    private void report() {
        long now = scheduler.nanoTime();
        if (now - reportedAt >= REPORT_INTERVAL.toNanos()) {
            reportedAt = now;
            LOG.info("Reconcile: {}", progress);
        }
    }

    private void end() {
        if (!isEnded) {
            isEnded = true;
            isOver.set(true);
            onEnd.run();
            if (failure == null && isStopping && (rows.hasNext() || expiries.hasNext())) {
                failure =
                        new IllegalStateException("the reconcile has ended early, because the application is stopping: "
                                + progress.done() + " of " + progress.toDo() + " licenses are done, "
                                + progress.failed() + " failed; run it again to do the rest");
            }
            if (failure == null) {
                LOG.info("Reconcile has ended: {}, {}", progress, outcomes);
            } else {
                LOG.warn("Reconcile has ended early: {}, {}: {}", progress, outcomes,
                        Redaction.line(failure.getMessage(), 300));
            }
        }
    }

    /** Starts nothing more. What has been sent is not taken back. */
    @Override
    public void close() {
        if (isOver.compareAndSet(false, true)) {
            onEnd.run();
            LOG.warn("Reconcile was given up before its end: {}", progress);
        }
    }
}
