package io.github.integratorio.camel;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.ThreadPerTaskExecutor;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Pending changes survive any end of a route, and no list is polled twice under one consumer id. */
class ConsumerLifecycleTest extends ConsumerTestSupport {

    @TempDir
    private Path directory;
    private final AtomicInteger tried = new AtomicInteger();

    /** The first change blocks the route. */
    private void watchSlowly(String... options) throws Exception {
        context.addRoutes(route(uri(options), steps -> steps.process(exchange -> {
            if (tried.incrementAndGet() == 1) {
                wait(exchange);
            }
            arrive(exchange);
        })));
    }

    private CompletableFuture<Void> control(Control control) {
        return CompletableFuture.runAsync(() -> {
            try {
                control.run();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }, ThreadPerTaskExecutor.INSTANCE);
    }

    private interface Control {
        void run() throws Exception;
    }

    @Test
    @Covers(202)
    void a_route_suspended_during_a_batch_resumes_with_the_next_change() throws Exception {
        rows(0, 5, 1);
        watchSlowly("initialSnapshot=emit");
        CompletableFuture<Integer> poll = polling();
        await().until(() -> tried.get() == 1);
        CompletableFuture<Void> suspended = control(() -> context.getRouteController().suspendRoute("watch"));
        await().until(() -> !integratorioConsumer().isBatchAllowed());
        routeReleased.countDown();
        suspended.get();
        assertEquals(1, poll.get());
        integratorioConsumer().run();
        assertEquals(1, messages.size());
        context.getRouteController().resumeRoute("watch");
        assertEquals(4, poll());
        assertEquals(5, received().stream().distinct().count());
        nothingIsPending();
    }

    @Test
    @Covers(202)
    void a_route_stopped_during_a_batch_restarts_with_the_next_change() throws Exception {
        rows(0, 5, 1);
        watchSlowly("initialSnapshot=emit", "stateDirectory=" + directory);
        CompletableFuture<Integer> poll = polling();
        await().until(() -> tried.get() == 1);
        CompletableFuture<Void> stopped = control(() -> context.getRouteController().stopRoute("watch"));
        await().until(() -> !integratorioConsumer().isBatchAllowed());
        routeReleased.countDown();
        stopped.get();
        assertEquals(1, poll.get());
        context.getRouteController().startRoute("watch");
        assertEquals(4, poll());
        assertEquals(5, received().stream().distinct().count());
        nothingIsPending();
    }

    @Test
    @Covers(202)
    void a_route_configured_to_complete_all_tasks_delivers_the_whole_batch_before_it_stops() throws Exception {
        rows(0, 5, 1);
        context.addRoutes(route(uri("initialSnapshot=emit"), steps -> {
            steps.shutdownRunningTask(org.apache.camel.ShutdownRunningTask.CompleteAllTasks);
            steps.process(exchange -> {
                if (tried.incrementAndGet() == 1) {
                    wait(exchange);
                }
                arrive(exchange);
            });
        }));
        CompletableFuture<Integer> poll = polling();
        await().until(() -> tried.get() == 1);
        CompletableFuture<Void> stopped = control(() -> context.getRouteController().stopRoute("watch"));
        await().until(
                () -> context.getShutdownStrategy() != null && integratorioConsumer().getPendingExchangesSize() == 4);
        routeReleased.countDown();
        stopped.get();
        assertEquals(5, poll.get());
        assertEquals(5, messages.size());
    }

    @Test
    @Covers(202)
    void after_a_forced_stop_changes_in_flight_are_redelivered_and_their_late_completion_is_ignored() throws Exception {
        rows(0, 5, 1);
        watchSlowly("initialSnapshot=emit", "stateDirectory=" + directory);
        CompletableFuture<Integer> poll = polling();
        await().until(() -> tried.get() == 1);
        context.getRouteController().stopRoute("watch", 1, TimeUnit.MILLISECONDS);
        routeReleased.countDown();
        poll.handle((delivered, failure) -> failure).get();
        // The late acknowledgement did not open the database again.
        try (CamelContext other = newContext()) {
            assertEquals(0, tried.getAndSet(1) - tried.get());
            int before = messages.size();
            other.addRoutes(route(uri("stateDirectory=" + directory), steps -> steps.process(this::arrive)));
            assertEquals(5, integratorioConsumer(other).poll());
            assertEquals(before + 5, messages.size());
        }
    }

    private CamelContext newContext() throws Exception {
        CamelContext other = new DefaultCamelContext();
        IntegratorioComponent component = new IntegratorioComponent();
        component.getConfiguration().setBaseUrl(simulator().baseUrl());
        component.getConfiguration().setAccessToken(simulator().token());
        other.addComponent("integratorio", component);
        other.start();
        return other;
    }

    @Test
    @Covers(203)
    void another_context_in_the_same_process_starts_with_the_pending_changes_and_repeats_no_other() throws Exception {
        rows(0, 5, 1);
        for (int failing = 3; failing > 0; failing--) {
            int fails = failing;
            try (CamelContext one = newContext()) {
                AtomicInteger passed = new AtomicInteger();
                one.addRoutes(route(uri("initialSnapshot=emit", "stateDirectory=" + directory),
                        steps -> steps.process(exchange -> {
                            if (passed.incrementAndGet() <= fails) {
                                throw new IllegalStateException("not now");
                            }
                            arrive(exchange);
                        })));
                integratorioConsumer(one).poll();
            }
        }
        try (CamelContext last = newContext()) {
            last.addRoutes(route(uri("stateDirectory=" + directory), steps -> steps.process(this::arrive)));
            assertEquals(1, integratorioConsumer(last).poll());
            assertEquals(0, integratorioConsumer(last).poll());
        }
        assertEquals(5, messages.size());
        assertEquals(5, messages.stream().map(message -> message.getHeader(IntegratorioConstants.CHANGE_ID)).distinct()
                .count());
    }

    private static void refuses(CamelContext context, String uri) {
        Exception refused = assertThrows(Exception.class, () -> context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(uri).routeId("second").log("never");
            }
        }));
        Throwable cause = refused;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        assertTrue(cause instanceof IllegalArgumentException && cause.getMessage().startsWith("consumerId: "),
                cause::toString);
    }

    @Test
    @Covers(204)
    void a_second_consumer_of_the_same_state_does_not_start_and_the_first_keeps_running() throws Exception {
        rows(0, 2, 1);
        String uri = uri("initialSnapshot=emit", "stateDirectory=" + directory);
        watch(uri);
        for (int again = 0; again < 3; again++) {
            refuses(context, uri + "&delay=" + (again + 1));
        }
        try (CamelContext other = newContext()) {
            refuses(other, uri);
            // With another consumer id each consumer receives every change.
            other.addRoutes(route(uri + "&consumerId=other", steps -> steps.process(this::arrive)));
            assertEquals(2, integratorioConsumer(other).poll());
        }
        assertEquals(2, poll());
        assertEquals(4, messages.size());
        nothingIsPending();
    }

    @Test
    @Covers(204)
    void another_route_may_take_over_the_state_of_a_stopped_route() throws Exception {
        watch(uri("initialSnapshot=emit"));
        context.getRouteController().stopRoute("watch");
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(uri("initialSnapshot=emit", "delay=1")).routeId("second").log("takes over");
            }
        });
        assertTrue(context.getRouteController().getRouteStatus("second").isStarted());
    }

    @Test
    void poll_enrich_takes_one_change_and_acknowledges_it_when_the_enriched_exchange_completes() throws Exception {
        rows(0, 1, 1);
        String enriching =
                uri("initialSnapshot=emit", "initialDelay=0", "delay=20").replace("&startScheduler=false", "");
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:enrich").pollEnrich(enriching, 10_000).process(exchange -> {
                    tried.incrementAndGet();
                    if (exchange.getProperty("fails", false, Boolean.class)) {
                        throw new IllegalStateException("no");
                    }
                });
            }
        });
        Exchange failed = template.send("direct:enrich", exchange -> exchange.setProperty("fails", true));
        assertEquals("i0", failed.getMessage().getHeader(IntegratorioConstants.INTEGRATION_ID));
        Object id = failed.getMessage().getHeader(IntegratorioConstants.CHANGE_ID);
        Exchange good = template.send("direct:enrich", exchange -> exchange.setProperty("fails", false));
        assertEquals(id, good.getMessage().getHeader(IntegratorioConstants.CHANGE_ID));
        rows(1, 2, 1);
        Exchange next = template.send("direct:enrich", exchange -> {});
        assertEquals("i1", next.getMessage().getHeader(IntegratorioConstants.INTEGRATION_ID));
        assertEquals(3, tried.get());
        assertEquals(List.of(0), RunningComponent.observed(context).consumers().stream()
                .map(consumer -> consumer.status().inFlight()).toList());
    }

    @Test
    void a_restarted_route_delivers_no_later_change_of_a_row_while_an_earlier_one_is_in_a_queue() throws Exception {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:" + connector + ";DB_CLOSE_DELAY=-1");
        context.getRegistry().bind("db", database);
        List<String> under = new CopyOnWriteArrayList<>();
        rows(0, 1, 1);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(uri("dataSource=#db", "initialSnapshot=emit")).routeId("watch").to("seda:slow");
                from(uri("dataSource=#db", "consumerId=other")).routeId("other").log("other");
                from("seda:slow?concurrentConsumers=5").process(exchange -> {
                    under.add(exchange.getMessage().getHeader(IntegratorioConstants.CHANGE_TYPE, String.class));
                    ConsumerLifecycleTest.this.wait(exchange);
                });
            }
        });
        assertEquals(1, poll());
        rows(0, 1, 2);
        poll();
        context.getRouteController().stopRoute("watch", 1, TimeUnit.MILLISECONDS);
        context.getRouteController().startRoute("watch");
        for (int poll = 0; poll < 3; poll++) {
            poll();
        }
        await().until(() -> under.size() == 2);
        assertEquals(List.of("ADDED", "ADDED"), under);
        routeReleased.countDown();
        await().until(() -> integratorioConsumer().getChangesInFlight() == 0);
        poll();
        await().until(() -> under.size() == 3);
        assertEquals("UPDATED", under.get(2));
    }

    @Test
    void what_was_in_flight_when_its_context_stopped_does_not_block_the_next_context() throws Exception {
        rows(0, 1, 1);
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:" + connector + ";DB_CLOSE_DELAY=-1");
        for (int i = 0; i < 3; i++) {
            try (CamelContext one = newContext()) {
                one.getShutdownStrategy().setTimeUnit(TimeUnit.MILLISECONDS);
                one.getShutdownStrategy().setTimeout(1);
                one.getRegistry().bind("db", database);
                boolean isLast = i == 2;
                one.addRoutes(route(uri("dataSource=#db", "initialSnapshot=emit"),
                        steps -> steps.process(this::arrive).choice().when(exchange -> !isLast)
                                .to("seda:nobody").end()));
                rows(0, 1, i + 1);
                integratorioConsumer(one).poll();
                assertEquals(isLast ? 0 : 1, integratorioConsumer(one).getChangesInFlight());
            }
        }
        assertEquals(List.of("ADDED i0", "ADDED i0", "ADDED i0", "UPDATED i0", "UPDATED i0"), received());
    }

    private Object enriched(String uri) {
        return template.request("direct:enrich", exchange -> exchange.getMessage().setHeader("uri", uri)).getMessage()
                .getHeader(IntegratorioConstants.INTEGRATION_ID);
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, -1 })
    @Timeout(60)
    void poll_enrich_looks_at_once_and_waits_no_longer_than_it_is_told(int cacheSize) throws Exception {
        String enriching =
                uri("initialSnapshot=emit", "initialDelay=3600000", "delay=3600000", "stateDirectory=" + directory)
                        .replace("&startScheduler=false", "");
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:enrich").pollEnrich().header("uri").timeout(2_000).cacheSize(cacheSize);
            }
        });
        assertEquals(null, enriched(enriching));
        for (int i = 0; i < 3; i++) {
            rows(i, i + 1, 1);
            assertEquals("i" + i, enriched(enriching));
        }
    }

    @Test
    void pending_changes_of_a_connector_that_is_gone_from_the_account_are_delivered_after_a_restart() throws Exception {
        rows(0, 3, 1);
        String account = uri("initialSnapshot=emit", "stateDirectory=" + directory)
                .replace("connectorId=" + connector + "&", "");
        context.addRoutes(route(account, steps -> steps.process(exchange -> {
            throw new IllegalStateException("not now");
        })));
        assertEquals(3, poll());
        context.getRouteController().stopRoute("watch");
        context.removeRoute("watch");
        send("integratorio:connectors?operation=delete&connectorId=" + connector, null);
        watch(account);
        assertEquals(3, poll());
        assertEquals(List.of("ADDED i0", "ADDED i1", "ADDED i2"), received());
        nothingIsPending();
    }
}
