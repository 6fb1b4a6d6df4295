package io.github.integratorio.camel.features;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import javax.management.MBeanServer;
import javax.management.ObjectName;

import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.support.LogCapture;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.MessageHistory;
import org.apache.camel.api.management.ManagedCamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.spi.BacklogDebugger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Camel's tracer, debugger, message history and route dump show what a route does, and no token. */
class RouteObservationTest extends SimulatorTestSupport {

    private static final String CANARY = "canary-4711";

    private String connector;

    @Override
    protected boolean useJmx() {
        return true;
    }

    @Override
    protected CamelContext createCamelContext() throws Exception {
        simulator().token(CANARY);
        CamelContext context = super.createCamelContext();
        context.setMessageHistory(true);
        context.setTracing(true);
        context.setBacklogTracing(true);
        context.setDebugging(true);
        context.getPropertiesComponent().addInitialProperty("token", CANARY);
        return context;
    }

    @BeforeEach
    void aRoute() throws Exception {
        connector = simulator().addConnector("Shop to Books");
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:sell").routeId("sell")
                        .to("integratorio:licenses?operation=create&connectorId=" + connector)
                        .id("create").log("${body}").id("log");
                from("direct:own-token").routeId("own-token")
                        .to("integratorio:licenses?operation=create&connectorId=" + connector
                                + "&accessToken=RAW({{token}})")
                        .id("create-with-own-token");
            }
        });
    }

    private static Map<String, Object> order(String email) {
        return map("email", email, "expires", FUTURE);
    }

    @Test
    void tracer_and_message_history_name_the_step_that_failed_and_show_no_token_even_if_the_uri_has_one()
            throws Exception {
        try (LogCapture log = new LogCapture()) {
            Exchange exchange = send("direct:own-token", order("nobody@example.com"));
            List<?> history = exchange.getProperty(Exchange.MESSAGE_HISTORY, List.class);
            assertEquals(List.of("create-with-own-token"),
                    history.stream().map(step -> ((MessageHistory) step).getNode().getId()).toList());
            String lines = log.lines().stream().filter(line -> line.contains("org.apache.camel"))
                    .collect(Collectors.joining("\n"));
            assertTrue(lines.contains("Message History") && lines.contains("integratorio"), lines);
            assertFalse(lines.contains(CANARY), lines);
        }
    }

    @Test
    void the_backlog_tracer_shows_each_step_and_no_token() throws Exception {
        succeed("direct:sell", order(JANE));
        MBeanServer beans = context.getManagementStrategy().getManagementAgent().getMBeanServer();
        ObjectName tracer =
                beans.queryNames(new ObjectName("org.apache.camel:context=" + context.getManagementName()
                        + ",type=tracer,name=BacklogTracer"), null).iterator().next();
        String traced = (String) beans.invoke(tracer, "dumpAllTracedMessagesAsXml", null, null);
        assertTrue(traced.contains("<toNode>create</toNode>") && traced.contains("<toNode>log</toNode>"), traced);
        assertTrue(traced.contains(IntegratorioConstants.OUTCOME), traced);
        assertFalse(traced.contains(CANARY), traced);
    }

    @Test
    void an_exchange_that_the_debugger_holds_before_a_creation_sends_it_once_when_it_is_resumed() throws Exception {
        BacklogDebugger debugger = context.hasService(BacklogDebugger.class);
        debugger.enableDebugger();
        debugger.addBreakpoint("create");
        CompletableFuture<Exchange> sold =
                template.asyncSend("direct:sell", exchange -> exchange.getMessage().setBody(order(JANE)));
        await().until(() -> debugger.getSuspendedBreakpointNodeIds().contains("create"));
        assertEquals(0, simulator().count("POST", ".*"));
        debugger.removeBreakpoint("create");
        debugger.resumeAll();
        assertEquals(WriteOutcome.CREATED,
                sold.get().getMessage().getHeader(IntegratorioConstants.OUTCOME));
        assertEquals(1, simulator().count("POST", ".*"));
    }

    @Test
    void a_route_dump_shows_the_options_and_no_token() throws Exception {
        ManagedCamelContext managed = context.getCamelContextExtension().getContextPlugin(ManagedCamelContext.class);
        String xml = managed.getManagedRoute("sell").dumpRouteAsXml(true);
        assertTrue(xml.contains("integratorio:licenses") && xml.contains(connector), xml);
        assertFalse(managed.getManagedCamelContext().dumpRoutesAsXml(false).contains(CANARY));
    }
}
