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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

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
        try (IntegratorioSimulator elsewhere = IntegratorioSimulator.builder().start()) {
            String uri = "integratorio:licenses?operation=list&connectorId=" + connector + "&baseUrl="
                    + elsewhere.baseUrl() + lazy;
            for (String route : List.of("direct:list", "direct:slip", "direct:toD", "direct:enrich")) {
                assertRefused(send(route, null, "uri", uri));
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
