package io.github.integratorio.examples.subscriptions;

import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.api.ReconciledLicense;
import io.github.integratorio.camel.api.WriteOutcome;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the result of a reconcile into a plan, and passes its changes to the license queue. Only the queue writes: it knows what was paid
 * since the comparison began.
 */
public final class Reconciler {

    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

    private final Database database;
    private final Clock clock;
    private final int limit;

    /**
     * @param limit maximum number of changes per run; more changes indicate an error that a person should check
     */
    Reconciler(Database database, Clock clock, int limit) {
        this.database = database;
        this.clock = clock;
        this.limit = limit;
    }

    /** Returns the database's time for {@link #createPlan}; call it before {@link #streamTargets}. */
    public OffsetDateTime getStartTime() {
        return database.sql("select now()").query(OffsetDateTime.class).single();
    }

    /** Streams the licenses of all customers who have access now, except for those that are waiting to be written. */
    public Stream<License> streamTargets() {
        return database
                .sql("""
                        select email, edition, expires, revision, license_id from license where due_at is null and expires > ?
                        """)
                .param(Database.toUtc(clock.instant())).query(LicenseBatch.TargetLicense.MAPPER).stream()
                .map(LicenseBatch.TargetLicense::toLicense);
    }

    /**
     * Creates the plan.
     *
     * @param begun   licenses written since then may have been read before, and are not compared
     * @param results the result of a dry run with {@link #streamTargets}
     */
    public ReconciliationPlan createPlan(@ExchangeProperty("begun") OffsetDateTime begun,
            @Body Iterator<ReconciledLicense> results) {
        // Licenses that are due will be written anyway, or are being written at the moment.
        Set<String> waiting =
                new HashSet<>(database.sql("select email from license where due_at is not null or written_at >= ?")
                        .param(begun).query(String.class).list());
        List<ReconciliationPlan.Step> steps = new ArrayList<>();
        int correct = 0;
        while (results.hasNext()) {
            ReconciledLicense result = results.next();
            String email = ReconciliationPlan.emailOf(result);
            if (result.outcome() == WriteOutcome.UNCHANGED) {
                correct++;
            } else if (!waiting.contains(email)) {
                steps.add(ReconciliationPlan.Step.of(result, isFormer(result, email)));
            }
        }
        steps.sort(Comparator.comparing(ReconciliationPlan.Step::email));
        return new ReconciliationPlan(correct, waiting.size(), steps);
    }

    /** Tests whether a license is one that the platform has sold, to a customer whose access has ended. */
    private boolean isFormer(ReconciledLicense result, String email) {
        return result.row() == 0 && result.license() != null && !Boolean.TRUE.equals(result.license().getSandbox())
                && database.sql("select exists (select from license where email = ? and expires <= ?)")
                        .params(email, Database.toUtc(clock.instant())).query(Boolean.class).single();
    }

    /**
     * Schedules the changes of a plan. Each license is written with its target state at that time, so a plan cannot be outdated.
     *
     * @throws IllegalStateException if the plan exceeds the limit; nothing is changed then
     */
    public void apply(ReconciliationPlan plan) {
        List<String> emails = plan.changes().stream().map(ReconciliationPlan.Step::email).toList();
        if (emails.size() > limit) {
            throw new IllegalStateException(
                    "reconcile.limit: the plan would change " + emails.size() + " licenses, but the limit is " + limit
                            + "; nothing was changed");
        }
        if (!emails.isEmpty()) {
            database.sql(
                    "update license set due_at = now(), attempts = 0, problem = null where email in (:emails) and due_at is null")
                    .param("emails", emails).update();
        }
    }

    /** Logs a plan. */
    public void log(ReconciliationPlan plan) {
        LOG.info("{}", plan.format());
    }

    /** Deletes events that are too old to be delivered again: their signature would be rejected. */
    public void deleteOldEvents() {
        database.sql("delete from event where taken_at < now() - interval '90 days'").update();
    }
}
