package io.github.integratorio.examples.subscriptions;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.TreeSet;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the billing system says about its subscriptions, and what the licenses must therefore be. */
public final class SubscriptionStore {

    /** What an event came to. */
    public enum Outcome {
        /** It is the latest of its subscription. */
        APPLIED,
        /** A later one was there before. */
        STALE,
        /** It was there before itself. */
        REPEATED
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
     * Applies an event, in one transaction: once, and only when it is newer than what is known of its subscription.
     *
     * @param  json                     the event as it came
     * @throws IllegalArgumentException when it is none
     */
    public Outcome apply(String json) {
        BillingEvent event = BillingEvent.read(json);
        if (event.subscription() == null) {
            throw new IllegalArgumentException("type: is not one that changes a license");
        }
        Outcome outcome = database.inTransaction(() -> apply(event));
        LOG.debug("{} {} of {}: {}", event.id(), event.type(), event.subscription().id(), outcome);
        return outcome;
    }

    private Outcome apply(BillingEvent event) {
        Subscription subscription = event.subscription();
        lock("subscription " + subscription.id());
        Known known = database.sql("select sequence, email from subscription where id = ?").param(subscription.id())
                .query((row, n) -> new Known(row.getLong(1), row.getString(2))).optional().orElse(new Known(0, subscription.email()));
        Outcome outcome = subscription.sequence() > known.sequence ? Outcome.APPLIED : Outcome.STALE;
        int added = database.sql("""
                insert into event (id, type, subscription, sequence, outcome) values (?, ?, ?, ?, ?) on conflict do nothing
                """).params(event.id(), event.type(), subscription.id(), subscription.sequence(), outcome.name()).update();
        if (added == 0) {
            return Outcome.REPEATED;
        }
        if (outcome == Outcome.APPLIED) {
            // Who has another address now has another license, and the one of the old address ends.
            TreeSet<String> emails = new TreeSet<>();
            emails.add(known.email);
            emails.add(subscription.email());
            // Always in the same order, so that two who need the same two do not wait for each other.
            emails.forEach(email -> lock("license " + email));
            store(subscription);
            emails.forEach(this::determineLicense);
        }
        return outcome;
    }

    private record Known(long sequence, String email) {
    }

    /** Makes others who work on the same thing wait until this transaction ends; it need not be in a table yet. */
    private void lock(String what) {
        database.sql("select pg_advisory_xact_lock(hashtextextended(?, 0))").param(what).query((row, n) -> 0).single();
    }

    private void store(Subscription subscription) {
        database.sql("""
                insert into subscription (id, customer, email, status, edition, paid_until, past_due_since, ends_at, sequence, access_until)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                on conflict (id) do update set customer = excluded.customer, email = excluded.email, status = excluded.status,
                  edition = excluded.edition, paid_until = excluded.paid_until, past_due_since = excluded.past_due_since,
                  ends_at = excluded.ends_at, sequence = excluded.sequence, access_until = excluded.access_until
                """).params(subscription.id(), subscription.customer(), subscription.email(), subscription.status().name(),
                subscription.edition(), Database.utc(subscription.paidUntil()), Database.utc(subscription.pastDueSince()),
                Database.utc(subscription.endsAt()), subscription.sequence(), Database.utc(terms.accessUntil(subscription))).update();
    }

    /** Of several subscriptions of one customer, the license follows the one that lasts longest; without any, it ends now. */
    private void determineLicense(String email) {
        int rows = database.sql("""
                insert into license as known (email, edition, expires)
                select email, edition, access_until from subscription where email = ? order by access_until desc, id limit 1
                on conflict (email) do update set edition = excluded.edition, expires = excluded.expires,
                  revision = known.revision + 1, due_at = now(), attempts = 0, problem = null
                where (known.edition, known.expires) is distinct from (excluded.edition, excluded.expires)
                """).param(email).update();
        if (rows == 0) {
            database.sql("""
                    update license set expires = :now, revision = revision + 1, due_at = now(), attempts = 0, problem = null
                    where email = :email and expires > :now and not exists (select from subscription where email = :email)
                    """).param("email", email).param("now", Database.utc(clock.instant().truncatedTo(ChronoUnit.MILLIS))).update();
        }
    }
}
