package io.github.integratorio.examples.subscriptions;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.api.License;

/** Verifies the licenses against the billing system's subscriptions, without any of the platform's code. */
final class LicenseVerifier {

    private LicenseVerifier() {
    }

    /**
     * Returns a description of each difference.
     *
     * @param subscriptions the subscriptions, one per customer
     * @param licenses      all licenses; those of other people are ignored
     * @param now           the time that decides what has expired
     * @param unlicensable  addresses of customers who cannot have a license
     */
    static List<String> findDifferences(Collection<Subscription> subscriptions, List<License> licenses, Instant now,
            String... unlicensable) {
        List<String> differences = new ArrayList<>();
        Map<String, List<License>> byEmail = new HashMap<>();
        licenses.forEach(
                license -> byEmail.computeIfAbsent(license.getEmail(), email -> new ArrayList<>()).add(license));
        for (Subscription s : subscriptions) {
            List<License> found = byEmail.getOrDefault(s.email(), List.of());
            if (found.size() > 1) {
                differences.add(s.id() + " has " + found.size() + " licenses");
            } else if (!List.of(unlicensable).contains(s.email())) {
                String difference = describeDifference(s, found.isEmpty() ? null : found.get(0), now);
                if (difference != null) {
                    differences.add(s.id() + " " + difference);
                }
            }
        }
        return differences;
    }

    private static String describeDifference(Subscription s, License license, Instant now) {
        Instant until = switch (s.status()) {
            case TRIALING -> s.paidUntil();
            case ACTIVE -> s.paidUntil().plus(Duration.ofDays(1));
            case PAST_DUE -> s.pastDueSince().plus(Duration.ofDays(7)).isAfter(s.paidUntil())
                    ? s.pastDueSince().plus(Duration.ofDays(7)) : s.paidUntil();
            case CANCELLED -> s.endsAt();
        };
        boolean active = license != null && license.getExpires().isAfter(now);
        if (!until.isAfter(now)) {
            return active ? "has an active license but must not have one" : null;
        }
        if (license == null) {
            return "has no license";
        }
        if (!license.getExpires().equals(until)) {
            return "has a license until " + license.getExpires() + " instead of " + until;
        }
        return s.edition().equals(license.getOpts().get("connectorEdition")) ? null
                : "has an edition other than " + s.edition();
    }
}
