package io.github.integratorio.examples.subscriptions;

import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The queue in the database. Several workers on several machines can process it; each event goes to one of them. */
public final class Inbox {

    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);

    private final Database database;
    private final SubscriptionStore subscriptions;

    Inbox(Database database, SubscriptionStore subscriptions) {
        this.database = database;
        this.subscriptions = subscriptions;
    }

    /**
     * Adds an event to the queue durably.
     *
     * @return false if the event is a duplicate
     */
    public boolean add(@Header("event") String event, String body) {
        return database.inTransaction(() -> insert(event, body) && !deleteIfProcessed(event));
    }

    private boolean insert(String event, String body) {
        return database.sql("insert into inbox (event, body) values (:event, :body) on conflict do nothing")
                .param("event", event).param("body", body).update() == 1;
    }

    /**
     * Looks for the event only after its row was added: a worker that had the event before has committed by then, while a look before
     * it would miss an event that is being processed.
     */
    private boolean deleteIfProcessed(String event) {
        return database.sql(
                "delete from inbox where event = :event and exists (select from event where id = :event)")
                .param("event", event).update() == 1;
    }

    private record Entry(long position, String body) {
    }

    private static final class ApplyException extends RuntimeException {
        private final long position;

        ApplyException(long position, RuntimeException cause) {
            super(cause);
            this.position = position;
        }
    }

    /**
     * Removes and applies the next event in one transaction. Tells the scheduler whether there was one, so that it polls again at
     * once.
     */
    public void processNext(Exchange exchange) {
        boolean processed;
        try {
            processed = database.inTransaction(this::processNext);
        } catch (ApplyException e) {
            postpone(e.position, e.getCause());
            processed = true;
        }
        exchange.setProperty(Exchange.SCHEDULER_POLLED_MESSAGES, processed);
    }

    private boolean processNext() {
        Entry entry = database
                .sql("""
                        select position, body from inbox where due_at <= now() order by due_at, position limit 1 for update skip locked
                        """)
                .query((row, n) -> new Entry(row.getLong(1), row.getString(2))).optional().orElse(null);
        if (entry == null) {
            return false;
        }
        try {
            subscriptions.apply(entry.body());
        } catch (RuntimeException e) {
            throw new ApplyException(entry.position(), e);
        }
        database.sql("delete from inbox where position = ?").param(entry.position()).update();
        return true;
    }

    /** Schedules a retry, so that the event does not block others. */
    private void postpone(long position, Throwable cause) {
        LOG.warn("The event at inbox position {} could not be applied and will be retried: {}", position,
                cause.toString());
        database.sql(
                """
                        update inbox set attempts = attempts + 1, problem = :problem, due_at = now() + least(3600, 2 ^ least(attempts, 12)) * interval '1 second'
                        where position = :position
                        """)
                .param("problem", cause.toString()).param("position", position).update();
    }
}
