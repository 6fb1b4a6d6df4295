package io.github.integratorio.camel.features;

import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import io.github.integratorio.simulator.Fault;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.PooledExchangeFactory;
import org.apache.camel.spi.SupervisingRouteController;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** How a context is run: supervised, suspended, with pooled exchanges, with other schedulers and threads. */
class RunningContextTest extends SimulatorTestSupport {

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private String connector;

    @BeforeEach
    void aConnector() {
        connector = simulator().addConnector("Shop to Books");
    }

    private String watch(String... options) {
        return "integratorio:installBase?initialSnapshot=emit&initialDelay=0&delay=10&maxRetries=0&removalConfirmations=1"
                + "&connectorId=" + connector + (options.length == 0 ? "" : "&" + String.join("&", options));
    }

    private void install(String key) {
        simulator().putInstallation(connector, map("_integrationId", key, "email", JANE));
    }

    private void see(Exchange exchange) {
        seen.add(exchange.getMessage().getHeader(IntegratorioConstants.INTEGRATION_ID, String.class));
    }

    private CamelContext contextAt(String baseUrl) {
        CamelContext context = new DefaultCamelContext();
        IntegratorioComponent component = new IntegratorioComponent();
        component.getConfiguration().setBaseUrl(baseUrl);
        component.getConfiguration().setAccessToken(simulator().token());
        component.getConfiguration().setStateDirectory("memory");
        context.addComponent("integratorio", component);
        return context;
    }

    @Test
    void a_supervised_context_starts_while_the_api_is_down_and_works_when_it_is_back() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (CamelContext context = contextAt("http://127.0.0.1:" + port + "/v1")) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("integratorio:connectors?initialSnapshot=emit&initialDelay=0&delay=10&maxRetries=0")
                            .routeId("watch").process(exchange -> seen.add("connector"));
                    from("direct:list").to("integratorio:connectors?operation=list&maxRetries=0");
                }
            });
            SupervisingRouteController controller = context.getRouteController().supervising();
            controller.setInitialDelay(0);
            controller.setBackOffDelay(10);
            context.start();
            await().until(() -> controller.getRouteStatus("watch") != null
                    && controller.getRouteStatus("watch").isStarted());
            assertInstanceOf(IntegratorioTransportException.class,
                    context.createProducerTemplate().send("direct:list", exchange -> {}).getException());

            try (IntegratorioSimulator api =
                    IntegratorioSimulator.builder().port(port).token(simulator().token()).start()) {
                api.addConnector("Shop to Books");
                await().until(() -> seen.contains("connector"));
                assertNull(context.createProducerTemplate().send("direct:list", exchange -> {}).getException());
            }
        }
    }

    @Test
    void a_suspended_context_polls_nothing_and_goes_on_with_the_next_change() throws Exception {
        install("i1");
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(watch("startScheduler=false")).routeId("watch").process(RunningContextTest.this::see);
            }
        });
        Runnable poll = (Runnable) context.getRoute("watch").getConsumer();
        poll.run();
        context.suspend();
        simulator().clearRequests();
        install("i2");
        poll.run();
        assertEquals(0, simulator().requestCount());
        context.resume();
        poll.run();
        assertEquals(List.of("i1", "i2"), seen);
    }

    @Test
    void a_pooled_exchange_shows_nothing_of_the_one_before() throws Exception {
        try (CamelContext context = contextAt(simulator().baseUrl())) {
            context.getCamelContextExtension().setExchangeFactory(new PooledExchangeFactory());
            List<Map<String, Object>> headers = new CopyOnWriteArrayList<>();
            List<Exception> failures = new CopyOnWriteArrayList<>();
            Set<Integer> objects = new CopyOnWriteArraySet<>();
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from(watch())
                            .process(exchange -> {
                                assertNull(exchange.getProperty("left"));
                                objects.add(System.identityHashCode(exchange));
                                headers.add(Map.copyOf(exchange.getMessage().getHeaders()));
                            })
                            .setProperty("left", constant("over"))
                            .removeHeaders("CamelIntegratorio*")
                            .setBody(constant(map("email", JANE, "expires", FUTURE)))
                            .doTry()
                            .to("integratorio:licenses?operation=create&operationTimeout=500&connectorId=" + connector)
                            .doCatch(IntegratorioAmbiguousOutcomeException.class)
                            .process(exchange -> failures
                                    .add(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class)))
                            .end()
                            .process(RunningContextTest.this::seeLicense);
                }
            });
            simulator().faults().add(Fault.on("POST", ".*").status(502));
            install("i1");
            context.start();
            await().until(() -> seen.size() == 1);
            install("i2");
            await().until(() -> seen.size() == 2);
            install("i3");
            await().until(() -> seen.size() == 3);

            assertTrue(objects.size() < 3, "no exchange was pooled");
            // The first creation is ambiguous. Another exchange is a new request, although it is the same object.
            assertEquals(List.of("null", "CREATED", "CREATED"), seen);
            assertEquals(1, failures.size());
            assertEquals(3, simulator().count("POST", ".*"));
            assertEquals(List.of("i1", "i2", "i3"),
                    headers.stream().map(one -> one.get(IntegratorioConstants.INTEGRATION_ID)).toList());
            headers.forEach(one -> assertNull(one.get(IntegratorioConstants.LICENSE_ID)));
        }
    }

    private void seeLicense(Exchange exchange) {
        seen.add(String.valueOf(exchange.getMessage().getHeader(IntegratorioConstants.OUTCOME)));
    }

    @Test
    void a_quartz_scheduler_polls_by_its_cron_expression() throws Exception {
        install("i1");
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(watch("scheduler=quartz", "scheduler.cron=0/1+*+*+*+*+?")).process(RunningContextTest.this::see);
            }
        });
        await().until(() -> seen.equals(List.of("i1")));
    }

    /** By reflection: the tests are compiled for Java 17. */
    private static ExecutorService virtualThreads() throws Exception {
        assumeTrue(Runtime.version().feature() >= 21, "this JVM has no virtual threads");
        return (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    }

    @Test
    void a_hundred_exchanges_on_virtual_threads_make_one_license_for_each_user() throws Exception {
        ExecutorService threads = virtualThreads();
        try {
            for (int i = 0; i < 50; i++) {
                simulator().addUser("user" + i + "@example.com", "A user");
            }
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:sell").threads().executorService(threads)
                            .to("integratorio:licenses?operation=upsert&connectorId=" + connector);
                }
            });
            List<CompletableFuture<Exchange>> all = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                String user = "user" + i % 50 + "@example.com";
                all.add(template.asyncSend("direct:sell",
                        exchange -> exchange.getMessage().setBody(map("email", user, "expires", FUTURE))));
            }
            for (CompletableFuture<Exchange> one : all) {
                assertNull(one.get().getException());
            }
            assertEquals(50, simulator().licenses(connector).size());
            assertTrue(all.stream().map(CompletableFuture::join)
                    .filter(one -> one.getMessage().getHeader(IntegratorioConstants.OUTCOME) == WriteOutcome.CREATED)
                    .count() == 50);
        } finally {
            threads.shutdown();
        }
    }
}
