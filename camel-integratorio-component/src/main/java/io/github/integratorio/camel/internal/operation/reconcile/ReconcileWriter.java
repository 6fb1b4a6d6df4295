package io.github.integratorio.camel.internal.operation.reconcile;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.api.ReconciledLicense;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.json.JsonValues;
import io.github.integratorio.camel.internal.license.LicenseUser;
import io.github.integratorio.camel.internal.operation.lookup.LicenseFinder;
import io.github.integratorio.camel.internal.operation.reconcile.LicenseComparison.Decision;
import io.github.integratorio.camel.internal.operation.request.DesiredLicenses.Row;
import io.github.integratorio.camel.internal.operation.request.OperationRequest;
import io.github.integratorio.camel.internal.operation.request.OperationResult;
import io.github.integratorio.camel.internal.operation.write.LicenseExpirer;
import io.github.integratorio.camel.internal.operation.write.LicenseUpserter;
import io.github.integratorio.camel.internal.operation.write.LicenseUpserter.Target;
import io.github.integratorio.camel.internal.operation.write.LicenseWriter;
import io.github.integratorio.camel.internal.text.Redaction;

/** Brings single licenses in line with their rows, and ends those that no row names. */
public final class ReconcileWriter {

    private static final int MAX_ERROR = 300;

    private final LicenseUpserter upserter;
    private final LicenseWriter writer;
    private final LicenseExpirer expirer;

    public ReconcileWriter(LicenseUpserter upserter, LicenseWriter writer, LicenseExpirer expirer) {
        this.upserter = upserter;
        this.writer = writer;
        this.expirer = expirer;
    }

    /**
     * Creates or changes the license of a row.
     *
     * @param check  throws if the existing license may not be changed
     * @param readAt before the list was read
     */
    CompletableFuture<OperationResult> write(OperationRequest request, Row row, Decision decision,
            Consumer<Map<String, Object>> check, long readAt) {
        CallContext context = request.context().withFreshDeadline();
        return decision.kind() == LicenseComparison.Kind.CREATE
                ? upserter.createMissing(request.ofOne(context),
                        Target.of(row.reference().email(), null, decision.fields()), readAt)
                : writer.change(request.connectorId(), decision.licenseId(), decision.fields(), true,
                        current -> {
                            requireUser(current, row);
                            check.accept(current);
                        }, context);
    }

    private static void requireUser(Map<String, Object> current, Row row) {
        if (row.reference().id() == null) {
            LicenseFinder.requireListedUser(current, row.user());
        } else {
            LicenseUser.requireAddress(current, row.reference().email());
        }
    }

    /**
     * Ends a license that no row names.
     *
     * @param check throws if it may not end
     */
    CompletableFuture<OperationResult> expire(OperationRequest request, String licenseId,
            Consumer<Map<String, Object>> check) {
        return expirer.expire(request.connectorId(), licenseId, null, check, request.context().withFreshDeadline());
    }

    /**
     * What was done.
     *
     * @param row       null for a license that no row names
     * @param licenseId null for a new license
     */
    static ReconciledLicense done(Row row, String licenseId, OperationResult result) {
        License license = License.over(JsonValues.object((Map<?, ?>) result.value()));
        WriteOutcome outcome = result.outcomes().get(0);
        boolean isExpired = row == null && outcome == WriteOutcome.UPDATED;
        return new ReconciledLicense(row == null ? 0 : row.number(), isExpired ? WriteOutcome.EXPIRED : outcome,
                licenseId == null ? license.getId() : licenseId,
                row == null || row.reference().email() == null ? license.getEmail() : row.reference().email(),
                license, result.differences().get(0), null);
    }

    /** A license that is in line, or that is not to be written because of a problem. */
    static ReconciledLicense notWritten(Row row, Decision decision) {
        return new ReconciledLicense(row.number(), decision.problem() == null ? WriteOutcome.UNCHANGED : null,
                decision.licenseId(), row.reference().email(), null, List.of(), Redaction.mask(decision.problem()));
    }

    /** What could not be done. */
    static ReconciledLicense failed(Row row, String licenseId, Throwable error) {
        return new ReconciledLicense(row == null ? 0 : row.number(), null, licenseId,
                row == null ? null : row.reference().email(), null, List.of(),
                Redaction.line(error.getMessage() == null ? error.toString() : error.getMessage(), MAX_ERROR));
    }
}
