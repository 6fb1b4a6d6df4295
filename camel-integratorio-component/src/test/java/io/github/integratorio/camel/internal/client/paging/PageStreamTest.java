package io.github.integratorio.camel.internal.client.paging;

import java.io.InputStream;
import java.util.Map;

import io.github.integratorio.camel.internal.client.CallContext;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.support.ScriptedServer;
import io.github.integratorio.camel.support.VirtualClient;
import io.github.integratorio.camel.support.VirtualScheduler;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** The pages of a list that are read while they arrive. */
class PageStreamTest {

    private final VirtualScheduler scheduler = new VirtualScheduler(VirtualClient.START);
    private IntegratorioSimulator simulator;
    private VirtualClient client;
    private String connector;

    @BeforeEach
    void start() throws Exception {
        simulator = IntegratorioSimulator.builder().clock(scheduler.clock()).pageSize(2).start();
        client = new VirtualClient(simulator.baseUrl(), simulator::token, VirtualClient.RETRY,
                VirtualClient.RATE_LIMITS, scheduler);
        connector = simulator.addConnector("Shop");
        for (int row = 0; row < 5; row++) {
            simulator.addLicense(connector, Map.of("expires", "2099-01-31T12:00:00.000Z"));
        }
    }

    @AfterEach
    void stop() {
        client.close();
        simulator.close();
    }

    private PagedResponse pages() {
        return client.pass(client.client.pages(ApiRequest.of(ApiMethod.LIST_LICENSES, connector, null),
                CallContext.begin(scheduler, VirtualClient.RETRY.operationTimeout()))).join();
    }

    /** Nothing must be ended when the client stops, and the next list need not wait for this one. */
    private void assertNothingIsLeft() {
        assertEquals(0, scheduler.endings());
        assertEquals(0, client.rateLimiter.streams().open());
    }

    @Test
    void a_list_that_was_read_to_its_end_leaves_nothing() throws Exception {
        PagedResponse list = pages();
        assertEquals(1, client.rateLimiter.streams().open());
        int pages = 0;
        for (InputStream page = list.next(); page != null; page = list.next()) {
            page.readAllBytes();
            pages++;
            assertEquals(pages, list.count());
        }
        assertEquals(3, pages);
        assertEquals(200, list.status());
        assertEquals(scheduler.now(), list.time());
        assertNothingIsLeft();
    }

    @Test
    void a_list_that_is_closed_in_the_middle_leaves_nothing() throws Exception {
        try (ScriptedServer endless = ScriptedServer.start(); VirtualClient other = VirtualClient.of(endless)) {
            endless.then(ScriptedServer.endless("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[",
                    "{\"_id\":\"a\"},", 1L << 30));
            PagedResponse list = other.pass(other.client.pages(ApiRequest.of(ApiMethod.LIST_LICENSES, "c1", null),
                    CallContext.begin(other.scheduler, VirtualClient.RETRY.operationTimeout()))).join();
            list.next().read();
            assertEquals(1, other.scheduler.endings());
            list.close();
            assertEquals(0, other.scheduler.endings());
            assertEquals(0, other.rateLimiter.streams().open());
        }
    }

    @Test
    void a_list_whose_first_page_fails_leaves_nothing() throws Exception {
        try (ScriptedServer refusing = ScriptedServer.start(); VirtualClient other = VirtualClient.of(refusing)) {
            refusing.then(ScriptedServer.json(404, "{}"));
            assertThrows(RuntimeException.class,
                    () -> other.pass(other.client.pages(ApiRequest.of(ApiMethod.LIST_LICENSES, "c1", null),
                            CallContext.begin(other.scheduler, VirtualClient.RETRY.operationTimeout()))).join());
            assertEquals(0, other.scheduler.endings());
            assertEquals(0, other.rateLimiter.streams().open());
        }
    }

    @Test
    void rows_that_were_read_to_their_end_leave_nothing() {
        RowIterator rows = new RowIterator(pages());
        int count = 0;
        while (rows.hasNext()) {
            rows.next();
            count++;
        }
        assertEquals(5, count);
        assertNothingIsLeft();
        rows.close();
        assertFalse(rows.hasNext(), "it was read before it was closed");
    }

    @Test
    void a_row_that_cannot_be_read_ends_the_list_each_time_it_is_asked_for() throws Exception {
        try (ScriptedServer broken = ScriptedServer.start(); VirtualClient other = VirtualClient.of(broken)) {
            broken.then(ScriptedServer.json(200, "[{\"_id\":\"a\"},{\"_id\":broken}]"));
            RowIterator rows = new RowIterator(
                    other.pass(other.client.pages(ApiRequest.of(ApiMethod.LIST_LICENSES, "c1", null),
                            CallContext.begin(other.scheduler, VirtualClient.RETRY.operationTimeout()))).join());
            assertEquals("a", rows.next().get("_id"));
            RuntimeException failure = assertThrows(RuntimeException.class, rows::hasNext);
            assertSame(failure, assertThrows(RuntimeException.class, rows::hasNext));
            assertEquals(0, other.scheduler.endings());
            assertEquals(0, other.rateLimiter.streams().open());
        }
    }
}
