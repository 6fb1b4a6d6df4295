package io.github.integratorio.examples.subscriptions;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

import io.github.integratorio.camel.api.License;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/** Compares the licenses at integrator.io with their target state and corrects differences. */
public final class Reconciler {

    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
    private static final int BATCH_SIZE = 1000;

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

    /** Returns the database's time for {@link #createPlan}; call it before the licenses are read. */
    public OffsetDateTime getStartTime() {
        return database.sql("select now()").query(OffsetDateTime.class).single();
    }

    /**
     * Creates the plan.
     *
     * @param begun    licenses written since then may be missing in the list and are not compared
     * @param licenses the licenses at integrator.io, as a stream
     */
    public ReconciliationPlan createPlan(@ExchangeProperty("begun") OffsetDateTime begun,
            @Body Iterator<License> licenses) {
        return database.inTransaction(() -> {
            database.sql(
                    "create temp table actual (id text, email text, edition text, expires timestamptz) on commit drop")
                    .update();
            int compared = copy(licenses);
            database.sql("create index on actual (email)").update();
            // Licenses that are due will be written anyway, or are being written at the moment.
            int waiting = database.sql("select count(*) from license where due_at is not null or written_at >= ?")
                    .param(begun).query(Integer.class).single();
            List<ReconciliationPlan.Step> steps = new ArrayList<>();
            int equal = database.sql(COMPARE).param(begun).query((row, n) -> toStep(row)).stream().mapToInt(step -> {
                if (step.kind() == null) {
                    return 1;
                }
                steps.add(step);
                return 0;
            }).sum();
            return new ReconciliationPlan(compared, equal, waiting, steps);
        });
    }

    private int copy(Iterator<License> licenses) {
        JdbcTemplate jdbc = new JdbcTemplate(database.source());
        List<Object[]> rows = new ArrayList<>();
        int all = 0;
        while (licenses.hasNext()) {
            License license = licenses.next();
            if (license.getEmail() != null && license.getExpires() != null) {
                Object edition = license.getOpts() == null ? null : license.getOpts().get("connectorEdition");
                rows.add(new Object[] { license.getId(), license.getEmail().toLowerCase(Locale.ROOT),
                        edition == null ? null : edition.toString(), Timestamp.from(license.getExpires()) });
            }
            all++;
            if (rows.size() == BATCH_SIZE || !licenses.hasNext()) {
                jdbc.batchUpdate("insert into actual values (?, ?, ?, ?)", rows);
                rows.clear();
            }
        }
        return all;
    }

    private static final String COMPARE =
            """
                    select coalesce(target.email, actual.email) as email, actual.edition, actual.expires, target.edition, target.expires,
                      target.email is not null as known, actual.email is not null as there,
                      target.email is not null and count(actual.id) over (partition by coalesce(target.email, actual.email)) > 1 as several
                    from license target full join actual on target.email = actual.email
                    where target.due_at is null and (target.written_at is null or target.written_at < ?) order by 1
                    """;

    private ReconciliationPlan.Step toStep(ResultSet row) throws SQLException {
        ReconciliationPlan.State actual = row.getBoolean("there")
                ? new ReconciliationPlan.State(row.getString(2), row.getTimestamp(3).toInstant()) : null;
        ReconciliationPlan.State target = row.getBoolean("known")
                ? new ReconciliationPlan.State(row.getString(4), row.getTimestamp(5).toInstant()) : null;
        return new ReconciliationPlan.Step(determineKind(actual, target, row.getBoolean("several")),
                row.getString("email"), actual, target);
    }

    /** Determines the step; null if there is no difference. */
    private ReconciliationPlan.Kind determineKind(ReconciliationPlan.State actual, ReconciliationPlan.State target,
            boolean duplicate) {
        boolean ended = target == null || !target.expires().isAfter(clock.instant());
        boolean has = actual != null && actual.expires().isAfter(clock.instant());
        if (duplicate) {
            return has ? ReconciliationPlan.Kind.DUPLICATE : null;
        }
        if (ended) {
            return !has ? null : target == null ? ReconciliationPlan.Kind.UNKNOWN : ReconciliationPlan.Kind.EXPIRE;
        }
        return actual == null ? ReconciliationPlan.Kind.CREATE
                : actual.equals(target) ? null : ReconciliationPlan.Kind.UPDATE;
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
