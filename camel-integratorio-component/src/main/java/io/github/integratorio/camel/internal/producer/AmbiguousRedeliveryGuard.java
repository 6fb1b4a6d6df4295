package io.github.integratorio.camel.internal.producer;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.IntegratorioOperation;
import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.operation.request.OperationRequest;
import org.apache.camel.Exchange;
import org.apache.camel.RuntimeCamelException;

/**
 * Refuses to repeat work of an exchange whose outcome is ambiguous: a second request could create a second license. Only operations that
 * are not safe to repeat are refused, whichever endpoint, sub-route or copy of the exchange asks for them.
 */
public final class AmbiguousRedeliveryGuard {

    private static final String PROPERTY = IntegratorioConstants.AMBIGUITY;
    /** All that the exchange has known; what is not in the first property any more was removed by the route. */
    private static final String KNOWN = "CamelIntegratorioKnownAmbiguity";

    private final Supplier<String> account;

    /** Creates the guard of an endpoint of an account, which is named by its base URL. */
    public AmbiguousRedeliveryGuard(Supplier<String> account) {
        this.account = account;
    }

    /**
     * What a request does.
     *
     * @param name  the {@link OperationRequest#work() name of the work}; null if the message cannot be read again, so that it may be any
     * @param order the order that it carries out, or null
     */
    private record Work(String account, OperationDefinition operation, String name, String order) {

        boolean isSame(Work other) {
            return operation == other.operation && Objects.equals(account, other.account)
                    && (name == null || other.name == null || name.equals(other.name))
                    && (order == null || other.order == null || order.equals(other.order));
        }
    }

    /** Work whose outcome is ambiguous. */
    record Ambiguity(Work work, CallContext context, IntegratorioAmbiguousOutcomeException failure) {

        boolean isSameWork(Ambiguity other) {
            return work.isSame(other.work);
        }
    }

    /** All ambiguous work of an exchange; immutable, because copies of an exchange share it. */
    private record Ambiguities(List<Ambiguity> all) {

        static final Ambiguities NONE = new Ambiguities(List.of());

        Ambiguities with(Ambiguity one) {
            List<Ambiguity> more = new ArrayList<>(all);
            more.add(one);
            return new Ambiguities(List.copyOf(more));
        }

        /** Hides the requests: error handlers and loggers print the properties of an exchange. */
        @Override
        public String toString() {
            return "Ambiguities[" + all.size() + "]";
        }
    }

    /** Records the operation if its failure is an ambiguous outcome and it is not safe to repeat. */
    public void record(Exchange exchange, OperationDefinition operation, OperationRequest request, Throwable failure) {
        if (failure instanceof IntegratorioAmbiguousOutcomeException ambiguous && isGuarded(operation)) {
            Ambiguity one = new Ambiguity(work(operation, request), request.context(), ambiguous);
            if (in(exchange, KNOWN).all.stream().anyMatch(known -> known.failure() == ambiguous)) {
                return;
            }
            learn(exchange, one);
            AmbiguousWrites.of(exchange).add(one);
        }
    }

    /** Also checks and records a creation that waits for another one of its user, which may be the same work of a copy of the exchange. */
    public void watch(Exchange exchange, OperationDefinition operation, OperationRequest request) {
        if (!isGuarded(operation)) {
            return;
        }
        request.context().watch(new CallContext.Watcher() {
            @Override
            public void begins() {
                try {
                    refuse(exchange, operation, request);
                } catch (IntegratorioAmbiguousOutcomeException e) {
                    throw new RuntimeCamelException(e);
                }
            }

            @Override
            public void ended(Throwable error) {
                record(exchange, operation, request, error);
            }
        });
    }

    private Work work(OperationDefinition operation, OperationRequest request) {
        return request == null ? new Work(account.get(), operation, null, null)
                : new Work(account.get(), operation, request.work(), request.claims().order());
    }

    private static void learn(Exchange exchange, Ambiguity one) {
        exchange.setProperty(PROPERTY, in(exchange, PROPERTY).with(one));
        exchange.setProperty(KNOWN, in(exchange, KNOWN).with(one));
    }

    private static Ambiguities in(Exchange exchange, String property) {
        return exchange.getProperty(property) instanceof Ambiguities some ? some : Ambiguities.NONE;
    }

    private static boolean isGuarded(OperationDefinition operation) {
        return operation.operation == IntegratorioOperation.CREATE
                || operation.operation == IntegratorioOperation.PUSH_UPDATE;
    }

    /**
     * Checks whether a request repeats ambiguous work.
     *
     * @throws IntegratorioAmbiguousOutcomeException the earlier failure, if the same work had an ambiguous outcome
     */
    public void refuseRepetition(Exchange exchange, OperationDefinition operation, OperationRequest request)
            throws IntegratorioAmbiguousOutcomeException {
        refuse(exchange, operation, request);
    }

    /**
     * Checks a redelivery whose message cannot be read again, for example because its body was a stream.
     *
     * @throws IntegratorioAmbiguousOutcomeException the earlier failure, if the same operation had an ambiguous outcome
     */
    public void refuseUnreadable(Exchange exchange, OperationDefinition operation)
            throws IntegratorioAmbiguousOutcomeException {
        if (Boolean.TRUE.equals(exchange.getMessage().getHeader(Exchange.REDELIVERED))) {
            refuse(exchange, operation, null);
        }
    }

    private void refuse(Exchange exchange, OperationDefinition operation, OperationRequest request)
            throws IntegratorioAmbiguousOutcomeException {
        if (!isGuarded(operation)) {
            return;
        }
        List<Ambiguity> unseen = unseen(exchange);
        Ambiguities active = in(exchange, PROPERTY);
        if (unseen.isEmpty() && active.all.isEmpty()) {
            return;
        }
        unseen.forEach(one -> learn(exchange, one));
        Work work = work(operation, request);
        for (Ambiguity one : in(exchange, PROPERTY).all) {
            if (one.work().isSame(work)) {
                OperationResultWriter.writeCost(exchange.getMessage(), one.context());
                throw one.failure();
            }
        }
    }

    /** Ambiguous work of other copies of the exchange, which it has not known so far. */
    private static List<Ambiguity> unseen(Exchange exchange) {
        List<Ambiguity> all = AmbiguousWrites.of(exchange).all();
        if (all.isEmpty()) {
            return all;
        }
        List<Ambiguity> unseen = new ArrayList<>(all);
        unseen.removeAll(in(exchange, KNOWN).all);
        return unseen;
    }
}
