package io.github.integratorio.examples.subscriptions;

import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;

/**
 * Determines until when a subscription grants access.
 *
 * @param grace  how long access continues after a failed payment
 * @param margin how long access continues after the paid period, so that the renewal can arrive
 */
record LicenseTerms(Period grace, Period margin) {

    /** Returns the end of access without further events. */
    Instant accessUntil(Subscription subscription) {
        return switch (subscription.status()) {
            case TRIALING -> subscription.paidUntil();
            case ACTIVE -> plus(subscription.paidUntil(), margin);
            case PAST_DUE -> max(subscription.paidUntil(), plus(subscription.pastDueSince(), grace));
            case CANCELLED -> subscription.endsAt();
        };
    }

    private static Instant plus(Instant instant, Period period) {
        return instant.atOffset(ZoneOffset.UTC).plus(period).toInstant();
    }

    private static Instant max(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
