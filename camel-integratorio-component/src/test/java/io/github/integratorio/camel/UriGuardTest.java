package io.github.integratorio.camel;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckRepository;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a refused URI leads to, and when URIs are refused: while a context starts and stops, and beside lazy producers. */
class UriGuardTest extends SimulatorTestSupport {

    private String connector;
    private String license;

    @BeforeEach
    void aLicense() {
        connector = simulator().addConnector("Shop to Books");
        license = janesLicense(connector);
        simulator().clearRequests();
    }

    @Override
    protected CamelContext createCamelContext() throws Exception {
        CamelContext camel = super.createCamelContext();
        HealthCheckRegistry registry = camel.getCamelContextExtension().getContextPlugin(HealthCheckRegistry.class);
        HealthCheckRepository producers = (HealthCheckRepository) registry.resolveById("producers");
        producers.setEnabled(true);
        registry.register(producers);
        camel.getComponent("integratorio", IntegratorioComponent.class).setHealthCheckProducerEnabled(true);
        return camel;
    }

    private String delete() {
        return "integratorio:licenses?operation=delete&connectorId=" + connector + "&licenseId=" + license;
    }

    private void addRoutesWithUrisOfMessages() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:list").recipientList(header("uri"));
                from("direct:slip").routingSlip(header("uri"));
                from("direct:toD").toD("${header.uri}");
                from("direct:enrich").enrich().simple(" ${header.uri}");
                from("direct:good").toD("integratorio:licenses?operation=get&connectorId=" + connector
                        + "&licenseId=${header.id}");
            }
        });
    }

    private static void assertRefused(Exchange exchange) {
        Throwable error = exchange.getException();
        while (error != null && error.getCause() != null) {
            error = error.getCause();
        }
        assertInstanceOf(IllegalArgumentException.class, error);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "&lazyStartProducer=true" })
    void a_refused_uri_gets_no_health_check_that_would_send_the_token_there(String lazy) throws Exception {
        addRoutesWithUrisOfMessages();
        try (IntegratorioSimulator elsewhere = IntegratorioSimulator.builder().start()) {
            String uri = "integratorio:licenses?operation=list&connectorId=" + connector + lazy;
            for (String place : List.of("&baseUrl=" + elsewhere.baseUrl(), "&accessToken=of-nobody")) {
                for (String route : List.of("direct:list", "direct:slip", "direct:toD", "direct:enrich")) {
                    assertRefused(send(route, null, "uri", uri + place));
                }
            }
            succeed("direct:good", null, "id", license);
            HealthCheckHelper.invoke(context);

            assertEquals(0, elsewhere.requestCount());
        }
        assertEquals(1, simulator().count("GET", ".*/tokenInfo"), "the route that was not refused has a check");
    }

    @ParameterizedTest
    @ValueSource(strings = { "${header.uri}", " ${header.uri}", "\n${header.uri}" })
    void a_context_that_starts_or_stops_refuses_what_a_running_one_refuses(String written) throws Exception {
        List<Exchange> sent = new CopyOnWriteArrayList<>();
        try (CamelContext other = createCamelContext()) {
            ProducerTemplate sender = other.createProducerTemplate();
            // Started after the other routes, and stopped before them.
            other.getRegistry().bind("slow", new DefaultEndpoint("slow:consumer", other.getComponent("direct")) {
                @Override
                public Producer createProducer() {
                    throw new UnsupportedOperationException();
                }

                @Override
                public Consumer createConsumer(Processor processor) {
                    return new DefaultConsumer(this, processor) {
                        @Override
                        protected void doStart() {
                            sendFromOtherThread(sender, "direct:toD", sent);
                            sendFromOtherThread(sender, "direct:enrich", sent);
                        }

                        @Override
                        protected void doStop() {
                            sendFromOtherThread(sender, "direct:toD", sent);
                            sendFromOtherThread(sender, "direct:enrich", sent);
                        }
                    };
                }
            });
            other.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:toD").startupOrder(1).toD(written);
                    from("direct:enrich").startupOrder(2).enrich().simple(written);
                    from("ref:slow").startupOrder(3).to("mock:end");
                }
            });
            other.start();
            assertEquals(2, sent.size());
        }
        assertEquals(4, sent.size());
        sent.forEach(UriGuardTest::assertRefused);
        assertEquals(0, simulator().requestCount());
    }

    /** Waits until the exchange has ended: the route that starts or stops goes on after it. */
    private void sendFromOtherThread(ProducerTemplate sender, String route, List<Exchange> sent) {
        Thread thread = new Thread(() -> sent.add(sender.send(route,
                exchange -> exchange.getMessage().setHeader("uri", delete()))));
        thread.start();
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void a_lazy_producer_of_a_route_does_not_open_the_way_for_a_message_with_its_uri() throws Exception {
        String lazy = "integratorio:licenses?operation=delete&connectorId=" + connector + "&lazyStartProducer=true";
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:lazy").to(lazy);
                from("direct:toD").toD("${header.uri}");
                from("direct:blank").toD(" integratorio:licenses?operation=${header.what}&connectorId=" + connector
                        + "&lazyStartProducer=true");
            }
        });
        for (String route : List.of("direct:toD", "direct:blank")) {
            assertRefused(
                    send(route, null, "uri", lazy, "what", "delete", IntegratorioConstants.LICENSE_ID, license));
        }
        assertEquals(0, simulator().requestCount());
        succeed("direct:lazy", null, IntegratorioConstants.LICENSE_ID, license);
    }

    @ParameterizedTest
    @ValueSource(strings = { "requestsPerSecond=1", "requestBurst=1", "maxConcurrentRequests=1", "maxQueuedRequests=1",
            "connectTimeout=10001", "maxBufferedBytes=1000000", "maxRetryAfter=1h", "region=EU" })
    void a_message_decides_neither_on_the_limits_of_the_account_nor_on_its_connections(String option) throws Exception {
        addRoutesWithUrisOfMessages();
        for (String route : List.of("direct:list", "direct:slip", "direct:toD")) {
            Exchange refused = send(route, null, "uri",
                    "integratorio:licenses?operation=list&connectorId=" + connector + "&" + option);
            assertRefused(refused);
        }
        assertEquals(0, RunningComponent.clients(context).size(), "a connection was opened");
        succeed("direct:good", null, "id", license);
    }

    @ParameterizedTest
    @ValueSource(strings = { "component.configuration.baseUrl=ELSEWHERE", "component.configuration.accessToken=other",
            "component.configuration.proxyHost=127.0.0.1", "component.configuration.dry-run=true",
            "component.configuration=#class:io.github.integratorio.camel.api.IntegratorioConfiguration",
            "component.healthCheckProducerEnabled=false", "configuration.baseUrl=ELSEWHERE", "camelContext.name=other",
            "Component.Configuration.BaseUrl=ELSEWHERE", "component[configuration].baseUrl=ELSEWHERE",
            "component=#class:io.github.integratorio.camel.IntegratorioComponent" })
    void a_property_of_a_property_is_no_option(String option) throws Exception {
        String list = "integratorio:licenses?operation=list&connectorId=" + connector;
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:list").recipientList(header("uri"));
                from("direct:toD").toD("${header.uri}");
            }
        });
        try (IntegratorioSimulator elsewhere = IntegratorioSimulator.builder().start()) {
            for (String route : List.of("direct:list", "direct:toD")) {
                Exception refused = send(route, null, "uri",
                        list + "&" + option.replace("ELSEWHERE", elsewhere.baseUrl())).getException();
                assertInstanceOf(ResolveEndpointFailedException.class, refused);
                assertTrue(refused.getMessage().contains("there is no such option"), refused.getMessage());
            }
            succeed("direct:list", null, "uri", list);
            assertEquals(0, elsewhere.requestCount());
        }
        assertEquals(1, simulator().requestCount());
    }

    @Test
    void a_bean_may_send_a_copy_of_its_exchange_wherever_it_is_called() throws Exception {
        context.getRegistry().bind("billing", new Billing());
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:copy").process(exchange -> new Billing().read(exchange.copy()));
                from("direct:parallel").split(body()).parallelProcessing()
                        .process(exchange -> new Billing().read(exchange.copy()));
                from("direct:list").recipientList(constant("bean:billing?method=read"));
                from("direct:enrich").enrich("bean:billing?method=read");
                from("direct:tap").wireTap("bean:billing?method=read").to("mock:tapped");
                from("direct:dynamic").toD("direct:${header.to}");
            }
        });
        for (String route : List.of("direct:copy", "direct:parallel", "direct:list", "direct:enrich", "direct:tap")) {
            simulator().clearRequests();
            succeed("direct:dynamic", List.of("one"), "to", route.substring("direct:".length()));
            await().untilAsserted(() -> assertEquals(1, simulator().count("GET", ".*/licenses/.*"), route));
        }
    }

    /** Sends the exchange of its route. */
    public class Billing {
        public void read(Exchange exchange) {
            template.send("integratorio:licenses?operation=get&connectorId=" + connector + "&licenseId=" + license,
                    exchange);
        }
    }

    @Test
    void a_dynamic_step_to_another_component_may_lead_to_a_uri_that_is_no_messages() throws Exception {
        context.getRegistry().bind("billing", new Billing());
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:bean").toD("bean:billing?method=${header.method}");
                from("direct:dead")
                        .errorHandler(deadLetterChannel("integratorio:licenses?operation=get&connectorId=" + connector
                                + "&licenseId=" + license + "&lazyStartProducer=true"))
                        .toD("bean:billing?method=${header.unknown}");
            }
        });
        succeed("direct:bean", null, "method", "read");
        succeed("direct:dead", null, "unknown", "none");
        assertEquals(2, simulator().count("GET", ".*/licenses/.*"));
    }
}
