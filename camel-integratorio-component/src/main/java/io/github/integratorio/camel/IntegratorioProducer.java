package io.github.integratorio.camel;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioOperation;
import io.github.integratorio.camel.api.NotFoundBehaviour;
import io.github.integratorio.camel.internal.concurrent.Futures;
import io.github.integratorio.camel.internal.concurrent.HandOver;
import io.github.integratorio.camel.internal.json.Json;
import io.github.integratorio.camel.internal.message.ResultIds;
import io.github.integratorio.camel.internal.operation.OperationExecutor;
import io.github.integratorio.camel.internal.operation.request.OperationRequest;
import io.github.integratorio.camel.internal.operation.request.OperationResult;
import io.github.integratorio.camel.internal.producer.AmbiguousRedeliveryGuard;
import io.github.integratorio.camel.internal.producer.OperationDefinition;
import io.github.integratorio.camel.internal.producer.OperationRequestReader;
import io.github.integratorio.camel.internal.producer.OperationResultWriter;
import io.github.integratorio.camel.internal.producer.UnknownHeaders;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.DefaultAsyncProducer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs an operation for each exchange. Never throws, calls back once whatever fails, and never continues the route on an I/O thread. */
public class IntegratorioProducer extends DefaultAsyncProducer {

    private static final Logger LOG = LoggerFactory.getLogger(IntegratorioProducer.class);

    private final IntegratorioEndpoint endpoint;
    private final OperationRequestReader reader;
    private final OperationResultWriter writer;
    private final AmbiguousRedeliveryGuard guard;
    private final UriGuard uriGuard;
    private final UnknownHeaders unknownHeaders = new UnknownHeaders();
    private final ProducerConnection connection;
    private Executor workers;

    IntegratorioProducer(IntegratorioEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
        this.reader = new OperationRequestReader(endpoint.getResource(), endpoint.getConfiguration());
        this.writer = new OperationResultWriter(endpoint.getResource(), endpoint.getConfiguration().getOutputType());
        this.uriGuard = new UriGuard(endpoint);
        this.connection = new ProducerConnection(endpoint);
        this.guard = new AmbiguousRedeliveryGuard(endpoint::getServiceUrl);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        IdempotentRepository repository = endpoint.getConfiguration().getIdempotentRepository();
        if (repository != null) {
            endpoint.getComponent().services().startClaims(repository);
        }
        // Performance: the classes of Jackson are loaded now, not in the first call.
        Json.parseInput(Json.toText(Map.of()));
        workers = endpoint.getComponent().services().threads().workers();
        connection.start();
        if (uriGuard.mayHaveConnectionOfMessage()) {
            // Only checks the options.
            endpoint.createClientConfig();
        } else {
            connection.open();
        }
    }

    @Override
    protected void doStop() throws Exception {
        connection.stop();
        super.doStop();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        if (exchange.getException() != null) {
            // Camel calls the first step of a route although it could not read the body into its stream cache.
            callback.done(true);
            return true;
        }
        OperationExecutor operations;
        OperationDefinition operation;
        OperationRequest request;
        CompletableFuture<OperationResult> running;
        try {
            ResultIds.forgetRemovedHeaders(exchange);
            OperationResultWriter.removeResults(exchange.getMessage());
            uriGuard.check(exchange);
            // Not earlier: a URI that a message has made may have a connection that the guard refuses.
            operations = connection.operations();
            operation = reader.operation(exchange.getMessage());
            request = read(operations, operation, exchange);
            guard.refuseRepetition(exchange, operation, request);
            guard.watch(exchange, operation, request);
            running = run(operations, operation, request);
        } catch (Throwable e) {
            refuse(exchange, e);
            callback.done(true);
            return true;
        }
        running.whenComplete((result, error) -> {
            try {
                HandOver.execute(workers, () -> {
                    try {
                        finish(exchange, operation, request, result, Futures.unwrap(error));
                    } finally {
                        goOn(callback);
                    }
                });
            } finally {
                // Not earlier, or a stop could end the workers before they have the task.
                operations.end();
            }
        });
        return false;
    }

    private static void refuse(Exchange exchange, Throwable failure) {
        exchange.setException(failure);
        try {
            OperationResultWriter.writeUnsent(exchange.getMessage());
        } catch (Throwable e) {
            // Out of memory: the exchange ends all the same.
        }
    }

    /** Continues the route. What it throws is no failure of this exchange any more, and must not keep the thread from other exchanges. */
    private static void goOn(AsyncCallback callback) {
        try {
            callback.done(false);
        } catch (Throwable e) {
            LOG.error("The route failed after its exchange was handed back to it.", e);
        }
    }

    private OperationRequest read(OperationExecutor operations, OperationDefinition operation, Exchange exchange)
            throws IntegratorioAmbiguousOutcomeException {
        try {
            unknownHeaders.check(exchange.getMessage(), operation);
            return reader.read(operation, exchange.getMessage(), operations.scheduler());
        } catch (IllegalArgumentException e) {
            guard.refuseUnreadable(exchange, operation);
            throw e;
        }
    }

    private static CompletableFuture<OperationResult> run(OperationExecutor operations, OperationDefinition operation,
            OperationRequest request) {
        operations.begin();
        try {
            return operation.handler.run(operations, request);
        } catch (Throwable e) {
            operations.end();
            throw e;
        }
    }

    private void finish(Exchange exchange, OperationDefinition operation, OperationRequest request,
            OperationResult result, Throwable failure) {
        try {
            if (failure == null) {
                write(exchange, operation, request, result);
            } else if (isToleratedNotFound(operation, failure)) {
                write(exchange, operation, request, new OperationResult(404, null, List.of()));
            } else {
                fail(exchange, operation, request, failure);
            }
        } catch (Throwable e) {
            if (exchange.getException() == null) {
                exchange.setException(e);
            }
        }
    }

    private void write(Exchange exchange, OperationDefinition operation, OperationRequest request,
            OperationResult result) {
        try {
            writer.write(exchange, operation, request, result);
        } catch (Throwable e) {
            fail(exchange, operation, request, OperationResultWriter.unwritten(operation, request, result, e));
            OperationResultWriter.writeHeaders(exchange, operation, request, result);
        }
    }

    private void fail(Exchange exchange, OperationDefinition operation, OperationRequest request, Throwable failure) {
        guard.record(exchange, operation, request, failure);
        writer.writeFailure(exchange, request, failure);
    }

    private boolean isToleratedNotFound(OperationDefinition operation, Throwable failure) {
        return endpoint.getConfiguration().getNotFoundBehaviour() == NotFoundBehaviour.NULL
                && (operation.operation == IntegratorioOperation.GET
                        || operation.operation == IntegratorioOperation.DELETE)
                && failure instanceof IntegratorioApiException rejected && rejected.getStatusCode() == 404;
    }
}
