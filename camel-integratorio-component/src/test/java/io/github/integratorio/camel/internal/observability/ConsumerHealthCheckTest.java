package io.github.integratorio.camel.internal.observability;

import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

import io.github.integratorio.camel.ConsumerTestSupport;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.Postgres;
import io.github.integratorio.camel.support.ThreadPerTaskExecutor;
import io.github.integratorio.simulator.Fault;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The health check of a consumer. */
class ConsumerHealthCheckTest extends ConsumerTestSupport {

    private HealthCheck.Result readiness() {
        HealthCheck check = (HealthCheck) integratorioConsumer().getHealthCheck();
        // Restarting a process does not help if a change fails.
        assertFalse(check.isLiveness());
        HealthCheck.Result result = check.call(Map.of(HealthCheck.CHECK_KIND, HealthCheck.Kind.READINESS));
        String all = result.getDetails() + " " + result.getMessage() + " " + result.getError().map(Throwable::toString);
        assertFalse(all.contains(simulator().token()) || all.contains(JANE), all);
        return result;
    }

    private void says(String state, HealthCheck.State expected, HealthCheck.Result result) {
        assertEquals(state, result.getDetails().get("feed.state"));
        assertEquals(expected, result.getState());
    }

    @Test
    void the_check_is_down_before_the_first_poll_and_up_after_it() throws Exception {
        watch(uri());
        says("waiting", HealthCheck.State.DOWN, readiness());
        integratorioConsumer().run();
        says("running", HealthCheck.State.UP, readiness());
        assertEquals(0, readiness().getDetails().get("feed.failing.changes"));
    }

    @Test
    void the_check_is_ready_after_the_first_valid_response_even_if_the_route_is_slow() throws Exception {
        rows(0, 2, 1);
        context.addRoutes(route(uri("initialSnapshot=emit"), steps -> steps.process(this::wait)));
        CompletableFuture<Void> run =
                CompletableFuture.runAsync(integratorioConsumer(), ThreadPerTaskExecutor.INSTANCE);
        await().until(() -> integratorioConsumer().getChangesInFlight() > 0);
        HealthCheck.Result ready = readiness();
        assertEquals(HealthCheck.State.UP, ready.getState());
        assertEquals(2, ready.getDetails().get("feed.in.flight"));
        routeReleased.countDown();
        run.get();
        says("running", HealthCheck.State.UP, readiness());
    }

    @ParameterizedTest
    @ValueSource(ints = { 401, 403, 404, 500 })
    @Covers(229)
    void a_rejected_poll_reports_the_status_and_removes_nothing(int status) throws Exception {
        rows(0, 3, 1);
        watch(uri());
        integratorioConsumer().run();
        simulator().faults().add(Fault.on("GET", ".*").times(3).status(status));
        for (int poll = 1; poll <= 3; poll++) {
            integratorioConsumer().run();
            says("failing", HealthCheck.State.DOWN, readiness());
            assertEquals(status, readiness().getDetails().get(HealthCheck.HTTP_RESPONSE_CODE));
        }
        integratorioConsumer().run();
        says("running", HealthCheck.State.UP, readiness());
        assertNull(readiness().getDetails().get(HealthCheck.HTTP_RESPONSE_CODE));
        assertEquals(0, messages.size());
    }

    @Test
    @Covers(229)
    void a_deleted_connector_is_an_error_and_its_installations_are_not_removed() throws Exception {
        rows(0, 3, 1);
        watch(uri());
        integratorioConsumer().run();
        assertEquals(204, send("integratorio:connectors?operation=delete&connectorId=" + connector, null).getMessage()
                .getHeader(IntegratorioConstants.STATUS_CODE));
        for (int poll = 0; poll < 3; poll++) {
            integratorioConsumer().run();
            says("failing", HealthCheck.State.DOWN, readiness());
            assertEquals(404, readiness().getDetails().get(HealthCheck.HTTP_RESPONSE_CODE));
        }
        assertEquals(0, messages.size());
    }

    @Test
    @Covers({ 212, 213 })
    void the_check_is_down_while_a_suddenly_empty_list_is_held() throws Exception {
        rows(0, 50, 1);
        watch(uri());
        integratorioConsumer().run();
        simulator().faults().add(Fault.on("GET", ".*").times(2).status(200, "application/json", "[]"));
        for (int poll = 0; poll < 2; poll++) {
            integratorioConsumer().run();
            says("held", HealthCheck.State.DOWN, readiness());
            assertEquals(50, readiness().getDetails().get("feed.held.removals"));
        }
        integratorioConsumer().run();
        says("running", HealthCheck.State.UP, readiness());
        assertEquals(0, messages.size());
    }

    @Test
    @Covers(197)
    void the_check_is_down_until_a_failed_change_is_delivered() throws Exception {
        rows(0, 3, 1);
        context.addRoutes(route(uri("initialSnapshot=emit"), steps -> steps.process(exchange -> {
            if (routeReleased.getCount() > 0
                    && exchange.getMessage().getHeader(IntegratorioConstants.INTEGRATION_ID).equals("i1")) {
                throw new IllegalStateException("no room for " + JANE);
            }
        })));
        integratorioConsumer().run();
        says("failing", HealthCheck.State.DOWN, readiness());
        assertEquals(1, readiness().getDetails().get("feed.failing.changes"));
        routeReleased.countDown();
        integratorioConsumer().run();
        says("running", HealthCheck.State.UP, readiness());
    }

    @Test
    void with_bridge_error_handler_the_route_handles_a_poll_failure_and_a_failed_change_once() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                onException(Exception.class).handled(true).process(exchange -> {
                    exchange.getMessage().setHeader("caught", exchange.getProperty(Exchange.EXCEPTION_CAUGHT));
                    arrive(exchange);
                });
                from(uri("bridgeErrorHandler=true", "emptyListConfirmations=1")).routeId("watch").process(exchange -> {
                    throw new IllegalStateException("the change");
                });
            }
        });
        rows(0, 1, 0);
        integratorioConsumer().run();
        simulator().faults().add(Fault.on("GET", ".*").times(1).status(500));
        integratorioConsumer().run();
        assertEquals(1, messages.size());
        assertTrue(messages.get(0).getHeader("caught") instanceof IntegratorioApiException
                || messages.get(0).getHeader("caught") instanceof IntegratorioTransportException);
        rows(0, 1, 1);
        integratorioConsumer().run();
        assertEquals(2, messages.size());
        // The failure was handled, so the change is not redelivered.
        nothingIsPending();
    }

    @Test
    void the_check_says_since_when_the_route_has_been_working_on_a_change() throws Exception {
        rows(0, 2, 1);
        context.addRoutes(route(uri("initialSnapshot=emit"), steps -> steps.process(this::wait)));
        assertTrue(readiness().getDetails().get("feed.activity").toString().startsWith("idle since "));
        CompletableFuture<Void> run =
                CompletableFuture.runAsync(integratorioConsumer(), ThreadPerTaskExecutor.INSTANCE);
        await().until(() -> readiness().getDetails().get("feed.activity").toString().startsWith("delivering since "));
        routeReleased.countDown();
        run.get();
    }

    /** A database whose connections hang while the route is blocked, once there are as many as given. */
    private DataSource hanging(AtomicInteger healthy) throws Exception {
        DataSource real = Postgres.database();
        return (DataSource) Proxy.newProxyInstance(DataSource.class.getClassLoader(),
                new Class<?>[] { DataSource.class }, (proxy, method, arguments) -> {
                    if (method.getName().equals("getConnection") && healthy.getAndDecrement() <= 0) {
                        routeReleased.await();
                    }
                    return method.invoke(real, arguments);
                });
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 1, 2, 3 })
    void the_check_answers_while_the_database_hangs_and_says_since_when(int connections) throws Exception {
        AtomicInteger healthy = new AtomicInteger(Integer.MAX_VALUE);
        context.getRegistry().bind("db", hanging(healthy));
        rows(0, 60, 1);
        watch(uri("initialSnapshot=emit", "dataSource=#db"));
        healthy.set(connections);
        CompletableFuture<Void> run =
                CompletableFuture.runAsync(integratorioConsumer(), ThreadPerTaskExecutor.INSTANCE);
        await().until(() -> healthy.get() < 0);
        // Also from the lock of an acknowledgement.
        await().until(() -> readiness().getDetails().get("feed.activity").toString()
                .startsWith("waiting for its store since "));
        routeReleased.countDown();
        run.get();
        assertEquals(60, messages.size());
    }
}
