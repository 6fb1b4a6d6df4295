package io.github.integratorio.examples.trial;

import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.api.Installation;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.License;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/** A local copy of the connector's licenses and installs, kept up to date by the change feeds. Duplicate changes have no effect. */
public final class LicenseReplica {

    private static final int MAX_ACTIVITIES = 500;
    private static final int MAX_LENGTH = 300;

    private final JdbcTemplate sql;
    private final Clock clock;

    /** An install or a license, for the vendor's page. */
    record Row(String email, String version, boolean updating, boolean installed, Instant expires, Instant notice) {
    }

    /** A line of the activity list. */
    record Activity(Instant seen, String who, String what) {
    }

    LicenseReplica(Database database, Clock clock) {
        this.sql = database.sql();
        this.clock = clock;
    }

    /** Applies a change of a license. */
    public void applyLicenseChange(Exchange exchange) {
        Message change = exchange.getMessage();
        License license = change.getBody(License.class);
        boolean present = type(change) != ChangeType.REMOVED;
        Instant end = license.getEndsAt();
        OffsetDateTime expires = end == null ? null : end.atOffset(ZoneOffset.UTC);
        Long version = version(change);
        if (sql.update("UPDATE license SET present = ?, email = ?, expires = ?, integration_id = ?, change_version = ? "
                + "WHERE license_id = ? AND change_version < ?",
                present, truncate(license.getEmail()), expires, license.getIntegrationId(), version, license.getId(),
                version) == 0) {
            insert("INSERT INTO license (license_id, present, email, expires, integration_id, change_version) "
                    + "VALUES (?, ?, ?, ?, ?, ?)",
                    license.getId(), present, truncate(license.getEmail()), expires, license.getIntegrationId(),
                    version);
        }
        boolean hasNewEnd = fields(change).contains("expires") || fields(change).contains("trialEndDate");
        String due = change.getHeader(IntegratorioConstants.DUE_AT, String.class);
        if (due != null || hasNewEnd) {
            sql.update("UPDATE license SET notice = ? WHERE license_id = ?",
                    due == null ? null : OffsetDateTime.parse(due), license.getId());
        }
        String what = switch (type(change)) {
            case ADDED ->
                "got a " + (license.isTrial() ? "trial" : "license")
                        + (end == null ? "" : " until " + Formats.formatDate(end));
            case REMOVED -> "lost the license";
            case UPDATED -> hasNewEnd && end != null ? "license now expires on " + Formats.formatDate(end) : null;
            case EXPIRING -> "has a license that ends soon";
            case EXPIRED -> "has a license that has ended";
        };
        recordActivity(change, license.getEmail(), what);
    }

    /** Applies a change of an install. */
    public void applyInstallChange(Exchange exchange) {
        Message change = exchange.getMessage();
        Installation install = change.getBody(Installation.class);
        boolean present = type(change) != ChangeType.REMOVED;
        boolean updating = Boolean.TRUE.equals(install.getUpdateInProgress());
        Long version = version(change);
        String id = install.getIntegrationId();
        String name = truncate(install.getName());
        String email = truncate(install.getEmail());
        String release = truncate(install.getVersion());
        if (sql.update(
                "UPDATE install SET present = ?, name = ?, email = ?, version = ?, updating = ?, change_version = ? "
                        + "WHERE integration_id = ? AND change_version < ?",
                present, name, email, release, updating, version, id, version) == 0) {
            insert("INSERT INTO install (integration_id, present, name, email, version, updating, change_version) "
                    + "VALUES (?, ?, ?, ?, ?, ?, ?)", id, present, name, email, release, updating, version);
        }
        Installation before = change.getHeader(IntegratorioConstants.PREVIOUS, Installation.class);
        String what = switch (type(change)) {
            case ADDED -> "installed version " + install.getVersion();
            case REMOVED -> "uninstalled";
            case UPDATED -> fields(change).contains("version")
                    ? "was updated from " + before.getVersion() + " to " + install.getVersion()
                    : updating ? "is being updated" : null;
            case EXPIRING, EXPIRED -> null;
        };
        recordActivity(change, install.getEmail(), what);
    }

    private void recordActivity(Message change, String who, String what) {
        if (what == null) {
            return;
        }
        insert("INSERT INTO activity (change_id, seen, who, what) VALUES (?, ?, ?, ?)",
                change.getHeader(IntegratorioConstants.CHANGE_ID, String.class), OffsetDateTime.now(clock),
                who == null ? "somebody" : truncate(who), truncate(what));
        sql.update("DELETE FROM activity WHERE number < (SELECT MAX(number) FROM activity) - ?", MAX_ACTIVITIES);
    }

    private void insert(String statement, Object... values) {
        try {
            sql.update(statement, values);
        } catch (DuplicateKeyException e) {
            // A duplicate change.
        }
    }

    /** Truncates a value: one that does not fit into its column would block its change for ever. */
    private static String truncate(String text) {
        return text == null || text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH);
    }

    private static ChangeType type(Message change) {
        return change.getHeader(IntegratorioConstants.CHANGE_TYPE, ChangeType.class);
    }

    private static Long version(Message change) {
        return change.getHeader(IntegratorioConstants.CHANGE_VERSION, Long.class);
    }

    private static List<?> fields(Message change) {
        return change.getHeader(IntegratorioConstants.CHANGED_FIELDS, List.class);
    }

    /** Returns the licenses by expiry, expired ones last. */
    List<Row> findLicenses(int limit) {
        return sql.query(
                """
                        SELECT l.*, i.version FROM license l LEFT JOIN install i ON i.integration_id = l.integration_id AND i.present
                        WHERE l.present AND l.expires IS NOT NULL
                        ORDER BY CASE WHEN l.expires > ? THEN 0 ELSE 1 END, l.expires, l.license_id LIMIT ?
                        """,
                (row, number) -> new Row(row.getString("email"), row.getString("version"), false,
                        row.getString("integration_id") != null,
                        row.getObject("expires", OffsetDateTime.class).toInstant(),
                        row.getString("notice") == null ? null
                                : row.getObject("notice", OffsetDateTime.class).toInstant()),
                OffsetDateTime.now(clock), limit);
    }

    /** Returns the installs by address. */
    List<Row> findInstalls(int limit) {
        return sql.query("SELECT * FROM install WHERE present ORDER BY email, integration_id LIMIT ?",
                (row, number) -> new Row(
                        row.getString("email"), row.getString("version"), row.getBoolean("updating"), true, null, null),
                limit);
    }

    /** Counts the licenses that expire within the given days. */
    long countExpiring(int withinDays) {
        OffsetDateTime now = OffsetDateTime.now(clock);
        return sql.queryForObject("SELECT COUNT(*) FROM license WHERE present AND expires > ? AND expires <= ?",
                Long.class, now, now.plusDays(withinDays));
    }

    /** Counts the active licenses. */
    long countActive() {
        return sql.queryForObject("SELECT COUNT(*) FROM license WHERE present AND expires > ?", Long.class,
                OffsetDateTime.now(clock));
    }

    /** Returns the number of installs of each version, highest first. */
    List<Version> countVersions() {
        return sql.query(
                "SELECT version, COUNT(*) AS installs FROM install WHERE present GROUP BY version ORDER BY installs DESC, version",
                (row, number) -> new Version(row.getString("version"), row.getLong("installs")));
    }

    /** A version and the number of its installs. */
    record Version(String version, long installs) {
    }

    /** Returns the latest activities, newest first. */
    List<Activity> findActivities(int limit) {
        return sql.query("SELECT * FROM activity ORDER BY number DESC LIMIT ?", (row, number) -> new Activity(
                row.getObject("seen", OffsetDateTime.class).toInstant(), row.getString("who"), row.getString("what")),
                limit);
    }
}
