package io.github.integratorio.camel.provisioning;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.github.integratorio.camel.client.ApiAnswer;
import io.github.integratorio.camel.client.ApiCall;
import io.github.integratorio.camel.client.ApiRequest;
import io.github.integratorio.camel.client.IntegratorioClient;
import io.github.integratorio.camel.json.Instants;
import io.github.integratorio.camel.json.Json;
import io.github.integratorio.camel.json.JsonValues;

/**
 * The operations, each a method from {@link Input} to {@link Result}. Writes to one license run one after the other, so
 * that an update which reads first never loses another's change made here.
 */
public final class Provisioning {

    private final IntegratorioClient client;
    private final Clock clock;
    private final KeyedOrder order = new KeyedOrder();
    private final LicenseUpsert upsert;

    /**
     * @param client makes the calls
     * @param clock  says what is past
     */
    public Provisioning(IntegratorioClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
        this.upsert = new LicenseUpsert(this, clock);
    }

    /** Asks the API whether it takes the token. */
    public CompletableFuture<ApiAnswer> checkToken() {
        return client.call(ApiRequest.of(ApiCall.TOKEN_INFO, null, null));
    }

    /** Reads a document, or a list. */
    public CompletableFuture<Result> read(Input in) {
        ApiRequest request = ApiRequest.of(in.call(), in.connectorId(), in.licenseId());
        return (in.streaming() ? client.stream(request) : client.call(request))
                .thenApply(answer -> new Result(answer.status(), answer.value(), List.of()));
    }

    /** Creates a connector. */
    public CompletableFuture<Result> createConnector(Input in) {
        return send(ApiCall.CREATE_CONNECTOR, null, null, Documents.connector(in.document(), null), Outcome.CREATED);
    }

    /** Creates a license. */
    public CompletableFuture<Result> createLicense(Input in) {
        return createLicense(in.connectorId(), in.document());
    }

    CompletableFuture<Result> createLicense(String connectorId, Map<String, Object> license) {
        return send(ApiCall.CREATE_LICENSE, connectorId, null, Documents.newLicense(license, clock.instant()), Outcome.CREATED);
    }

    /** Replaces a connector, or merges the body into it. */
    public CompletableFuture<Result> updateConnector(Input in) {
        Map<String, Object> body = notEmpty(in.document());
        Documents.sameId(body, in.connectorId(), "connectorId");
        if (!in.merge()) {
            return putConnector(in.connectorId(), body);
        }
        return order.run(List.of(in.connectorId()), () -> client
                .call(ApiRequest.of(ApiCall.GET_CONNECTOR, in.connectorId(), null))
                .thenCompose(now -> putConnector(in.connectorId(), JsonValues.merge(now.document(), body))));
    }

    private CompletableFuture<Result> putConnector(String connectorId, Map<String, Object> connector) {
        return send(ApiCall.UPDATE_CONNECTOR, connectorId, null, Documents.connector(connector, connectorId), Outcome.UPDATED);
    }

    /** Replaces a license, or merges the body into it. */
    public CompletableFuture<Result> updateLicense(Input in) {
        Map<String, Object> body = notEmpty(in.document());
        if (in.merge()) {
            Documents.sameId(body, in.licenseId(), "licenseId");
            if (body.containsKey("email")) {
                throw new IllegalArgumentException("body: email cannot be changed by an update; leave it out");
            }
            return change(in.connectorId(), in.licenseId(), Documents.licensePatch(body), false);
        }
        Map<String, Object> license = Documents.wholeLicense(body, in.licenseId());
        return order.run(List.of(in.licenseId()), () -> putLicense(in.connectorId(), in.licenseId(), license));
    }

    private static Map<String, Object> notEmpty(Map<String, Object> body) {
        if (body.isEmpty()) {
            throw new IllegalArgumentException("body: an update needs at least one field");
        }
        return body;
    }

    /** Reads a license, merges the patch into it and writes it back whole, in its turn. */
    CompletableFuture<Result> change(String connectorId, String licenseId, Map<String, Object> patch, boolean onlyIfDifferent) {
        return order.run(List.of(licenseId), () -> client
                .call(ApiRequest.of(ApiCall.GET_LICENSE, connectorId, licenseId))
                .thenCompose(now -> {
                    Map<String, Object> merged = JsonValues.merge(now.document(), patch);
                    return onlyIfDifferent && JsonValues.same(merged, now.document())
                            ? unchanged(now)
                            : putLicense(connectorId, licenseId, Documents.wholeLicense(merged, licenseId));
                }));
    }

    private static CompletableFuture<Result> unchanged(ApiAnswer now) {
        return CompletableFuture.completedFuture(new Result(now.status(), now.value(), List.of(Outcome.UNCHANGED)));
    }

    private CompletableFuture<Result> putLicense(String connectorId, String licenseId, Map<String, Object> license) {
        return send(ApiCall.UPDATE_LICENSE, connectorId, licenseId, license, Outcome.UPDATED);
    }

    /** Deletes a connector or a license. */
    public CompletableFuture<Result> delete(Input in) {
        String key = in.licenseId() != null ? in.licenseId() : in.connectorId();
        return order.run(List.of(key), () -> client
                .call(ApiRequest.of(in.call(), in.connectorId(), in.licenseId()))
                .thenApply(answer -> new Result(answer.status(), null, List.of(Outcome.DELETED))));
    }

    /** Starts the connector's update on the named installs. */
    public CompletableFuture<Result> pushUpdate(Input in) {
        return send(ApiCall.PUSH_UPDATE, in.connectorId(), null, in.document(), Outcome.UPDATED);
    }

    /** Sets the expiry of a license to now, or to what is asked for, and keeps everything else. */
    public CompletableFuture<Result> expire(Input in) {
        if (in.licenseId() != null) {
            return expire(in, in.licenseId());
        }
        return licenses(in.connectorId()).thenCompose(existing -> expire(in, existing.theOneOf(in.email())));
    }

    private CompletableFuture<Result> expire(Input in, String licenseId) {
        return order.run(List.of(licenseId), () -> client
                .call(ApiRequest.of(ApiCall.GET_LICENSE, in.connectorId(), licenseId))
                .thenCompose(now -> {
                    if (in.expires() == null && hasExpired(now.document())) {
                        return unchanged(now);
                    }
                    Map<String, Object> license = JsonValues.without(now.document(), Documents.LICENSE_READ_ONLY);
                    license.put("expires", Instants.format(in.expires() == null ? clock.instant() : in.expires()));
                    return putLicense(in.connectorId(), licenseId, license);
                }));
    }

    private boolean hasExpired(Map<String, Object> license) {
        try {
            return license.get("expires") instanceof String text && !Instants.parse(text).isAfter(clock.instant());
        } catch (java.time.DateTimeException e) {
            return false;
        }
    }

    /** Creates, changes or leaves alone, for one license or many. */
    public CompletableFuture<Result> upsert(Input in) {
        return upsert.run(in);
    }

    <T> CompletableFuture<T> inTurn(List<String> keys, java.util.function.Supplier<CompletableFuture<T>> work) {
        return order.run(keys, work);
    }

    CompletableFuture<ExistingLicenses> licenses(String connectorId) {
        return client.call(ApiRequest.of(ApiCall.LIST_LICENSES, connectorId, null))
                .thenApply(answer -> new ExistingLicenses(answer.rows()));
    }

    private CompletableFuture<Result> send(ApiCall call, String connectorId, String licenseId, Map<String, Object> document,
            Outcome outcome) {
        byte[] body = Json.toBytes(document);
        return client.call(new ApiRequest(call, connectorId, licenseId, body))
                .thenApply(answer -> new Result(answer.status(), answer.value(), List.of(outcome)));
    }
}
