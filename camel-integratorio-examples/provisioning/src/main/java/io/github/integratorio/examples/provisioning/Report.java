package io.github.integratorio.examples.provisioning;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.github.integratorio.camel.api.License;

/** The tables at the end of the run. */
final class Report {

    private static final int SHOWN = 12;

    private Report() {
    }

    static void print(PrintStream console, Ledger ledger, List<License> licenses) {
        String[] outcomes = { "CREATED", "UPDATED", "UNCHANGED", "refused" };
        console.printf("%n  %-16s", "event");
        for (String outcome : outcomes) {
            console.printf("%11s", outcome);
        }
        console.println();
        ledger.counts().forEach((type, counts) -> {
            console.printf("  %-16s", type);
            for (String outcome : outcomes) {
                console.printf("%11s", counts.getOrDefault(outcome, 0) == 0 ? "-" : counts.get(outcome));
            }
            console.println();
        });
        Instant now = Instant.now();
        long active = licenses.stream().filter(license -> license.getExpires().isAfter(now)).count();
        console.printf("%n  %d licenses: %d active, %d expired%n%n", licenses.size(), active, licenses.size() - active);
        console.printf("  %-24s %-10s %-22s %s%n", "customer", "edition", "expires", "days left");
        licenses.stream().limit(SHOWN).forEach(license -> console.printf("  %-24s %-10s %-22s %s%n", masked(license.getEmail()),
                license.getOpts() == null ? "" : license.getOpts().get("connectorEdition"),
                license.getExpires().truncatedTo(java.time.temporal.ChronoUnit.SECONDS),
                license.getExpires().isAfter(now) ? String.valueOf(Duration.between(now, license.getExpires()).toDays()) : "expired"));
        if (licenses.size() > SHOWN) {
            console.printf("  … and %d more%n", licenses.size() - SHOWN);
        }
    }

    private static String masked(String email) {
        return email.charAt(0) + "***" + email.substring(email.indexOf('@'));
    }
}
