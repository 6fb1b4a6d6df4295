package io.github.integratorio.examples.trial;

import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;

import io.github.integratorio.camel.IntegratorioConstants;
import io.github.integratorio.camel.changes.ChangeType;
import io.github.integratorio.camel.model.Installation;
import io.github.integratorio.camel.model.License;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Keeps the tables of licenses and installs as the change feeds tell. A change that comes again is not newer, and changes nothing. */
public final class LicenseReplica {

    private static final int ACTIVITIES_KEPT = 500;
    private static final int LONGEST = 300;

    private final JdbcTemplate sql;
    private final Clock clock;

    /** An install or a license, for the vendor's page. */
    record Row(String email, String version, boolean updating, boolean installed, Instant expires) {
    }

    /** One line of what happened. */
    record Activity(Instant seen, String who, String what) {
    }

    LicenseReplica(Database database, Clock clock) {
        this.sql = database.sql();
        this.clock = clock;
    }

    /** Takes a change of the licenses. */
    public void license(Exchange exchange) {
        Message change = exchange.getMessage();
        License license = change.getBody(License.class);
        boolean there = type(change) != ChangeType.REMOVED;
        OffsetDateTime expires = license.getExpires() == null ? null : license.getExpires().atOffset(ZoneOffset.UTC);
        Long version = version(change);
        if (sql.update("UPDATE license SET there = ?, email = ?, expires = ?, integration_id = ?, change_version = ? "
                + "WHERE license_id = ? AND change_version < ?",
                there, cut(license.getEmail()), expires, license.getIntegrationId(), version, license.getId(), version) == 0) {
            insert("INSERT INTO license (license_id, there, email, expires, integration_id, change_version) "
                    + "VALUES (?, ?, ?, ?, ?, ?)",
                    license.getId(), there, cut(license.getEmail()), expires, license.getIntegrationId(), version);
        }
        String what = switch (type(change)) {
            case ADDED -> "got a license" + (expires == null ? "" : " until " + Formats.date(license.getExpires()));
            case REMOVED -> "has no license any more";
            case UPDATED -> fields(change).contains("expires") ? "license now ends on " + Formats.date(license.getExpires()) : null;
        };
        tell(change, license.getEmail(), what);
    }

    /** Takes a change of the install base. */
    public void install(Exchange exchange) {
        Message change = exchange.getMessage();
        Installation install = change.getBody(Installation.class);
        boolean there = type(change) != ChangeType.REMOVED;
        boolean updating = Boolean.TRUE.equals(install.getUpdateInProgress());
        Long version = version(change);
        String id = install.getIntegrationId();
        String name = cut(install.getName());
        String email = cut(install.getEmail());
        String release = cut(install.getVersion());
        if (sql.update("UPDATE install SET there = ?, name = ?, email = ?, version = ?, updating = ?, change_version = ? "
                + "WHERE integration_id = ? AND change_version < ?", there, name, email, release, updating, version, id, version) == 0) {
            insert("INSERT INTO install (integration_id, there, name, email, version, updating, change_version) "
                    + "VALUES (?, ?, ?, ?, ?, ?, ?)", id, there, name, email, release, updating, version);
        }
        Installation before = change.getHeader(IntegratorioConstants.PREVIOUS, Installation.class);
        String what = switch (type(change)) {
            case ADDED -> "installed version " + install.getVersion();
            case REMOVED -> "uninstalled";
            case UPDATED -> fields(change).contains("version") ? "went from " + before.getVersion() + " to " + install.getVersion()
                    : updating ? "is being updated" : null;
        };
        tell(change, install.getEmail(), what);
    }

    private void tell(Message change, String who, String what) {
        if (what == null) {
            return;
        }
        insert("INSERT INTO activity (change_id, seen, who, what) VALUES (?, ?, ?, ?)",
                change.getHeader(IntegratorioConstants.CHANGE_ID, String.class), OffsetDateTime.now(clock),
                who == null ? "somebody" : cut(who), cut(what));
        sql.update("DELETE FROM activity WHERE number < (SELECT MAX(number) FROM activity) - ?", ACTIVITIES_KEPT);
    }

    private void insert(String statement, Object... values) {
        try {
            sql.update(statement, values);
        } catch (DuplicateKeyException e) {
            // It came before.
        }
    }

    /** What does not fit would keep its change pending for ever. */
    private static String cut(String text) {
        return text == null || text.length() <= LONGEST ? text : text.substring(0, LONGEST);
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

    /** The licenses that there are, those that end first at the top, what has ended at the bottom. */
    List<Row> licenses(int most) {
        return sql.query("""
                SELECT l.*, i.version FROM license l LEFT JOIN install i ON i.integration_id = l.integration_id AND i.there
                WHERE l.there AND l.expires IS NOT NULL
                ORDER BY CASE WHEN l.expires > ? THEN 0 ELSE 1 END, l.expires, l.license_id LIMIT ?
                """, (row, number) -> new Row(row.getString("email"), row.getString("version"), false,
                row.getString("integration_id") != null, row.getObject("expires", OffsetDateTime.class).toInstant()),
                OffsetDateTime.now(clock), most);
    }

    /** The installs that there are, by address. */
    List<Row> installs(int most) {
        return sql.query("SELECT * FROM install WHERE there ORDER BY email, integration_id LIMIT ?", (row, number) -> new Row(
                row.getString("email"), row.getString("version"), row.getBoolean("updating"), true, null), most);
    }

    /** How many licenses there are that end within so many days from now. */
    long licensesEnding(int withinDays) {
        OffsetDateTime now = OffsetDateTime.now(clock);
        return sql.queryForObject("SELECT COUNT(*) FROM license WHERE there AND expires > ? AND expires <= ?", Long.class,
                now, now.plusDays(withinDays));
    }

    /** How many licenses have not ended. */
    long licensesRunning() {
        return sql.queryForObject("SELECT COUNT(*) FROM license WHERE there AND expires > ?", Long.class, OffsetDateTime.now(clock));
    }

    /** How many installs there are of each version, the most frequent first. */
    List<Version> versions() {
        return sql.query("SELECT version, COUNT(*) AS installs FROM install WHERE there GROUP BY version ORDER BY installs DESC, version",
                (row, number) -> new Version(row.getString("version"), row.getLong("installs")));
    }

    /** How many installs there are of a version. */
    record Version(String version, long installs) {
    }

    /** What happened last, the latest first. */
    List<Activity> activity(int most) {
        return sql.query("SELECT * FROM activity ORDER BY number DESC LIMIT ?", (row, number) -> new Activity(
                row.getObject("seen", OffsetDateTime.class).toInstant(), row.getString("who"), row.getString("what")), most);
    }
}
