package io.github.integratorio.camel.internal.producer;

import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.integratorio.camel.RunningComponent;
import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.support.ScriptedServerTestSupport;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.DefaultMessage;
import org.apache.camel.support.ObjectHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Each exchange ends once, whatever is thrown, and a write that was done never looks like one that was not. */
class ExchangeEndTest extends ScriptedServerTestSupport {

    private static final String CREATE_LICENSE =
            "integratorio:licenses?operation=create&connectorId=c1";
    private static final String BODY = "{\"email\":\"jane@example.com\",\"expires\":\"2099-01-31T12:00:00.000Z\"}";

    /** The thread pool of the workers gets no threads while this is set. */
    private final AtomicBoolean noThreads = new AtomicBoolean();

    @Override
    protected CamelContext createCamelContext() throws Exception {
        CamelContext context = super.createCamelContext();
        context.getExecutorServiceManager().addThreadFactoryListener((source, factory) -> scarce(factory));
        return context;
    }

    private ThreadFactory scarce(ThreadFactory factory) {
        return task -> {
            if (noThreads.get()) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return factory.newThread(task);
        };
    }

    private Exchange ended(CompletableFuture<Exchange> exchange) throws Exception {
        return exchange.get(20, TimeUnit.SECONDS);
    }

    /** An exchange that has no memory left for a result. */
    private Exchange full(Class<? extends Error> type) {
        Exchange exchange = new DefaultExchange(context);
        exchange.setMessage(new DefaultMessage(exchange) {
            @Override
            public void setBody(Object body) {
                if (!BODY.equals(body)) {
                    throw ObjectHelper.newInstance(type, Error.class);
                }
                super.setBody(body);
            }
        });
        exchange.getMessage().setBody(BODY);
        return exchange;
    }

    @ParameterizedTest
    @ValueSource(classes = { OutOfMemoryError.class, StackOverflowError.class, ExceptionInInitializerError.class })
    void an_error_while_the_result_of_a_read_is_written_fails_its_exchange(Class<? extends Error> type)
            throws Exception {
        server.then(json(200, LICENSE));
        Exchange exchange = ended(process(GET, full(type)));
        assertInstanceOf(type, exchange.getException().getCause());
    }

    @ParameterizedTest
    @ValueSource(classes = { OutOfMemoryError.class, StackOverflowError.class, ExceptionInInitializerError.class })
    void a_license_that_was_created_but_has_no_result_is_not_created_again(Class<? extends Error> type)
            throws Exception {
        server.then(json(201, LICENSE), json(201, LICENSE));
        Exchange exchange = ended(process(CREATE_LICENSE, full(type)));

        IntegratorioAmbiguousOutcomeException failure =
                assertInstanceOf(IntegratorioAmbiguousOutcomeException.class, exchange.getException());
        assertEquals("licenses create", failure.getOperation());
        assertEquals(201, failure.getStatusCode());
        assertTrue(failure.getReason().contains(type.getName()), failure.getReason());
        assertEquals(201, exchange.getMessage().getHeader(IntegratorioConstants.STATUS_CODE));
        assertEquals(WriteOutcome.CREATED, exchange.getMessage().getHeader(IntegratorioConstants.OUTCOME));
        assertEquals("l1", exchange.getMessage().getHeader(IntegratorioConstants.LICENSE_ID));

        // As an error handler would.
        exchange.setException(null);
        exchange.getMessage().setHeader(Exchange.REDELIVERED, true);
        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class,
                ended(process(CREATE_LICENSE, exchange)).getException());
        assertEquals(1, server.requestCount());
    }

    @Test
    void an_error_while_the_body_is_read_fails_the_exchange_and_sends_nothing() {
        Exchange exchange = template.send(CREATE, one -> one.getMessage().setBody(new InputStream() {
            @Override
            public int read() {
                throw new OutOfMemoryError("in the body");
            }
        }));
        assertTrue(String.valueOf(exchange.getException().getCause()).contains("in the body")
                || String.valueOf(exchange.getException()).contains("in the body"), "" + exchange.getException());
        assertEquals(0, server.requestCount());
    }

    @Test
    void an_exchange_ends_although_there_is_no_thread_to_continue_its_route_on() throws Exception {
        // The timer has its thread already.
        RunningComponent.threads(context).scheduler()
                .schedule(java.time.Duration.ZERO, () -> {});
        server.then(json(200, LICENSE), json(200, LICENSE));
        noThreads.set(true);
        CompletableFuture<Exchange> first = process(GET, new DefaultExchange(context));
        assertNull(ended(first).getException());
        noThreads.set(false);
        assertNull(ended(process(GET, new DefaultExchange(context))).getException());
    }

    private CompletableFuture<Exchange> process(String uri, Exchange exchange) throws Exception {
        AsyncProducer producer = context.getEndpoint(uri).createAsyncProducer();
        producer.start();
        CompletableFuture<Exchange> done = new CompletableFuture<>();
        producer.process(exchange, sync -> done.complete(exchange));
        return done;
    }

    @Test
    void a_callback_that_throws_is_called_once_and_harms_no_other_exchange() throws Exception {
        int calls = 3;
        AtomicInteger callbacks = new AtomicInteger();
        CountDownLatch called = new CountDownLatch(calls);
        AsyncProducer producer = context.getEndpoint(GET).createAsyncProducer();
        producer.start();
        for (int i = 0; i < calls; i++) {
            server.then(json(200, LICENSE));
            producer.process(new DefaultExchange(context), sync -> {
                callbacks.incrementAndGet();
                called.countDown();
                throw new AssertionError("the route is broken");
            });
        }
        assertTrue(called.await(20, TimeUnit.SECONDS));
        server.then(json(200, LICENSE));
        assertNull(ended(process(GET, new DefaultExchange(context))).getException());
        assertEquals(calls, callbacks.get());
    }

    @Test
    void callbacks_that_throw_while_the_component_stops_do_not_keep_others_from_being_called() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        int calls = 3;
        AtomicInteger callbacks = new AtomicInteger();
        AsyncProducer producer = context.getEndpoint(GET).createAsyncProducer();
        producer.start();
        for (int i = 0; i < calls; i++) {
            server.then((socket, out) -> {
                answer.await();
                json(200, LICENSE).give(socket, out);
            });
            producer.process(new DefaultExchange(context), sync -> {
                callbacks.incrementAndGet();
                throw new AssertionError("the route is broken");
            });
        }
        await().until(() -> server.requestCount() == calls);
        context.getShutdownStrategy().setTimeout(1);
        answer.countDown();
        context.stop();
        await().until(() -> callbacks.get() == calls);
    }
}
