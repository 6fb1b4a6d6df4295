package io.github.integratorio.examples.subscriptions;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.github.integratorio.camel.model.License;

/**
 * Licenses that are being written, by nobody else meanwhile.
 *
 * @param lease    says that it is we who write them
 * @param licenses what they must be
 */
record LicenseBatch(UUID lease, List<Wanted> licenses) {

    /** What a license must be, as of a revision of its row. */
    record Wanted(String email, String edition, Instant expires, long revision, String licenseId) {

        /** The license as {@code operation=upsert} takes it: what else is in its opts, it keeps. */
        License license() {
            License license = new License();
            license.setEmail(email);
            license.setExpires(expires);
            license.setOpts(Map.of("connectorEdition", edition));
            return license;
        }
    }
}
