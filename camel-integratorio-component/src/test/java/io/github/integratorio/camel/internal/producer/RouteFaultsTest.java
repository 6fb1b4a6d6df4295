package io.github.integratorio.camel.internal.producer;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.support.FaultProxy;
import io.github.integratorio.camel.support.FaultProxy.Behaviour;
import io.github.integratorio.camel.support.FaultProxy.Meeting;
import io.github.integratorio.simulator.Fault;
import io.github.integratorio.simulator.IntegratorioSimulator;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Creates licenses from routes that repeat everything that fails, around sub-routes and endpoints without a cache, through two components
 * of one account, with meters that throw, over a network that loses responses. {@code -Dfaults.routes=1000} sets the number of creates.
 */
class RouteFaultsTest extends CamelTestSupport {

    private static final int CREATES = Integer.getInteger("faults.routes", 300);
    private static final int AT_ONCE = 300;
    private static final List<String> ROUTES =
            List.of("direct:redelivered", "direct:dynamic", "direct:loop", "direct:other",
                    "direct:upsert");

    private final AtomicInteger posts = new AtomicInteger();
    private IntegratorioSimulator simulator;
    private FaultProxy proxy;

    @Override
    protected CamelContext createCamelContext() throws Exception {
        simulator = IntegratorioSimulator.builder().anyUser().noRateLimit().recordRequests(false).pageSize(200)
                .offsetPaging(true).newestFirst(true).listLag(Duration.ofMillis(500)).start();
        simulator.faults().add(Fault.on("GET", ".*/licenses").every(40).always().emptyList(200));
        proxy = new FaultProxy(simulator.port(), this::behaviour);
        CamelContext context = super.createCamelContext();
        context.getRegistry().bind("meters", new ThrowingMeters());
        context.addComponent("integratorio", component());
        context.addComponent("other", component());
        return context;
    }

    private IntegratorioComponent component() {
        IntegratorioComponent component = new IntegratorioComponent();
        component.getConfiguration().setBaseUrl(proxy.baseUrl());
        component.getConfiguration().setAccessToken(simulator.token());
        component.getConfiguration().setOperationTimeout(10_000);
        component.getConfiguration().setRetryDelay(10);
        return component;
    }

    @AfterEach
    void close() throws Exception {
        proxy.close();
        simulator.close();
    }

    /** Meters of an application that fail in every call. */
    private static final class ThrowingMeters extends SimpleMeterRegistry {
        @Override
        protected Timer newTimer(Meter.Id id, DistributionStatisticConfig config, PauseDetector pauses) {
            throw new IllegalStateException("a meter that throws");
        }

        @Override
        protected Counter newCounter(Meter.Id id) {
            throw new IllegalStateException("a meter that throws");
        }
    }

    private Behaviour behaviour(String request) {
        int number = posts.incrementAndGet();
        if (!request.startsWith("POST")) {
            return number % 30 > 0 ? RouteFaultsTest::pass : meeting -> meeting.hangUp(true);
        }
        return switch (number % 9) {
            case 0, 1 -> RouteFaultsTest::pass;
            case 2 -> meeting -> meeting.answer(502);
            case 3 -> meeting -> done(meeting, 504);
            case 4 -> meeting -> done(meeting, 302);
            case 5 -> meeting -> done(meeting, 499);
            case 6 -> meeting -> {
                meeting.exchange();
                meeting.hangUp(number % 2 == 0);
            };
            // Seldom, because each one lowers the rate.
            case 7 -> number % 63 > 7 ? RouteFaultsTest::pass : meeting -> meeting.answer(429, "Retry-After: 0");
            default -> meeting -> {
                byte[] answer = meeting.exchange();
                meeting.answer(answer, answer.length / 2);
                meeting.hangUp(false);
            };
        };
    }

    private static void pass(Meeting meeting) throws IOException {
        byte[] answer = meeting.exchange();
        meeting.answer(answer, answer.length);
    }

    private static void done(Meeting meeting, int status) throws IOException {
        meeting.exchange();
        meeting.answer(status);
    }

    @Override
    protected RouteBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(defaultErrorHandler().maximumRedeliveries(3).redeliveryDelay(20));
                from("direct:redelivered").to("direct:listAndCreate");
                from("direct:listAndCreate").errorHandler(noErrorHandler())
                        .enrich("integratorio:connectors?operation=list", (one, other) -> one)
                        .to("integratorio:licenses?operation=create&connectorId={{shop}}");
                from("direct:dynamic").to("direct:createDynamically");
                from("direct:createDynamically").errorHandler(noErrorHandler()).toD(
                        "integratorio:licenses?operation=create&connectorId=${exchangeProperty.shop}&retryDelay=20",
                        -1);
                from("direct:loop").errorHandler(noErrorHandler()).loop(3).choice()
                        .when(simple("${exchangeProperty.done} == null")).doTry()
                        .to("integratorio:licenses?operation=create&connectorId={{shop}}")
                        .setProperty("done", constant(true))
                        .doCatch(Exception.class).setProperty("failure", exceptionMessage()).end().end().end()
                        .choice().when(simple("${exchangeProperty.done} == null"))
                        .process(exchange -> {
                            throw new IntegratorioAmbiguousOutcomeException("licenses create", "three times", 0);
                        });
                from("direct:other").to("other:licenses?operation=create&connectorId={{shop}}");
                from("direct:upsert").to("other:licenses?operation=upsert&connectorId={{shop}}");
            }
        };
    }

    @Override
    public boolean isUseRouteBuilder() {
        return false;
    }

    @Test
    void routes_that_repeat_what_failed_make_no_license_twice_and_lose_none() throws Exception {
        String shop = simulator.addConnector("Shop");
        context.getPropertiesComponent().addInitialProperty("shop", shop);
        context.addRoutes(createRouteBuilder());
        context.start();
        Map<String, CompletableFuture<Exchange>> all = new HashMap<>();
        for (int done = 0; done < CREATES; done += AT_ONCE) {
            Map<String, CompletableFuture<Exchange>> some = new HashMap<>();
            for (int i = done; i < done + AT_ONCE; i++) {
                String email = "user" + i + "@example.com";
                some.put(email, template.asyncSend(ROUTES.get(i % ROUTES.size()), exchange -> {
                    exchange.setProperty("shop", shop);
                    exchange.getMessage()
                            .setBody(new HashMap<>(Map.of("email", email, "expires", "2099-01-31T12:00:00Z")));
                }));
            }
            for (CompletableFuture<Exchange> one : some.values()) {
                one.get(2, TimeUnit.MINUTES);
            }
            all.putAll(some);
        }
        count(simulator.licenses(shop), all);
    }

    private static void count(List<Map<String, Object>> licenses, Map<String, CompletableFuture<Exchange>> all) {
        Map<Object, Integer> perUser = new HashMap<>();
        licenses.forEach(row -> perUser.merge(((Map<?, ?>) row.get("user")).get("email"), 1, Integer::sum));
        List<String> doubled = new ArrayList<>();
        List<String> lost = new ArrayList<>();
        List<String> wronglyFailed = new ArrayList<>();
        int succeeded = 0;
        int open = 0;
        for (Map.Entry<String, CompletableFuture<Exchange>> one : all.entrySet()) {
            int count = perUser.getOrDefault(one.getKey(), 0);
            Exception failure = one.getValue().join().getException();
            succeeded += failure == null ? 1 : 0;
            open += failure instanceof IntegratorioAmbiguousOutcomeException ? 1 : 0;
            if (count > 1) {
                doubled.add(one.getKey());
            } else if (count == 0 && failure == null) {
                lost.add(one.getKey());
            } else if (count == 1 && failure != null && !(failure instanceof IntegratorioAmbiguousOutcomeException)) {
                wronglyFailed.add(one.getKey() + ": " + failure);
            }
        }
        System.out.println(all.size() + " creates in routes: " + succeeded + " succeeded, " + open + " ambiguous");
        assertEquals(List.of(), doubled, "doubled");
        assertEquals(List.of(), lost, "lost");
        assertEquals(List.of(), wronglyFailed, "failed, but existing");
        assertTrue(succeeded > 0.6 * all.size() && open > 0, succeeded + " succeeded, " + open + " ambiguous");
    }
}
