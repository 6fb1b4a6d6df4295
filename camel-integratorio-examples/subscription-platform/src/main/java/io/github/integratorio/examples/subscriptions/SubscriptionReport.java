package io.github.integratorio.examples.subscriptions;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.github.integratorio.camel.api.License;

/** Prints the subscriptions and the license of each customer. */
final class SubscriptionReport {

    private static final String ROW = "  %-8s %-24s %-10s %-9s %-10s %s%n";

    private SubscriptionReport() {
    }

    static void print(PrintStream console, Platform platform, Clock clock) {
        Map<String, License> licenses = new HashMap<>();
        platform.listLicenses().forEach(license -> licenses.put(license.getEmail().toLowerCase(Locale.ROOT), license));
        console.printf(ROW, "", "customer", "status", "edition", "access", "license at integrator.io");
        List<Object[]> rows = platform.database().sql("""
                select s.id, s.email, s.status, s.edition, s.access_until, l.problem
                from subscription s join license l on l.email = s.email order by s.id
                """).query(
                (row, n) -> new Object[] { row.getString(1), row.getString(2), row.getString(3), row.getString(4),
                        row.getTimestamp(5).toInstant(), row.getString(6) })
                .list();
        for (Object[] row : rows) {
            String email = (String) row[1];
            console.printf(ROW, row[0], MaskedEmail.of(email), row[2].toString().toLowerCase(Locale.ROOT), row[3],
                    formatTimeLeft((Instant) row[4], clock),
                    row[5] == null ? formatLicense(licenses.get(email), clock) : "none: " + row[5]);
        }
    }

    private static String formatLicense(License license, Clock clock) {
        return license == null ? "none" : "%-9s %s".formatted(license.getOpts().get("connectorEdition"),
                formatTimeLeft(license.getExpires(), clock));
    }

    private static String formatTimeLeft(Instant until, Clock clock) {
        return until.isAfter(clock.instant()) ? Duration.between(clock.instant(), until).toDays() + " days" : "expired";
    }
}
