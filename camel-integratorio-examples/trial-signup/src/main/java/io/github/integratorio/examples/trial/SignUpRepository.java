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

/** The table of sign-ups: one row per e-mail address, and the queue of those in state WAITING. */
final class SignUpRepository {

    private static final String SELECT = """
            SELECT s.*, COALESCE(l.expires, s.license_expires) AS expires_now, l.integration_id AS integration
            FROM sign_up s LEFT JOIN license l ON l.license_id = s.license_id
            """;
    private static final int MAX_PROBLEM_LENGTH = 500;
    private static final int MAX_DOUBLINGS = 3;

    private final JdbcTemplate sql;
    private final Clock clock;

    SignUpRepository(Database database, Clock clock) {
        this.sql = database.sql();
        this.clock = clock;
    }

    /**
     * Saves a sign-up. A second sign-up with the same address returns the first one unchanged, and retries it if it failed because the
     * person had no account.
     *
     * @return the current sign-up
     */
    SignUp add(SignUpForm form) {
        String key = form.email().toLowerCase(Locale.ROOT);
        OffsetDateTime now = now();
        try {
            sql.update("INSERT INTO sign_up (id, email_key, email, name, company, signed_up, state, attempts, due) "
                    + "VALUES (?, ?, ?, ?, ?, ?, 'WAITING', 0, ?)",
                    RandomId.generate(), key, form.email(), form.name(), form.company(), now, now);
        } catch (DuplicateKeyException e) {
            retry("email_key", key);
        }
        return find("s.email_key", key).orElseThrow();
    }

    /** Finds a sign-up by the id in its link. */
    Optional<SignUp> find(String id) {
        return find("s.id", id);
    }

    /** Retries a sign-up in state UNKNOWN; has no effect in any other state. */
    void retry(String id) {
        retry("id", id);
    }

    private void retry(String column, String value) {
        sql.update(
                "UPDATE sign_up SET state = 'WAITING', attempts = 0, problem = NULL, due = ? WHERE state = 'UNKNOWN' AND "
                        + column + " = ?",
                now(), value);
    }

    private Optional<SignUp> find(String column, String value) {
        return sql.query(SELECT + "WHERE " + column + " = ?", SignUpRepository::row, value).stream().findFirst();
    }

    /** Returns the latest sign-ups. */
    List<SignUp> findLatest(int limit) {
        return sql.query(SELECT + "ORDER BY s.signed_up DESC, s.id LIMIT ?", SignUpRepository::row, limit);
    }

    /** Counts the sign-ups in a state. */
    long count(State state) {
        return sql.queryForObject("SELECT COUNT(*) FROM sign_up WHERE state = ?", Long.class, state.name());
    }

    /**
     * Returns the sign-ups that are due and locks them until the end of the transaction, so that no other instance takes them. If this
     * instance dies, its connection and thereby the locks end.
     */
    List<SignUp> lockDue(int limit) {
        return sql.query("""
                SELECT s.*, s.license_expires AS expires_now, NULL AS integration FROM sign_up s
                WHERE s.state = 'WAITING' AND s.due <= ? ORDER BY s.due LIMIT ? FOR UPDATE SKIP LOCKED
                """, SignUpRepository::row, now(), limit);
    }

    /** Records the license of a sign-up. */
    void recordLicense(SignUp signUp, String licenseId, Instant expires) {
        sql.update(
                "UPDATE sign_up SET state = 'LICENSED', problem = NULL, license_id = ?, license_expires = ? WHERE id = ?",
                licenseId, expires.atOffset(ZoneOffset.UTC), signUp.id());
    }

    /** Records that the person has no account at integrator.io. */
    void recordUnknownUser(SignUp signUp, String advice) {
        sql.update("UPDATE sign_up SET state = 'UNKNOWN', problem = ? WHERE id = ?", truncate(advice), signUp.id());
    }

    /** Schedules the next attempt, with a delay that doubles each time and is at least the given one. */
    void postpone(SignUp signUp, String problem, Duration minDelay) {
        Duration doubled = Duration.ofSeconds(1L << Math.min(signUp.attempts(), MAX_DOUBLINGS));
        Duration delay = doubled.compareTo(minDelay) > 0 ? doubled : minDelay;
        sql.update("UPDATE sign_up SET attempts = attempts + 1, problem = ?, due = ? WHERE id = ?",
                truncate(problem), now().plus(delay), signUp.id());
    }

    private static SignUp row(ResultSet row, int number) throws SQLException {
        OffsetDateTime expires = row.getObject("expires_now", OffsetDateTime.class);
        return new SignUp(row.getString("id"), row.getString("email"), row.getString("name"), row.getString("company"),
                row.getObject("signed_up", OffsetDateTime.class).toInstant(), State.valueOf(row.getString("state")),
                row.getInt("attempts"), row.getString("problem"), row.getString("license_id"),
                expires == null ? null : expires.toInstant(), row.getString("integration") != null);
    }

    private static String truncate(String text) {
        return text == null || text.length() <= MAX_PROBLEM_LENGTH ? text : text.substring(0, MAX_PROBLEM_LENGTH);
    }

    private OffsetDateTime now() {
        return OffsetDateTime.now(clock);
    }
}
