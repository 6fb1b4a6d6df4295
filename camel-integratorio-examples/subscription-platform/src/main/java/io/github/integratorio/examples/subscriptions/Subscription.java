package io.github.integratorio.examples.subscriptions;

import java.time.Instant;

/**
 * The state of a subscription after an event. Each event contains the whole state, so the latest event is sufficient.
 *
 * @param id           the billing system's id
 * @param customer     the billing system's id of the customer
 * @param sequence     increases with each event of this subscription
 * @param status       the status
 * @param email        the customer's address at integrator.io, in lower case
 * @param edition      the edition of the connector
 * @param paidUntil    end of the paid period or of the trial
 * @param pastDueSince time of the first failed payment; null unless past due
 * @param endsAt       end of access; null unless cancelled
 */
record Subscription(String id, String customer, long sequence, Status status, String email, String edition,
        Instant paidUntil, Instant pastDueSince, Instant endsAt) {

    enum Status {
        TRIALING, ACTIVE, PAST_DUE, CANCELLED
    }
}
