package io.github.integratorio.camel.internal.producer;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.RunningComponent;
import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.support.ScriptedServer;
import io.github.integratorio.camel.support.ScriptedServer.Answer;
import io.github.integratorio.camel.support.ScriptedServerTestSupport;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Routes that call the API for each row of a list while they stream it: the stream must not hold what the calls need. */
class StreamedRowsTest extends ScriptedServerTestSupport {

    private static final int PERMITS = 2;
    private static final String STREAM = LIST + "&streaming=true";

    @Override
    protected void configure(IntegratorioComponent component) {
        component.getConfiguration().setRequestTimeout(10_000);
        component.getConfiguration().setOperationTimeout(10_000);
        component.getConfiguration().setMaxConcurrentRequests(PERMITS);
    }

    @Override
    protected CamelContext createCamelContext() throws Exception {
        CamelContext context = super.createCamelContext();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:rows").to(STREAM).split(body()).streaming().stopOnException().to(GET);
                from("direct:lists").to("integratorio:connectors?operation=list&streaming=true").split(body())
                        .streaming().stopOnException().to("direct:rows");
                from("direct:broken").to(STREAM).process(exchange -> {
                    exchange.getMessage().getBody(Iterator.class).next();
                    throw new IllegalStateException("the row is refused");
                });
            }
        });
        return context;
    }

    /**
     * A list that ends when the server has received this number of requests: its rows must be processed while it is open. Camel reads a row
     * ahead, so the second row must be there before the first one is processed.
     *
     * @param begin the number of requests that it waits for before its first row
     */
    private Answer list(int begin, int requests) {
        return (socket, out) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                    .getBytes());
            out.flush();
            await().atMost(java.time.Duration.ofSeconds(30)).until(() -> server.requestCount() >= begin);
            out.write((chunk("[" + LICENSE + "," + LICENSE + ",")).getBytes());
            out.flush();
            await().atMost(java.time.Duration.ofSeconds(30)).until(() -> server.requestCount() >= requests);
            out.write((chunk(LICENSE + "]") + chunk("")).getBytes());
        };
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    private List<CompletableFuture<Exchange>> start(String route, int count) {
        return IntStream.range(0, count).mapToObj(i -> template.asyncSend(route, exchange -> {})).toList();
    }

    private static void assertDone(List<CompletableFuture<Exchange>> all) throws Exception {
        for (CompletableFuture<Exchange> one : all) {
            assertNull(one.get(40, TimeUnit.SECONDS).getException());
        }
    }

    private void assertNothingHeld() {
        await().until(() -> RunningComponent.rateLimiters(context).stream()
                .map(limiter -> limiter.status()).allMatch(status -> status.inFlight() == 0 && status.queued() == 0));
    }

    @ParameterizedTest
    @ValueSource(ints = { 1, PERMITS, 5 * PERMITS })
    void as_many_streams_as_permits_or_more_make_progress_while_each_row_makes_a_call(int streams) throws Exception {
        // No list ends before all have begun and each has made a call.
        IntStream.range(0, streams).forEach(i -> server.then(list(streams, 2 * streams)));
        IntStream.range(0, 3 * streams).forEach(i -> server.then(json(200, LICENSE)));
        assertDone(start("direct:rows", streams));
        assertEquals(4 * streams, server.requestCount());
        assertNothingHeld();
    }

    @Test
    void a_stream_whose_rows_are_streams_themselves_makes_progress() throws Exception {
        server.then(list(1, 4));
        for (int row = 0; row < 3; row++) {
            int before = 1 + 4 * row;
            server.then(list(before + 1, before + 2), json(200, LICENSE), json(200, LICENSE), json(200, LICENSE));
        }
        assertDone(start("direct:lists", 1));
        assertEquals(13, server.requestCount());
        assertNothingHeld();
    }

    @Test
    void a_stream_that_its_route_abandons_is_closed_and_gives_everything_back() throws Exception {
        int rounds = 80;
        for (int i = 0; i < rounds; i++) {
            server.then(ScriptedServer.endless("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[" + LICENSE,
                    "," + LICENSE, 1L << 40));
        }
        // More than may be open at the same time.
        for (CompletableFuture<Exchange> one : start("direct:broken", rounds)) {
            assertNotNull(one.get(40, TimeUnit.SECONDS).getException());
        }
        assertEquals(rounds, server.requestCount());
        assertNothingHeld();
        server.then(json(200, LICENSE));
        assertNull(send(GET, null).getException());
    }

    @Test
    void branches_that_share_a_stream_get_each_row_once() throws Exception {
        int count = 2000;
        server.then(json(200, IntStream.range(0, count).mapToObj(i -> "{\"_id\":\"l" + i + "\"}")
                .collect(Collectors.joining(",", "[", "]"))));
        Iterator<?> rows = stream(STREAM).getMessage().getBody(Iterator.class);
        List<CompletableFuture<List<Object>>> branches = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> readAll(rows))).toList();
        List<Object> all = new ArrayList<>();
        for (CompletableFuture<List<Object>> branch : branches) {
            all.addAll(branch.get(40, TimeUnit.SECONDS));
        }

        assertEquals(count, all.size());
        assertEquals(count, all.stream().map(row -> ((License) row).getId()).distinct().count());
    }

    private static List<Object> readAll(Iterator<?> rows) {
        List<Object> read = new ArrayList<>();
        try {
            while (true) {
                read.add(rows.next());
            }
        } catch (NoSuchElementException e) {
            return read;
        }
    }

    @Test
    void a_stream_that_has_failed_fails_with_the_same_reason_again() throws Exception {
        server.then(json(200, "[" + LICENSE + ",{\"x\":1}]"));
        Iterator<?> rows = stream(STREAM).getMessage().getBody(Iterator.class);
        rows.next();
        Exception failed = assertThrows(Exception.class, rows::next);
        assertSame(failed, assertThrows(Exception.class, rows::hasNext));
    }

    @Test
    void a_row_of_more_than_a_megabyte_ends_the_stream_and_the_rows_before_were_read() throws Exception {
        server.then(json(200, "[" + LICENSE + ",{\"_id\":\"l2\",\"opts\":[" + "{},".repeat(400_000) + "1]}]"));
        Iterator<?> rows = stream(STREAM).getMessage().getBody(Iterator.class);
        rows.next();
        Exception failed = assertThrows(Exception.class, rows::next);
        assertTrue(failed.getCause().getMessage().contains("row of more than 1048576 bytes"),
                () -> "" + failed.getCause());
    }
}
