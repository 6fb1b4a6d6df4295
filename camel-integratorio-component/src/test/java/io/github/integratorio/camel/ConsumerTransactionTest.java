package io.github.integratorio.camel;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Number of database transactions of a poll; each transaction gets a connection of its own. */
class ConsumerTransactionTest extends ConsumerTestSupport {

    private final AtomicInteger connections = new AtomicInteger();

    @BeforeEach
    void watchWithDatabase() throws Exception {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        context.getRegistry().bind("database", DataSource.class,
                Proxy.newProxyInstance(DataSource.class.getClassLoader(),
                        new Class<?>[] { DataSource.class }, (proxy, method, arguments) -> {
                            if (method.getName().equals("getConnection")) {
                                connections.incrementAndGet();
                            }
                            try {
                                return method.invoke(database, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }));
        rows(0, 20, 1);
        watch(uri("dataSource=#database"));
        assertEquals(0, poll());
    }

    private int transactionsOfPoll(int delivered) throws Exception {
        int before = connections.get();
        assertEquals(delivered, poll());
        return connections.get() - before;
    }

    @Test
    void a_poll_without_changes_opens_one_transaction() throws Exception {
        // Pending changes and state.
        for (int poll = 0; poll < 3; poll++) {
            assertEquals(1, transactionsOfPoll(0));
        }
    }

    @Test
    void a_poll_without_due_notices_opens_one_transaction() throws Exception {
        context.getRouteController().stopAllRoutes();
        context.removeRoute("watch");
        String other = simulator().addConnector("Other");
        janesLicense(other);
        watch("integratorio:licenses?startScheduler=false&dataSource=#database&expiryNotices=P30D,PT0S&connectorId="
                + other);
        // The second poll tells what was due in the last hour.
        assertEquals(0, poll() + poll());
        for (int poll = 0; poll < 3; poll++) {
            assertEquals(1, transactionsOfPoll(0));
        }
        simulator().addLicense(other, map("user", map("email", JANE), "expires",
                Instant.now().plus(Duration.ofDays(30)).minusSeconds(60).toString()));
        // Pending changes and state, commit, twice pending changes (the notice waits for the addition), acknowledgements.
        assertEquals(4, transactionsOfPoll(2));
        assertEquals(1, transactionsOfPoll(0));
    }

    @Test
    void a_poll_with_one_change_opens_at_most_five_transactions() throws Exception {
        // Pending changes and state, the changed row, commit, pending changes, acknowledgement.
        rows(3, 4, 2);
        assertEquals(5, transactionsOfPoll(1));
        // A new row is not in the database yet.
        rows(20, 21, 1);
        assertEquals(4, transactionsOfPoll(1));
        remove(3, 4);
        assertEquals(5, transactionsOfPoll(1));
        assertEquals(List.of("UPDATED i3", "ADDED i20", "REMOVED i3"), received());
        assertEquals(1, transactionsOfPoll(0));
    }
}
