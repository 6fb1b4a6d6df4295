package io.github.integratorio.camel.features;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import io.github.integratorio.simulator.Fault;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

/** A circuit breaker whose time-out is shorter than a creation gives the exchange back while the creation goes on. */
class CircuitBreakerTest extends SimulatorTestSupport {

    private final CircuitBreaker breaker = CircuitBreaker.of("licenses", CircuitBreakerConfig.custom()
            .slidingWindowSize(1).minimumNumberOfCalls(1).permittedNumberOfCallsInHalfOpenState(1)
            .waitDurationInOpenState(Duration.ofHours(1)).build());
    /** No response arrives before it is complete. */
    private final CompletableFuture<Void> answered = new CompletableFuture<>();
    private String connector;

    @BeforeEach
    void aConnector() {
        connector = simulator().addConnector("Shop to Books");
        context.getRegistry().bind("breaker", breaker);
    }

    @AfterEach
    void answer() {
        answered.complete(null);
    }

    private String uri(String operation) {
        return "integratorio:licenses?operation=" + operation + "&connectorId=" + connector + "&expires=" + FUTURE;
    }

    private void sell(String operation, int timeout) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:sell").circuitBreaker().resilience4jConfiguration().circuitBreaker("breaker")
                        .timeoutEnabled(timeout > 0).timeoutDuration(timeout)
                        .throwExceptionWhenHalfOpenOrOpenState(true).end()
                        .to(uri(operation)).end();
            }
        });
    }

    private void createTooSlowly() throws Exception {
        context.getComponent("integratorio", IntegratorioComponent.class).getConfiguration().setHttpClientCustomizer(
                client -> client.addResponseInterceptorFirst((response, body, call) -> answered.join()));
        sell("create", 50);
        assertInstanceOf(TimeoutException.class, send("direct:sell", map("email", JANE), order()).getException());
        answered.complete(null);
    }

    private static Object[] order() {
        return new Object[] { IntegratorioConstants.IDEMPOTENCY_KEY, "order-1" };
    }

    private void assertOneCreation(WriteOutcome expected, Exchange repetition) {
        assertEquals(expected, repetition.getMessage().getHeader(IntegratorioConstants.OUTCOME));
        assertEquals(1, simulator().count("POST", ".*"));
    }

    @Test
    void a_repetition_of_the_order_after_a_time_out_gets_the_license_that_came_too_late() throws Exception {
        createTooSlowly();
        assertOneCreation(WriteOutcome.RECONCILED, succeed(uri("create"), map("email", JANE), order()));
    }

    @Test
    void an_upsert_after_a_time_out_waits_for_the_creation_and_finds_its_license() throws Exception {
        createTooSlowly();
        assertOneCreation(WriteOutcome.UNCHANGED, succeed(uri("upsert"), map("email", JANE)));
    }

    @Test
    void an_open_circuit_breaker_sends_nothing_and_a_half_open_one_lets_a_call_through() throws Exception {
        simulator().faults().add(Fault.on("POST", ".*").status(403));
        sell("create", 0);
        Map<String, Object> license = map("email", JANE);
        assertNotNull(send("direct:sell", license).getException(IntegratorioApiException.class));
        assertInstanceOf(CallNotPermittedException.class, send("direct:sell", license).getException());
        assertEquals(1, simulator().count("POST", ".*"));

        breaker.transitionToHalfOpenState();
        succeed("direct:sell", license);
        assertEquals(CircuitBreaker.State.CLOSED, breaker.getState());
        assertEquals(1, simulator().licenses(connector).size());
    }
}
