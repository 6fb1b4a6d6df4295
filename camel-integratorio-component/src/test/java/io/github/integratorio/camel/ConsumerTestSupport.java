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

/** A route that watches an install base; it is polled when a test says so. */
public abstract class ConsumerTestSupport extends SimulatorTestSupport {

    /** What arrived at the end of the route. */
    protected final List<Message> messages = new CopyOnWriteArrayList<>();
    /** Holds a route up until it is opened. */
    protected final CountDownLatch gate = new CountDownLatch(1);
    protected String connector;

    @BeforeEach
    void aConnector() {
        connector = simulator().addConnector("Shop to Books");
    }

    @AfterEach
    void openTheGate() {
        gate.countDown();
    }

    /** The endpoint that is watched, with more options. */
    protected String uri(String... options) {
        return "integratorio:installBase?connectorId=" + connector + "&maximumRetries=0&startScheduler=false"
               + (options.length == 0 ? "" : "&" + String.join("&", options));
    }

    /** Routes what arrives through some steps, and notes it behind them. */
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

    /** Waits at the gate. */
    protected void wait(Exchange exchange) throws InterruptedException {
        gate.await();
    }

    protected IntegratorioConsumer watcher() {
        return watcher(context);
    }

    protected static IntegratorioConsumer watcher(CamelContext context) {
        return (IntegratorioConsumer) context.getRoute("watch").getConsumer();
    }

    /** Polls once; gives how many changes were delivered. */
    protected int poll() throws Exception {
        return watcher().poll();
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

    /** Rows with these numbers are there now, each with a value. */
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

    /** What arrived, as {@code TYPE key}. */
    protected List<String> news() {
        return messages.stream().map(message -> message.getHeader(IntegratorioConstants.CHANGE_TYPE) + " "
                + message.getHeader(IntegratorioConstants.INTEGRATION_ID)).toList();
    }

    /** Nothing is pending: another poll would bring nothing. */
    protected void nothingIsPending() throws Exception {
        int before = messages.size();
        assertEquals(0, poll());
        assertEquals(before, messages.size());
        assertEquals(0, watcher().getChangesUnderWay());
    }
}
