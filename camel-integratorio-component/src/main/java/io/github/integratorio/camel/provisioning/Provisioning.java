package io.github.integratorio.camel.provisioning;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import io.github.integratorio.camel.client.ApiAnswer;
import io.github.integratorio.camel.client.ApiCall;
import io.github.integratorio.camel.client.ApiRequest;
import io.github.integratorio.camel.client.CallContext;
import io.github.integratorio.camel.client.IntegratorioClient;
import io.github.integratorio.camel.client.gate.Timeline;
import io.github.integratorio.camel.json.Instants;
import io.github.integratorio.camel.json.Json;
import io.github.integratorio.camel.json.JsonValues;

/**
 * The operations, each a method from {@link Input} to {@link Result}. Writes to one license run one after the other, so
 * that a late one never overwrites a newer one, and an update which reads first never loses another's change made here.
 */
public final class Provisioning {

    private final IntegratorioClient client;
    private final Timeline timeline;
    private final KeyedOrder order;
    private final RunningOperations running = new RunningOperations();
    private final LicenseCreation creation;
    private final LicenseUpsert upsert;

    /**
     * @param client   makes the calls
     * @param timeline says what is past
     * @param writes   what the writes to the account know of each other
     */
    public Provisioning(IntegratorioClient client, Timeline timeline, AccountWrites writes) {
        this.client = client;
        this.timeline = timeline;
        this.order = writes.order();
        this.creation = new LicenseCreation(client, timeline, writes);
        this.upsert = new LicenseUpsert(this, timeline);
    }

    /**
     * Runs one of the operations below.
     *
     * @throws java.util.concurrent.RejectedExecutionException when {@link #stop} was called
     */
    public CompletableFuture<Result> run(Supplier<CompletableFuture<Result>> operation) {
        return running.run(operation);
    }

    /** Lets no new operation begin, and waits for those that go on, at most so long. */
    public void stop(Duration patience) {
        running.close(patience);
    }

    /** The time that the operations go by. */
    public Timeline timeline() {
        return timeline;
    }

    /** Asks the API whether it takes the token. */
    public CompletableFuture<ApiAnswer> checkToken(CallContext context) {
        return client.call(ApiRequest.of(ApiCall.TOKEN_INFO, null, null), context);
    }

    /** Reads a document, or a list. */
    public CompletableFuture<Result> read(Input in) {
        ApiRequest request = ApiRequest.of(in.call(), in.connectorId(), in.licenseId());
        return (in.streaming() ? client.stream(request, in.context()) : client.call(request, in.context()))
                .thenApply(answer -> new Result(answer.status(), answer.value(), List.of()));
    }

    /** Creates a connector. */
    public CompletableFuture<Result> createConnector(Input in) {
        return send(ApiCall.CREATE_CONNECTOR, null, null, Documents.connector(in.document(), null), Outcome.CREATED, in.context());
    }

    /** Creates a license. */
    public CompletableFuture<Result> createLicense(Input in) {
        Map<String, Object> license = Documents.newLicense(in.document(), timeline.now());
        // In turn per user, or two of them that get no answer could take each other's license for their own.
        return order.run(in.call(), in.context(),
                List.of(userKey(in.connectorId(), Emails.canonical((String) license.get("email")))),
                hasNewer -> creation.run(in.connectorId(), license, in.context()));
    }

    /** As {@link #createLicense(Input)}, for who has the user's turn. */
    CompletableFuture<Result> createLicense(String connectorId, Map<String, Object> license, CallContext context) {
        return creation.run(connectorId, Documents.newLicense(license, timeline.now()), context);
    }

    /** What creations for one user of one connector have their turn by. */
    static String userKey(String connectorId, String user) {
        return connectorId + ' ' + user;
    }

    /** Replaces a connector, or merges the body into it. */
    public CompletableFuture<Result> updateConnector(Input in) {
        Map<String, Object> body = notEmpty(in.document());
        Documents.sameId(body, in.connectorId(), "connectorId");
        if (!in.merge()) {
            Map<String, Object> connector = Documents.connector(body, in.connectorId());
            return order.run(in.call(), in.context(), List.of(in.connectorId()), hasNewer -> putConnector(in, connector, hasNewer));
        }
        return order.run(ApiCall.GET_CONNECTOR, in.context(), List.of(in.connectorId()), hasNewer -> client
                .call(ApiRequest.of(ApiCall.GET_CONNECTOR, in.connectorId(), null), in.context())
                .thenCompose(now -> putConnector(in,
                        Documents.connector(JsonValues.merge(now.document(), body), in.connectorId()), hasNewer)));
    }

    private CompletableFuture<Result> putConnector(Input in, Map<String, Object> connector, BooleanSupplier hasNewer) {
        return send(ApiCall.UPDATE_CONNECTOR, in.connectorId(), null, connector, Outcome.UPDATED, in.context().unless(hasNewer));
    }

    /** Replaces a license, or merges the body into it. */
    public CompletableFuture<Result> updateLicense(Input in) {
        Map<String, Object> body = notEmpty(in.document());
        if (in.merge()) {
            Documents.sameId(body, in.licenseId(), "licenseId");
            if (body.containsKey("email")) {
                throw new IllegalArgumentException("body: email cannot be changed by an update; leave it out");
            }
            return change(in.connectorId(), in.licenseId(), Documents.licensePatch(body), false, in.context());
        }
        Map<String, Object> license = Documents.wholeLicense(body, in.licenseId());
        return order.run(in.call(), in.context(), List.of(in.licenseId()),
                hasNewer -> putLicense(in.connectorId(), in.licenseId(), license, in.context().unless(hasNewer)));
    }

    private static Map<String, Object> notEmpty(Map<String, Object> body) {
        if (body.isEmpty()) {
            throw new IllegalArgumentException("body: an update needs at least one field");
        }
        return body;
    }

    /** Reads a license, merges the patch into it and writes it back whole, in its turn. */
    CompletableFuture<Result> change(String connectorId, String licenseId, Map<String, Object> patch, boolean onlyIfDifferent,
            CallContext context) {
        return order.run(ApiCall.GET_LICENSE, context, List.of(licenseId), hasNewer -> client
                .call(ApiRequest.of(ApiCall.GET_LICENSE, connectorId, licenseId), context)
                .thenCompose(now -> onlyIfDifferent && JsonValues.isMerged(now.document(), patch)
                        ? unchanged(now)
                        : putLicense(connectorId, licenseId,
                                Documents.wholeLicense(JsonValues.merge(now.document(), patch), licenseId), context.unless(hasNewer))));
    }

    private static CompletableFuture<Result> unchanged(ApiAnswer now) {
        return CompletableFuture.completedFuture(new Result(now.status(), now.value(), List.of(Outcome.UNCHANGED)));
    }

    private CompletableFuture<Result> putLicense(String connectorId, String licenseId, Map<String, Object> license,
            CallContext context) {
        return send(ApiCall.UPDATE_LICENSE, connectorId, licenseId, license, Outcome.UPDATED, context);
    }

    /** Deletes a connector or a license. */
    public CompletableFuture<Result> delete(Input in) {
        String key = in.licenseId() != null ? in.licenseId() : in.connectorId();
        return order.run(in.call(), in.context(), List.of(key), hasNewer -> client
                .call(ApiRequest.of(in.call(), in.connectorId(), in.licenseId()), in.context())
                .thenApply(answer -> new Result(answer.status(), null, List.of(Outcome.DELETED))));
    }

    /** Starts the connector's update on the named installs. */
    public CompletableFuture<Result> pushUpdate(Input in) {
        return send(ApiCall.PUSH_UPDATE, in.connectorId(), null, in.document(), Outcome.UPDATED, in.context());
    }

    /** Sets the expiry of a license to now, or to what is asked for, and keeps everything else. */
    public CompletableFuture<Result> expire(Input in) {
        if (in.licenseId() != null) {
            return expire(in, in.licenseId());
        }
        return licenses(in.connectorId(), in.context()).thenCompose(
                answer -> expire(in, new ExistingLicenses(answer.rows()).theOneOf(in.email())));
    }

    private CompletableFuture<Result> expire(Input in, String licenseId) {
        return order.run(ApiCall.GET_LICENSE, in.context(), List.of(licenseId), hasNewer -> client
                .call(ApiRequest.of(ApiCall.GET_LICENSE, in.connectorId(), licenseId), in.context())
                .thenCompose(now -> {
                    ExistingLicenses.requireUser(now.document(), in.email());
                    if (in.expires() == null && hasExpired(now.document())) {
                        return unchanged(now);
                    }
                    Map<String, Object> license = JsonValues.without(now.document(), Documents.LICENSE_READ_ONLY);
                    license.put("expires", Instants.format(in.expires() == null ? timeline.now() : in.expires()));
                    return putLicense(in.connectorId(), licenseId, license, in.context().unless(hasNewer));
                }));
    }

    private boolean hasExpired(Map<String, Object> license) {
        try {
            return license.get("expires") instanceof String text && !Instants.parse(text).isAfter(timeline.now());
        } catch (java.time.DateTimeException e) {
            return false;
        }
    }

    /** Creates, changes or leaves alone, for one license or many. */
    public CompletableFuture<Result> upsert(Input in) {
        return upsert.run(in);
    }

    <T> CompletableFuture<T> inTurn(CallContext context, List<String> keys, Supplier<CompletableFuture<T>> work) {
        return order.run(ApiCall.LIST_LICENSES, context, keys, hasNewer -> work.get());
    }

    CompletableFuture<ApiAnswer> licenses(String connectorId, CallContext context) {
        return client.call(ApiRequest.of(ApiCall.LIST_LICENSES, connectorId, null), context);
    }

    private CompletableFuture<Result> send(ApiCall call, String connectorId, String licenseId, Map<String, Object> document,
            Outcome outcome, CallContext context) {
        return client.call(new ApiRequest(call, connectorId, licenseId, Json.toBytes(document)), context)
                .thenApply(answer -> new Result(answer.status(), answer.value(), List.of(outcome)));
    }
}
