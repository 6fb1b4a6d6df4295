package io.github.integratorio.examples.subscriptions;

import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;

/**
 * The terms of business: until when a subscription gives access.
 *
 * @param grace  how long a customer whose payment failed goes on
 * @param margin how long after the paid time a renewal may take to arrive, before anything is switched off
 */
record LicenseTerms(Period grace, Period margin) {

    /** Until when this subscription gives access, if no other event comes. */
    Instant accessUntil(Subscription subscription) {
        return switch (subscription.status()) {
            case TRIALING -> subscription.paidUntil();
            case ACTIVE -> plus(subscription.paidUntil(), margin);
            case PAST_DUE -> latest(subscription.paidUntil(), plus(subscription.pastDueSince(), grace));
            case CANCELLED -> subscription.endsAt();
        };
    }

    private static Instant plus(Instant instant, Period period) {
        return instant.atOffset(ZoneOffset.UTC).plus(period).toInstant();
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
