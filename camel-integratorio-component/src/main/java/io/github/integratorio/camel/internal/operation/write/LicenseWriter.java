package io.github.integratorio.camel.internal.operation.write;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.integratorio.camel.api.FieldDifference;
import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.internal.client.ApiClock;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.IntegratorioClient;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.internal.concurrent.Futures;
import io.github.integratorio.camel.internal.concurrent.Scheduler;
import io.github.integratorio.camel.internal.json.JsonMerge;
import io.github.integratorio.camel.internal.json.JsonValues;
import io.github.integratorio.camel.internal.license.DocumentValidator;
import io.github.integratorio.camel.internal.license.FieldDifferences;
import io.github.integratorio.camel.internal.license.LicenseEnd;
import io.github.integratorio.camel.internal.license.LicenseKind;
import io.github.integratorio.camel.internal.license.LicenseReference;
import io.github.integratorio.camel.internal.license.LicenseUser;
import io.github.integratorio.camel.internal.operation.creation.ClaimingLicenseCreator;
import io.github.integratorio.camel.internal.operation.lookup.KnownLicenses;
import io.github.integratorio.camel.internal.operation.request.OperationRequest;
import io.github.integratorio.camel.internal.operation.request.OperationResult;
import io.github.integratorio.camel.internal.operation.write.KeyedSequencer.Turn;
import org.apache.camel.RuntimeCamelException;

/**
 * Writes licenses, those of one user and those to one license one after the other. In a dry run it does everything but the write, out of
 * order: a dry run supersedes no write.
 */
public final class LicenseWriter {

    private final IntegratorioClient client;
    private final Scheduler scheduler;
    private final KeyedSequencer sequencer;
    private final KnownLicenses known;
    private final ClaimingLicenseCreator creator;
    private final DocumentSender sender;

    /** @param creator creates licenses, claimed or not */
    public LicenseWriter(IntegratorioClient client, Scheduler scheduler, AccountWriteState writes,
            ClaimingLicenseCreator creator, DocumentSender sender) {
        this.client = client;
        this.scheduler = scheduler;
        this.sequencer = writes.sequencer();
        this.known = writes.known();
        this.creator = creator;
        this.sender = sender;
    }

    /** Creates the license of a request, and returns it. */
    public CompletableFuture<OperationResult> create(OperationRequest request) {
        Map<String, Object> license =
                DocumentValidator.newLicense(request.document(), request.document().get("email"), scheduler.now());
        // In order per user: two creations without a response could otherwise claim each other's license.
        LicenseUser user = LicenseUser.of((String) license.get("email"), license.get("sandbox"));
        return sequencer.run(request.call(), request.context(), List.of(user.key(request.connectorId())),
                turn -> watched(request.context(),
                        () -> creator.run(request, license, false, request.context())));
    }

    /** Runs an operation whose turn has come, and tells its watcher of the end before the turn of the next one comes. */
    private static CompletableFuture<OperationResult> watched(CallContext context,
            Supplier<CompletableFuture<OperationResult>> operation) {
        CallContext.Watcher watcher = context.watcher();
        if (watcher == null) {
            return operation.get();
        }
        watcher.begins();
        return operation.get().whenComplete((result, error) -> watcher.ended(Futures.unwrap(error)));
    }

    /**
     * Creates the license of a user who has none, as part of an operation that is already in the order of the user. If another attempt has
     * created it meanwhile, with other values, it gets these.
     */
    public CompletableFuture<OperationResult> create(OperationRequest request, Map<String, Object> fields, String email,
            CallContext context) {
        Map<String, Object> license = DocumentValidator.newLicense(fields, email, scheduler.now());
        if (context.isReadOnly()) {
            return CompletableFuture.completedFuture(new OperationResult(0, license,
                    List.of(WriteOutcome.WOULD_CREATE), List.of(FieldDifferences.between(Map.of(), license))));
        }
        return creator.run(request, license, true, context).thenCompose(result -> {
            Map<String, Object> created = JsonValues.object((Map<?, ?>) result.value());
            return result.outcomes().get(0) == WriteOutcome.CREATED || JsonMerge.isNoOp(created, fields)
                    ? CompletableFuture.completedFuture(result)
                    : change(request.connectorId(), (String) created.get("_id"), fields, true,
                            current -> LicenseUser.requireAddress(current, email), context);
        });
    }

    /** Replaces the license of a request, or merges the body into it, and returns it. */
    public CompletableFuture<OperationResult> update(OperationRequest request) {
        Map<String, Object> body = DocumentValidator.notEmpty(request.document());
        String connectorId = request.connectorId();
        String licenseId = request.licenseId();
        if (request.merge()) {
            return change(connectorId, licenseId, DocumentValidator.licenseChange(body, licenseId), false,
                    current -> requireUser(current, request),
                    request.context());
        }
        Map<String, Object> license = DocumentValidator.wholeLicense(body, licenseId);
        boolean isOfAKind = LicenseKind.FIELDS.stream().anyMatch(name -> license.get(name) != null);
        boolean isChecked = isOfAKind || LicenseReference.email(body) != null || request.email() != null;
        return inTurn(request.call(), licenseId, request.context(), turn -> {
            CallContext context = request.context().supersededBy(turn::isSuperseded);
            if (!isChecked && !context.isReadOnly()) {
                return put(connectorId, licenseId, license, context);
            }
            return read(connectorId, licenseId, context).thenCompose(current -> {
                requireUser(current.document(), request);
                if (isOfAKind) {
                    LicenseKind.requireSame(current.document(), license);
                }
                return replace(connectorId, licenseId, current, license, WriteOutcome.WOULD_UPDATE, context);
            });
        });
    }

    /** Checks that the license of an update belongs to the user in the body and to the one of option or header. */
    private static void requireUser(Map<String, Object> current, OperationRequest request) {
        if (LicenseReference.email(request.document()) instanceof String named) {
            LicenseUser.requireAddress(current, named);
        }
        LicenseUser.requireAddress(current, request.email());
    }

    /**
     * Reads a license, merges the patch into it and writes it back, in the order of the license.
     *
     * @param check throws if the license is not the one that is meant
     */
    public CompletableFuture<OperationResult> change(String connectorId, String licenseId, Map<String, Object> patch,
            boolean onlyIfDifferent, Consumer<Map<String, Object>> check, CallContext context) {
        return change(connectorId, licenseId, WriteOutcome.WOULD_UPDATE, context, current -> {
            check.accept(current.document());
            LicenseKind.requireSame(current.document(), patch);
            return onlyIfDifferent && JsonMerge.isNoOp(current.document(), patch) ? null
                    : DocumentValidator.merged(current.document(), patch);
        });
    }

    /**
     * Reads a license and replaces it, in the order of the license.
     *
     * @param dryRun      the outcome of a dry run
     * @param replacement takes the license as it is, and returns what to send, or null to leave it unchanged
     */
    public CompletableFuture<OperationResult> change(String connectorId, String licenseId, WriteOutcome dryRun,
            CallContext context, Function<ApiResponse, Map<String, Object>> replacement) {
        return inTurn(ApiMethod.GET_LICENSE, licenseId, context, turn -> read(connectorId, licenseId, context)
                .thenCompose(current -> replace(connectorId, licenseId, current, replacement.apply(current), dryRun,
                        context, turn)));
    }

    /** As {@link #change}, for a replacement that depends on the API's time, which it takes as well. */
    CompletableFuture<OperationResult> changeAtTime(String connectorId, String licenseId, WriteOutcome dryRun,
            CallContext context, BiFunction<ApiResponse, Instant, Map<String, Object>> replacement) {
        return inTurn(ApiMethod.GET_LICENSE, licenseId, context, turn -> read(connectorId, licenseId, context)
                .thenCompose(current -> new ApiClock(scheduler)
                        .confirmed(current.time(), () -> read(connectorId, licenseId, context))
                        .thenCompose(now -> replace(connectorId, licenseId, current, replacement.apply(current, now),
                                dryRun, context, turn))));
    }

    private CompletableFuture<OperationResult> replace(String connectorId, String licenseId, ApiResponse current,
            Map<String, Object> license, WriteOutcome dryRun, CallContext context, Turn turn) {
        return license == null
                ? CompletableFuture.completedFuture(OperationResult.of(current, WriteOutcome.UNCHANGED))
                : replace(connectorId, licenseId, current, license, dryRun, context.supersededBy(turn::isSuperseded));
    }

    private CompletableFuture<OperationResult> inTurn(ApiMethod first, String licenseId, CallContext context,
            Function<Turn, CompletableFuture<OperationResult>> task) {
        return sequencer.run(first, context, context.isReadOnly() ? List.of() : List.of(licenseId), task);
    }

    private CompletableFuture<ApiResponse> read(String connectorId, String licenseId, CallContext context) {
        return client.call(ApiRequest.of(ApiMethod.GET_LICENSE, connectorId, licenseId), context);
    }

    private CompletableFuture<OperationResult> replace(String connectorId, String licenseId,
            ApiResponse current, Map<String, Object> license, WriteOutcome dryRun, CallContext context) {
        // What cannot be written stays as it is.
        Map<String, Object> after = JsonValues.without(current.document(), JsonValues
                .without(DocumentValidator.writable(current.document()), LicenseKind.FIELDS).keySet());
        after.putAll(JsonValues.without(license, after.keySet()));
        List<FieldDifference> differences = FieldDifferences.between(current.document(), after);
        if (context.isReadOnly()) {
            WriteOutcome outcome = differences.isEmpty() ? WriteOutcome.UNCHANGED : dryRun;
            return CompletableFuture.completedFuture(
                    new OperationResult(current.status(), after, List.of(outcome), List.of(differences)));
        }
        return put(connectorId, licenseId, license, context)
                .thenApply(result -> new OperationResult(result.status(), result.value(), result.outcomes(),
                        List.of(differences)));
    }

    private CompletableFuture<OperationResult> put(String connectorId, String licenseId, Map<String, Object> license,
            CallContext context) {
        return sender.send(ApiMethod.UPDATE_LICENSE, connectorId, licenseId, license, WriteOutcome.UPDATED, context)
                .thenApply(result -> {
                    known.recordWritten(licenseId, scheduler.nanoTime());
                    requireEnd(result, license);
                    return result;
                });
    }

    private static void requireEnd(OperationResult result, Map<String, Object> sent) {
        String contradiction =
                result.value() instanceof Map<?, ?> map ? LicenseEnd.contradiction(sent, JsonValues.object(map)) : null;
        if (contradiction != null) {
            throw new RuntimeCamelException(
                    new IntegratorioAmbiguousOutcomeException(ApiMethod.UPDATE_LICENSE.label(),
                            "the response shows that the license " + contradiction, result.status()));
        }
    }

    /** Deletes the license of a request; the result has no value. */
    public CompletableFuture<OperationResult> delete(OperationRequest request) {
        String licenseId = request.licenseId();
        CallContext context = request.context();
        if (context.isReadOnly()) {
            return readOf(request).thenApply(
                    current -> new OperationResult(current.status(), null, List.of(WriteOutcome.WOULD_DELETE),
                            List.of(FieldDifferences.between(current.document(), Map.of()))));
        }
        Map<String, Object> kind = request.documents().isEmpty() ? Map.of() : request.document();
        boolean isChecked = request.email() != null || kind.containsKey("_parentId") || kind.containsKey("type");
        return inTurn(request.call(), licenseId, context, turn -> (isChecked
                ? readOf(request) : CompletableFuture.completedFuture((ApiResponse) null))
                .thenCompose(checked -> client
                        .call(ApiRequest.of(request.call(), request.connectorId(), licenseId), context))
                .thenApply(response -> {
                    known.recordDeleted(licenseId);
                    return new OperationResult(response.status(), null, List.of(WriteOutcome.DELETED));
                }));
    }

    /** Reads the license of a request, and checks that it belongs to the user of option or header. */
    private CompletableFuture<ApiResponse> readOf(OperationRequest request) {
        return read(request.connectorId(), request.licenseId(), request.context()).thenApply(current -> {
            LicenseUser.requireAddress(current.document(), request.email());
            if (!request.documents().isEmpty()) {
                LicenseKind.requireNamed(current.document(), request.document());
            }
            return current;
        });
    }
}
