package io.github.integratorio.examples.subscriptions;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

import io.github.integratorio.camel.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.IntegratorioApiException;
import io.github.integratorio.camel.IntegratorioConstants;
import io.github.integratorio.camel.IntegratorioOperation;
import io.github.integratorio.camel.model.License;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.RuntimeCamelException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out the licenses that are not yet as they must be, and takes back what came of it. A row is leased before it is written: a
 * process that dies leaves a lease behind that ends when nothing it has sent can still be on its way.
 */
public final class LicenseQueue {

    private static final Logger LOG = LoggerFactory.getLogger(LicenseQueue.class);
    /** As many as an upsert writes at once. */
    private static final int BATCH = 32;

    private final Database database;
    private final Clock clock;
    private final Duration lease;
    private final Duration patience;

    /**
     * @param lease    how long others keep off what is being written; no less than what was sent may be on its way
     * @param patience how long to wait after the API refused a license, before it is tried again
     */
    LicenseQueue(Database database, Clock clock, Duration lease, Duration patience) {
        this.database = database;
        this.clock = clock;
        this.lease = lease;
        this.patience = patience;
    }

    /** Takes licenses that may be written together in one upsert, or none. */
    public void claimBatch(Exchange exchange) {
        hand(exchange, claim("not alone and (expires > :now or license_id is not null)", BATCH));
    }

    /** Takes one that is to be written by itself, because it was refused before, or has ended and is perhaps not there at all. */
    public void claimOne(Exchange exchange) {
        hand(exchange, claim("(alone or (expires <= :now and license_id is null))", 1));
    }

    private LicenseBatch claim(String which, int most) {
        UUID token = UUID.randomUUID();
        List<LicenseBatch.Wanted> licenses = database.sql("""
                with due as (
                  select email from license
                  where due_at <= now() and (leased_until is null or leased_until < now()) and %s
                  order by due_at limit :most for update skip locked)
                update license set lease = :token, leased_until = now() + :seconds * interval '1 second'
                from due where license.email = due.email
                returning license.email, edition, expires, revision, license_id
                """.formatted(which)).param("now", Database.utc(clock.instant())).param("most", most).param("token", token)
                .param("seconds", lease.toSeconds())
                .query((row, n) -> new LicenseBatch.Wanted(row.getString(1), row.getString(2), row.getTimestamp(3).toInstant(), row.getLong(4), row.getString(5)))
                .list();
        return new LicenseBatch(token, licenses);
    }

    private void hand(Exchange exchange, LicenseBatch work) {
        exchange.setProperty(Exchange.SCHEDULER_POLLED_MESSAGES, !work.licenses().isEmpty());
        exchange.setProperty("work", work);
        Message message = exchange.getMessage();
        message.setBody(null);
        if (work.licenses().isEmpty()) {
            return;
        }
        LicenseBatch.Wanted first = work.licenses().get(0);
        if (work.licenses().size() == 1 && !first.expires().isAfter(clock.instant())) {
            // Nobody needs a new license that has expired already; if there is one, it must expire.
            message.setHeader(IntegratorioConstants.OPERATION, IntegratorioOperation.EXPIRE);
            message.setHeader(IntegratorioConstants.EMAIL, first.email());
            message.setHeader(IntegratorioConstants.EXPIRES, first.expires().toString());
            message.setBody("expire");
        } else {
            message.setHeader(IntegratorioConstants.OPERATION, IntegratorioOperation.UPSERT);
            message.setBody(work.licenses().stream().map(LicenseBatch.Wanted::license).toList());
        }
    }

    /** The licenses are what they must be. */
    public void done(Exchange exchange) {
        LicenseBatch work = exchange.getProperty("work", LicenseBatch.class);
        Object body = exchange.getMessage().getBody();
        List<?> written = body instanceof List<?> list ? list : List.of(body);
        database.inTransaction(() -> {
            for (int i = 0; i < work.licenses().size(); i++) {
                done(work, work.licenses().get(i), ((License) written.get(i)).getId());
            }
            return null;
        });
        LOG.debug("{} licenses: {}", written.size(), exchange.getMessage().getHeader(IntegratorioConstants.OUTCOME));
    }

    /** Also right when the row has changed meanwhile: then it stays due. */
    private void done(LicenseBatch work, LicenseBatch.Wanted license, String id) {
        database.sql("""
                update license set lease = null, leased_until = null, license_id = :id, alone = false, attempts = 0, problem = null,
                  written_at = now(), due_at = case when revision = :revision then null else due_at end
                where email = :email and lease = :lease
                """).param("id", id).param("revision", license.revision()).param("email", license.email()).param("lease", work.lease()).update();
    }

    /** The licenses are not written, or perhaps only some of them are: who repeats an upsert does no harm. */
    public void failed(Exchange exchange) {
        LicenseBatch work = exchange.getProperty("work", LicenseBatch.class);
        Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        if (cause instanceof RuntimeCamelException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        boolean expiring = exchange.getMessage().getHeader(IntegratorioConstants.OPERATION) == IntegratorioOperation.EXPIRE;
        if (expiring && cause instanceof IntegratorioApiException e && e.getStatusCode() == 404) {
            done(work, work.licenses().get(0), null);
        } else if (isRefusal(cause) && work.licenses().size() > 1) {
            // One of them is the culprit. By themselves, the others pass.
            again(work, "alone = true, due_at = now()", null, cause);
        } else if (isRefusal(cause)) {
            LOG.warn("The license of {} was refused: {}", MaskedEmail.email(work.licenses().get(0).email()), cause.getMessage());
            again(work, "alone = true, due_at = now() + :seconds * interval '1 second'", patience, cause);
        } else {
            LOG.warn("{} licenses wait until integrator.io can be reached: {}", work.licenses().size(), cause.getMessage());
            // What has perhaps been sent may still be on its way: not before it has arrived.
            boolean perhaps = cause instanceof IntegratorioAmbiguousOutcomeException;
            again(work, "due_at = now() + " + (perhaps ? ":seconds" : "least(:seconds, 2 ^ least(attempts, 10))") + " * interval '1 second'", lease, cause);
        }
    }

    /** Whether the API, or the component before it, has something against a license; else something is wrong with the whole. */
    private static boolean isRefusal(Throwable cause) {
        return cause instanceof IllegalArgumentException
                || cause instanceof IntegratorioApiException e && List.of(400, 404, 409, 422).contains(e.getStatusCode());
    }

    private static String inShort(Throwable cause) {
        return cause instanceof IntegratorioApiException e && !e.getErrors().isEmpty() ? e.getStatusCode() + " " + e.getErrors().get(0).code()
                : String.valueOf(cause.getMessage());
    }

    private void again(LicenseBatch work, String how, Duration wait, Throwable cause) {
        String sql = "update license set lease = null, leased_until = null, attempts = attempts + 1, problem = :problem, " + how
                + " where email in (:emails) and lease = :lease";
        var statement = database.sql(sql).param("problem", inShort(cause)).param("lease", work.lease())
                .param("emails", work.licenses().stream().map(LicenseBatch.Wanted::email).toList());
        (wait == null ? statement : statement.param("seconds", wait.toSeconds())).update();
    }
}
