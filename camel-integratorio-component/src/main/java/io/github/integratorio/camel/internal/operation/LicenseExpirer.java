package io.github.integratorio.camel.internal.operation;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.github.integratorio.camel.internal.client.IntegratorioClient;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.concurrent.Scheduler;
import io.github.integratorio.camel.internal.json.IsoInstants;
import io.github.integratorio.camel.internal.json.JsonMerge;

/** Ends licenses and their trials, and keeps everything else of them. */
final class LicenseExpirer {

    private final OperationExecutor operations;
    private final IntegratorioClient client;
    private final KeyedSequencer sequencer;
    private final LicenseFinder finder;
    private final Scheduler scheduler;

    LicenseExpirer(OperationExecutor operations, IntegratorioClient client, KeyedSequencer sequencer,
            LicenseFinder finder, Scheduler scheduler) {
        this.operations = operations;
        this.client = client;
        this.sequencer = sequencer;
        this.finder = finder;
        this.scheduler = scheduler;
    }

    /** Ends the license of a request, unless it has ended already, and returns it. */
    CompletableFuture<OperationResult> run(OperationRequest request) {
        if (request.licenseId() != null) {
            return expire(request, request.licenseId(), current -> requireSame(current, request));
        }
        LicenseUser user = LicenseUser.of(request.email(), request.sandbox());
        Consumer<Map<String, Object>> check = current -> finder.requireUser(current, user);
        return finder.useKnown(request.connectorId(), user, licenseId -> expire(request, licenseId, check),
                () -> finder.find(request.connectorId(), List.of(user), request.context())
                        .thenCompose(licenses -> expire(request, licenses.requireSingleId(user),
                                current -> LicenseFinder.requireListedUser(current, user))));
    }

    private static void requireSame(Map<String, Object> current, OperationRequest request) {
        LicenseUser.requireAddress(current, request.email());
        if (request.sandbox() != null && !JsonMerge.same(current.get("sandbox"), request.sandbox())) {
            throw new IllegalArgumentException("licenseId: the license is not the one that sandbox in the body names;"
                    + " remove one of the two");
        }
    }

    private CompletableFuture<OperationResult> expire(OperationRequest request, String licenseId,
            Consumer<Map<String, Object>> check) {
        return sequencer.run(ApiMethod.GET_LICENSE, request.context(), List.of(licenseId), turn -> client
                .call(ApiRequest.of(ApiMethod.GET_LICENSE, request.connectorId(), licenseId), request.context())
                .thenCompose(current -> {
                    check.accept(current.document());
                    // By the API's clock: by ours, the license could stay valid for as long as ours is ahead.
                    Instant now = current.time() == null ? scheduler.now() : current.time();
                    if (request.expires() == null && hasEnded(current.document(), now)) {
                        return OperationExecutor.unchanged(current);
                    }
                    Map<String, Object> license = DocumentValidator.writable(current.document());
                    end(license, request.expires() == null ? now : request.expires());
                    return operations.putLicense(request.connectorId(), licenseId, license,
                            request.context().supersededBy(turn::isSuperseded));
                }));
    }

    private static boolean hasEnded(Map<String, Object> license, Instant now) {
        List<Object> dates = DocumentValidator.DATES.stream().map(license::get).filter(date -> !JsonMerge.isEmpty(date))
                .toList();
        return !dates.isEmpty() && dates.stream().allMatch(date -> isPast(date, now));
    }

    /** Afterwards no date is later than the end: which of two dates of a trial the API obeys is not documented. */
    private static void end(Map<String, Object> license, Instant end) {
        license.put("expires", IsoInstants.format(end));
        Object trialEnd = license.get("trialEndDate");
        if (!JsonMerge.isEmpty(trialEnd) && !isPast(trialEnd, end)) {
            license.put("trialEndDate", IsoInstants.format(end));
        }
    }

    /** Whether a date is not after an instant; false for one that cannot be read. */
    private static boolean isPast(Object date, Instant now) {
        Instant instant = IsoInstants.parseOrNull(date);
        return instant != null && !instant.isAfter(now);
    }
}
