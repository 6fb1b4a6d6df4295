package io.github.integratorio.camel.transform;

import java.util.Map;

import io.github.integratorio.camel.ConsumerTestSupport;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.OutputType;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.spi.DataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Transforms a change to a CloudEvent with {@code transformDataType("integratorio:application-cloudevents")}. */
class CloudEventDataTypeTransformerTest extends ConsumerTestSupport {

    private static final DataType EVENT = new DataType("integratorio:application-cloudevents");

    private void events(String uri) throws Exception {
        context.addRoutes(route(uri, steps -> steps.transformDataType(EVENT).process(this::arrive)));
    }

    private void isEvent(Message message, String type, String source, String subject) {
        assertEquals("io.github.integratorio." + type, message.getHeader("CamelCloudEventType"));
        assertEquals(simulator().baseUrl() + source, message.getHeader("CamelCloudEventSource"));
        assertEquals(subject, message.getHeader("CamelCloudEventSubject"));
        assertEquals("1.0", message.getHeader("CamelCloudEventVersion"));
        assertEquals("application/json", message.getHeader(Exchange.CONTENT_TYPE));
        assertNotNull(message.getHeader("CamelCloudEventID"));
        assertEquals(message.getHeader(IntegratorioConstants.CHANGE_ID), message.getHeader("CamelCloudEventID"));
        assertFalse(message.getHeaders().containsKey("CamelCloudEventTime"));
    }

    @ParameterizedTest
    @EnumSource(OutputType.class)
    void a_row_of_any_output_type_becomes_json(OutputType form) throws Exception {
        events(uri("initialSnapshot=emit", "outputType=" + form));
        rows(0, 1, 7);
        poll();
        String source = "/connectors/" + connector + "/installBase";
        isEvent(messages.get(0), "installBase.added", source, "i0");
        Map<String, Object> row = json((String) messages.get(0).getBody());
        assertEquals("i0", row.get("_integrationId"));
        assertEquals(7, row.get("v"));
        rows(0, 1, 8);
        poll();
        isEvent(messages.get(1), "installBase.updated", source, "i0");
        remove(0, 1);
        // An empty list has to be seen three times.
        poll();
        poll();
        poll();
        isEvent(messages.get(2), "installBase.removed", source, "i0");
    }

    @Test
    void licenses_and_connectors_have_their_own_event_types() throws Exception {
        String license = janesLicense(connector);
        events("integratorio:licenses?initialSnapshot=emit&startScheduler=false&connectorId=" + connector);
        poll();
        isEvent(messages.get(0), "licenses.added", "/connectors/" + connector + "/licenses", license);
        context.getRouteController().stopRoute("watch");
        context.removeRoute("watch");
        events("integratorio:connectors?initialSnapshot=emit&startScheduler=false");
        poll();
        isEvent(messages.get(1), "connectors.added", "/connectors", connector);
    }

    @Test
    void a_change_can_be_transformed_in_another_route() throws Exception {
        context.addRoutes(route(uri("initialSnapshot=emit"), steps -> steps.to("seda:events")));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("seda:events").transformDataType(EVENT).process(exchange -> arrive(exchange));
            }
        });
        rows(0, 1, 7);
        poll();
        await().until(() -> messages.size() == 1);
        isEvent(messages.get(0), "installBase.added", "/connectors/" + connector + "/installBase", "i0");
    }

    @Test
    void a_message_that_is_not_a_change_is_rejected() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:any").transformDataType(EVENT);
            }
        });
        Exception refused = send("direct:any", "text").getException();
        assertTrue(refused instanceof IllegalArgumentException
                && refused.getMessage().contains(IntegratorioConstants.CHANGE_ID));
    }
}
