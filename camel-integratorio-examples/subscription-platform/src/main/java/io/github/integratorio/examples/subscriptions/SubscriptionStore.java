package io.github.integratorio.examples.subscriptions;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.TreeSet;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stores subscriptions from events and determines the target state of the licenses. */
public final class SubscriptionStore {

    /** The result of applying an event. */
    public enum Outcome {
        /** The event is the latest of its subscription. */
        APPLIED,
        /** A later event was applied before. */
        STALE,
        /** The same event was processed before. */
        DUPLICATE
    }

    private static final Logger LOG = LoggerFactory.getLogger(SubscriptionStore.class);

    private final Database database;
    private final LicenseTerms terms;
    private final Clock clock;

    SubscriptionStore(Database database, LicenseTerms terms, Clock clock) {
        this.database = database;
        this.terms = terms;
        this.clock = clock;
    }

    /**
     * Applies an event in one transaction, if it is not a duplicate and newer than the stored state of its subscription.
     *
     * @param  json                     the event
     * @throws IllegalArgumentException if it is invalid
     */
    public Outcome apply(String json) {
        BillingEvent event = BillingEvent.parse(json);
        if (event.subscription() == null) {
            throw new IllegalArgumentException("type: expected one of " + BillingEvent.TYPES);
        }
        Outcome outcome = database.inTransaction(() -> apply(event));
        LOG.debug("{} {} of {}: {}", event.id(), event.type(), event.subscription().id(), outcome);
        return outcome;
    }

    private Outcome apply(BillingEvent event) {
        Subscription subscription = event.subscription();
        lock("subscription " + subscription.id());
        Known known = database.sql("select sequence, email from subscription where id = ?").param(subscription.id())
                .query((row, n) -> new Known(row.getLong(1), row.getString(2))).optional()
                .orElse(new Known(0, subscription.email()));
        Outcome outcome = subscription.sequence() > known.sequence ? Outcome.APPLIED : Outcome.STALE;
        int added = database
                .sql("""
                        insert into event (id, type, subscription, sequence, outcome) values (?, ?, ?, ?, ?) on conflict do nothing
                        """)
                .params(event.id(), event.type(), subscription.id(), subscription.sequence(), outcome.name()).update();
        if (added == 0) {
            return Outcome.DUPLICATE;
        }
        if (outcome == Outcome.APPLIED) {
            // If the address has changed, a new license is created and the old one expires.
            TreeSet<String> emails = new TreeSet<>();
            emails.add(known.email);
            emails.add(subscription.email());
            // In sorted order, to avoid deadlocks.
            emails.forEach(email -> lock("license " + email));
            store(subscription);
            emails.forEach(this::determineLicense);
        }
        return outcome;
    }

    private record Known(long sequence, String email) {
    }

    /** Acquires an advisory lock until the end of the transaction; works for rows that do not exist yet, too. */
    private void lock(String what) {
        database.sql("select pg_advisory_xact_lock(hashtextextended(?, 0))").param(what).query((row, n) -> 0).single();
    }

    private void store(Subscription subscription) {
        database.sql(
                """
                        insert into subscription (id, customer, email, status, edition, paid_until, past_due_since, ends_at, sequence, access_until)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        on conflict (id) do update set customer = excluded.customer, email = excluded.email, status = excluded.status,
                          edition = excluded.edition, paid_until = excluded.paid_until, past_due_since = excluded.past_due_since,
                          ends_at = excluded.ends_at, sequence = excluded.sequence, access_until = excluded.access_until
                        """)
                .params(subscription.id(), subscription.customer(), subscription.email(), subscription.status().name(),
                        subscription.edition(), Database.toUtc(subscription.paidUntil()),
                        Database.toUtc(subscription.pastDueSince()),
                        Database.toUtc(subscription.endsAt()), subscription.sequence(),
                        Database.toUtc(terms.accessUntil(subscription)))
                .update();
    }

    /** The license follows the subscription of the customer that lasts longest; without a subscription it expires now. */
    private void determineLicense(String email) {
        int rows = database
                .sql("""
                        insert into license as known (email, edition, expires)
                        select email, edition, access_until from subscription where email = ? order by access_until desc, id limit 1
                        on conflict (email) do update set edition = excluded.edition, expires = excluded.expires,
                          revision = known.revision + 1, due_at = now(), attempts = 0, problem = null
                        where (known.edition, known.expires) is distinct from (excluded.edition, excluded.expires)
                        """)
                .param(email).update();
        if (rows == 0) {
            database.sql(
                    """
                            update license set expires = :now, revision = revision + 1, due_at = now(), attempts = 0, problem = null
                            where email = :email and expires > :now and not exists (select from subscription where email = :email)
                            """)
                    .param("email", email).param("now", Database.toUtc(clock.instant().truncatedTo(ChronoUnit.MILLIS)))
                    .update();
        }
    }
}
