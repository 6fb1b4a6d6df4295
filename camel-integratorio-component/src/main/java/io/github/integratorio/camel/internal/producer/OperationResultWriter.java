package io.github.integratorio.camel.internal.producer;

import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.IntegratorioResource;
import io.github.integratorio.camel.api.OutputType;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.message.OutputConverter;
import io.github.integratorio.camel.internal.message.ResultIds;
import io.github.integratorio.camel.internal.operation.request.OperationRequest;
import io.github.integratorio.camel.internal.operation.request.OperationResult;
import io.github.integratorio.camel.internal.text.Redaction;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.camel.util.IOHelper;

/** Writes the result of an operation into the exchange: body and headers, or the exception. */
public final class OperationResultWriter {

    private static final List<String> RESULTS =
            List.of(IntegratorioConstants.STATUS_CODE, IntegratorioConstants.OUTCOME,
                    IntegratorioConstants.DIFFERENCES, IntegratorioConstants.INSTALLED, IntegratorioConstants.ATTEMPTS,
                    IntegratorioConstants.WAITED);

    private final OutputConverter output;

    public OperationResultWriter(IntegratorioResource resource, OutputType outputType) {
        this.output = new OutputConverter(resource, outputType);
    }

    /** Removes the result headers of an earlier operation. */
    public static void removeResults(Message message) {
        RESULTS.forEach(message::removeHeader);
    }

    /** Sets the cost of an operation that was refused, unless it is known already. */
    public static void writeUnsent(Message message) {
        if (message.getHeader(IntegratorioConstants.ATTEMPTS) == null) {
            message.setHeader(IntegratorioConstants.ATTEMPTS, 0);
            message.setHeader(IntegratorioConstants.WAITED, 0L);
        }
    }

    /** Sets the headers that tell what the operation cost. */
    static void writeCost(Message message, CallContext context) {
        message.setHeader(IntegratorioConstants.ATTEMPTS, context.attempts());
        message.setHeader(IntegratorioConstants.WAITED, context.waited().toMillis());
    }

    /** Writes the result of an operation that succeeded. */
    public void write(Exchange exchange, OperationDefinition operation, OperationRequest request,
            OperationResult result) {
        // First, because it may fail for lack of memory; then the body stays as it is.
        Object body = body(exchange, operation, result.value());
        writeHeaders(exchange, operation, request, result);
        exchange.getMessage().setBody(body);
    }

    /** Writes what the headers tell about an operation that succeeded at the API. */
    public static void writeHeaders(Exchange exchange, OperationDefinition operation, OperationRequest request,
            OperationResult result) {
        Message message = exchange.getMessage();
        writeCost(message, request.context());
        set(message, IntegratorioConstants.STATUS_CODE, result.status() == 0 ? null : result.status());
        set(message, IntegratorioConstants.OUTCOME, result.outcomes().isEmpty() ? null
                : request.isList() ? result.outcomes() : result.outcomes().get(0));
        set(message, IntegratorioConstants.DIFFERENCES, !request.context().isReadOnly() || result.outcomes().isEmpty()
                ? null : request.isList() ? result.differences() : result.differences().get(0));
        String id = operation.returnsDocuments && result.value() instanceof Map<?, ?> document
                && document.get("_id") instanceof String own ? own : null;
        ResultIds.writeConnectorId(exchange,
                operation.resource == IntegratorioResource.connectors && id != null ? id : request.connectorId());
        if (operation.resource == IntegratorioResource.licenses) {
            ResultIds.writeLicenseId(exchange, id != null ? id : request.licenseId(), result.value());
        }
    }

    /**
     * The failure of an operation that succeeded at the API, but whose result could not be written. After a write it is ambiguous, because a
     * repetition could do the same twice.
     *
     * @param cause why the result could not be written
     */
    public static Throwable unwritten(OperationDefinition operation, OperationRequest request, OperationResult result,
            Throwable cause) {
        if (result.value() instanceof Closeable rows) {
            IOHelper.close(rows);
        }
        if (operation.call != null && !operation.call.isWrite() || request.context().isReadOnly()) {
            return cause;
        }
        return new IntegratorioAmbiguousOutcomeException(operation.resource + " " + operation.operationName(),
                "status " + result.status() + " says that it has, but its result could not be converted: "
                        + cause.getClass().getName() + " " + Redaction.line(cause.getMessage(), 200),
                result.status());
    }

    /** Writes the failure of an operation; the body stays as it is. */
    public void writeFailure(Exchange exchange, OperationRequest request, Throwable failure) {
        exchange.setException(failure);
        writeCost(exchange.getMessage(), request.context());
        if (failure instanceof IntegratorioApiException rejected) {
            exchange.getMessage().setHeader(IntegratorioConstants.STATUS_CODE, rejected.getStatusCode());
        }
    }

    private static void set(Message message, String header, Object value) {
        if (value == null) {
            message.removeHeader(header);
        } else {
            message.setHeader(header, value);
        }
    }

    private Object body(Exchange exchange, OperationDefinition operation, Object value) {
        if (value instanceof Iterator<?> rows && value instanceof Closeable source) {
            ConvertedRows converted = new ConvertedRows(rows, source, operation.returnsDocuments, output);
            exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                @Override
                public void onDone(Exchange done) {
                    IOHelper.close(source);
                }
            });
            return converted;
        }
        return operation.returnsDocuments ? output.documents(value) : output.value(value);
    }

    /** The rows of a streamed result, each converted when the route reads it. */
    private record ConvertedRows(Iterator<?> rows, Closeable source, boolean areDocuments, OutputConverter output)
            implements Iterator<Object>, Closeable {
        @Override
        public boolean hasNext() {
            return rows.hasNext();
        }

        @Override
        public Object next() {
            return areDocuments ? output.documents(rows.next()) : output.value(rows.next());
        }

        @Override
        public void close() throws IOException {
            source.close();
        }
    }
}
