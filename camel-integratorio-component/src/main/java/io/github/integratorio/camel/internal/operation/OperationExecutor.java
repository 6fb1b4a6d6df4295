package io.github.integratorio.camel.internal.operation;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.IntegratorioClient;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.internal.concurrent.Futures;
import io.github.integratorio.camel.internal.concurrent.Scheduler;
import io.github.integratorio.camel.internal.json.IsoInstants;
import io.github.integratorio.camel.internal.json.Json;
import io.github.integratorio.camel.internal.json.JsonMerge;
import io.github.integratorio.camel.internal.json.JsonValues;
import io.github.integratorio.camel.internal.operation.KeyedSequencer.Turn;
import org.apache.camel.RuntimeCamelException;

/**
 * The operations, each a method from {@link OperationRequest} to {@link OperationResult}. Writes to one license run one after the other:
 * a late one never overwrites a newer one, and an update that reads first never loses a concurrent change made here.
 */
public final class OperationExecutor {

    /** An API may round the expiry of a license, to the end of the day at most. */
    private static final Duration TOLERATED_EXPIRY = Duration.ofDays(1);

    private final IntegratorioClient client;
    private final Scheduler scheduler;
    private final KeyedSequencer sequencer;
    private final RunningOperations running = new RunningOperations();
    private final KnownLicenses known;
    private final ClaimingLicenseCreator creator;
    private final LicenseUpserter upserter;
    private final LicenseExpirer expirer;

    /**
     * @param client    calls the API
     * @param scheduler clock and timer
     * @param workers   run what blocks
     * @param writes    state that all writes to the API share
     * @param licenseIndexMaxAge how long it is believed which license a user has, after the list was read
     */
    public OperationExecutor(IntegratorioClient client, Scheduler scheduler, Executor workers, AccountWriteState writes,
            Duration licenseIndexMaxAge) {
        this.client = client;
        this.scheduler = scheduler;
        this.sequencer = writes.sequencer();
        this.known = writes.known();
        LicenseListReader lists = new LicenseListReader(client, scheduler, known);
        LicenseFinder finder = new LicenseFinder(client, scheduler, known, lists, licenseIndexMaxAge);
        this.creator =
                new ClaimingLicenseCreator(new LicenseCreator(client, scheduler, known, lists), finder, scheduler,
                        workers,
                        writes);
        this.upserter = new LicenseUpserter(this, sequencer, finder, scheduler);
        this.expirer = new LicenseExpirer(this, client, sequencer, finder, scheduler);
    }

    /**
     * Counts an operation as in flight; each call needs one of {@link #end}.
     *
     * @throws java.util.concurrent.RejectedExecutionException after {@link #stop}
     */
    public void begin() {
        running.begin();
    }

    /** Counts an operation as ended. */
    public void end() {
        running.end();
    }

    /** Refuses new operations, and waits for those in flight up to the timeout. */
    public void stop(Duration timeout) {
        running.close(timeout);
    }

    /** Clock and timer of the operations. */
    public Scheduler scheduler() {
        return scheduler;
    }

    /** Asks the API whether the token is valid. */
    public CompletableFuture<ApiResponse> checkToken(CallContext context) {
        return client.call(ApiRequest.of(ApiMethod.TOKEN_INFO, null, null), context);
    }

    /** Reads a document, or a list: a List of rows, or an Iterator if it is streamed. */
    public CompletableFuture<OperationResult> read(OperationRequest request) {
        ApiRequest read = ApiRequest.of(request.call(), request.connectorId(), request.licenseId());
        return (request.streaming() ? client.stream(read, request.context()) : client.call(read, request.context()))
                .thenApply(OperationResult::of);
    }

    /** Creates a connector, and returns it. */
    public CompletableFuture<OperationResult> createConnector(OperationRequest request) {
        return send(ApiMethod.CREATE_CONNECTOR, null, null, DocumentValidator.connector(request.document(), null),
                WriteOutcome.CREATED, request.context());
    }

    /** Creates a license, and returns it. */
    public CompletableFuture<OperationResult> createLicense(OperationRequest request) {
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
    CompletableFuture<OperationResult> createLicense(OperationRequest request, Map<String, Object> fields, String email,
            CallContext context) {
        Map<String, Object> license = DocumentValidator.newLicense(fields, email, scheduler.now());
        return creator.run(request, license, true, context).thenCompose(result -> {
            Map<String, Object> created = JsonValues.object((Map<?, ?>) result.value());
            return result.outcomes().get(0) == WriteOutcome.CREATED || JsonMerge.isNoOp(created, fields)
                    ? CompletableFuture.completedFuture(result)
                    : change(request.connectorId(), (String) created.get("_id"), fields, true,
                            current -> LicenseUser.requireAddress(current, email), context);
        });
    }

    /** Replaces a connector, or merges the body into it, and returns it. */
    public CompletableFuture<OperationResult> updateConnector(OperationRequest request) {
        Map<String, Object> body = notEmpty(request.document());
        DocumentValidator.requireSameId(body, request.connectorId(), "connectorId");
        if (!request.merge()) {
            Map<String, Object> connector = DocumentValidator.connector(body, request.connectorId());
            return sequencer.run(request.call(), request.context(), List.of(request.connectorId()),
                    turn -> putConnector(request, connector, turn));
        }
        return sequencer.run(ApiMethod.GET_CONNECTOR, request.context(), List.of(request.connectorId()),
                turn -> client
                        .call(ApiRequest.of(ApiMethod.GET_CONNECTOR, request.connectorId(), null), request.context())
                        .thenCompose(current -> putConnector(request,
                                DocumentValidator.connector(JsonMerge.merge(current.document(), body),
                                        request.connectorId()),
                                turn)));
    }

    private CompletableFuture<OperationResult> putConnector(OperationRequest request, Map<String, Object> connector,
            Turn turn) {
        return send(ApiMethod.UPDATE_CONNECTOR, request.connectorId(), null, connector, WriteOutcome.UPDATED,
                request.context().supersededBy(turn::isSuperseded));
    }

    /** Replaces a license, or merges the body into it, and returns it. */
    public CompletableFuture<OperationResult> updateLicense(OperationRequest request) {
        Map<String, Object> body = notEmpty(request.document());
        if (request.merge()) {
            DocumentValidator.requireSameId(body, request.licenseId(), "licenseId");
            DocumentValidator.requireNoEmail(body);
            return change(request.connectorId(), request.licenseId(), DocumentValidator.licensePatch(body), false,
                    current -> LicenseUser.requireAddress(current, namedUser(body)), request.context());
        }
        Map<String, Object> license = DocumentValidator.wholeLicense(body, request.licenseId());
        String user = namedUser(body);
        return sequencer.run(request.call(), request.context(), List.of(request.licenseId()), turn -> {
            CallContext context = request.context().supersededBy(turn::isSuperseded);
            if (user == null) {
                return putLicense(request.connectorId(), request.licenseId(), license, context);
            }
            return client
                    .call(ApiRequest.of(ApiMethod.GET_LICENSE, request.connectorId(), request.licenseId()), context)
                    .thenCompose(current -> {
                        LicenseUser.requireAddress(current.document(), user);
                        return putLicense(request.connectorId(), request.licenseId(), license, context);
                    });
        });
    }

    /** The user whose license a document is, unless its id tells; null if it names none. */
    private static String namedUser(Map<String, Object> body) {
        return body.get("_id") == null && LicenseReference.email(body) instanceof String email ? email : null;
    }

    private static Map<String, Object> notEmpty(Map<String, Object> body) {
        if (body.isEmpty()) {
            throw new IllegalArgumentException("body: an update needs at least one field");
        }
        return body;
    }

    /**
     * Reads a license, merges the patch into it and writes it back, in the order of the license.
     *
     * @param check throws if the license is not the one that is meant
     */
    CompletableFuture<OperationResult> change(String connectorId, String licenseId, Map<String, Object> patch,
            boolean onlyIfDifferent, Consumer<Map<String, Object>> check, CallContext context) {
        return sequencer.run(ApiMethod.GET_LICENSE, context, List.of(licenseId), turn -> client
                .call(ApiRequest.of(ApiMethod.GET_LICENSE, connectorId, licenseId), context)
                .thenCompose(current -> {
                    check.accept(current.document());
                    DocumentValidator.requireSameIdentity(current.document(), patch);
                    if (onlyIfDifferent && JsonMerge.isNoOp(current.document(), patch)) {
                        return unchanged(current);
                    }
                    Map<String, Object> license = DocumentValidator.wholeLicense(
                            JsonMerge.merge(DocumentValidator.writable(current.document()), patch), licenseId);
                    return putLicense(connectorId, licenseId, license, context.supersededBy(turn::isSuperseded));
                }));
    }

    static CompletableFuture<OperationResult> unchanged(ApiResponse current) {
        return CompletableFuture.completedFuture(OperationResult.of(current, WriteOutcome.UNCHANGED));
    }

    /** Replaces a license. */
    CompletableFuture<OperationResult> putLicense(String connectorId, String licenseId,
            Map<String, Object> license, CallContext context) {
        return send(ApiMethod.UPDATE_LICENSE, connectorId, licenseId, license, WriteOutcome.UPDATED, context)
                .thenApply(result -> {
                    known.recordWritten(licenseId, scheduler.nanoTime());
                    requireEnded(result, license);
                    return result;
                });
    }

    /** An expired license shuts the customer's integration off: a response that shows it as valid does not confirm that. */
    private static void requireEnded(OperationResult result, Map<String, Object> sent) {
        Instant wanted = IsoInstants.parseOrNull(sent.get("expires"));
        Instant shown = result.value() instanceof Map<?, ?> license ? IsoInstants.parseOrNull(license.get("expires"))
                : null;
        if (wanted != null && shown != null && shown.isAfter(wanted.plus(TOLERATED_EXPIRY))) {
            throw new RuntimeCamelException(new IntegratorioAmbiguousOutcomeException(ApiMethod.UPDATE_LICENSE.label(),
                    "the response shows that the license expires at " + IsoInstants.format(shown) + ", not at "
                            + IsoInstants.format(wanted),
                    result.status()));
        }
    }

    /** Deletes a connector or a license; the result has no value. */
    public CompletableFuture<OperationResult> delete(OperationRequest request) {
        String key = request.licenseId() != null ? request.licenseId() : request.connectorId();
        return sequencer.run(request.call(), request.context(), List.of(key), turn -> client
                .call(ApiRequest.of(request.call(), request.connectorId(), request.licenseId()), request.context())
                .thenApply(response -> {
                    if (request.licenseId() != null) {
                        known.recordDeleted(key);
                    }
                    return new OperationResult(response.status(), null, List.of(WriteOutcome.DELETED));
                }));
    }

    /** Starts the connector's update on the given installs, and returns the API's response. */
    public CompletableFuture<OperationResult> pushUpdate(OperationRequest request) {
        return send(ApiMethod.PUSH_UPDATE, request.connectorId(), null, request.document(), WriteOutcome.UPDATED,
                request.context());
    }

    /** Ends a license, and its trial, at the requested date or now, keeps everything else, and returns it. */
    public CompletableFuture<OperationResult> expire(OperationRequest request) {
        return expirer.run(request);
    }

    /** Creates licenses, updates them, or leaves them unchanged, and returns all of them. */
    public CompletableFuture<OperationResult> upsert(OperationRequest request) {
        return upserter.run(request);
    }

    private CompletableFuture<OperationResult> send(ApiMethod call, String connectorId, String licenseId,
            Map<String, Object> document, WriteOutcome outcome, CallContext context) {
        return client.call(new ApiRequest(call, connectorId, licenseId, Json.toBytes(document)), context)
                .thenCompose(response -> response.value() == null && call.isReplacement()
                        ? readBack(response, call, connectorId, licenseId, document, context)
                        : CompletableFuture.completedFuture(response))
                .thenApply(response -> OperationResult.of(response, outcome));
    }

    /** Reads a document that was replaced, and returned without itself. If that fails, what was sent is the best answer there is. */
    private CompletableFuture<ApiResponse> readBack(ApiResponse response, ApiMethod call, String connectorId,
            String licenseId, Map<String, Object> sent, CallContext context) {
        ApiMethod read = call == ApiMethod.UPDATE_LICENSE ? ApiMethod.GET_LICENSE : ApiMethod.GET_CONNECTOR;
        return client.call(ApiRequest.of(read, connectorId, licenseId), context).handle((current, error) -> {
            // A read may lag behind the write, which the API has confirmed.
            if (error == null && JsonMerge.same(current.document().get("expires"), sent.get("expires"))) {
                return new ApiResponse(response.status(), current.value());
            }
            Map<String, Object> written =
                    new LinkedHashMap<>(error == null ? JsonMerge.merge(current.document(), sent) : sent);
            written.put("_id", licenseId != null ? licenseId : connectorId);
            return new ApiResponse(response.status(), written);
        });
    }
}
