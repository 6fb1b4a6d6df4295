package io.github.integratorio.camel.internal.operation.write;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.concurrent.Scheduler;
import io.github.integratorio.camel.internal.license.DocumentValidator;
import io.github.integratorio.camel.internal.license.EmailAddress;
import io.github.integratorio.camel.internal.license.LicenseUser;
import io.github.integratorio.camel.internal.operation.lookup.LicenseFinder;
import io.github.integratorio.camel.internal.operation.request.OperationRequest;
import io.github.integratorio.camel.internal.operation.request.OperationResult;
import io.github.integratorio.camel.internal.operation.write.KeyedSequencer.Turn;

/** Brings licenses to their target state: finds those that exist, then sends only the writes that are needed. */
public final class LicenseUpserter {

    private final LicenseWriter writer;
    private final KeyedSequencer sequencer;
    private final LicenseFinder finder;
    private final Scheduler scheduler;

    public LicenseUpserter(LicenseWriter writer, KeyedSequencer sequencer, LicenseFinder finder, Scheduler scheduler) {
        this.writer = writer;
        this.sequencer = sequencer;
        this.finder = finder;
        this.scheduler = scheduler;
    }

    /**
     * The target state of one license, identified by id or by its user.
     *
     * @param email     the address of the user; null if the license is identified by its id alone
     * @param licenseId the license, or null
     * @param user      the user; null if the license is identified by its id
     * @param fields    the fields to set
     */
    public record Target(String email, String licenseId, LicenseUser user, Map<String, Object> fields) {

        public static Target of(String email, String licenseId, Map<String, Object> fields) {
            return new Target(email, licenseId,
                    licenseId != null ? null : LicenseUser.of(email, fields.get("sandbox")), fields);
        }

        /** Orders the writes to this license. */
        String key(String connectorId) {
            return licenseId != null ? connectorId + ' ' + licenseId : user.key(connectorId);
        }
    }

    /**
     * Upserts the licenses of a request.
     *
     * @return                          the licenses and their outcomes, in the order of the request
     * @throws IllegalArgumentException if a license is invalid, or two have the same id or user
     */
    public CompletableFuture<OperationResult> run(OperationRequest request) {
        List<Target> targets = new ArrayList<>();
        Set<String> keys = new LinkedHashSet<>();
        for (Map<String, Object> document : request.documents()) {
            Target target = target(request, document, targets.size());
            String key = target.key(request.connectorId());
            if (!keys.add(key)) {
                throw duplicate(List.copyOf(keys).indexOf(key), targets.size());
            }
            targets.add(target);
        }
        // In order per user: two upserts of a new user would otherwise both find no license, and both create one.
        return sequencer.run(ApiMethod.LIST_LICENSES, request.context(), order(request, keys),
                turn -> targets.size() == 1
                        ? upsertOne(request, targets, turn) : upsertAll(request, targets, turn));
    }

    private CompletableFuture<OperationResult> upsertOne(OperationRequest request, List<Target> targets, Turn turn) {
        Target target = targets.get(0);
        if (target.licenseId() != null) {
            return writer.change(request.connectorId(), target.licenseId(), target.fields(), true,
                    current -> LicenseUser.requireAddress(current, target.email()), request.context())
                    .thenApply(result -> result.asListIf(request.isList()));
        }
        return finder.useKnown(request.connectorId(), target.user(),
                licenseId -> writer.change(request.connectorId(), licenseId, target.fields(), true,
                        current -> finder.requireUser(current, target.user()), request.context())
                        .thenApply(result -> result.asListIf(request.isList())),
                () -> upsertAll(request, targets, turn));
    }

    /**
     * Creates the license of a user who had none in a list that began to be read at this time, or updates the one that this JVM knows of.
     */
    public CompletableFuture<OperationResult> createMissing(OperationRequest request, Target target, long readAt) {
        return sequencer.run(ApiMethod.LIST_LICENSES, request.context(),
                order(request, Set.of(target.key(request.connectorId()))),
                turn -> finder.confirmMissing(request.connectorId(), target.user(), readAt, request.context())
                        .thenCompose(existing -> new UpsertBatch(writer, scheduler.now(), request, List.of(target),
                                existing, finder, turn).run()));
    }

    /** A dry run writes nothing, and must not look like a newer write. */
    private static Set<String> order(OperationRequest request, Set<String> keys) {
        return request.context().isReadOnly() ? Set.of() : keys;
    }

    private CompletableFuture<OperationResult> upsertAll(OperationRequest request, List<Target> targets, Turn turn) {
        List<LicenseUser> users = targets.stream().map(Target::user).filter(Objects::nonNull).toList();
        List<String> ids = targets.stream().map(Target::licenseId).filter(Objects::nonNull).toList();
        return finder.find(request.connectorId(), users, request.context())
                .thenCompose(licenses -> finder.withIds(request.connectorId(), licenses, ids, request.context()))
                .thenCompose(existing -> new UpsertBatch(writer, scheduler.now(), request, targets, existing, finder,
                        turn).run());
    }

    /** The error for a license that occurs twice in the body, at these indices. */
    static IllegalArgumentException duplicate(int first, int second) {
        return new IllegalArgumentException(
                "body: items " + (first + 1) + " and " + (second + 1) + " name the same license");
    }

    private static Target target(OperationRequest request, Map<String, Object> document, int index) {
        try {
            return target(document, request.licenseId());
        } catch (IllegalArgumentException e) {
            throw DocumentValidator.ofItem(request.isList(), index, e);
        }
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
        return Target.of(email, id, fields);
    }
}
