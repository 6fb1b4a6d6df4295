package io.github.integratorio.camel.internal.observability;

import java.util.List;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import io.github.integratorio.simulator.Fault;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.opentelemetry2.OpenTelemetryTracer;
import org.junit.jupiter.api.Test;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

/** The spans that a traced application exports. */
class SpanDecoratorTest extends SimulatorTestSupport {

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();

    @Override
    protected CamelContext createCamelContext() throws Exception {
        CamelContext context = super.createCamelContext();
        context.getRegistry().bind("tracer", Tracer.class, SdkTracerProvider.builder()
                .addSpanProcessor(SimpleSpanProcessor.create(exporter)).build().get("camel"));
        context.getRegistry().bind("propagators", ContextPropagators.class, ContextPropagators.noop());
        OpenTelemetryTracer tracer = new OpenTelemetryTracer();
        tracer.setCamelContext(context);
        tracer.init(context);
        return context;
    }

    private List<SpanData> ours() {
        return exporter.getFinishedSpanItems().stream()
                .filter(span -> "camel-integratorio".equals(tag(span, "component"))).toList();
    }

    private SpanData only(String name) {
        List<SpanData> named = ours().stream().filter(span -> span.getName().equals(name)).toList();
        assertEquals(1, named.size(), () -> name + " among " + ours());
        return named.get(0);
    }

    private static String tag(SpanData span, String name) {
        return span.getAttributes().get(AttributeKey.stringKey(name));
    }

    @Test
    void the_decorator_names_the_class_of_the_component() {
        assertEquals(IntegratorioComponent.class.getName(), new IntegratorioSpanDecorator().getComponentClassName());
    }

    @Test
    void a_span_contains_the_operation_the_path_template_and_the_outcome() {
        String connector = simulator().addConnector("Shop to Books");
        succeed("integratorio:licenses?operation=create&connectorId=" + connector,
                map("email", JANE, "expires", FUTURE));

        SpanData span = only("licenses create");
        assertEquals("/connectors/{connectorId}/licenses", tag(span, "url.path"));
        assertEquals("POST", tag(span, "http.method"));
        assertEquals("201", tag(span, "http.status_code"));
        assertEquals("POST", tag(span, "http.request.method"));
        assertEquals("201", tag(span, "http.response.status_code"));
        assertEquals("/connectors/{connectorId}/licenses", tag(span, "url.template"));
        assertEquals("CREATED", tag(span, "integratorio.outcome"));
        assertEquals("1", tag(span, "integratorio.attempts"));
        assertEquals(simulator().baseUrl(), tag(span, "server.address"));
        assertEquals("EVENT_SENT", tag(span, "op"));
        assertFalse(span.getStatus().getStatusCode() == StatusCode.ERROR);
    }

    @Test
    void an_operation_set_by_header_and_a_component_with_another_name_have_the_same_spans() {
        String connector = simulator().addConnector("Shop to Books");
        context.addComponent("second", copyOfTheComponent());
        succeed("second:licenses?connectorId=" + connector, null, IntegratorioConstants.OPERATION, "list");

        assertEquals("/connectors/{connectorId}/licenses", tag(only("licenses list"), "url.path"));
    }

    private IntegratorioComponent copyOfTheComponent() {
        IntegratorioComponent copy = new IntegratorioComponent();
        copy.setConfiguration(context.getComponent("integratorio", IntegratorioComponent.class).getConfiguration());
        return copy;
    }

    @Test
    void the_span_of_an_unknown_operation_has_no_operation_tag() {
        fail(IllegalArgumentException.class, "integratorio:licenses", null, IntegratorioConstants.OPERATION, JANE);

        SpanData span = only("licenses");
        assertEquals(StatusCode.ERROR, span.getStatus().getStatusCode());
        assertNothingPersonal(JANE);
    }

    @Test
    @Covers(249)
    void spans_contain_no_id_no_email_address_and_no_token() {
        String connector = simulator().addConnector("Shop to Books");
        String license = janesLicense(connector);
        simulator().removeUser("nobody@unknown.example");
        String of = "integratorio:licenses?connectorId=" + connector + "&operation=";
        succeed(of + "get&licenseId=" + license, null);
        succeed(of + "expire&email=" + JANE, null);
        succeed(of + "upsert", map("email", JANE, "expires", FUTURE));
        succeed(of + "list&accessToken=" + simulator().token(), null);
        fail(IntegratorioApiException.class, of + "create&email=nobody@unknown.example&expires=P30D", null);
        simulator().faults().add(Fault.on("POST", ".*").status(500));
        fail(IntegratorioAmbiguousOutcomeException.class, of + "create&operationTimeout=600",
                map("email", "john@example.com", "expires", FUTURE));
        succeed(of + "delete&licenseId=" + license, null);

        assertEquals(List.of("licenses get", "licenses expire", "licenses upsert", "licenses list", "licenses create",
                "licenses create",
                "licenses delete"), exporter.getFinishedSpanItems().stream().map(SpanData::getName).toList());
        assertEquals("422", tag(ours().get(4), "http.status_code"));
        assertEquals(IntegratorioAmbiguousOutcomeException.class.getName(),
                ours().get(5).getEvents().get(0).getAttributes().get(AttributeKey.stringKey("error.kind")));
        assertNothingPersonal(connector, license, JANE, "john", "nobody", "%40", "@", simulator().token());
    }

    /** Searches all parts of all spans, including names and events. */
    private void assertNothingPersonal(String... secrets) {
        assertFalse(exporter.getFinishedSpanItems().isEmpty());
        for (SpanData span : exporter.getFinishedSpanItems()) {
            String all = span.getName() + span.getAttributes() + span.getStatus() + span.getEvents().stream()
                    .map(event -> event.getName() + event.getAttributes()).toList();
            for (String secret : secrets) {
                assertFalse(all.contains(secret), () -> secret + " is in " + all);
            }
        }
    }

    @Test
    void a_change_has_its_own_span_without_tags_of_the_calls_in_its_route() throws Exception {
        String connector = simulator().addConnector("Shop to Books");
        String license = janesLicense(connector);
        String integration = simulator().install(connector, license);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("integratorio:installBase?connectorId=" + connector
                        + "&initialSnapshot=emit&initialDelay=0&delay=50")
                        .to("integratorio:licenses?operation=list&connectorId=" + connector);
            }
        });
        await().until(() -> ours().size() >= 2);

        SpanData change = only("installBase change");
        assertEquals("EVENT_RECEIVED", tag(change, "op"));
        assertNull(tag(change, "http.status_code"));
        assertNull(tag(change, "integratorio.attempts"));
        SpanData list = only("licenses list");
        assertEquals("200", tag(list, "http.status_code"));
        assertEquals(change.getSpanId(), list.getParentSpanId());
        assertNothingPersonal(connector, license, integration, JANE);

    }
}
