package io.github.integratorio.camel.features;

import java.util.Map;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

/** What users' own tests of their routes do with the endpoints. */
class RouteTestKitTest extends SimulatorTestSupport {

    private String connector;

    @BeforeEach
    void aConnector() {
        connector = simulator().addConnector("Shop to Books");
    }

    private static Map<String, Object> order() {
        return map("email", JANE, "expires", FUTURE);
    }

    private RouteBuilder routes() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("integratorio:installBase?connectorId=" + connector).routeId("watch").to("direct:sell");
                from("direct:sell").routeId("sell")
                        .to("integratorio:licenses?operation=create&connectorId=" + connector)
                        .to("mock:sold");
            }
        };
    }

    /** Camel starts the producer that it skips, so there must be a token: any one, and not the account's. */
    @Test
    void advised_routes_with_mocked_endpoints_and_a_replaced_consumer_send_nothing() throws Exception {
        try (CamelContext advised = new DefaultCamelContext()) {
            advised.getComponent("integratorio", IntegratorioComponent.class).getConfiguration().setAccessToken("none");
            advised.addRoutes(routes());
            AdviceWith.adviceWith(advised, "watch", advice -> advice.replaceFromWith("direct:change"));
            AdviceWith.adviceWith(advised, "sell", advice -> advice.mockEndpointsAndSkip("integratorio:*"));
            advised.start();
            MockEndpoint license = advised.getEndpoint("mock:integratorio:licenses", MockEndpoint.class);
            license.expectedHeaderReceived(IntegratorioConstants.CHANGE_TYPE, ChangeType.ADDED);
            license.expectedMessageCount(1);
            advised.createProducerTemplate().sendBodyAndHeader("direct:change", order(),
                    IntegratorioConstants.CHANGE_TYPE, ChangeType.ADDED);
            license.assertIsSatisfied();
            advised.getEndpoint("mock:sold", MockEndpoint.class).expectedMessageCount(1);
            MockEndpoint.assertIsSatisfied(advised);
        }
        assertEquals(0, simulator().requestCount());
    }

    @Test
    void mocked_endpoints_that_are_not_skipped_see_the_order_and_then_the_license_is_created() throws Exception {
        context.addRoutes(routes());
        AdviceWith.adviceWith(context, "sell", advice -> advice.mockEndpoints("integratorio:licenses*"));
        MockEndpoint license = getMockEndpoint("mock:integratorio:licenses");
        license.expectedBodiesReceived(order());

        Exchange exchange = succeed("direct:sell", order());
        license.assertIsSatisfied();
        assertEquals(WriteOutcome.CREATED, exchange.getMessage().getHeader(IntegratorioConstants.OUTCOME));
    }

    @Test
    void a_step_that_is_replaced_by_its_id_answers_as_the_test_says() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:sell").routeId("sell")
                        .to("integratorio:licenses?operation=create&connectorId=" + connector).id("create");
            }
        });
        AdviceWith.adviceWith(context, "sell", advice -> advice.weaveById("create").replace()
                .setHeader(IntegratorioConstants.OUTCOME, advice.constant(WriteOutcome.RECONCILED)));

        Exchange exchange = succeed("direct:sell", order());
        assertEquals(WriteOutcome.RECONCILED, exchange.getMessage().getHeader(IntegratorioConstants.OUTCOME));
        assertEquals(0, simulator().requestCount());
    }

    @Test
    void an_interceptor_sees_what_is_sent_to_static_and_dynamic_endpoints() throws Exception {
        MockEndpoint seen = getMockEndpoint("mock:seen");
        seen.expectedMessageCount(2);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                interceptSendToEndpoint("integratorio:licenses*").to("mock:seen");
                from("direct:static").to("integratorio:licenses?operation=create&connectorId=" + connector);
                from("direct:dynamic")
                        .toD("integratorio:licenses?operation=upsert&connectorId=${header.c}");
            }
        });
        succeed("direct:static", order());
        Exchange dynamic = succeed("direct:dynamic", order(), "c", connector);
        assertEquals(WriteOutcome.UNCHANGED, dynamic.getMessage().getHeader(IntegratorioConstants.OUTCOME));
        seen.assertIsSatisfied();
    }

    @Test
    void an_interceptor_that_skips_the_endpoint_sends_nothing() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                interceptSendToEndpoint("integratorio:*").skipSendToOriginalEndpoint()
                        .setBody(constant("instead"));
                from("direct:sell").to("integratorio:licenses?operation=create&connectorId=" + connector);
            }
        });
        Exchange exchange = succeed("direct:sell", order());
        assertEquals("instead", exchange.getMessage().getBody());
        assertNull(exchange.getMessage().getHeader(IntegratorioConstants.OUTCOME));
        assertEquals(0, simulator().requestCount());
    }
}
