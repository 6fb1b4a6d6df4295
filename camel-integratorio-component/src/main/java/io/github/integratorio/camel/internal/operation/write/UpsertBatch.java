package io.github.integratorio.camel.internal.operation.write;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.concurrent.Futures;
import io.github.integratorio.camel.internal.json.JsonMerge;
import io.github.integratorio.camel.internal.json.JsonValues;
import io.github.integratorio.camel.internal.license.DocumentValidator;
import io.github.integratorio.camel.internal.license.LicenseKind;
import io.github.integratorio.camel.internal.license.LicenseUser;
import io.github.integratorio.camel.internal.operation.lookup.LicenseFinder;
import io.github.integratorio.camel.internal.operation.lookup.LicenseIndex;
import io.github.integratorio.camel.internal.operation.request.OperationRequest;
import io.github.integratorio.camel.internal.operation.request.OperationResult;
import io.github.integratorio.camel.internal.operation.write.KeyedSequencer.Turn;
import io.github.integratorio.camel.internal.operation.write.LicenseUpserter.Target;

/** The writes of one upsert, several at a time. The first failure ends it; repeating the upsert does the rest. */
final class UpsertBatch {

    private static final int MAX_CONCURRENT_WRITES = 32;

    private final LicenseWriter writer;
    private final OperationRequest request;
    private final List<Target> targets;
    private final LicenseFinder finder;
    private final Turn turn;
    /** The existing license of each target; null if it is to be created. */
    private final List<Map<String, Object>> existing = new ArrayList<>();
    /** The targets that the list shows as they should be. */
    private final BitSet same = new BitSet();
    private final OperationResult[] results;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    /**
     * Validates all writes before the first one is sent.
     *
     * @throws IllegalArgumentException if a target is invalid, or two of them are the same license
     */
    UpsertBatch(LicenseWriter writer, Instant now, OperationRequest request, List<Target> targets,
            LicenseIndex licenses, LicenseFinder finder, Turn turn) {
        this.finder = finder;
        this.turn = turn;
        this.writer = writer;
        this.request = request;
        this.targets = targets;
        this.results = new OperationResult[targets.size()];
        Map<Object, Integer> ids = new HashMap<>();
        for (Target target : targets) {
            Map<String, Object> found = requireWritable(target, licenses, now);
            if (found != null) {
                Integer other = ids.putIfAbsent(found.get("_id"), existing.size());
                if (other != null) {
                    throw LicenseUpserter.duplicate(other, existing.size());
                }
            }
            existing.add(found);
        }
    }

    /** Refuses before the first write what the list is enough to refuse; returns the license that the list has, or null. */
    private Map<String, Object> requireWritable(Target target, LicenseIndex licenses, Instant now) {
        try {
            Map<String, Object> found = target.licenseId() != null
                    ? licenses.find(target.licenseId())
                    : licenses.find(target.user());
            if (found == null) {
                DocumentValidator.newLicense(target.fields(), target.email(), now);
            } else {
                requireWritable(found, target, existing.size());
            }
            return found;
        } catch (IllegalArgumentException e) {
            throw DocumentValidator.ofItem(request.isList(), existing.size(), e);
        }
    }

    private void requireWritable(Map<String, Object> found, Target target, int index) {
        if (target.licenseId() != null) {
            LicenseUser.requireAddress(found, target.email());
        }
        LicenseKind.requireSame(found, target.fields());
        same.set(index, JsonMerge.isNoOp(found, target.fields()));
        // A list may show a license as it was before, though never as another user's or of another kind.
        if (!same.get(index) && !finder.mayBeListedLate((String) found.get("_id"))) {
            DocumentValidator.merged(found, target.fields());
        }
    }

    /** Sends the writes; the result has the licenses in the order of the request. */
    CompletableFuture<OperationResult> run() {
        List<CompletableFuture<Void>> workers = new ArrayList<>();
        for (int i = 0; i < Math.min(MAX_CONCURRENT_WRITES, targets.size()); i++) {
            workers.add(work());
        }
        return CompletableFuture.allOf(workers.toArray(CompletableFuture[]::new)).thenCompose(done -> {
            if (failure.get() != null) {
                return CompletableFuture.failedFuture(failure.get());
            }
            return CompletableFuture.completedFuture(request.isList() ? OperationResult.ofList(List.of(results))
                    : new OperationResult(200, results[0].value(), results[0].outcomes(), results[0].differences()));
        });
    }

    private CompletableFuture<Void> work() {
        // A loop over licenses that need no write: recursion would need a deep stack for thousands of them.
        while (failure.get() == null) {
            int index = next.getAndIncrement();
            if (index >= targets.size()) {
                break;
            }
            if (!isUnchanged(index)) {
                return write(index).handle((result, error) -> {
                    if (error != null) {
                        failure.accumulateAndGet(ofItem(index, Futures.unwrap(error)), UpsertBatch::mostSevere);
                    } else {
                        results[index] = result;
                    }
                    release(index);
                    return null;
                }).thenCompose(ignored -> work());
            }
        }
        return CompletableFuture.completedFuture(null);
    }

    private Throwable ofItem(int index, Throwable error) {
        return error instanceof IllegalArgumentException invalid
                ? DocumentValidator.ofItem(request.isList(), index, invalid) : error;
    }

    /** An ambiguous failure must be reported; the others say that nothing happened. */
    private static Throwable mostSevere(Throwable one, Throwable other) {
        return one == null || other instanceof IntegratorioAmbiguousOutcomeException
                && !(one instanceof IntegratorioAmbiguousOutcomeException) ? other : one;
    }

    private boolean isUnchanged(int index) {
        Map<String, Object> found = existing.get(index);
        // Lists may be behind. Of many licenses only those changed here are read again, which a list may show as they were before.
        if (!same.get(index) || targets.size() == 1 || finder.mayBeListedLate((String) found.get("_id"))) {
            return false;
        }
        // A copy, because other operations may share the list.
        results[index] =
                new OperationResult(200, JsonValues.copyOf(found), List.of(WriteOutcome.UNCHANGED));
        release(index);
        return true;
    }

    private static void requireTarget(Map<String, Object> current, Target target) {
        if (target.licenseId() != null) {
            LicenseUser.requireAddress(current, target.email());
        } else {
            LicenseFinder.requireListedUser(current, target.user());
        }
    }

    /** The next operation for this user need not wait for the rest of the batch. */
    private void release(int index) {
        turn.release(targets.get(index).key(request.connectorId()));
    }

    private CompletableFuture<OperationResult> write(int index) {
        Target target = targets.get(index);
        try {
            CallContext context = request.isList() ? request.context().withFreshDeadline() : request.context();
            Map<String, Object> found = existing.get(index);
            return found == null
                    ? writer.create(request, target.fields(), target.email(), context)
                    : writer.change(request.connectorId(), (String) found.get("_id"), target.fields(), true,
                            current -> requireTarget(current, target), context);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
