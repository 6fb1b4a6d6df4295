package io.github.integratorio.camel.internal.operation;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.IntegratorioClient;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.internal.concurrent.Scheduler;
import io.github.integratorio.camel.internal.license.LicenseUser;
import io.github.integratorio.camel.internal.operation.creation.ClaimingLicenseCreator;
import io.github.integratorio.camel.internal.operation.creation.LicenseCreator;
import io.github.integratorio.camel.internal.operation.lookup.LicenseFinder;
import io.github.integratorio.camel.internal.operation.lookup.LicenseListReader;
import io.github.integratorio.camel.internal.operation.reconcile.ReconcileProgress;
import io.github.integratorio.camel.internal.operation.reconcile.ReconcileWriter;
import io.github.integratorio.camel.internal.operation.reconcile.Reconciler;
import io.github.integratorio.camel.internal.operation.request.OperationRequest;
import io.github.integratorio.camel.internal.operation.request.OperationResult;
import io.github.integratorio.camel.internal.operation.write.AccountWriteState;
import io.github.integratorio.camel.internal.operation.write.ConnectorWriter;
import io.github.integratorio.camel.internal.operation.write.DocumentSender;
import io.github.integratorio.camel.internal.operation.write.LicenseExpirer;
import io.github.integratorio.camel.internal.operation.write.LicenseUpserter;
import io.github.integratorio.camel.internal.operation.write.LicenseWriter;

/**
 * The operations, each a method from {@link OperationRequest} to {@link OperationResult}. Writes to one license run one after the other:
 * a late one never overwrites a newer one, and an update that reads first never loses a concurrent change made here.
 */
public final class OperationExecutor {

    private final IntegratorioClient client;
    private final Scheduler scheduler;
    private final RunningOperations running = new RunningOperations();
    private final DocumentSender sender;
    private final ConnectorWriter connectors;
    private final LicenseWriter licenses;
    private final LicenseUpserter upserter;
    private final LicenseExpirer expirer;
    private final Reconciler reconciler;

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
        this.sender = new DocumentSender(client);
        LicenseListReader lists = new LicenseListReader(client, scheduler, writes.known());
        LicenseFinder finder = new LicenseFinder(client, scheduler, writes.known(), lists, licenseIndexMaxAge);
        ClaimingLicenseCreator creator = new ClaimingLicenseCreator(
                new LicenseCreator(client, scheduler, writes.known(), lists), finder, scheduler, workers,
                writes.known(), writes.orders());
        this.connectors = new ConnectorWriter(client, writes.sequencer(), sender);
        this.licenses = new LicenseWriter(client, scheduler, writes, creator, sender);
        this.upserter = new LicenseUpserter(licenses, writes.sequencer(), finder, scheduler);
        this.expirer = new LicenseExpirer(licenses, finder);
        this.reconciler = new Reconciler(client, scheduler, workers, writes.known(), finder,
                new ReconcileWriter(upserter, licenses, expirer));
    }

    /**
     * Counts an operation as in flight; each call needs one of {@link #end}.
     *
     * @throws RejectedExecutionException after {@link #stop}
     */
    public void begin() {
        running.begin();
    }

    /** The failure of an operation that the stop has prevented. */
    public static RejectedExecutionException refused() {
        return RunningOperations.refused();
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
                .thenApply(response -> {
                    if (request.licenseId() != null) {
                        LicenseUser.requireAddress(response.document(), request.email());
                    }
                    return OperationResult.of(response);
                });
    }

    /** Creates a connector, and returns it. */
    public CompletableFuture<OperationResult> createConnector(OperationRequest request) {
        return connectors.create(request);
    }

    /** Replaces a connector, or merges the body into it, and returns it. */
    public CompletableFuture<OperationResult> updateConnector(OperationRequest request) {
        return connectors.update(request);
    }

    /** Creates a license, and returns it. */
    public CompletableFuture<OperationResult> createLicense(OperationRequest request) {
        return licenses.create(request);
    }

    /** Replaces a license, or merges the body into it, and returns it. */
    public CompletableFuture<OperationResult> updateLicense(OperationRequest request) {
        return licenses.update(request);
    }

    /** Deletes a connector or a license; the result has no value. */
    public CompletableFuture<OperationResult> delete(OperationRequest request) {
        return request.licenseId() == null ? connectors.delete(request) : licenses.delete(request);
    }

    /** Starts the connector's update on the given installs, and returns the API's response. */
    public CompletableFuture<OperationResult> pushUpdate(OperationRequest request) {
        return sender.send(ApiMethod.PUSH_UPDATE, request.connectorId(), null, request.document(), WriteOutcome.UPDATED,
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

    /** Brings all licenses of a connector in line with a list, and returns a summary, or an Iterator that does it while it is read. */
    public CompletableFuture<OperationResult> reconcile(OperationRequest request) {
        return reconciler.run(request);
    }

    /** The reconciles that are running. */
    public Set<ReconcileProgress> reconciles() {
        return reconciler.running();
    }
}
