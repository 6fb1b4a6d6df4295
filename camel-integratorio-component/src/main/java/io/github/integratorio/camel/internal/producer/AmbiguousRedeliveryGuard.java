package io.github.integratorio.camel.internal.producer;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioOperation;
import io.github.integratorio.camel.internal.operation.OperationRequest;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;

/** Refuses to send an exchange again whose write had an ambiguous outcome: the second request could create a second license. */
public final class AmbiguousRedeliveryGuard {

    private static final String PROPERTY = "CamelIntegratorioAmbiguity";

    private final Endpoint endpoint;

    /** Creates the guard of an endpoint, which ignores ambiguous outcomes of other endpoints. */
    public AmbiguousRedeliveryGuard(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** An operation of an exchange whose outcome is ambiguous. */
    private record Ambiguity(Endpoint endpoint, OperationDefinition operation, OperationRequest request,
            IntegratorioAmbiguousOutcomeException failure) {
    }

    /** Records the operation if its failure is an ambiguous outcome. */
    public void record(Exchange exchange, OperationDefinition operation, OperationRequest request, Throwable failure) {
        if (failure instanceof IntegratorioAmbiguousOutcomeException ambiguous) {
            exchange.setProperty(PROPERTY, new Ambiguity(endpoint, operation, request, ambiguous));
        }
    }

    /**
     * Checks for a redelivery by an error handler, before the message is read.
     *
     * @throws IntegratorioAmbiguousOutcomeException the earlier failure, if the outcome was ambiguous
     */
    public void refuseRedelivery(Exchange exchange) throws IntegratorioAmbiguousOutcomeException {
        if (Boolean.TRUE.equals(exchange.getMessage().getHeader(Exchange.REDELIVERED))) {
            Ambiguity earlier = earlier(exchange);
            if (earlier != null) {
                refuse(exchange, earlier);
            }
        }
    }

    /**
     * Checks for a repetition that only the request shows: a loop, or a redelivery whose headers the route removed. Refuses only
     * operations that are not idempotent, and otherwise forgets the earlier outcome.
     *
     * @throws IntegratorioAmbiguousOutcomeException the earlier failure, if the same request had an ambiguous outcome
     */
    public void refuseRepetition(Exchange exchange, OperationDefinition operation, OperationRequest request)
            throws IntegratorioAmbiguousOutcomeException {
        Ambiguity earlier = earlier(exchange);
        if (earlier != null && earlier.operation() == operation
                && (operation.operation == IntegratorioOperation.CREATE
                        || operation.operation == IntegratorioOperation.PUSH_UPDATE)
                && earlier.request().isSameRequest(request)) {
            refuse(exchange, earlier);
        }
        exchange.removeProperty(PROPERTY);
    }

    private Ambiguity earlier(Exchange exchange) {
        return exchange.getProperty(PROPERTY) instanceof Ambiguity earlier && earlier.endpoint() == endpoint ? earlier
                : null;
    }

    private static void refuse(Exchange exchange, Ambiguity earlier) throws IntegratorioAmbiguousOutcomeException {
        OperationResultWriter.writeCost(exchange.getMessage(), earlier.request());
        throw earlier.failure();
    }
}
