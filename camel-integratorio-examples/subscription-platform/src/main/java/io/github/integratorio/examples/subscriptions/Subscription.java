package io.github.integratorio.examples.subscriptions;

import java.time.Instant;

/**
 * A subscription as the billing system sees it after an event. Each event carries the whole of it, so the latest one is enough.
 *
 * @param id           the billing system's id
 * @param customer     the billing system's id of who pays
 * @param sequence     rises from event to event of this subscription
 * @param status       where it stands
 * @param email        the address that the customer has at integrator.io, in lower case
 * @param edition      the edition of the connector
 * @param paidUntil    until when is paid; of a trial, its end
 * @param pastDueSince when the first payment failed that is still open; null unless past due
 * @param endsAt       when it ends; null unless cancelled
 */
record Subscription(String id, String customer, long sequence, Status status, String email, String edition, Instant paidUntil,
        Instant pastDueSince, Instant endsAt) {

    enum Status {
        TRIALING, ACTIVE, PAST_DUE, CANCELLED
    }
}
