package io.github.integratorio.camel.internal.observability;

import java.util.Map;

import io.github.integratorio.camel.api.ConnectedEndpoint;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.internal.producer.OperationDefinition;
import io.github.integratorio.camel.internal.producer.OperationRequestReader;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.spi.InterceptSendToEndpoint;
import org.apache.camel.telemetry.Span;
import org.apache.camel.telemetry.TagConstants;
import org.apache.camel.telemetry.decorators.AbstractSpanDecorator;

/**
 * Adds the operation, the path template and the outcome to spans, but no id, address or token, and not the endpoint URI, which may
 * contain them. Found and used by camel-telemetry only.
 */
public class IntegratorioSpanDecorator extends AbstractSpanDecorator {

    /** OpenTelemetry's names for HTTP clients, beside the older ones that Camel uses. */
    private static final String METHOD = "http.request.method";
    private static final String STATUS = "http.response.status_code";
    private static final String TEMPLATE = "url.template";
    /** Property with the span of the current call, because the span of the route must not get the results of its calls. */
    private static final String CALL = "CamelIntegratorioSpan";

    @Override
    public String getComponent() {
        return "integratorio";
    }

    @Override
    public String getComponentClassName() {
        return "io.github.integratorio.camel.IntegratorioComponent";
    }

    /** Returns a name such as {@code licenses upsert}, or {@code installBase change} for a change from a consumer. */
    @Override
    public String getOperationName(Exchange exchange, Endpoint endpoint) {
        if (!(unwrap(endpoint) instanceof ConnectedEndpoint ours)) {
            return getComponent();
        }
        OperationDefinition operation = operation(exchange, ours);
        return ours.getResource()
                + (isConsumer(exchange, ours) ? " change" : operation == null ? "" : " " + operation.operationName());
    }

    @Override
    public void beforeTracingEvent(Span span, Exchange exchange, Endpoint endpoint) {
        span.setComponent("camel-" + getComponent());
        span.setTag(TagConstants.URL_SCHEME, getComponent());
        span.setTag(TagConstants.EXCHANGE_ID, exchange.getExchangeId());
        if (!(unwrap(endpoint) instanceof ConnectedEndpoint ours)) {
            return;
        }
        span.setTag(TagConstants.SERVER_ADDRESS, ours.getServiceUrl());
        span.setTag(TagConstants.SERVER_PROTOCOL, ours.getServiceProtocol());
        if (ours.getConfiguration().getRegion() != null) {
            span.setTag(TagConstants.SERVER_REGION, ours.getConfiguration().getRegion().name());
        }
        if (!isConsumer(exchange, ours)) {
            exchange.setProperty(CALL, span);
            OperationDefinition operation = operation(exchange, ours);
            if (operation != null && operation.call != null) {
                span.setTag(TagConstants.HTTP_METHOD, operation.call.method());
                span.setTag(METHOD, operation.call.method());
                span.setTag(TagConstants.URL_PATH, operation.call.pathTemplate());
                span.setTag(TEMPLATE, operation.call.pathTemplate());
            }
        }
    }

    @Override
    public void afterTracingEvent(Span span, Exchange exchange) {
        if (exchange.getProperty(CALL) == span) {
            exchange.removeProperty(CALL);
            Integer status = exchange.getMessage().getHeader(IntegratorioConstants.STATUS_CODE, Integer.class);
            tag(span, TagConstants.HTTP_STATUS, status);
            tag(span, STATUS, status);
            tag(span, "integratorio.outcome",
                    exchange.getMessage().getHeader(IntegratorioConstants.OUTCOME) instanceof WriteOutcome one ? one
                            : null);
            tag(span, "integratorio.attempts",
                    exchange.getMessage().getHeader(IntegratorioConstants.ATTEMPTS, Integer.class));
            tag(span, "integratorio.waited.milliseconds",
                    exchange.getMessage().getHeader(IntegratorioConstants.WAITED, Long.class));
        }
        if (exchange.isFailed()) {
            span.setError(true);
            if (exchange.getException() != null) {
                // Without its message: that of an ambiguous outcome names the licenses in question.
                span.log(Map.of("event", "error", "error.kind", exchange.getException().getClass().getName()));
            }
        }
    }

    private static void tag(Span span, String name, Object value) {
        if (value != null) {
            span.setTag(name, value.toString());
        }
    }

    private static Endpoint unwrap(Endpoint endpoint) {
        return endpoint instanceof InterceptSendToEndpoint intercepted ? intercepted.getOriginalEndpoint() : endpoint;
    }

    private static boolean isConsumer(Exchange exchange, ConnectedEndpoint endpoint) {
        // ProducerTemplate sets the target as fromEndpoint, but no route.
        return exchange.getFromEndpoint() == endpoint && exchange.getFromRouteId() != null;
    }

    /** Returns the operation of the message; null if it is missing or unknown. */
    private static OperationDefinition operation(Exchange exchange, ConnectedEndpoint endpoint) {
        try {
            return new OperationRequestReader(endpoint.getResource(), endpoint.getConfiguration())
                    .operation(exchange.getMessage());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
