package io.github.integratorio.camel.internal.operation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.concurrent.Futures;
import io.github.integratorio.camel.internal.concurrent.Scheduler;
import io.github.integratorio.camel.internal.json.JsonValues;

/** Makes licenses what they should be: one walk over the existing ones, then only the writes that are needed. */
final class LicenseUpserter {

    private static final int WRITES_AT_ONCE = 32;

    private final IntegratorioOperations provisioning;
    private final Scheduler timeline;

    LicenseUpserter(IntegratorioOperations provisioning, Scheduler timeline) {
        this.provisioning = provisioning;
        this.timeline = timeline;
    }

    /** A license that is wanted: by e-mail, or by id. */
    private record Wanted(String email, String licenseId, Map<String, Object> fields) {

        String key() {
            return licenseId != null ? licenseId : EmailAddress.canonical(email);
        }
    }

    CompletableFuture<OperationResult> run(OperationRequest in) {
        List<Wanted> wanted = new ArrayList<>();
        Set<String> keys = new LinkedHashSet<>();
        for (Map<String, Object> document : in.documents()) {
            Wanted one = wanted(document, in.licenseId());
            if (!keys.add(IntegratorioOperations.userKey(in.connectorId(), one.key()))) {
                throw twice(wanted.size() + 1);
            }
            wanted.add(one);
        }
        // In turn per user, or two upserts of a new user would both find nothing and both create.
        return provisioning.inTurn(in.context(), List.copyOf(keys), () -> existing(in, wanted)
                .thenCompose(existing -> new UpsertBatch(in, wanted, existing).run()));
    }

    /**
     * The licenses there are. A row can slip from page to page while another is deleted, and so be missed: when somebody seems to have
     * no license in a list of several pages, it is read once more before one is created.
     */
    private CompletableFuture<LicenseIndex> existing(OperationRequest in, List<Wanted> wanted) {
        return provisioning.licenses(in.connectorId(), in.context()).thenCompose(first -> {
            LicenseIndex seen = new LicenseIndex(first.rows());
            boolean allThere = wanted.stream().allMatch(one -> one.licenseId() != null || seen.findByEmail(one.email()) != null);
            return first.pages() == 1 || allThere
                    ? CompletableFuture.completedFuture(seen)
                    : provisioning.licenses(in.connectorId(), in.context())
                            .thenApply(second -> new LicenseIndex(first.rows(), second.rows()));
        });
    }

    private static IllegalArgumentException twice(int number) {
        return new IllegalArgumentException("body: names the same license twice, at number " + number);
    }

    private Wanted wanted(Map<String, Object> document, String licenseId) {
        String id = licenseId != null ? licenseId : document.get("_id") instanceof String own ? own : null;
        DocumentValidator.sameId(document, licenseId, "licenseId");
        Object address = document.get("email") == null && document.get("user") instanceof Map<?, ?> user
                ? user.get("email")
                : document.get("email");
        String email = id != null && address == null ? null : EmailAddress.require("body: email", address);
        Map<String, Object> fields = DocumentValidator.licensePatch(document);
        fields.remove("email");
        return new Wanted(email, id, fields);
    }

    /** The writes of one upsert, some at once; the first failure ends it, and a repeat does the rest. */
    private final class UpsertBatch {

        private final OperationRequest in;
        private final List<Wanted> wanted;
        private final List<Map<String, Object>> existing = new ArrayList<>();
        private final Object[] documents;
        private final WriteOutcome[] outcomes;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();

        UpsertBatch(OperationRequest in, List<Wanted> wanted, LicenseIndex licenses) {
            this.in = in;
            this.wanted = wanted;
            this.documents = new Object[wanted.size()];
            this.outcomes = new WriteOutcome[wanted.size()];
            // Everything is looked up, and so refused, before the first write.
            Set<Object> ids = new HashSet<>();
            for (Wanted one : wanted) {
                Map<String, Object> found = one.licenseId() != null ? licenses.requireById(one.licenseId()) : licenses.findByEmail(one.email());
                LicenseIndex.requireUser(found, one.email());
                if (found != null && !ids.add(found.get("_id"))) {
                    throw twice(existing.size() + 1);
                }
                if (found == null) {
                    Map<String, Object> license = new java.util.LinkedHashMap<>(one.fields());
                    license.put("email", one.email());
                    DocumentValidator.newLicense(license, timeline.now());
                }
                existing.add(found);
            }
        }

        CompletableFuture<OperationResult> run() {
            List<CompletableFuture<Void>> lanes = new ArrayList<>();
            for (int i = 0; i < Math.min(WRITES_AT_ONCE, wanted.size()); i++) {
                lanes.add(lane());
            }
            return CompletableFuture.allOf(lanes.toArray(CompletableFuture[]::new)).thenCompose(done -> {
                if (failure.get() != null) {
                    return CompletableFuture.failedFuture(failure.get());
                }
                Object value = in.isList() ? List.of(documents) : documents[0];
                return CompletableFuture.completedFuture(new OperationResult(in.isList() ? 0 : 200, value, List.of(outcomes)));
            });
        }

        private CompletableFuture<Void> lane() {
            // A loop as long as nothing has to be written, so that thousands of equal licenses need no deep stack.
            while (failure.get() == null) {
                int index = next.getAndIncrement();
                if (index >= wanted.size()) {
                    break;
                }
                if (!isUnchanged(index)) {
                    return write(index).handle((result, error) -> {
                        if (error != null) {
                            failure.accumulateAndGet(Futures.unwrap(error), UpsertBatch::worse);
                        } else {
                            documents[index] = result.value();
                            outcomes[index] = result.outcomes().get(0);
                        }
                        return null;
                    }).thenCompose(ignored -> lane());
                }
            }
            return CompletableFuture.completedFuture(null);
        }

        /** Of several failures, one after which nobody knows what happened is told: the others say that nothing did. */
        private static Throwable worse(Throwable one, Throwable other) {
            return one == null || other instanceof IntegratorioAmbiguousOutcomeException
                    && !(one instanceof IntegratorioAmbiguousOutcomeException) ? other : one;
        }

        private boolean isUnchanged(int index) {
            Map<String, Object> found = existing.get(index);
            if (found == null || !JsonValues.isNoOp(found, wanted.get(index).fields())) {
                return false;
            }
            documents[index] = found;
            outcomes[index] = WriteOutcome.UNCHANGED;
            return true;
        }

        private CompletableFuture<OperationResult> write(int index) {
            Wanted one = wanted.get(index);
            try {
                CallContext context = in.isList() ? in.context().withFreshDeadline() : in.context();
                if (existing.get(index) != null) {
                    return provisioning.change(in.connectorId(), (String) existing.get(index).get("_id"), one.fields(), true, context);
                }
                Map<String, Object> license = new java.util.LinkedHashMap<>(one.fields());
                license.put("email", one.email());
                return provisioning.createLicense(in.connectorId(), license, context);
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
        }
    }
}
