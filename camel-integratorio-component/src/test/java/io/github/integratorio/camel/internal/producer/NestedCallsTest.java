package io.github.integratorio.camel.internal.producer;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.github.integratorio.camel.support.SimulatorTestSupport;
import io.github.integratorio.simulator.Fault;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertNull;

/** Routes whose steps after a call block while they make further calls: each needs a thread, and another one for its response. */
class NestedCallsTest extends SimulatorTestSupport {

    private static final int EXCHANGES = 450;

    private String uri(String connector) {
        return "integratorio:connectors?operation=get&connectorId=" + connector;
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 30 })
    void more_blocked_exchanges_than_worker_threads_make_progress(int delayMillis) throws Exception {
        String connector = simulator().addConnector("Shop");
        simulator().faults().add(Fault.onAny().always().delay(Duration.ofMillis(delayMillis)));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:nested").to(uri(connector))
                        .process(exchange -> template.requestBody(uri(connector), (Object) null));
            }
        });
        List<CompletableFuture<Exchange>> all = IntStream.range(0, EXCHANGES)
                .mapToObj(i -> template.asyncSend("direct:nested", exchange -> {})).toList();
        for (CompletableFuture<Exchange> one : all) {
            assertNull(one.get(1, TimeUnit.MINUTES).getException());
        }
    }

    @Test
    void a_parallel_split_with_a_circuit_breaker_after_a_call_makes_progress() throws Exception {
        String connector = simulator().addConnector("Shop");
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:split").split().body().parallelProcessing().to(uri(connector))
                        .doTry().to("direct:transacted").end().end();
                from("direct:transacted").to("seda:inner?waitForTaskToComplete=Always&size=10000");
                from("seda:inner?concurrentConsumers=4&size=10000").to(uri(connector));
            }
        });
        Exchange exchange = template.asyncSend("direct:split",
                one -> one.getMessage().setBody(IntStream.range(0, EXCHANGES).boxed().toList()))
                .get(1, TimeUnit.MINUTES);
        assertNull(exchange.getException());
    }
}
