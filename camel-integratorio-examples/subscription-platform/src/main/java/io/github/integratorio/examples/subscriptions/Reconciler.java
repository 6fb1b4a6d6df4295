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

import io.github.integratorio.camel.model.License;
import org.apache.camel.Body;
import org.apache.camel.ExchangeProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/** Compares what the licenses must be with what they are, and puts right what somebody or something has changed. */
public final class Reconciler {

    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
    private static final int ROWS_AT_ONCE = 1000;

    private final Database database;
    private final Clock clock;
    private final int limit;

    /**
     * @param limit how many licenses one run may change; with more, something is wrong that a person should see
     */
    Reconciler(Database database, Clock clock, int limit) {
        this.database = database;
        this.clock = clock;
        this.limit = limit;
    }

    /** The time of the database, for {@link #plan}; to be asked before the licenses are. */
    public OffsetDateTime begin() {
        return database.sql("select now()").query(OffsetDateTime.class).single();
    }

    /**
     * Makes the plan.
     *
     * @param begun    what was written since then may be missing in the licenses, and is not compared
     * @param licenses what integrator.io has, read row by row and never held
     */
    public ReconciliationPlan plan(@ExchangeProperty("begun") OffsetDateTime begun, @Body Iterator<License> licenses) {
        return database.inTransaction(() -> {
            database.sql("create temp table actual (id text, email text, edition text, expires timestamptz) on commit drop").update();
            int compared = copy(licenses);
            database.sql("create index on actual (email)").update();
            // What is due is written anyway; it may be on its way just now.
            int waiting = database.sql("select count(*) from license where due_at is not null or written_at >= ?").param(begun)
                    .query(Integer.class).single();
            List<ReconciliationPlan.Step> steps = new ArrayList<>();
            int equal = database.sql(COMPARE).param(begun).query((row, n) -> step(row)).stream().mapToInt(step -> {
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
                rows.add(new Object[] { license.getId(), license.getEmail().toLowerCase(Locale.ROOT), edition == null ? null : edition.toString(),
                        Timestamp.from(license.getExpires()) });
            }
            all++;
            if (rows.size() == ROWS_AT_ONCE || !licenses.hasNext()) {
                jdbc.batchUpdate("insert into actual values (?, ?, ?, ?)", rows);
                rows.clear();
            }
        }
        return all;
    }

    private static final String COMPARE = """
            select coalesce(must.email, "is".email) as email, "is".edition, "is".expires, must.edition, must.expires,
              must.email is not null as known, "is".email is not null as there,
              must.email is not null and count("is".id) over (partition by coalesce(must.email, "is".email)) > 1 as several
            from license must full join actual "is" on must.email = "is".email
            where must.due_at is null and (must.written_at is null or must.written_at < ?) order by 1
            """;

    private ReconciliationPlan.Step step(ResultSet row) throws SQLException {
        ReconciliationPlan.State is = row.getBoolean("there") ? new ReconciliationPlan.State(row.getString(2), row.getTimestamp(3).toInstant()) : null;
        ReconciliationPlan.State must = row.getBoolean("known") ? new ReconciliationPlan.State(row.getString(4), row.getTimestamp(5).toInstant()) : null;
        return new ReconciliationPlan.Step(kind(is, must, row.getBoolean("several")), row.getString("email"), is, must);
    }

    /** What is to be done; null when nothing is. */
    private ReconciliationPlan.Kind kind(ReconciliationPlan.State is, ReconciliationPlan.State must, boolean several) {
        boolean ended = must == null || !must.expires().isAfter(clock.instant());
        boolean has = is != null && is.expires().isAfter(clock.instant());
        if (several) {
            return has ? ReconciliationPlan.Kind.SEVERAL : null;
        }
        if (ended) {
            return !has ? null : must == null ? ReconciliationPlan.Kind.UNKNOWN : ReconciliationPlan.Kind.END;
        }
        return is == null ? ReconciliationPlan.Kind.CREATE : is.equals(must) ? null : ReconciliationPlan.Kind.CHANGE;
    }

    /**
     * Lets the changes of a plan be written: each license as it must be at that moment, so that a plan cannot be out of date.
     *
     * @throws IllegalStateException when they are more than the limit; then nothing is changed
     */
    public void apply(ReconciliationPlan plan) {
        List<String> emails = plan.changes().stream().map(ReconciliationPlan.Step::email).toList();
        if (emails.size() > limit) {
            throw new IllegalStateException("reconcile.limit: the plan would change " + emails.size() + " licenses, and " + limit
                    + " are allowed; nothing is changed");
        }
        if (!emails.isEmpty()) {
            database.sql("update license set due_at = now(), attempts = 0, problem = null where email in (:emails) and due_at is null")
                    .param("emails", emails).update();
        }
    }

    /** Says in the log what a nightly run has found. */
    public void log(ReconciliationPlan plan) {
        LOG.info("{}", plan.text());
    }

    /** Forgets the ids of events that are too old to come again: their time of sending would be refused. */
    public void forgetEvents() {
        database.sql("delete from event where taken_at < now() - interval '90 days'").update();
    }
}
