package io.github.integratorio.camel;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.IntegratorioOperation;
import io.github.integratorio.camel.api.IntegratorioResource;
import io.github.integratorio.camel.api.NotFoundBehaviour;
import io.github.integratorio.camel.api.OutputType;
import io.github.integratorio.camel.internal.client.paging.RowIterator;
import io.github.integratorio.camel.internal.json.Json;
import io.github.integratorio.camel.internal.observability.IntegratorioProducerHealthCheck;
import io.github.integratorio.camel.internal.operation.IntegratorioOperations;
import io.github.integratorio.camel.internal.operation.OperationRequest;
import io.github.integratorio.camel.internal.operation.OperationResult;
import io.github.integratorio.camel.internal.producer.OperationDefinition;
import io.github.integratorio.camel.internal.producer.OperationRequestReader;
import io.github.integratorio.camel.internal.producer.UnknownHeaderWarner;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.WritableHealthCheckRepository;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.support.SynchronizationAdapter;

/** Message to call, answer to message. Never throws, calls back once, and never runs the route on an I/O thread. */
public class IntegratorioProducer extends DefaultAsyncProducer {

    private static final String AMBIGUITY = "CamelIntegratorioAmbiguity";
    private static final List<String> RESULTS = List.of(IntegratorioConstants.STATUS_CODE, IntegratorioConstants.OUTCOME,
            IntegratorioConstants.ATTEMPTS, IntegratorioConstants.WAITED);

    private final IntegratorioEndpoint endpoint;
    private final OperationRequestReader reader;
    private final UnknownHeaderWarner unknownHeaders = new UnknownHeaderWarner();
    private IntegratorioOperations provisioning;
    private IntegratorioProducerHealthCheck healthCheck;
    private WritableHealthCheckRepository healthChecks;

    IntegratorioProducer(IntegratorioEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
        this.reader = new OperationRequestReader(endpoint.getResource(), endpoint.getConfiguration());
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        IntegratorioComponent component = (IntegratorioComponent) endpoint.getComponent();
        provisioning = endpoint.provisioning();
        healthChecks = HealthCheckHelper.getHealthCheckRepository(endpoint.getCamelContext(), "producers",
                WritableHealthCheckRepository.class);
        if (healthChecks != null) {
            healthCheck = new IntegratorioProducerHealthCheck(endpoint);
            healthCheck.setEnabled(component.isHealthCheckProducerEnabled());
            healthChecks.addHealthCheck(healthCheck);
        }
    }

    @Override
    protected void doStop() throws Exception {
        if (healthCheck != null) {
            healthChecks.removeHealthCheck(healthCheck);
            healthCheck = null;
        }
        super.doStop();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        CompletableFuture<OperationResult> running;
        OperationDefinition row;
        OperationRequest input;
        try {
            RESULTS.forEach(exchange.getMessage()::removeHeader);
            refuseRedelivery(exchange);
            unknownHeaders.warn(exchange.getMessage());
            row = reader.operation(exchange.getMessage());
            input = reader.read(row, exchange.getMessage(), provisioning.timeline());
            refuseRepetition(exchange, row, input);
            running = provisioning.run(() -> row.flow.run(provisioning, input));
        } catch (Exception e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
        running.whenCompleteAsync((result, error) -> {
            finish(exchange, row, input, result, error);
            callback.done(false);
        }, ((IntegratorioComponent) endpoint.getComponent()).threads().workers());
        return false;
    }

    private void finish(Exchange exchange, OperationDefinition row, OperationRequest input, OperationResult result, Throwable error) {
        try {
            tellCost(exchange, input);
            Throwable cause = unwrap(error);
            if (cause == null) {
                answer(exchange, row, input, result);
            } else if (isToleratedNotFound(row, cause)) {
                answer(exchange, row, input, new OperationResult(404, null, List.of()));
            } else {
                fail(exchange, row, input, cause);
            }
        } catch (Exception e) {
            exchange.setException(e);
        }
    }

    private static void tellCost(Exchange exchange, OperationRequest input) {
        exchange.getMessage().setHeader(IntegratorioConstants.ATTEMPTS, input.context().attempts());
        exchange.getMessage().setHeader(IntegratorioConstants.WAITED, input.context().waited().toMillis());
    }

    private static Throwable unwrap(Throwable error) {
        Throwable cause = error;
        while ((cause instanceof CompletionException || cause instanceof RuntimeCamelException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private boolean isToleratedNotFound(OperationDefinition row, Throwable cause) {
        return endpoint.getConfiguration().getNotFoundBehaviour() == NotFoundBehaviour.NULL
                && (row.operation == IntegratorioOperation.GET || row.operation == IntegratorioOperation.DELETE)
                && cause instanceof IntegratorioApiException refused && refused.getStatusCode() == 404;
    }

    /** What happened here to an exchange that an error handler may send again. */
    private record Ambiguity(IntegratorioEndpoint endpoint, OperationDefinition row, OperationRequest input,
            IntegratorioAmbiguousOutcomeException cause) {
    }

    /** An error handler that redelivers after an ambiguous outcome could double a license: it gets the same failure again. */
    private void refuseRedelivery(Exchange exchange) throws IntegratorioAmbiguousOutcomeException {
        if (Boolean.TRUE.equals(exchange.getMessage().getHeader(Exchange.REDELIVERED))) {
            Ambiguity earlier = ambiguity(exchange);
            if (earlier != null) {
                refuse(exchange, earlier);
            }
        }
    }

    /**
     * The same for what is only seen by the work itself: a redelivery whose headers the route removed, or a loop that tries again.
     * Only for what does it twice when sent twice.
     */
    private void refuseRepetition(Exchange exchange, OperationDefinition row, OperationRequest input) throws IntegratorioAmbiguousOutcomeException {
        Ambiguity earlier = ambiguity(exchange);
        if (earlier != null && earlier.row() == row
                && (row.operation == IntegratorioOperation.CREATE || row.operation == IntegratorioOperation.PUSH_UPDATE)
                && earlier.input().isSameRequest(input)) {
            refuse(exchange, earlier);
        }
        exchange.removeProperty(AMBIGUITY);
    }

    private Ambiguity ambiguity(Exchange exchange) {
        return exchange.getProperty(AMBIGUITY) instanceof Ambiguity earlier && earlier.endpoint() == endpoint ? earlier : null;
    }

    private static void refuse(Exchange exchange, Ambiguity earlier) throws IntegratorioAmbiguousOutcomeException {
        tellCost(exchange, earlier.input());
        throw earlier.cause();
    }

    private void fail(Exchange exchange, OperationDefinition row, OperationRequest input, Throwable cause) {
        if (cause instanceof IntegratorioAmbiguousOutcomeException ambiguous) {
            exchange.setProperty(AMBIGUITY, new Ambiguity(endpoint, row, input, ambiguous));
        }
        if (cause instanceof IntegratorioApiException refused) {
            exchange.getMessage().setHeader(IntegratorioConstants.STATUS_CODE, refused.getStatusCode());
        }
        exchange.setException(cause);
    }

    private void answer(Exchange exchange, OperationDefinition row, OperationRequest input, OperationResult result) {
        Message message = exchange.getMessage();
        message.setBody(body(exchange, row, result.value()));
        set(message, IntegratorioConstants.STATUS_CODE, result.status() == 0 ? null : result.status());
        set(message, IntegratorioConstants.OUTCOME, result.outcomes().isEmpty() ? null
                : input.isList() ? result.outcomes() : result.outcomes().get(0));
        boolean document = result.value() instanceof Map && row.model != null;
        Object id = document ? ((Map<?, ?>) result.value()).get("_id") : null;
        if (row.resource == IntegratorioResource.connectors) {
            set(message, IntegratorioConstants.CONNECTOR_ID, id != null ? id : input.connectorId());
        } else {
            set(message, IntegratorioConstants.CONNECTOR_ID, input.connectorId());
        }
        if (row.resource == IntegratorioResource.licenses) {
            set(message, IntegratorioConstants.LICENSE_ID, id != null ? id : input.licenseId());
        }
    }

    private static void set(Message message, String header, Object value) {
        if (value == null) {
            message.removeHeader(header);
        } else {
            message.setHeader(header, value);
        }
    }

    private Object body(Exchange exchange, OperationDefinition row, Object value) {
        if (value instanceof RowIterator rows) {
            exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                @Override
                public void onDone(Exchange done) {
                    rows.close();
                }
            });
            return new MappedRows(rows, document -> typed(row, document));
        }
        if (endpoint.getConfiguration().getOutputType() == OutputType.JSON) {
            return value == null ? null : Json.toText(value);
        }
        if (value instanceof List<?> items && row.model != null) {
            return items.stream().map(item -> typed(row, item)).collect(java.util.stream.Collectors.toCollection(java.util.ArrayList::new));
        }
        return typed(row, value);
    }

    @SuppressWarnings("unchecked")
    private Object typed(OperationDefinition row, Object value) {
        OutputType type = endpoint.getConfiguration().getOutputType();
        if (type == OutputType.JSON) {
            return Json.toText(value);
        }
        Function<Map<String, Object>, ?> model = row.model;
        return type == OutputType.MODEL && model != null && value instanceof Map ? model.apply((Map<String, Object>) value) : value;
    }

    /** The rows of a stream in the form the route asked for; closed with the exchange. */
    private record MappedRows(RowIterator rows, Function<Map<String, Object>, Object> form)
            implements java.util.Iterator<Object>, java.io.Closeable {
        @Override
        public boolean hasNext() {
            return rows.hasNext();
        }

        @Override
        public Object next() {
            return form.apply(rows.next());
        }

        @Override
        public void close() {
            rows.close();
        }
    }
}
