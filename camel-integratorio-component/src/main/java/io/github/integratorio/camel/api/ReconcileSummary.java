package io.github.integratorio.camel.api;

import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * The result of a reconcile.
 *
 * @param connectorId the connector
 * @param rows        number of rows in the list
 * @param outcomes    number of licenses with each outcome that occurred
 * @param failed      number of licenses that could not be brought in line; their reasons are in {@code failures}
 * @param unknown     number of valid licenses whose user is not in the list, whether they were ended or kept
 * @param changes     the licenses whose outcome is not {@code UNCHANGED}, the first 1,000 of them
 * @param failures    those that failed, the first 1,000 of them
 */
public record ReconcileSummary(String connectorId, long rows, Map<WriteOutcome, Long> outcomes, long failed,
        long unknown, List<ReconciledLicense> changes, List<ReconciledLicense> failures) implements Serializable {

    /** Number of licenses with this outcome. */
    public long count(WriteOutcome outcome) {
        return outcomes.getOrDefault(outcome, 0L);
    }

    /** The numbers in one line. */
    @Override
    public String toString() {
        return rows + " rows: " + outcomes + ", " + failed + " failed, " + unknown + " licenses not in the list";
    }
}
