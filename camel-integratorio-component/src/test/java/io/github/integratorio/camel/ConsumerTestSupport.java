package io.github.integratorio.camel;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import io.github.integratorio.camel.support.ThreadPerTaskExecutor;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.RouteDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** A route that consumes the changes of an install base, polled on demand. */
public abstract class ConsumerTestSupport extends SimulatorTestSupport {

    /** Messages received at the end of the route. */
    protected final List<Message> messages = new CopyOnWriteArrayList<>();
    /** Blocks the route until the count is 0. */
    protected final CountDownLatch routeReleased = new CountDownLatch(1);
    protected String connector;

    @BeforeEach
    void addConnector() {
        connector = simulator().addConnector("Shop to Books");
    }

    @AfterEach
    void releaseRoute() {
        routeReleased.countDown();
    }

    /** URI of the endpoint, with additional options. */
    protected String uri(String... options) {
        return "integratorio:installBase?connectorId=" + connector
                + "&maxRetries=0&startScheduler=false&removalConfirmations=1"
                + (options.length == 0 ? "" : "&" + String.join("&", options));
    }

    /** Route with the given steps. */
    protected static RoutesBuilder route(String uri, Consumer<RouteDefinition> steps) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                steps.accept(from(uri).routeId("watch"));
            }
        };
    }

    protected void watch(String uri) throws Exception {
        context.addRoutes(route(uri, steps -> steps.process(this::arrive)));
    }

    protected void arrive(Exchange exchange) {
        messages.add(exchange.getMessage().copy());
    }

    /** Blocks until the route is released. */
    protected void wait(Exchange exchange) throws InterruptedException {
        routeReleased.await();
    }

    protected IntegratorioConsumer integratorioConsumer() {
        return integratorioConsumer(context);
    }

    protected static IntegratorioConsumer integratorioConsumer(CamelContext context) {
        return (IntegratorioConsumer) context.getRoute("watch").getConsumer();
    }

    /** Polls once and returns the number of delivered changes. */
    protected int poll() throws Exception {
        return integratorioConsumer().poll();
    }

    /** Polls once on another thread. */
    protected CompletableFuture<Integer> polling() {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return poll();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }, ThreadPerTaskExecutor.INSTANCE);
    }

    /** Creates or updates the rows with these numbers. */
    protected void rows(int from, int to, Object value) {
        for (int number = from; number < to; number++) {
            simulator().putInstallation(connector, map("_integrationId", "i" + number, "email", JANE, "v", value));
        }
    }

    protected void remove(int from, int to) {
        for (int number = from; number < to; number++) {
            simulator().removeInstallation(connector, "i" + number);
        }
    }

    /** The received changes, as {@code TYPE key}. */
    protected List<String> received() {
        return messages.stream().map(message -> message.getHeader(IntegratorioConstants.CHANGE_TYPE) + " "
                + message.getHeader(IntegratorioConstants.INTEGRATION_ID)).toList();
    }

    /** Asserts that no change is pending: another poll delivers none. */
    protected void nothingIsPending() throws Exception {
        int before = messages.size();
        assertEquals(0, poll());
        assertEquals(before, messages.size());
        assertEquals(0, integratorioConsumer().getChangesInFlight());
    }
}
