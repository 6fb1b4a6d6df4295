package io.github.integratorio.examples.subscriptions;

import java.util.Map;

import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** UP while the database responds; reports the size and delay of the queues. */
final class QueueHealthCheck extends AbstractHealthCheck {

    private final Database database;

    QueueHealthCheck(Database database) {
        super("subscription-platform", "queue");
        this.database = database;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        try {
            database.sql(
                    """
                            select (select count(*) from inbox), (select count(*) from inbox where problem is not null),
                              (select count(*) from license where due_at is not null), (select count(*) from license where problem is not null),
                              (select coalesce(extract(epoch from now() - min(due_at)), 0)::bigint from license where due_at < now())
                            """)
                    .query((row, n) -> builder.detail("inbox", row.getLong(1)).detail("inbox.problems", row.getLong(2))
                            .detail("licenses.due", row.getLong(3)).detail("licenses.problems", row.getLong(4))
                            .detail("licenses.seconds-late", row.getLong(5)))
                    .single();
            builder.up();
        } catch (RuntimeException e) {
            builder.down().message("the database does not respond").error(e);
        }
    }
}
