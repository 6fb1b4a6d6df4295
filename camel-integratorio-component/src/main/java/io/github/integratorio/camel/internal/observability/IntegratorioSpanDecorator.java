package io.github.integratorio.camel.internal.observability;

import java.util.Map;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.IntegratorioEndpoint;
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
 * Spans that tell the operation, the path template and what came of it; never an id, an address or a token, nor the endpoint's URI, in which
 * all of these may be. Found and used by camel-telemetry only.
 */
public class IntegratorioSpanDecorator extends AbstractSpanDecorator {

    /** The span of the call under way: a route's own span must not get the results of the calls in it. */
    private static final String CALL = "CamelIntegratorioSpan";

    @Override
    public String getComponent() {
        return "integratorio";
    }

    @Override
    public String getComponentClassName() {
        return IntegratorioComponent.class.getName();
    }

    /** Such as {@code licenses upsert}, or {@code installBase change} for what a consumer received. */
    @Override
    public String getOperationName(Exchange exchange, Endpoint endpoint) {
        if (!(unwrap(endpoint) instanceof IntegratorioEndpoint ours)) {
            return getComponent();
        }
        OperationDefinition row = row(exchange, ours);
        return ours.getResource() + (isConsumer(exchange, ours) ? " change" : row == null ? "" : " " + row.operationName());
    }

    @Override
    public void beforeTracingEvent(Span span, Exchange exchange, Endpoint endpoint) {
        span.setComponent("camel-" + getComponent());
        span.setTag(TagConstants.URL_SCHEME, getComponent());
        span.setTag(TagConstants.EXCHANGE_ID, exchange.getExchangeId());
        if (!(unwrap(endpoint) instanceof IntegratorioEndpoint ours)) {
            return;
        }
        span.setTag(TagConstants.SERVER_ADDRESS, ours.getServiceUrl());
        span.setTag(TagConstants.SERVER_PROTOCOL, ours.getServiceProtocol());
        if (ours.getConfiguration().getRegion() != null) {
            span.setTag(TagConstants.SERVER_REGION, ours.getConfiguration().getRegion().name());
        }
        if (!isConsumer(exchange, ours)) {
            exchange.setProperty(CALL, span);
            OperationDefinition row = row(exchange, ours);
            if (row != null && row.call != null) {
                span.setTag(TagConstants.HTTP_METHOD, row.call.method());
                span.setTag(TagConstants.URL_PATH, row.call.pathTemplate());
            }
        }
    }

    @Override
    public void afterTracingEvent(Span span, Exchange exchange) {
        if (exchange.getProperty(CALL) == span) {
            exchange.removeProperty(CALL);
            tag(span, TagConstants.HTTP_STATUS, exchange.getMessage().getHeader(IntegratorioConstants.STATUS_CODE, Integer.class));
            tag(span, "integratorio.outcome", exchange.getMessage().getHeader(IntegratorioConstants.OUTCOME) instanceof WriteOutcome one ? one : null);
            tag(span, "integratorio.attempts", exchange.getMessage().getHeader(IntegratorioConstants.ATTEMPTS, Integer.class));
            tag(span, "integratorio.waited.milliseconds", exchange.getMessage().getHeader(IntegratorioConstants.WAITED, Long.class));
        }
        if (exchange.isFailed()) {
            span.setError(true);
            if (exchange.getException() != null) {
                // Not its message: an ambiguous outcome names the licenses that it might be.
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

    private static boolean isConsumer(Exchange exchange, IntegratorioEndpoint endpoint) {
        // An exchange that a ProducerTemplate sends says to be from where it goes, but is of no route.
        return exchange.getFromEndpoint() == endpoint && exchange.getFromRouteId() != null;
    }

    /** What is going to be done, or null when the message names nothing that can be. */
    private static OperationDefinition row(Exchange exchange, IntegratorioEndpoint endpoint) {
        try {
            return new OperationRequestReader(endpoint.getResource(), endpoint.getConfiguration()).operation(exchange.getMessage());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
