package io.github.integratorio.camel.internal.client.http;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.protocol.ProxyException;
import io.github.integratorio.camel.internal.client.protocol.RawResponse;
import io.github.integratorio.camel.support.VirtualClient;
import org.apache.hc.core5.http.message.BasicHttpResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static io.github.integratorio.camel.support.VirtualClient.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** When a caller gets its response, and what is given back when. */
class ResponseDeliveryTest {

    private static final int LONG = 100_000;

    private final BufferBudget budget = new BufferBudget(1000);
    private final BufferBudget.Reservation memory = budget.new Reservation();
    private final List<Runnable> workers = new ArrayList<>();
    private final AtomicInteger releases = new AtomicInteger();
    private final ResponseDelivery delivery = new ResponseDelivery("licenses create", memory,
            new LongResponseQueue(1000), workers::add, releases::incrementAndGet);

    @BeforeEach
    void take() {
        memory.take(500);
    }

    private static RawResponse response(int length) {
        return new RawResponse(new BasicHttpResponse(200), VirtualClient.START, new byte[0], length, null);
    }

    private IntegratorioTransportException failed() {
        return assertInstanceOf(IntegratorioTransportException.class, failure(delivery.response()));
    }

    @Test
    void a_short_response_is_delivered_when_its_connection_is_free() throws Exception {
        delivery.request().markSent();
        RawResponse complete = response(LONG - 1);
        delivery.completed(complete);
        assertFalse(delivery.response().isDone());
        assertEquals(0, releases.get());
        delivery.release();
        assertSame(complete, delivery.response().join());
        assertTrue(delivery.released().isDone());
        assertEquals(0, budget.used());
        assertEquals(1, releases.get());
    }

    @Test
    void a_long_response_is_delivered_by_a_worker_and_keeps_its_memory_until_then() throws Exception {
        delivery.request().markSent();
        RawResponse complete = response(LONG);
        delivery.completed(complete);
        delivery.release();
        assertFalse(delivery.response().isDone());
        assertEquals(500, budget.used());
        workers.get(0).run();
        assertSame(complete, delivery.response().join());
        assertEquals(0, budget.used());
    }

    @Test
    void a_failure_after_the_response_is_complete_does_not_take_it_away() throws Exception {
        delivery.request().markSent();
        RawResponse complete = response(10);
        delivery.completed(complete);
        delivery.failed(new IOException("reset"));
        assertSame(complete, delivery.response().join());
    }

    @Test
    void a_failed_request_gives_everything_back() throws Exception {
        delivery.request().markSent();
        delivery.failed(new IOException("reset"));
        assertFalse(failed().isNotSent());
        assertTrue(delivery.released().isDone());
        assertEquals(0, budget.used());
        assertEquals(1, releases.get());
    }

    @Test
    void a_cancelled_request_that_was_not_sent_says_so() {
        delivery.cancelled();
        assertTrue(failed().isNotSent());
        assertEquals("the connection was closed", failed().getCause().getMessage());
        assertEquals(0, budget.used());
    }

    @Test
    void a_response_to_a_request_that_was_not_sent_is_that_of_a_proxy() {
        delivery.completed(response(10));
        assertInstanceOf(ProxyException.class, failed().getCause());
        assertTrue(failed().isNotSent());
        assertEquals(1, releases.get());
    }

    @Test
    void a_stream_is_delivered_at_once_and_needs_no_permit_any_more() {
        RawResponse begun = response(0);
        delivery.begin(begun);
        assertSame(begun, delivery.response().join());
        assertEquals(1, releases.get());
        assertFalse(delivery.released().isDone());
        assertEquals(500, budget.used());
    }
}
