package io.github.integratorio.examples.subscriptions;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.model.License;

/** What the licenses must be, worked out from the billing system's own books: nothing of the platform's has a part in it. */
final class LicenseVerifier {

    private LicenseVerifier() {
    }

    /**
     * What is wrong; empty when nothing is.
     *
     * @param books    the subscriptions, one for each customer
     * @param licenses all that there are; others than those of the customers are not looked at
     * @param now      decides what is over
     * @param without  customers who can have no license
     */
    static List<String> differences(Collection<Subscription> books, List<License> licenses, Instant now, String... without) {
        List<String> wrong = new ArrayList<>();
        Map<String, List<License>> byEmail = new HashMap<>();
        licenses.forEach(license -> byEmail.computeIfAbsent(license.getEmail(), email -> new ArrayList<>()).add(license));
        for (Subscription s : books) {
            List<License> has = byEmail.getOrDefault(s.email(), List.of());
            if (has.size() > 1) {
                wrong.add(s.id() + " has " + has.size() + " licenses");
            } else if (!List.of(without).contains(s.email())) {
                String difference = difference(s, has.isEmpty() ? null : has.get(0), now);
                if (difference != null) {
                    wrong.add(s.id() + " " + difference);
                }
            }
        }
        return wrong;
    }

    private static String difference(Subscription s, License has, Instant now) {
        Instant until = switch (s.status()) {
            case TRIALING -> s.paidUntil();
            case ACTIVE -> s.paidUntil().plus(Duration.ofDays(1));
            case PAST_DUE -> s.pastDueSince().plus(Duration.ofDays(7)).isAfter(s.paidUntil()) ? s.pastDueSince().plus(Duration.ofDays(7)) : s.paidUntil();
            case CANCELLED -> s.endsAt();
        };
        boolean active = has != null && has.getExpires().isAfter(now);
        if (!until.isAfter(now)) {
            return active ? "has a license and must have none" : null;
        }
        if (has == null) {
            return "has no license";
        }
        if (!has.getExpires().equals(until)) {
            return "has a license until " + has.getExpires() + " instead of " + until;
        }
        return s.edition().equals(has.getOpts().get("connectorEdition")) ? null : "has another edition than " + s.edition();
    }
}
