package io.github.integratorio.camel;

import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;

import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.support.Covers;
import org.apache.camel.BindToRegistry;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** Acknowledgements that cannot be written. */
class ConsumerCommitTest extends ConsumerTestSupport {

    private volatile Exception fault;
    /** A database that fails on demand. */
    @BindToRegistry("state")
    private final DataSource state = breakable();

    private DataSource breakable() {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        return (DataSource) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { DataSource.class },
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "hashCode" -> 1;
                    case "equals" -> proxy == arguments[0];
                    default -> {
                        if (fault != null) {
                            throw fault;
                        }
                        yield method.invoke(database, arguments);
                    }
                });
    }

    private void watchAndBreakOn(String key, Exception failure) throws Exception {
        context.addRoutes(route(uri("initialSnapshot=emit", "dataSource=#state"), steps -> steps.process(exchange -> {
            arrive(exchange);
            if (key.equals(exchange.getMessage().getHeader(IntegratorioConstants.INTEGRATION_ID))
                    && routeReleased.getCount() > 0) {
                routeReleased.countDown();
                fault = failure;
            }
        })));
    }

    @ParameterizedTest
    @ValueSource(ints = { 3, 60, 120 })
    @Covers(187)
    void an_acknowledgement_that_cannot_be_written_fails_the_poll_and_stops_delivery(int rows) throws Exception {
        rows(0, rows, 1);
        watchAndBreakOn("i1", new SQLException("connection refused"));
        assertThrows(FeedStateException.class, this::poll);
        int before = messages.size();
        assertEquals(Math.min(rows, 50), before);
        for (int more = 0; more < 3; more++) {
            integratorioConsumer().run();
            assertEquals("failing", integratorioConsumer().getFeedState());
            assertEquals(before, messages.size());
        }
        // Acknowledged changes are recorded: none is redelivered.
        fault = null;
        integratorioConsumer().run();
        assertEquals(rows, messages.size());
        assertEquals(rows, received().stream().distinct().count());
        assertEquals("running", integratorioConsumer().getFeedState());
        nothingIsPending();
    }

    @Test
    @Covers(187)
    void an_unchecked_exception_of_the_connection_pool_is_handled_like_an_sql_exception() throws Exception {
        rows(0, 120, 1);
        watchAndBreakOn("i1", new IllegalStateException("the pool is closed"));
        assertThrows(IllegalStateException.class, this::poll);
        assertEquals(50, messages.size());
        fault = null;
        poll();
        assertEquals(120, messages.size());
        nothingIsPending();
    }

    @Test
    @Covers(187)
    void after_a_restart_unacknowledged_changes_are_redelivered_with_the_same_id() throws Exception {
        rows(0, 3, 1);
        watchAndBreakOn("i2", new SQLException("connection refused"));
        assertThrows(FeedStateException.class, this::poll);
        context.getRouteController().stopRoute("watch");
        fault = null;
        context.getRouteController().startRoute("watch");
        assertEquals(3, poll());
        assertEquals(6, messages.size());
        assertEquals(3, messages.stream().map(message -> message.getHeader(IntegratorioConstants.CHANGE_ID)).distinct()
                .count());
        nothingIsPending();
    }
}
