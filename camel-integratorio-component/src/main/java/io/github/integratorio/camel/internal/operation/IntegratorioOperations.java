package io.github.integratorio.camel.internal.operation;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.IntegratorioClient;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.internal.concurrent.Scheduler;
import io.github.integratorio.camel.internal.json.IsoInstants;
import io.github.integratorio.camel.internal.json.Json;
import io.github.integratorio.camel.internal.json.JsonValues;

/**
 * The operations, each a method from {@link OperationRequest} to {@link OperationResult}. Writes to one license run one after the other, so
 * that a late one never overwrites a newer one, and an update which reads first never loses another's change made here.
 */
public final class IntegratorioOperations {

    private final IntegratorioClient client;
    private final Scheduler timeline;
    private final KeyedSequencer order;
    private final RunningOperations running = new RunningOperations();
    private final LicenseCreator creation;
    private final LicenseUpserter upsert;

    /**
     * @param client   makes the calls
     * @param timeline says what is past
     * @param writes   what the writes to the account know of each other
     */
    public IntegratorioOperations(IntegratorioClient client, Scheduler timeline, AccountWriteState writes) {
        this.client = client;
        this.timeline = timeline;
        this.order = writes.order();
        this.creation = new LicenseCreator(client, timeline, writes);
        this.upsert = new LicenseUpserter(this, timeline);
    }

    /**
     * Runs one of the operations below.
     *
     * @throws java.util.concurrent.RejectedExecutionException when {@link #stop} was called
     */
    public CompletableFuture<OperationResult> run(Supplier<CompletableFuture<OperationResult>> operation) {
        return running.run(operation);
    }

    /** Lets no new operation begin, and waits for those that go on, at most so long. */
    public void stop(Duration patience) {
        running.close(patience);
    }

    /** The time that the operations go by. */
    public Scheduler timeline() {
        return timeline;
    }

    /** Asks the API whether it takes the token. */
    public CompletableFuture<ApiResponse> checkToken(CallContext context) {
        return client.call(ApiRequest.of(ApiMethod.TOKEN_INFO, null, null), context);
    }

    /** Reads a document, or a list. */
    public CompletableFuture<OperationResult> read(OperationRequest in) {
        ApiRequest request = ApiRequest.of(in.call(), in.connectorId(), in.licenseId());
        return (in.streaming() ? client.stream(request, in.context()) : client.call(request, in.context()))
                .thenApply(answer -> new OperationResult(answer.status(), answer.value(), List.of()));
    }

    /** Creates a connector. */
    public CompletableFuture<OperationResult> createConnector(OperationRequest in) {
        return send(ApiMethod.CREATE_CONNECTOR, null, null, DocumentValidator.connector(in.document(), null), WriteOutcome.CREATED, in.context());
    }

    /** Creates a license. */
    public CompletableFuture<OperationResult> createLicense(OperationRequest in) {
        Map<String, Object> license = DocumentValidator.newLicense(in.document(), timeline.now());
        // In turn per user, or two of them that get no answer could take each other's license for their own.
        return order.run(in.call(), in.context(),
                List.of(userKey(in.connectorId(), EmailAddress.canonical((String) license.get("email")))),
                hasNewer -> creation.run(in.connectorId(), license, in.context()));
    }

    /** As {@link #createLicense(Input)}, for who has the user's turn. */
    CompletableFuture<OperationResult> createLicense(String connectorId, Map<String, Object> license, CallContext context) {
        return creation.run(connectorId, DocumentValidator.newLicense(license, timeline.now()), context);
    }

    /** What creations for one user of one connector have their turn by. */
    static String userKey(String connectorId, String user) {
        return connectorId + ' ' + user;
    }

    /** Replaces a connector, or merges the body into it. */
    public CompletableFuture<OperationResult> updateConnector(OperationRequest in) {
        Map<String, Object> body = notEmpty(in.document());
        DocumentValidator.sameId(body, in.connectorId(), "connectorId");
        if (!in.merge()) {
            Map<String, Object> connector = DocumentValidator.connector(body, in.connectorId());
            return order.run(in.call(), in.context(), List.of(in.connectorId()), hasNewer -> putConnector(in, connector, hasNewer));
        }
        return order.run(ApiMethod.GET_CONNECTOR, in.context(), List.of(in.connectorId()), hasNewer -> client
                .call(ApiRequest.of(ApiMethod.GET_CONNECTOR, in.connectorId(), null), in.context())
                .thenCompose(now -> putConnector(in,
                        DocumentValidator.connector(JsonValues.merge(now.document(), body), in.connectorId()), hasNewer)));
    }

    private CompletableFuture<OperationResult> putConnector(OperationRequest in, Map<String, Object> connector, BooleanSupplier hasNewer) {
        return send(ApiMethod.UPDATE_CONNECTOR, in.connectorId(), null, connector, WriteOutcome.UPDATED, in.context().supersededBy(hasNewer));
    }

    /** Replaces a license, or merges the body into it. */
    public CompletableFuture<OperationResult> updateLicense(OperationRequest in) {
        Map<String, Object> body = notEmpty(in.document());
        if (in.merge()) {
            DocumentValidator.sameId(body, in.licenseId(), "licenseId");
            if (body.containsKey("email")) {
                throw new IllegalArgumentException("body: email cannot be changed by an update; leave it out");
            }
            return change(in.connectorId(), in.licenseId(), DocumentValidator.licensePatch(body), false, in.context());
        }
        Map<String, Object> license = DocumentValidator.wholeLicense(body, in.licenseId());
        return order.run(in.call(), in.context(), List.of(in.licenseId()),
                hasNewer -> putLicense(in.connectorId(), in.licenseId(), license, in.context().supersededBy(hasNewer)));
    }

    private static Map<String, Object> notEmpty(Map<String, Object> body) {
        if (body.isEmpty()) {
            throw new IllegalArgumentException("body: an update needs at least one field");
        }
        return body;
    }

    /** Reads a license, merges the patch into it and writes it back whole, in its turn. */
    CompletableFuture<OperationResult> change(String connectorId, String licenseId, Map<String, Object> patch, boolean onlyIfDifferent,
            CallContext context) {
        return order.run(ApiMethod.GET_LICENSE, context, List.of(licenseId), hasNewer -> client
                .call(ApiRequest.of(ApiMethod.GET_LICENSE, connectorId, licenseId), context)
                .thenCompose(now -> onlyIfDifferent && JsonValues.isNoOp(now.document(), patch)
                        ? unchanged(now)
                        : putLicense(connectorId, licenseId,
                                DocumentValidator.wholeLicense(JsonValues.merge(now.document(), patch), licenseId), context.supersededBy(hasNewer))));
    }

    private static CompletableFuture<OperationResult> unchanged(ApiResponse now) {
        return CompletableFuture.completedFuture(new OperationResult(now.status(), now.value(), List.of(WriteOutcome.UNCHANGED)));
    }

    private CompletableFuture<OperationResult> putLicense(String connectorId, String licenseId, Map<String, Object> license,
            CallContext context) {
        return send(ApiMethod.UPDATE_LICENSE, connectorId, licenseId, license, WriteOutcome.UPDATED, context);
    }

    /** Deletes a connector or a license. */
    public CompletableFuture<OperationResult> delete(OperationRequest in) {
        String key = in.licenseId() != null ? in.licenseId() : in.connectorId();
        return order.run(in.call(), in.context(), List.of(key), hasNewer -> client
                .call(ApiRequest.of(in.call(), in.connectorId(), in.licenseId()), in.context())
                .thenApply(answer -> new OperationResult(answer.status(), null, List.of(WriteOutcome.DELETED))));
    }

    /** Starts the connector's update on the named installs. */
    public CompletableFuture<OperationResult> pushUpdate(OperationRequest in) {
        return send(ApiMethod.PUSH_UPDATE, in.connectorId(), null, in.document(), WriteOutcome.UPDATED, in.context());
    }

    /** Sets the expiry of a license to now, or to what is asked for, and keeps everything else. */
    public CompletableFuture<OperationResult> expire(OperationRequest in) {
        if (in.licenseId() != null) {
            return expire(in, in.licenseId());
        }
        return licenses(in.connectorId(), in.context()).thenCompose(
                answer -> expire(in, new LicenseIndex(answer.rows()).requireSingleId(in.email())));
    }

    private CompletableFuture<OperationResult> expire(OperationRequest in, String licenseId) {
        return order.run(ApiMethod.GET_LICENSE, in.context(), List.of(licenseId), hasNewer -> client
                .call(ApiRequest.of(ApiMethod.GET_LICENSE, in.connectorId(), licenseId), in.context())
                .thenCompose(now -> {
                    LicenseIndex.requireUser(now.document(), in.email());
                    if (in.expires() == null && hasExpired(now.document())) {
                        return unchanged(now);
                    }
                    Map<String, Object> license = JsonValues.without(now.document(), DocumentValidator.LICENSE_READ_ONLY);
                    license.put("expires", IsoInstants.format(in.expires() == null ? timeline.now() : in.expires()));
                    return putLicense(in.connectorId(), licenseId, license, in.context().supersededBy(hasNewer));
                }));
    }

    private boolean hasExpired(Map<String, Object> license) {
        try {
            return license.get("expires") instanceof String text && !IsoInstants.parse(text).isAfter(timeline.now());
        } catch (java.time.DateTimeException e) {
            return false;
        }
    }

    /** Creates, changes or leaves alone, for one license or many. */
    public CompletableFuture<OperationResult> upsert(OperationRequest in) {
        return upsert.run(in);
    }

    <T> CompletableFuture<T> inTurn(CallContext context, List<String> keys, Supplier<CompletableFuture<T>> work) {
        return order.run(ApiMethod.LIST_LICENSES, context, keys, hasNewer -> work.get());
    }

    CompletableFuture<ApiResponse> licenses(String connectorId, CallContext context) {
        return client.call(ApiRequest.of(ApiMethod.LIST_LICENSES, connectorId, null), context);
    }

    private CompletableFuture<OperationResult> send(ApiMethod call, String connectorId, String licenseId, Map<String, Object> document,
            WriteOutcome outcome, CallContext context) {
        return client.call(new ApiRequest(call, connectorId, licenseId, Json.toBytes(document)), context)
                .thenApply(answer -> new OperationResult(answer.status(), answer.value(), List.of(outcome)));
    }
}
