package io.github.integratorio.examples.trial;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import io.github.integratorio.examples.trial.SignUp.State;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/** The table of sign-ups: one row to an e-mail address, and the queue of those that wait. */
final class SignUps {

    private static final String SELECT = """
            SELECT s.*, COALESCE(l.expires, s.license_expires) AS expires_now, l.integration_id AS integration
            FROM sign_up s LEFT JOIN license l ON l.license_id = s.license_id
            """;
    private static final int LONGEST_PROBLEM = 500;
    private static final int LAST_DOUBLING = 3;

    private final JdbcTemplate sql;
    private final Clock clock;

    SignUps(Database database, Clock clock) {
        this.sql = database.sql();
        this.clock = clock;
    }

    /**
     * Writes down that somebody signed up. Whoever did so before keeps the first sign-up, as it was typed then; if it ended for want of
     * an account at integrator.io, it is tried again.
     *
     * @return the sign-up as it is now
     */
    SignUp add(SignUpForm form) {
        String key = form.email().toLowerCase(Locale.ROOT);
        OffsetDateTime now = now();
        try {
            sql.update("INSERT INTO sign_up (id, email_key, email, name, company, signed_up, state, attempts, due) "
                    + "VALUES (?, ?, ?, ?, ?, ?, 'WAITING', 0, ?)",
                    RandomName.next(), key, form.email(), form.name(), form.company(), now, now);
        } catch (DuplicateKeyException e) {
            retry("email_key", key);
        }
        return find("s.email_key", key).orElseThrow();
    }

    /** The sign-up of a link. */
    Optional<SignUp> find(String id) {
        return find("s.id", id);
    }

    /** Tries a sign-up again that ended for want of an account; any other one is left alone. */
    void retry(String id) {
        retry("id", id);
    }

    private void retry(String column, String value) {
        sql.update("UPDATE sign_up SET state = 'WAITING', attempts = 0, problem = NULL, due = ? WHERE state = 'UNKNOWN' AND "
                + column + " = ?", now(), value);
    }

    private Optional<SignUp> find(String column, String value) {
        return sql.query(SELECT + "WHERE " + column + " = ?", SignUps::row, value).stream().findFirst();
    }

    /** The latest ones. */
    List<SignUp> latest(int most) {
        return sql.query(SELECT + "ORDER BY s.signed_up DESC, s.id LIMIT ?", SignUps::row, most);
    }

    /** How many there are in a state. */
    long count(State state) {
        return sql.queryForObject("SELECT COUNT(*) FROM sign_up WHERE state = ?", Long.class, state.name());
    }

    /**
     * Those whose turn it is, locked until the transaction ends: no other instance takes them, and when this one dies, its connection
     * ends and they are free at once.
     */
    List<SignUp> lockDue(int most) {
        return sql.query("""
                SELECT s.*, s.license_expires AS expires_now, NULL AS integration FROM sign_up s
                WHERE s.state = 'WAITING' AND s.due <= ? ORDER BY s.due LIMIT ? FOR UPDATE SKIP LOCKED
                """, SignUps::row, now(), most);
    }

    /** It has its license. */
    void licensed(SignUp signUp, String licenseId, Instant expires) {
        sql.update("UPDATE sign_up SET state = 'LICENSED', problem = NULL, license_id = ?, license_expires = ? WHERE id = ?",
                licenseId, expires.atOffset(ZoneOffset.UTC), signUp.id());
    }

    /** Its person is not known to integrator.io. */
    void unknown(SignUp signUp, String advice) {
        sql.update("UPDATE sign_up SET state = 'UNKNOWN', problem = ? WHERE id = ?", shortened(advice), signUp.id());
    }

    /** It could not be done; it is tried again after a while that doubles each time, and is at least so long. */
    void postpone(SignUp signUp, String problem, Duration least) {
        Duration doubled = Duration.ofSeconds(1L << Math.min(signUp.attempts(), LAST_DOUBLING));
        Duration pause = doubled.compareTo(least) > 0 ? doubled : least;
        sql.update("UPDATE sign_up SET attempts = attempts + 1, problem = ?, due = ? WHERE id = ?",
                shortened(problem), now().plus(pause), signUp.id());
    }

    private static SignUp row(ResultSet row, int number) throws SQLException {
        OffsetDateTime expires = row.getObject("expires_now", OffsetDateTime.class);
        return new SignUp(row.getString("id"), row.getString("email"), row.getString("name"), row.getString("company"),
                row.getObject("signed_up", OffsetDateTime.class).toInstant(), State.valueOf(row.getString("state")),
                row.getInt("attempts"), row.getString("problem"), row.getString("license_id"),
                expires == null ? null : expires.toInstant(), row.getString("integration") != null);
    }

    private static String shortened(String text) {
        return text == null || text.length() <= LONGEST_PROBLEM ? text : text.substring(0, LONGEST_PROBLEM);
    }

    private OffsetDateTime now() {
        return OffsetDateTime.now(clock);
    }
}
