package io.github.integratorio.camel.internal.operation.write;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.json.IsoInstants;
import io.github.integratorio.camel.internal.json.JsonMerge;
import io.github.integratorio.camel.internal.license.DocumentValidator;
import io.github.integratorio.camel.internal.license.LicenseKind;
import io.github.integratorio.camel.internal.license.LicenseUser;
import io.github.integratorio.camel.internal.operation.lookup.LicenseFinder;
import io.github.integratorio.camel.internal.operation.request.OperationRequest;
import io.github.integratorio.camel.internal.operation.request.OperationResult;

/** Ends licenses and their trials, and keeps everything else of them. */
public final class LicenseExpirer {

    private final LicenseWriter writer;
    private final LicenseFinder finder;

    public LicenseExpirer(LicenseWriter writer, LicenseFinder finder) {
        this.writer = writer;
        this.finder = finder;
    }

    /** Ends the license of a request, unless it has ended already, and returns it. */
    public CompletableFuture<OperationResult> run(OperationRequest request) {
        if (request.licenseId() != null) {
            return expire(request.connectorId(), request.licenseId(), request.expires(),
                    current -> requireSame(current, request), request.context());
        }
        LicenseUser user = LicenseUser.of(request.email(), request.sandbox());
        Consumer<Map<String, Object>> check = current -> finder.requireUser(current, user);
        return finder.useKnown(request.connectorId(), user,
                licenseId -> expire(request.connectorId(), licenseId, request.expires(), check, request.context()),
                () -> finder.find(request.connectorId(), List.of(user), request.context())
                        .thenCompose(licenses -> expire(request.connectorId(), licenses.requireSingleId(user),
                                request.expires(), current -> LicenseFinder.requireListedUser(current, user),
                                request.context())));
    }

    private static void requireSame(Map<String, Object> current, OperationRequest request) {
        LicenseUser.requireAddress(current, request.email());
        LicenseKind.requireNamed(current, request.document());
    }

    /**
     * Ends a license, unless it has ended already.
     *
     * @param end   when it ends; null for now
     * @param check throws if the license is not the one that is meant
     */
    public CompletableFuture<OperationResult> expire(String connectorId, String licenseId, Instant end,
            Consumer<Map<String, Object>> check, CallContext context) {
        return writer.changeAtTime(connectorId, licenseId, WriteOutcome.WOULD_EXPIRE, context, (current, now) -> {
            check.accept(current.document());
            // By the API's clock: by ours, the license could stay valid for as long as ours is ahead.
            Map<String, Object> ended = ended(current.document(), end == null ? now : end, end == null);
            return JsonMerge.isNoOp(current.document(), ended) ? null : ended;
        });
    }

    /**
     * Afterwards no date is later than the end: which of two dates of a trial the API obeys is not documented.
     *
     * @param isAtTheLatest whether a license that ended earlier keeps its end
     */
    private static Map<String, Object> ended(Map<String, Object> current, Instant end, boolean isAtTheLatest) {
        Map<String, Object> license = DocumentValidator.writable(current);
        Object trialEnd = license.get("trialEndDate");
        Object currentEnd = JsonMerge.isEmpty(license.get("expires")) ? trialEnd : license.get("expires");
        if (!isAtTheLatest || !isPast(currentEnd, end)) {
            license.put("expires", IsoInstants.format(end));
        }
        if (!JsonMerge.isEmpty(trialEnd) && !isPast(trialEnd, end)) {
            license.put("trialEndDate", IsoInstants.format(end));
        }
        return license;
    }

    /** Whether a date is not after an instant; false for one that cannot be read. */
    private static boolean isPast(Object date, Instant now) {
        Instant instant = IsoInstants.parseOrNull(date);
        return instant != null && !instant.isAfter(now);
    }
}
