package io.github.integratorio.examples.subscriptions;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.github.integratorio.camel.api.License;
import org.springframework.jdbc.core.RowMapper;

/**
 * Licenses that this process has leased and is writing.
 *
 * @param lease    the token of the lease
 * @param licenses the licenses to write
 */
record LicenseBatch(UUID lease, List<TargetLicense> licenses) {

    /** The target state of a license, as of a revision of its row. */
    record TargetLicense(String email, String edition, Instant expires, long revision, String licenseId) {

        /** Reads the columns in their order here. */
        static final RowMapper<TargetLicense> MAPPER = (row, n) -> new TargetLicense(row.getString(1), row.getString(2),
                row.getTimestamp(3).toInstant(), row.getLong(4), row.getString(5));

        /** Converts to the body of an upsert or a row of a reconcile, which keep other fields of opts. */
        License toLicense() {
            License license = new License();
            license.setEmail(email);
            license.setExpires(expires);
            license.setOpts(Map.of("connectorEdition", edition));
            return license;
        }
    }
}
