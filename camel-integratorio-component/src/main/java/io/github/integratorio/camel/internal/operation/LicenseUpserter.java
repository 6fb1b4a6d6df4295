package io.github.integratorio.camel.internal.operation;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.github.integratorio.camel.internal.concurrent.Scheduler;

/** Brings licenses to their target state: reads the list of the connector, then sends only the writes that are needed. */
final class LicenseUpserter {

    private final OperationExecutor operations;
    private final Scheduler scheduler;

    LicenseUpserter(OperationExecutor operations, Scheduler scheduler) {
        this.operations = operations;
        this.scheduler = scheduler;
    }

    /**
     * The target state of one license, identified by id or by e-mail.
     *
     * @param email     the user; null if the license is identified by its id alone
     * @param licenseId the license, or null
     * @param fields    the fields to set
     */
    record Target(String email, String licenseId, Map<String, Object> fields) {

        private String key() {
            return licenseId != null ? licenseId : EmailAddress.canonical(email);
        }
    }

    /**
     * Upserts the licenses of a request.
     *
     * @return                          the licenses and their outcomes, in the order of the request
     * @throws IllegalArgumentException if a license is invalid, or two have the same id or user
     */
    CompletableFuture<OperationResult> run(OperationRequest request) {
        List<Target> targets = new ArrayList<>();
        Set<String> keys = new LinkedHashSet<>();
        for (Map<String, Object> document : request.documents()) {
            Target target = target(document, request.licenseId());
            if (!keys.add(OperationExecutor.userKey(request.connectorId(), target.key()))) {
                throw duplicate(targets.size() + 1);
            }
            targets.add(target);
        }
        // In order per user: two upserts of a new user would otherwise both find no license, and both create one.
        return operations.inOrder(request.context(), List.copyOf(keys), () -> existing(request, targets)
                .thenCompose(
                        existing -> new UpsertBatch(operations, scheduler.now(), request, targets, existing).run()));
    }

    /**
     * The existing licenses. While a license is deleted, another one can move to the previous page and be missed, so if a user seems to
     * have none in a list of several pages, the list is read again.
     */
    private CompletableFuture<LicenseIndex> existing(OperationRequest request, List<Target> targets) {
        return operations.licenses(request.connectorId(), request.context()).thenCompose(first -> {
            LicenseIndex index = new LicenseIndex(first.rows());
            boolean allFound = targets.stream()
                    .allMatch(target -> target.licenseId() != null || index.findByEmail(target.email()) != null);
            return first.pages() == 1 || allFound
                    ? CompletableFuture.completedFuture(index)
                    : operations.licenses(request.connectorId(), request.context())
                            .thenApply(second -> new LicenseIndex(first.rows(), second.rows()));
        });
    }

    /** The error for a license that occurs twice in the body; the first has number 1. */
    static IllegalArgumentException duplicate(int number) {
        return new IllegalArgumentException("body: item " + number + " names the same license as an earlier one");
    }

    private static Target target(Map<String, Object> document, String licenseId) {
        String id = licenseId != null ? licenseId : document.get("_id") instanceof String own ? own : null;
        DocumentValidator.requireSameId(document, licenseId, "licenseId");
        Object address = document.get("email") == null && document.get("user") instanceof Map<?, ?> user
                ? user.get("email")
                : document.get("email");
        String email = id != null && address == null ? null : EmailAddress.require("body: email", address);
        Map<String, Object> fields = DocumentValidator.licensePatch(document);
        fields.remove("email");
        return new Target(email, id, fields);
    }
}
