package io.github.integratorio.camel.features;

import java.time.Instant;
import java.util.Map;

import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.model.SagaCompletionMode;
import org.apache.camel.saga.InMemorySagaService;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a route does after a failure: undo, put aside, report. */
class FailureFlowTest extends SimulatorTestSupport {

    private String connector;
    private String create;

    @Override
    protected CamelContext createCamelContext() throws Exception {
        CamelContext context = super.createCamelContext();
        context.addService(new InMemorySagaService());
        return context;
    }

    @BeforeEach
    void aConnector() {
        connector = simulator().addConnector("Shop to Books");
        create = "integratorio:licenses?operation=create&connectorId=" + connector + "&expires=" + FUTURE;
    }

    private static Map<String, Object> order(String email) {
        return map("email", email);
    }

    @Test
    void a_saga_whose_later_step_fails_expires_the_license_that_it_made() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:sell").saga().to("direct:license").to("direct:charge");
                from("direct:license").saga().compensation("direct:end-license")
                        .option("user", simple("${body[email]}"))
                        .to(create);
                from("direct:charge").throwException(IllegalStateException.class, "the card was refused");
                from("direct:end-license").setBody(constant(null))
                        .toD("integratorio:licenses?operation=expire&connectorId=" + connector
                                + "&email=${header.user}");
            }
        });

        assertInstanceOf(IllegalStateException.class, send("direct:sell", order(JANE)).getException());
        await().until(() -> !simulator().licenses(connector).get(0).get("expires").equals(FUTURE));
        assertEquals(1, simulator().count("POST", ".*"));
        Instant expires = Instant.parse((String) simulator().licenses(connector).get(0).get("expires"));
        assertTrue(!expires.isAfter(Instant.now().plusSeconds(5)), expires::toString);
    }

    @Test
    void a_saga_that_succeeds_keeps_the_license() throws Exception {
        MockEndpoint completed = getMockEndpoint("mock:completed");
        completed.expectedMessageCount(1);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:sell").saga().completionMode(SagaCompletionMode.AUTO).compensation("mock:undo")
                        .completion("mock:completed").to(create);
            }
        });
        getMockEndpoint("mock:undo").expectedMessageCount(0);

        succeed("direct:sell", order(JANE));
        completed.assertIsSatisfied();
        getMockEndpoint("mock:undo").assertIsSatisfied();
        assertEquals(FUTURE, simulator().licenses(connector).get(0).get("expires"));
    }

    @Test
    void use_original_message_puts_the_order_aside_as_it_came() throws Exception {
        MockEndpoint aside = getMockEndpoint("mock:aside");
        aside.expectedMessageCount(1);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                onException(IntegratorioApiException.class).handled(true).useOriginalMessage().to("mock:aside");
                from("direct:sell").to(create).setBody(constant(map("email", "nobody@example.com"))).to(create);
            }
        });

        succeed("direct:sell", "{\"email\":\"jane@example.com\"}", "order", 7);
        aside.assertIsSatisfied();
        Exchange exchange = aside.getExchanges().get(0);
        assertEquals("{\"email\":\"jane@example.com\"}", exchange.getMessage().getBody());
        assertEquals(7, exchange.getMessage().getHeader("order"));
        assertNull(exchange.getMessage().getHeader(IntegratorioConstants.LICENSE_ID));
    }

    @Test
    void on_prepare_failure_tells_the_dead_letter_channel_what_the_api_said() throws Exception {
        MockEndpoint dead = getMockEndpoint("mock:dead");
        dead.expectedMessageCount(1);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(deadLetterChannel("mock:dead").onPrepareFailure(exchange -> {
                    IntegratorioApiException refused =
                            exchange.getProperty(Exchange.EXCEPTION_CAUGHT, IntegratorioApiException.class);
                    exchange.getMessage().setHeader("status", refused.getStatusCode());
                    exchange.getMessage().setHeader("unknownUser", refused.hasError("invalid_user"));
                }));
                from("direct:sell").to(create);
            }
        });

        succeed("direct:sell", order("nobody@example.com"));
        dead.assertIsSatisfied();
        assertEquals(422, dead.getExchanges().get(0).getMessage().getHeader("status"));
        assertEquals(true, dead.getExchanges().get(0).getMessage().getHeader("unknownUser"));
    }

    @Test
    void on_completion_sees_the_result_of_an_exchange_and_the_failure_of_another() throws Exception {
        MockEndpoint good = getMockEndpoint("mock:good");
        MockEndpoint bad = getMockEndpoint("mock:bad");
        good.expectedHeaderReceived(IntegratorioConstants.OUTCOME, WriteOutcome.CREATED);
        good.expectedMessageCount(1);
        bad.expectedHeaderReceived(IntegratorioConstants.STATUS_CODE, 422);
        bad.expectedMessageCount(1);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:sell").onCompletion().onCompleteOnly().to("mock:good").end()
                        .onCompletion().onFailureOnly().to("mock:bad").end()
                        .to(create);
            }
        });

        succeed("direct:sell", order(JANE));
        assertInstanceOf(IntegratorioApiException.class,
                send("direct:sell", order("nobody@example.com")).getException());
        MockEndpoint.assertIsSatisfied(context);
    }
}
