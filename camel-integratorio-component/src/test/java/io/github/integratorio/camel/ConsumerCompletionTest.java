package io.github.integratorio.camel;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.support.Covers;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.processor.aggregate.GroupedBodyAggregationStrategy;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.builder.ExpressionBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A change is acknowledged when its exchange completes successfully, not earlier and not after a failure. */
class ConsumerCompletionTest extends ConsumerTestSupport {

    private static final Processor FAIL = exchange -> {
        throw new IllegalStateException("failed for jane@example.com");
    };

    private final AtomicInteger tried = new AtomicInteger();

    @BeforeEach
    void aRow() {
        rows(0, 1, 1);
    }

    private void steps(Consumer<RouteDefinition> steps) throws Exception {
        context.addRoutes(route(uri("initialSnapshot=emit"),
                from -> steps.accept(from.process(exchange -> tried.incrementAndGet()))));
    }

    private void also(String uri, Processor... processors) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                RouteDefinition route = from(uri);
                for (Processor processor : processors) {
                    route.process(processor);
                }
            }
        });
    }

    /** Camel lets an Error pass, and calls the completion of its exchange with the next exchange of the thread. */
    @Test
    void a_change_whose_route_threw_an_error_is_not_acknowledged_by_a_later_exchange() throws Exception {
        rows(1, 2, 1);
        List<String> done = new CopyOnWriteArrayList<>();
        steps(route -> route.process(exchange -> {
            String id = exchange.getMessage().getHeader(IntegratorioConstants.INTEGRATION_ID, String.class);
            if (tried.get() == 2) {
                throw new StackOverflowError();
            }
            if (tried.get() == 1 || tried.get() == 4) {
                throw new IllegalStateException();
            }
            done.add(id);
        }));
        poll();
        poll();
        poll();
        assertEquals(5, tried.get());
        assertEquals(List.of("i0", "i1"), done);
        assertEquals(0, poll());
    }

    private boolean comesAgain() throws Exception {
        assertEquals(1, poll());
        assertEquals(1, tried.get());
        int again = poll();
        assertEquals(1 + again, tried.get());
        assertEquals(again, integratorioConsumer().getFailingChanges().size());
        return again == 1;
    }

    private static Arguments steps(String name, boolean comesAgain, Consumer<RouteDefinition> steps) {
        return Arguments.of(name, comesAgain, steps);
    }

    static List<Arguments> routes() {
        return List.of(
                steps("does nothing", false, route -> route.log("done")),
                steps("stops", false, route -> route.stop().process(FAIL)),
                steps("filters it out", false, route -> route.filter(exchange -> false).process(FAIL)),
                steps("handles its failure", false,
                        route -> route.onException(Exception.class).handled(true).end().process(FAIL)),
                steps("continues after its failure", false,
                        route -> route.onException(Exception.class).continued(true).end().process(FAIL)),
                steps("catches its failure", false,
                        route -> route.doTry().process(FAIL).doCatch(Exception.class).log("caught").end()),
                steps("has it in the dead letter channel", false, route -> {
                    route.errorHandler(new org.apache.camel.builder.DeadLetterChannelBuilder("mock:dead"));
                    route.process(FAIL);
                }),
                steps("removes all headers", false, route -> route.removeHeaders("*").setBody(exchange -> null)),
                steps("fails", true, route -> route.process(FAIL)),
                steps("rolls back", true, route -> route.rollback("no")),
                steps("marks it for rollback", true, route -> route.markRollbackOnly()),
                steps("marks the last one for rollback", true, route -> route.markRollbackOnlyLast()),
                steps("fails in a part that shares the unit of work", true,
                        route -> route.split(ExpressionBuilder.constantExpression(List.of(1, 2))).shareUnitOfWork()
                                .process(FAIL).end()),
                steps("fails in one of several branches", true,
                        route -> route.multicast().stopOnException().to("mock:a", "direct:fail").end()),
                steps("fails in another route", true, route -> route.to("direct:fail")),
                steps("fails on another thread", true, route -> route.threads(1).process(FAIL)));
    }

    @ParameterizedTest(name = "a route that {0}: redelivered: {1}")
    @MethodSource("routes")
    @Covers({ 198, 199 })
    void a_change_is_redelivered_if_the_route_failed(String name, boolean comesAgain, Consumer<RouteDefinition> steps)
            throws Exception {
        also("direct:fail", FAIL);
        steps(steps);
        assertEquals(comesAgain, comesAgain());
    }

    @Test
    @Covers(199)
    void a_change_sent_to_seda_stays_in_flight_until_the_seda_route_completes() throws Exception {
        also("seda:slow", this::wait, this::arrive);
        steps(route -> route.to("seda:slow"));
        assertEquals(1, poll());
        for (int more = 0; more < 5; more++) {
            assertEquals(0, poll());
        }
        assertEquals(1, tried.get());
        assertEquals(1, integratorioConsumer().getChangesInFlight());
        routeReleased.countDown();
        await().until(() -> integratorioConsumer().getChangesInFlight() == 0);
        nothingIsPending();
        assertEquals(1, messages.size());
    }

    @Test
    @Covers(199)
    void a_change_that_fails_in_a_seda_route_is_redelivered() throws Exception {
        also("seda:fails", exchange -> {
            if (tried.get() == 1) {
                FAIL.process(exchange);
            }
        }, this::arrive);
        steps(route -> route.to("seda:fails"));
        assertEquals(1, poll());
        await().until(() -> integratorioConsumer().getChangesInFlight() == 0);
        assertEquals(1, integratorioConsumer().getFailingChanges().size());
        assertEquals(1, poll());
        await().until(() -> messages.size() == 1);
        await().until(() -> integratorioConsumer().getChangesInFlight() == 0);
        nothingIsPending();
    }

    @Test
    @Covers(199)
    void a_change_is_acknowledged_only_after_an_asynchronous_step_completes() throws Exception {
        CompletableFuture<AsyncCallback> callback = new CompletableFuture<>();
        steps(route -> route.process(new AsyncProcessorSupport() {
            @Override
            public boolean process(Exchange exchange, AsyncCallback done) {
                callback.complete(done);
                return false;
            }
        }).process(this::arrive));
        CompletableFuture<Integer> poll = polling();
        AsyncCallback done = callback.get();
        assertEquals(1, integratorioConsumer().getChangesInFlight());
        assertTrue(messages.isEmpty());
        done.done(false);
        assertEquals(1, poll.get());
        nothingIsPending();
        assertEquals(1, messages.size());
    }

    @Test
    @Covers(199)
    void a_change_is_acknowledged_only_after_its_parallel_branches_complete() throws Exception {
        also("direct:slow", this::wait, this::arrive);
        steps(route -> route.multicast().parallelProcessing().to("direct:slow", "direct:slow").end());
        CompletableFuture<Integer> poll = polling();
        await().until(() -> integratorioConsumer().getChangesInFlight() == 1);
        routeReleased.countDown();
        assertEquals(1, poll.get());
        assertEquals(2, messages.size());
        assertEquals(0, integratorioConsumer().getChangesInFlight());
    }

    @Test
    @Covers(200)
    void a_wire_tap_and_an_aggregate_take_a_copy_and_the_change_is_acknowledged_at_once() throws Exception {
        also("direct:tapped", this::wait);
        steps(route -> route.wireTap("direct:tapped")
                .aggregate(ExpressionBuilder.constantExpression(1), new GroupedBodyAggregationStrategy())
                .completionSize(1_000).log("never"));
        assertEquals(1, poll());
        nothingIsPending();
    }

    @Test
    @Covers(201)
    void a_change_whose_exchange_never_completes_is_redelivered_only_after_a_restart() throws Exception {
        also("seda:never", this::wait);
        steps(route -> route.to("seda:never"));
        assertEquals(1, poll());
        assertEquals(0, poll());
        context.getRouteController().stopRoute("watch", 1, java.util.concurrent.TimeUnit.MILLISECONDS);
        context.getRouteController().startRoute("watch");
        assertEquals(1, poll());
        assertEquals(2, tried.get());
    }

    @Test
    @Covers(196)
    void only_the_failed_one_of_ten_changes_is_redelivered() throws Exception {
        rows(0, 10, 1);
        List<Object> ids = new CopyOnWriteArrayList<>();
        steps(route -> route.process(exchange -> {
            if (exchange.getMessage().getHeader(IntegratorioConstants.INTEGRATION_ID).equals("i3")) {
                ids.add(exchange.getMessage().getHeader(IntegratorioConstants.CHANGE_ID));
                if (ids.size() < 3) {
                    FAIL.process(exchange);
                }
            }
            arrive(exchange);
        }));
        assertEquals(10, poll());
        assertEquals(9, messages.size());
        // Later changes of the same row wait for it; changes of other rows do not.
        rows(3, 5, 2);
        assertEquals(2, poll());
        assertEquals(List.of("UPDATED i4"), received().subList(9, messages.size()));
        assertEquals(2, poll());
        assertEquals(List.of("ADDED i3", "UPDATED i3"), received().subList(10, messages.size()));
        assertEquals(3, ids.subList(0, 3).size());
        assertEquals(1, ids.subList(0, 3).stream().distinct().count());
        nothingIsPending();
    }

    @Test
    @Covers(197)
    void a_change_that_always_fails_blocks_no_other_change_and_is_never_dropped() throws Exception {
        List<Exchange> poisoned = new CopyOnWriteArrayList<>();
        steps(route -> route.process(exchange -> {
            if (exchange.getMessage().getHeader(IntegratorioConstants.INTEGRATION_ID).equals("i0")
                    && routeReleased.getCount() > 0) {
                poisoned.add(exchange);
                FAIL.process(exchange);
            }
            arrive(exchange);
        }));
        for (int row = 1; row <= 100; row++) {
            rows(row, row + 1, 1);
            poll();
            assertEquals(row, messages.size());
            assertEquals(1, integratorioConsumer().getFailingChanges().size());
            assertEquals("failing", integratorioConsumer().getFeedState());
        }
        assertTrue(poisoned.size() < 15, () -> "tried " + poisoned.size() + " times");
        routeReleased.countDown();
        for (int more = 0; more < 64; more++) {
            poll();
        }
        assertEquals("ADDED i0", received().get(100));
        assertEquals("running", integratorioConsumer().getFeedState());
    }
}
