package io.github.integratorio.camel;

import java.util.List;

import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.SupervisingRouteController;
import org.junit.jupiter.api.Test;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Routes that are added before their context starts, as in every application. */
class RouteStartTest extends SimulatorTestSupport {

    private static final String UPSERT = "integratorio:licenses?operation=upsert&expires=P30D";

    @Override
    protected RouteBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:split").split(body()).to(UPSERT);
                from("direct:multicast").multicast().to(UPSERT);
            }
        };
    }

    @Test
    void a_license_is_created_inside_a_split_and_a_multicast() {
        String connector = simulator().addConnector("Shop to Books");
        succeed("direct:split", List.of(map("email", JANE)), IntegratorioConstants.CONNECTOR_ID, connector);
        succeed("direct:multicast", map("email", "john@example.com"), IntegratorioConstants.CONNECTOR_ID, connector);
        assertEquals(2, simulator().licenses(connector).size());
    }

    /** As in each of several threads whose calls are the first ones, except the one for which Camel makes the component. */
    @Test
    void a_producer_starts_a_component_that_has_not_started() throws Exception {
        String connector = simulator().addConnector("Shop to Books");
        try (CamelContext context = new DefaultCamelContext()) {
            context.start();
            IntegratorioComponent component = new IntegratorioComponent();
            component.setCamelContext(context);
            component.init();
            component.getConfiguration().setBaseUrl(simulator().baseUrl());
            component.getConfiguration().setAccessToken(simulator().token());
            Endpoint endpoint = component.createEndpoint(UPSERT + "&connectorId=" + connector);
            Exchange upsert = context.createProducerTemplate().send(endpoint,
                    exchange -> exchange.getMessage().setBody(map("email", JANE)));
            assertNull(upsert.getException());
            component.stop();
        }
        assertEquals(1, simulator().licenses(connector).size());
    }

    private static CamelContext contextOf(RouteBuilder routes) throws Exception {
        CamelContext context = new DefaultCamelContext();
        context.addRoutes(routes);
        return context;
    }

    @Test
    void a_producer_that_is_never_used_needs_no_token() throws Exception {
        try (CamelContext context = contextOf(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:lazy").to("integratorio:connectors?operation=list&lazyStartProducer=true");
                from("integratorio:connectors").autoStartup(false).log("${body}");
            }
        })) {
            context.start();
            assertTrue(context.isStarted());
            Exception failed = context.createProducerTemplate().send("direct:lazy", exchange -> {}).getException();
            assertTrue(failed.getMessage().contains("accessToken"), failed::toString);
        }
    }

    @Test
    void a_supervised_consumer_without_a_token_is_retried_until_there_is_one() throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            IntegratorioComponent component = new IntegratorioComponent();
            component.getConfiguration().setBaseUrl(simulator().baseUrl());
            context.addComponent("integratorio", component);
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("integratorio:connectors?initialDelay=0&stateDirectory=memory").routeId("watch")
                            .log("${body}");
                }
            });
            SupervisingRouteController controller = context.getRouteController().supervising();
            controller.setInitialDelay(0);
            controller.setBackOffDelay(10);
            controller.setBackOffMaxAttempts(10_000);
            context.start();
            await().until(() -> !controller.getRestartingRoutes().isEmpty());
            assertFalse(controller.getRouteStatus("watch").isStarted());
            ((IntegratorioEndpoint) context.getRoute("watch").getEndpoint()).getConfiguration()
                    .setAccessToken(simulator().token());
            await().until(() -> controller.getRouteStatus("watch").isStarted() && simulator().requestCount() > 0);
        }
    }

    @Test
    void a_component_that_was_never_started_stops() throws Exception {
        IntegratorioComponent component = new IntegratorioComponent();
        component.stop();
        component.shutdown();
        try (CamelContext context = new DefaultCamelContext()) {
            IntegratorioComponent another = new IntegratorioComponent();
            another.setCamelContext(context);
            another.init();
            another.stop();
        }
    }
}
