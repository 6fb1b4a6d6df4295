package io.github.integratorio.examples.subscriptions;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.IntegratorioOperation;
import io.github.integratorio.camel.api.License;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.RuntimeCamelException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue of licenses to be written to integrator.io. A row is leased before it is written. The lease of a crashed process expires only
 * when none of its requests can still be in flight.
 */
public final class LicenseQueue {

    private static final Logger LOG = LoggerFactory.getLogger(LicenseQueue.class);
    /** The number of licenses that an upsert writes concurrently. */
    private static final int BATCH_SIZE = 32;

    private final Database database;
    private final Clock clock;
    private final Duration lease;
    private final Duration rejectionRetryDelay;

    /**
     * @param lease               duration of a lease; must exceed the time that a request can be in flight
     * @param rejectionRetryDelay delay before a rejected license is retried
     */
    LicenseQueue(Database database, Clock clock, Duration lease, Duration rejectionRetryDelay) {
        this.database = database;
        this.clock = clock;
        this.lease = lease;
        this.rejectionRetryDelay = rejectionRetryDelay;
    }

    /** Claims licenses for one upsert, if there are any. */
    public void claimBatch(Exchange exchange) {
        prepare(exchange, claim("not separate and (expires > :now or license_id is not null)", BATCH_SIZE));
    }

    /** Claims a license that is written separately: it was rejected before, or has expired and may not exist. */
    public void claimOne(Exchange exchange) {
        prepare(exchange, claim("(separate or (expires <= :now and license_id is null))", 1));
    }

    private LicenseBatch claim(String condition, int limit) {
        UUID token = UUID.randomUUID();
        List<LicenseBatch.TargetLicense> licenses = database.sql("""
                with due as (
                  select email from license
                  where due_at <= now() and (leased_until is null or leased_until < now()) and %s
                  order by due_at limit :limit for update skip locked)
                update license set lease = :token, leased_until = now() + :seconds * interval '1 second'
                from due where license.email = due.email
                returning license.email, edition, expires, revision, license_id
                """.formatted(condition)).param("now", Database.toUtc(clock.instant())).param("limit", limit)
                .param("token", token).param("seconds", lease.toSeconds())
                .query(LicenseBatch.TargetLicense.MAPPER).list();
        return new LicenseBatch(token, licenses);
    }

    private void prepare(Exchange exchange, LicenseBatch batch) {
        exchange.setProperty(Exchange.SCHEDULER_POLLED_MESSAGES, !batch.licenses().isEmpty());
        exchange.setProperty("batch", batch);
        Message message = exchange.getMessage();
        message.setBody(null);
        if (batch.licenses().isEmpty()) {
            return;
        }
        LicenseBatch.TargetLicense first = batch.licenses().get(0);
        if (batch.licenses().size() == 1 && !first.expires().isAfter(clock.instant())) {
            // expire ends an existing license, but does not create one that has already expired.
            message.setHeader(IntegratorioConstants.OPERATION, IntegratorioOperation.EXPIRE);
            message.setHeader(IntegratorioConstants.EMAIL, first.email());
            message.setHeader(IntegratorioConstants.EXPIRES, first.expires().toString());
            message.setBody("expire");
        } else {
            message.setHeader(IntegratorioConstants.OPERATION, IntegratorioOperation.UPSERT);
            message.setBody(batch.licenses().stream().map(LicenseBatch.TargetLicense::toLicense).toList());
        }
    }

    /** Records that the licenses were written. */
    public void recordSuccess(Exchange exchange) {
        LicenseBatch batch = exchange.getProperty("batch", LicenseBatch.class);
        Object body = exchange.getMessage().getBody();
        List<?> written = body instanceof List<?> list ? list : List.of(body);
        database.inTransaction(() -> {
            for (int i = 0; i < batch.licenses().size(); i++) {
                recordSuccess(batch, batch.licenses().get(i), ((License) written.get(i)).getId());
            }
            return null;
        });
        LOG.debug("{} licenses: {}", written.size(), exchange.getMessage().getHeader(IntegratorioConstants.OUTCOME));
    }

    /** If the row has changed meanwhile, it remains due. */
    private void recordSuccess(LicenseBatch batch, LicenseBatch.TargetLicense license, String id) {
        database.sql(
                """
                        update license set lease = null, leased_until = null, license_id = :id, separate = false, attempts = 0, problem = null,
                          written_at = now(), due_at = case when revision = :revision then null else due_at end
                        where email = :email and lease = :lease
                        """)
                .param("id", id).param("revision", license.revision()).param("email", license.email())
                .param("lease", batch.lease()).update();
    }

    /** Records a failure. Some licenses may have been written; repeating an upsert is safe. */
    public void recordFailure(Exchange exchange) {
        LicenseBatch batch = exchange.getProperty("batch", LicenseBatch.class);
        Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        if (cause instanceof RuntimeCamelException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        boolean expiring =
                exchange.getMessage().getHeader(IntegratorioConstants.OPERATION) == IntegratorioOperation.EXPIRE;
        if (expiring && cause instanceof IntegratorioApiException e && e.getStatusCode() == 404) {
            recordSuccess(batch, batch.licenses().get(0), null);
        } else if (isRejection(cause) && batch.licenses().size() > 1) {
            // One license of the batch is invalid: write each separately.
            retry(batch, "separate = true, due_at = now()", null, cause);
        } else if (isRejection(cause)) {
            LOG.warn("integrator.io rejected the license of {}: {}", MaskedEmail.of(batch.licenses().get(0).email()),
                    cause.getMessage());
            retry(batch, "separate = true, due_at = now() + :seconds * interval '1 second'", rejectionRetryDelay,
                    cause);
        } else {
            LOG.warn("{} licenses could not be written and will be retried: {}", batch.licenses().size(),
                    cause.getMessage());
            // A request may still be in flight: wait for the whole lease.
            boolean ambiguous = cause instanceof IntegratorioAmbiguousOutcomeException;
            retry(batch, "due_at = now() + " + (ambiguous ? ":seconds" : "least(:seconds, 2 ^ least(attempts, 10))")
                    + " * interval '1 second'", lease, cause);
        }
    }

    /** Tests whether the API or the component rejected a license, as opposed to a failure of the call. */
    private static boolean isRejection(Throwable cause) {
        return cause instanceof IllegalArgumentException
                || cause instanceof IntegratorioApiException e
                        && List.of(400, 404, 409, 422).contains(e.getStatusCode());
    }

    private static String summarize(Throwable cause) {
        return cause instanceof IntegratorioApiException e && !e.getErrors().isEmpty()
                ? e.getStatusCode() + " " + e.getErrors().get(0).code()
                : String.valueOf(cause.getMessage());
    }

    private void retry(LicenseBatch batch, String schedule, Duration delay, Throwable cause) {
        String sql =
                "update license set lease = null, leased_until = null, attempts = attempts + 1, problem = :problem, "
                        + schedule + " where email in (:emails) and lease = :lease";
        var statement = database.sql(sql).param("problem", summarize(cause)).param("lease", batch.lease())
                .param("emails", batch.licenses().stream().map(LicenseBatch.TargetLicense::email).toList());
        (delay == null ? statement : statement.param("seconds", delay.toSeconds())).update();
    }
}
