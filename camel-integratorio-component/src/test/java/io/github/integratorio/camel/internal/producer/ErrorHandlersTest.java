package io.github.integratorio.camel.internal.producer;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import io.github.integratorio.simulator.Fault;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.saga.InMemorySagaService;
import org.apache.camel.spi.TransactedPolicy;
import org.apache.camel.util.ObjectHelper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Camel's error handlers receive the failure of an ambiguous write but never repeat it. */
class ErrorHandlersTest extends SimulatorTestSupport {

    private String connector;
    private String good;
    private String create;

    @Override
    protected CamelContext createCamelContext() throws Exception {
        CamelContext context = super.createCamelContext();
        context.addService(new InMemorySagaService());
        return context;
    }

    @BeforeEach
    void anApiThatDoesNotSayWhatBecameOfIt() {
        connector = simulator().addConnector("Shop to Books");
        good = "integratorio:licenses?operation=create&connectorId=" + connector;
        // Otherwise it would be reconciled for a quarter of a minute.
        create = good + "&operationTimeout=700";
        simulator().faults().add(Fault.on("POST", ".*").always().status(500));
    }

    /** A route with its own error handler. */
    private void route(String from, Consumer<RouteBuilder> errors, Consumer<RouteDefinition> steps) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errors.accept(this);
                steps.accept(from(from));
            }
        });
    }

    private static void redeliverFiveTimes(RouteBuilder builder) {
        builder.errorHandler(builder.defaultErrorHandler().maximumRedeliveries(5).redeliveryDelay(0));
    }

    private Exchange run() {
        return send("direct:sell", map("email", JANE, "expires", FUTURE));
    }

    private void assertAmbiguousAndSentOnce(Exception exception) {
        assertNotNull(ObjectHelper.getException(IntegratorioAmbiguousOutcomeException.class, exception),
                "" + exception);
        assertEquals(1, simulator().count("POST", ".*"));
    }

    @Test
    @Covers(100)
    void a_redelivery_sends_nothing_and_fails_like_the_first_attempt() throws Exception {
        AtomicInteger redeliveries = new AtomicInteger();
        route("direct:sell",
                builder -> builder.errorHandler(builder.defaultErrorHandler().maximumRedeliveries(5).redeliveryDelay(0)
                        .onRedelivery(exchange -> redeliveries.incrementAndGet())),
                route -> route.to(create));
        Exchange exchange = run();

        assertAmbiguousAndSentOnce(exchange.getException());
        assertEquals(5, redeliveries.get());
        assertEquals(1, exchange.getMessage().getHeader(IntegratorioConstants.ATTEMPTS));
    }

    @Test
    @Covers(100)
    void a_redelivery_whose_header_was_removed_sends_nothing() throws Exception {
        String trial = create + "&email=" + JANE + "&expires=P30D";
        route("direct:sell", ErrorHandlersTest::redeliverFiveTimes, route -> route.to("direct:part"));
        route("direct:part", builder -> builder.errorHandler(builder.noErrorHandler()),
                route -> route.removeHeader(Exchange.REDELIVERED)
                        .setBody(exchange -> map("opts", map("connectorEdition", "trial"))).to(trial));

        assertAmbiguousAndSentOnce(run().getException());
    }

    @Test
    @Covers(100)
    void a_redelivery_of_an_enrichment_sends_nothing() throws Exception {
        route("direct:sell", ErrorHandlersTest::redeliverFiveTimes, route -> route.enrich(create));

        assertAmbiguousAndSentOnce(run().getException());
    }

    @Test
    @Covers(100)
    void a_redelivery_of_each_part_of_a_split_sends_nothing() throws Exception {
        simulator().addUser("ann@example.com", "Ann");
        route("direct:sell", ErrorHandlersTest::redeliverFiveTimes,
                route -> route.split().body().stopOnException(false).to(create));
        send("direct:sell",
                List.of(map("email", JANE, "expires", FUTURE), map("email", "ann@example.com", "expires", FUTURE)));

        assertEquals(2, simulator().count("POST", ".*"));
    }

    @Test
    @Covers(100)
    void a_request_that_was_not_sent_is_sent_by_a_redelivery() throws Exception {
        simulator().faults().clear();
        simulator().faults().add(Fault.on("POST", ".*").times(2).status(429, Map.of("Retry-After", "0")));
        route("direct:sell", ErrorHandlersTest::redeliverFiveTimes, route -> route.to(good + "&maxRetries=0"));

        Exchange exchange = run();
        assertNull(exchange.getException());
        assertEquals(WriteOutcome.CREATED, exchange.getMessage().getHeader(IntegratorioConstants.OUTCOME));
        assertEquals(3, simulator().count("POST", ".*"));
    }

    @Test
    @Covers(100)
    void a_retry_loop_sends_nothing_until_the_outcome_is_cleared() throws Exception {
        route("direct:sell", builder -> {}, route -> route.loop(3)
                .doTry().to(create).doCatch(IntegratorioAmbiguousOutcomeException.class).end().end()
                .removeProperty("CamelIntegratorioAmbiguity")
                .to(create));

        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class, run().getException());
        assertEquals(2, simulator().count("POST", ".*"));
    }

    @Test
    @Covers(100)
    void other_operations_of_the_exchange_are_carried_out() throws Exception {
        String once = create + "&maxRetries=0";
        simulator().faults().clear();
        simulator().faults().add(Fault.on("POST", ".*").status(500))
                .add(Fault.on("POST", ".*").status(429, Map.of("Retry-After", "0")));
        route("direct:sell", ErrorHandlersTest::redeliverFiveTimes, route -> route
                .doTry().to(once).doCatch(IntegratorioAmbiguousOutcomeException.class).end()
                .setBody(exchange -> map("email", "john@example.com", "expires", FUTURE)).to(once));

        assertNull(run().getException());
        assertEquals(3, simulator().count("POST", ".*"));
        assertEquals("john@example.com", ((Map<?, ?>) simulator().licenses(connector).get(0).get("user")).get("email"));
    }

    @Test
    @Covers(101)
    void the_dead_letter_channel_receives_the_exchange_with_its_failure() throws Exception {
        MockEndpoint dead = getMockEndpoint("mock:dead");
        dead.expectedMessageCount(1);
        route("direct:sell",
                builder -> builder.errorHandler(builder.deadLetterChannel("mock:dead").maximumRedeliveries(5)
                        .redeliveryDelay(0)),
                route -> route.to(create));

        assertNull(run().getException());
        dead.assertIsSatisfied();
        assertAmbiguousAndSentOnce(dead.getExchanges().get(0).getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class));
        assertEquals(1, dead.getExchanges().get(0).getMessage().getHeader(IntegratorioConstants.ATTEMPTS));
    }

    @Test
    @Covers(101)
    void an_on_exception_clause_handles_the_failure() throws Exception {
        MockEndpoint look = getMockEndpoint("mock:look");
        look.expectedMessageCount(1);
        route("direct:sell", builder -> {
            redeliverFiveTimes(builder);
            builder.onException(IntegratorioAmbiguousOutcomeException.class).handled(true).maximumRedeliveries(5)
                    .redeliveryDelay(0).to("mock:look");
        }, route -> route.to(create));

        assertNull(run().getException());
        look.assertIsSatisfied();
        assertAmbiguousAndSentOnce(look.getExchanges().get(0).getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class));
    }

    @Test
    @Covers(101)
    void a_circuit_breaker_records_the_failure_and_the_request_is_sent_once() throws Exception {
        MockEndpoint fallback = getMockEndpoint("mock:fallback");
        fallback.expectedMessageCount(1);
        route("direct:sell", ErrorHandlersTest::redeliverFiveTimes, route -> route.circuitBreaker().to(create)
                .onFallback().to("mock:fallback").end());

        assertNull(run().getException());
        fallback.assertIsSatisfied();
        assertAmbiguousAndSentOnce(
                fallback.getExchanges().get(0).getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class));
    }

    @Test
    @Covers(101)
    void a_redelivery_around_a_circuit_breaker_without_fallback_sends_nothing() throws Exception {
        route("direct:sell", ErrorHandlersTest::redeliverFiveTimes, route -> route.circuitBreaker()
                .resilience4jConfiguration().throwExceptionWhenHalfOpenOrOpenState(true).end().to(create).end());

        assertAmbiguousAndSentOnce(run().getException());
    }

    @Test
    @Covers(101)
    void a_saga_compensates_and_the_request_is_sent_once() throws Exception {
        MockEndpoint undo = getMockEndpoint("mock:undo");
        undo.expectedMessageCount(1);
        route("direct:undo", builder -> {}, route -> route.to("mock:undo"));
        route("direct:sell", ErrorHandlersTest::redeliverFiveTimes,
                route -> route.saga().compensation("direct:undo").to(create));

        assertAmbiguousAndSentOnce(run().getException());
        undo.assertIsSatisfied();
    }

    /** Rolls back on failure, as a transaction manager does. */
    private static final class RollsBack implements TransactedPolicy {
        @Override
        public void beforeWrap(Route route, NamedNode definition) {
            // Nothing to prepare.
        }

        @Override
        public Processor wrap(Route route, Processor processor) {
            return exchange -> {
                processor.process(exchange);
                exchange.setRollbackOnly(exchange.isFailed());
            };
        }
    }

    @Test
    @Covers(101)
    void a_transaction_rolls_back_and_the_request_is_sent_once() throws Exception {
        context.getRegistry().bind("required", new RollsBack());
        route("direct:sell", ErrorHandlersTest::redeliverFiveTimes, route -> route.transacted("required").to(create));
        Exchange exchange = run();

        assertTrue(exchange.isRollbackOnly());
        assertAmbiguousAndSentOnce(exchange.getException());
    }

    /** Camel also searches the causes of a failure. */
    @ParameterizedTest
    @ValueSource(classes = { IntegratorioTransportException.class, IntegratorioApiException.class,
            HttpOperationFailedException.class, IOException.class })
    @Covers(101)
    void a_failover_load_balancer_that_names_its_exceptions_sends_the_request_once(Class<? extends Exception> retried)
            throws Exception {
        route("direct:sell", builder -> {}, route -> route.loadBalance().failover(retried).to(create, good).end());
        assertAmbiguousAndSentOnce(run().getException());
    }

    @ParameterizedTest
    @ValueSource(classes = { IntegratorioTransportException.class, IntegratorioApiException.class,
            HttpOperationFailedException.class, IOException.class })
    @Covers(101)
    void no_clause_for_another_exception_handles_an_ambiguous_outcome(Class<? extends Exception> other)
            throws Exception {
        simulator().faults().clear();
        simulator().faults().add(Fault.on("POST", ".*").always().resetBefore());
        AtomicInteger taken = new AtomicInteger();
        route("direct:sell",
                builder -> builder.onException(other).handled(true).process(exchange -> taken.incrementAndGet()),
                route -> route.to(create));

        assertAmbiguousAndSentOnce(run().getException());
        assertEquals(0, taken.get());
    }

    @Test
    @Covers(102)
    void a_multicast_of_a_create_to_two_endpoints_creates_two_licenses() throws Exception {
        simulator().faults().clear();
        route("direct:sell", builder -> {}, route -> route.multicast().parallelProcessing().to(good, good));

        assertNull(run().getException());
        assertEquals(2, simulator().count("POST", ".*"));
    }

    @Test
    @Covers(102)
    void a_multicast_of_upserts_creates_one_license() throws Exception {
        simulator().faults().clear();
        String upsert = good.replace("create", "upsert");
        route("direct:sell", builder -> {}, route -> route.multicast().parallelProcessing().to(upsert, upsert));

        assertNull(run().getException());
        assertEquals(1, simulator().count("POST", ".*"));
    }

    /** docs/decisions/0001 explains why this component does not do so. */
    @Test
    void camel_does_not_send_an_exchange_marked_as_redelivery_exhausted_to_the_dead_letter_channel() throws Exception {
        IllegalStateException failure = new IllegalStateException("once");
        MockEndpoint dead = getMockEndpoint("mock:dead");
        dead.expectedMessageCount(0);
        route("direct:sell", builder -> builder.errorHandler(builder.deadLetterChannel("mock:dead")),
                route -> route.process(exchange -> {
                    exchange.getExchangeExtension().setRedeliveryExhausted(true);
                    exchange.setException(failure);
                }));

        assertSame(failure, run().getException());
        dead.assertIsSatisfied();
    }
}
