package io.github.integratorio.examples.subscriptions;

import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The queue in the database. Any number of workers, on any number of machines, take from it, and each event goes to one of them. */
public final class Inbox {

    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);

    private final Database database;
    private final SubscriptionStore subscriptions;

    Inbox(Database database, SubscriptionStore subscriptions) {
        this.database = database;
        this.subscriptions = subscriptions;
    }

    /**
     * Writes an event into the queue; when this returns, it is on the disk.
     *
     * @return whether it was new
     */
    public boolean put(@Header("event") String event, String body) {
        return database.sql("""
                insert into inbox (event, body) select :event, :body where not exists (select from event where id = :event)
                on conflict do nothing
                """).param("event", event).param("body", body).update() == 1;
    }

    private record Entry(long position, String body) {
    }

    private static final class Failed extends RuntimeException {
        private final long position;

        Failed(long position, RuntimeException cause) {
            super(cause);
            this.position = position;
        }
    }

    /**
     * Takes the next event and applies it; both are done, or neither is. Marks the exchange with whether there was one, so that the
     * scheduler comes back at once.
     */
    public void takeNext(Exchange exchange) {
        boolean taken;
        try {
            taken = database.inTransaction(this::takeNext);
        } catch (Failed e) {
            postpone(e.position, e.getCause());
            taken = true;
        }
        exchange.setProperty(Exchange.SCHEDULER_POLLED_MESSAGES, taken);
    }

    private boolean takeNext() {
        Entry entry = database.sql("""
                select position, body from inbox where due_at <= now() order by due_at, position limit 1 for update skip locked
                """).query((row, n) -> new Entry(row.getLong(1), row.getString(2))).optional().orElse(null);
        if (entry == null) {
            return false;
        }
        try {
            subscriptions.apply(entry.body());
        } catch (RuntimeException e) {
            throw new Failed(entry.position(), e);
        }
        database.sql("delete from inbox where position = ?").param(entry.position()).update();
        return true;
    }

    /** What cannot be applied waits, and the others go on. */
    private void postpone(long position, Throwable cause) {
        LOG.warn("The event at {} of the inbox could not be applied, and is tried again: {}", position, cause.toString());
        database.sql("""
                update inbox set attempts = attempts + 1, problem = :problem, due_at = now() + least(3600, 2 ^ least(attempts, 12)) * interval '1 second'
                where position = :position
                """).param("problem", cause.toString()).param("position", position).update();
    }
}
