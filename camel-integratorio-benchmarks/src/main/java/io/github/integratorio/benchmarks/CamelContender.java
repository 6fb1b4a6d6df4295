package io.github.integratorio.benchmarks;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** A Camel context with a route for each operation, e.g. {@code direct:create}, that returns an object in the body. */
abstract class CamelContender implements Contender {

    final CamelContext camel = new DefaultCamelContext();
    private final Map<Operation, AsyncProducer> routes = new EnumMap<>(Operation.class);

    /** Starts the context. */
    final CamelContender start(RouteBuilder builder) throws Exception {
        camel.addRoutes(builder);
        camel.start();
        for (Operation operation : Operation.values()) {
            String uri = "direct:" + operation.name().toLowerCase(Locale.ROOT);
            if (camel.hasEndpoint(uri) != null) {
                AsyncProducer producer = camel.getEndpoint(uri).createAsyncProducer();
                producer.start();
                routes.put(operation, producer);
            }
        }
        return this;
    }

    /** Sets the ids of the connector and the license. */
    abstract void setIds(Message message, Operation operation, VirtualUser user);

    @Override
    public void run(Operation operation, VirtualUser user) throws Exception {
        AsyncProducer route = routes.get(operation);
        if (route == null) {
            throw new IllegalArgumentException(operation.name());
        }
        Exchange exchange = route.getEndpoint().createExchange();
        setIds(exchange.getMessage(), operation, user);
        if (operation == Operation.CREATE) {
            exchange.getMessage().setBody(user.license());
        } else if (operation == Operation.UPSERT) {
            exchange.getMessage().setBody(SampleDocuments.UPSERT);
        } else if (operation == Operation.RECONCILE) {
            exchange.getMessage().setBody(SampleDocuments.wanted(100_000).iterator());
        }
        if (blocks(operation)) {
            route.process(exchange);
            check(operation, exchange);
        } else {
            route.process(exchange, doneSync -> {
                try {
                    check(operation, exchange);
                } catch (Exception e) {
                    user.failed(e);
                    return;
                }
                user.done();
            });
        }
    }

    private static void check(Operation operation, Exchange exchange) throws Exception {
        if (exchange.getException() != null) {
            throw exchange.getException();
        }
        Object body = exchange.getMessage().getBody();
        boolean anyBody = operation == Operation.UPSERT || operation == Operation.RECONCILE
                || operation == Operation.POLL;
        if (!anyBody && (operation == Operation.LIST) != (body instanceof List)) {
            throw new IllegalStateException(
                    operation + ": unexpected body of " + (body == null ? null : body.getClass()));
        }
        Blackhole.consume(body);
    }

    @Override
    public void close() {
        camel.stop();
    }
}
