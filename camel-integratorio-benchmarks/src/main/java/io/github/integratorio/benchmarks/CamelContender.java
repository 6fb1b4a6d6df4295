package io.github.integratorio.benchmarks;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** A Camel context with a route for each kind of work, {@code direct:create} and so on, which ends with an object in the body. */
abstract class CamelContender implements Contender {

    final CamelContext camel = new DefaultCamelContext();
    private final Map<Work, AsyncProducer> routes = new EnumMap<>(Work.class);

    /** Starts the context. */
    final CamelContender start(RouteBuilder builder) throws Exception {
        camel.addRoutes(builder);
        camel.start();
        for (Work work : Work.values()) {
            String uri = "direct:" + work.name().toLowerCase(java.util.Locale.ROOT);
            if (camel.hasEndpoint(uri) != null) {
                AsyncProducer producer = camel.getEndpoint(uri).createAsyncProducer();
                producer.start();
                routes.put(work, producer);
            }
        }
        return this;
    }

    /** Names the license for the route. */
    abstract void address(Message message, Work work, Caller caller);

    @Override
    public void run(Work work, Caller caller) throws Exception {
        AsyncProducer route = routes.get(work);
        if (route == null) {
            throw new IllegalArgumentException(work.name());
        }
        Exchange exchange = route.getEndpoint().createExchange();
        address(exchange.getMessage(), work, caller);
        if (work == Work.CREATE) {
            exchange.getMessage().setBody(caller.license());
        } else if (work == Work.UPSERT) {
            exchange.getMessage().setBody(Differences.WANTED);
        }
        if (blocks(work)) {
            route.process(exchange);
            check(work, exchange);
        } else {
            route.process(exchange, doneSync -> {
                try {
                    check(work, exchange);
                } catch (Exception e) {
                    caller.failed(e);
                    return;
                }
                caller.done();
            });
        }
    }

    private static void check(Work work, Exchange exchange) throws Exception {
        if (exchange.getException() != null) {
            throw exchange.getException();
        }
        Object body = exchange.getMessage().getBody();
        if ((work == Work.LIST) != (body instanceof List) && work != Work.UPSERT && work != Work.POLL) {
            throw new IllegalStateException("the route ends with " + (body == null ? "nothing" : body.getClass()));
        }
        Differences.used(body);
    }

    @Override
    public void close() {
        camel.stop();
    }
}
