package io.github.integratorio.camel.internal.client.paging;

import java.util.Iterator;
import java.util.List;

import io.github.integratorio.camel.RunningComponent;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.ScriptedServer;
import io.github.integratorio.camel.support.ScriptedServerTestSupport;
import org.apache.camel.Exchange;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static io.github.integratorio.camel.support.ScriptedServer.of;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Lists of several pages are complete or fail, come only from the same server, and can be streamed. */
class PagedResponseTest extends ScriptedServerTestSupport {

    private static final String PATH = "/v1/connectors/c1/licenses";

    private static String rows(String... ids) {
        StringBuilder rows = new StringBuilder("[");
        for (String id : ids) {
            rows.append(rows.length() == 1 ? "" : ",").append("{\"_id\":\"").append(id).append("\"}");
        }
        return rows.append("]").toString();
    }

    private List<String> ids(String uri) {
        Exchange exchange = stream(uri);
        if (exchange.getException() != null) {
            throw new AssertionError(exchange.getException());
        }
        List<String> ids = new java.util.ArrayList<>();
        Iterator<?> rows = exchange.getMessage().getBody() instanceof Iterator<?> stream
                ? stream
                : exchange.getMessage().getBody(List.class).iterator();
        rows.forEachRemaining(row -> ids.add(((License) row).getId()));
        return ids;
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "&streaming=true" })
    @Covers(173)
    void pages_are_followed_in_order_even_after_an_empty_page(String option) {
        server.then(
                json(200, rows("a", "b"),
                        "Link: <" + server.baseUrl() + "/connectors/c1/licenses?page=2>; rel=\"next\""),
                json(200, "[]",
                        "Link: </v1/connectors/c1/licenses?page=3&x=%2C>; REL=next; title=\"a, b\", <http://evil/>; rel=prev"),
                json(200, rows("c"), "Link: <http://evil/>; rel=\"last\"", "Link: <?page=1>; rel=\"first\""));

        assertEquals(List.of("a", "b", "c"), ids(LIST + option));
        assertTrue(server.requests().get(1).startsWith("GET " + PATH + "?page=2 HTTP/1.1"), server.requests().get(1));
        assertTrue(server.requests().get(2).startsWith("GET " + PATH + "?page=3&x=%2C HTTP/1.1"),
                server.requests().get(2));
    }

    @ParameterizedTest
    @ValueSource(strings = { "http://example.com/v1/connectors/c1/licenses?page=2",
            "https://127.0.0.1/v1/connectors/c1/licenses?page=2",
            "//evil/v1/connectors/c1/licenses", "http://user@127.0.0.1:PORT/v1/connectors/c1/licenses?page=2",
            "/v1/connectors/c2/licenses?page=2",
            "../c1/../c2/licenses?page=2", "http://127.0.0.1:1/v1/connectors/c1/licenses?page=2",
            "/v1/connectors/c1/licenses/../licenses/x", "http://[",
            "file:///etc/passwd", "a b" })
    @Covers(170)
    void a_next_page_on_another_server_is_rejected_and_not_requested(String link) {
        String header = "Link: <" + link.replace("PORT", "" + server.port()) + ">; rel=\"next\"";
        server.then(json(200, rows("a"), header), json(200, rows("b")));
        fail(IntegratorioTransportException.class, LIST, null);

        assertEquals(1, server.requestCount());
    }

    @Test
    @Covers(171)
    void pages_that_form_a_cycle_or_never_end_are_rejected() {
        String second = "Link: <?page=2>; rel=\"next\"";
        server.then(json(200, rows("a"), second), json(200, rows("b"), second));
        fail(IntegratorioTransportException.class, LIST, null);
        assertEquals(2, server.requestCount());

        thousandPages();
        server.then(json(200, "[]", "Link: <?page=1001>; rel=\"next\""));
        server.requests().clear();
        fail(IntegratorioTransportException.class, LIST, null);
        assertEquals(1000, server.requestCount());
    }

    /** All but the last one. */
    private void thousandPages() {
        for (int i = 2; i <= 1000; i++) {
            server.then(json(200, "[]", "Link: <?page=" + i + ">; rel=\"next\""));
        }
    }

    @Test
    void a_list_of_a_thousand_pages_is_read() {
        thousandPages();
        server.then(json(200, rows("a")));
        assertEquals(List.of("a"), ids(LIST));
    }

    @Test
    @Covers(218)
    void a_page_that_fails_fails_the_list() {
        for (ScriptedServer.Answer answer : List.of(json(500, "{}"), json(429, "{}"), of(200, "text/html", "<html>"),
                ScriptedServer.reset())) {
            server.then(json(200, rows("a"), "Link: <?page=2>; rel=next"), answer);
            Exchange exchange = send(LIST, null);
            assertTrue(exchange.getException() != null && exchange.getMessage().getBody() == null);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "", ",,,", "<?page=2>; rel=nextt", "</x>; title=\"<?page=2>; rel=next\"; rel=up",
            "<?page=2>; rel=prev; rel=next", "<?page=2>; rel='prev'",
            "<?page=1>; rel=\"first prev\" , <http://evil/,>; rel=last;" })
    @Covers(172)
    void a_link_to_another_page_is_not_followed(String link) {
        server.then(json(200, rows("a"), "Link: " + link));
        assertEquals(List.of("a"), ids(LIST));
        assertEquals(1, server.requestCount());
    }

    @ParameterizedTest
    @ValueSource(strings = { "<?page=2>; rel='next'", "<?page=2>;title=\"a \\\"quoted\\\", title\";rel=\"next\"",
            "<?page=2>; rel=\"prev next\"", "<?page=2,3>; rel=\"NEXT\\ last\"", "<?page=2>\t;\t rel\t = next",
            "<?page=2>; title=\"a\tb\"; rel=next",
            "<?a=;,>; rel=prev,<?page=2>;REL=next;title=\"\\\\\"", "<?page=2>; title*=UTF-8'en'n%c3%a4chste; rel=next;",
            ", ,<http://other/>; rel=\"http://other/rel up\",, <?page=2>; type=text/html; rel=next; rel=prev",
            "<?page=2>; rel=next\r\nLink: <?page=2>; rel=next" })
    @Covers(172)
    void a_link_to_the_next_page_is_followed_in_every_legal_form(String link) {
        for (String option : List.of("", "&streaming=true")) {
            int before = server.requestCount();
            server.then(json(200, rows("a"), "Link: " + link), json(200, rows("b")));
            assertEquals(List.of("a", "b"), ids(LIST + option));
            assertTrue(server.requests().get(before + 1).startsWith("GET " + PATH + "?"), server.requests().toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "<", "<>", ">;rel=next", "<a", "<a>;rel", "<a>;rel=", "<a>;rel=\"\"", "<a>;;;",
            "<a>; rel=\"", "<?page=2>; rel=\"next", "<a>, <b>", "rel=next", "?page=2; rel=\"next\"",
            "<?page=2>; xrel=next", "<?page=2>; title=\"; rel=next\"", "<?page=2>; title=\"a\\\"; rel=\"next\"",
            "<?page=2; rel=\"next\", <?page=1>; rel=\"prev\"", "<?page=2> rel=next", "<?page=2>; rel=prev next",
            "<?page=2>; rel=\"next\" x", "<?page=1>; rel=prev <?page=2>; rel=next", "<?page=2>; =next; rel=prev",
            "<?page=2>; rel=next, <?page=3>; rel=next", "<?page=1>; rel=prev, ?page=2; rel=next",
            "<?page=2>; rel='", "<?page=2>; rel=next, <a b>; rel=prev", "<?page=2>; a=<; rel=next",
            "<?page=2>; rel=?next?", "<?page=2>; rel=\"prev,next\"", "<?page=2>; rel=\"next;\"",
            "{\"next\":\"?page=2\"}" })
    @Covers(172)
    void a_malformed_link_is_an_invalid_response_and_never_the_last_page(String link) {
        for (String option : List.of("", "&streaming=true")) {
            int before = server.requestCount();
            server.then(json(200, rows("a"), "Link: " + link));
            IntegratorioTransportException invalid = fail(IntegratorioTransportException.class, LIST + option, null);
            assertTrue(invalid.getReason().contains("link") || invalid.getReason().contains("Link"), "" + invalid);
            assertEquals(1, server.requestCount() - before);
        }
    }

    @Test
    @Covers(172)
    void a_list_with_a_malformed_link_is_read_again() {
        String uri = LIST + "&maxRetries=1&retryDelay=1";
        server.then(json(200, rows("a"), "Link: <?page=2>; rel=\"next"),
                json(200, rows("a"), "Link: <?page=2>; rel=\"next\""), json(200, rows("b")),
                json(200, rows("a"), "Link: <?page=2; rel=\"next\""), json(200, rows("a", "b")));
        assertEquals(List.of("a", "b"), ids(uri));
        assertEquals(List.of("a", "b"), ids(uri + "&streaming=true"));
    }

    @ParameterizedTest
    @ValueSource(strings = { ";", ";a=", "; a=\"x y\" ", " ; a", "; " })
    @Covers(172)
    void a_link_of_the_maximum_header_length_is_read_completely(String parameter) {
        String parameters = parameter.repeat(16_000 / parameter.length());
        server.then(json(200, rows("a"), "Link: <?page=2>" + parameters + "; rel=next"), json(200, rows("b")));
        List<String> ids = ids(LIST);

        assertEquals(List.of("a", "b"), ids);
    }

    @Test
    void a_streamed_list_is_read_only_as_fast_as_the_route_reads_it() throws Exception {
        server.then(
                ScriptedServer.endless("HTTP/1.1 200 X\r\nContent-Type: application/json\r\n\r\n[{\"_id\":\"first\"}",
                        ",{\"_id\":\"next\",\"padding\":\"" + "x".repeat(10_000) + "\"}", Long.MAX_VALUE));
        long before = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        Exchange exchange = stream(LIST + "&streaming=true");
        Iterator<?> rows = exchange.getMessage().getBody(Iterator.class);
        for (int i = 0; i < 50_000; i++) {
            rows.next();
        }
        System.gc();
        long after = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();

        assertTrue(after - before < 64L << 20, "holds " + (after - before >> 20) + " MB of 500 MB read");
        ((java.io.Closeable) rows).close();
    }

    @Test
    void a_streamed_list_can_be_split_and_a_fault_halfway_fails_the_exchange() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:list").to(LIST + "&streaming=true&outputType=json").split(body()).streaming()
                        .to("mock:row");
            }
        });
        server.then(json(200, rows("a", "b", "c")),
                ScriptedServer
                        .raw("HTTP/1.1 200 X\r\nContent-Length: 500\r\n\r\n[{\"_id\":\"a\"},{\"_id\":\"b\"},{\"_i"));
        getMockEndpoint("mock:row").expectedBodiesReceived("{\"_id\":\"a\"}", "{\"_id\":\"b\"}", "{\"_id\":\"c\"}");
        template.sendBody("direct:list", null);
        getMockEndpoint("mock:row").assertIsSatisfied();

        getMockEndpoint("mock:row").reset();
        Exchange broken = template.send("direct:list", one -> {});
        assertTrue(broken.getException() != null, "the truncation was not detected");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "&streaming=true" })
    void the_page_size_is_asked_for_once_and_the_next_page_is_requested_as_the_api_names_it(String option) {
        server.then(json(200, rows("a"), "Link: <?skip=1&limit=1>; rel=next"), json(200, rows("b")),
                json(200, rows("c")));
        assertEquals(List.of("a", "b"), ids(LIST + "&pageSize=2" + option));
        assertEquals(List.of("c"), ids(LIST + option));
        assertTrue(server.requests().get(0).startsWith("GET " + PATH + "?limit=2 HTTP/1.1"), server.requests().get(0));
        assertTrue(server.requests().get(1).startsWith("GET " + PATH + "?skip=1&limit=1 HTTP/1.1"),
                server.requests().get(1));
        assertTrue(server.requests().get(2).startsWith("GET " + PATH + " HTTP/1.1"), server.requests().get(2));

        server.then(json(200, rows("a"), "Link: <?limit=2>; rel=next"));
        Exchange cycle = stream(LIST + "&pageSize=2" + option);
        assertTrue(cycle.getException() != null || org.junit.jupiter.api.Assertions.assertThrows(Exception.class,
                () -> cycle.getMessage().getBody(Iterator.class).forEachRemaining(row -> {})) != null);
        assertEquals(4, server.requestCount());
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "&streaming=true" })
    void a_byte_order_mark_is_skipped_on_every_page(String option) {
        server.then(json(200, "\ufeff" + rows("a"), "Link: <?page=2>; rel=next"), json(200, "\ufeff \n" + rows("b")));
        assertEquals(List.of("a", "b"), ids(LIST + option));
    }

    @Test
    void a_streamed_error_document_with_a_byte_order_mark_is_reported_without_the_token_that_it_echoes() {
        server.then(json(200, "\ufeff{\"errors\":[{\"code\":\"access_restricted\",\"message\":\"canary-token\"}]}"));
        Iterator<?> rows = stream(LIST + "&streaming=true").getMessage().getBody(Iterator.class);
        Exception error = org.junit.jupiter.api.Assertions.assertThrows(Exception.class, rows::hasNext);
        assertTrue(error.getCause() instanceof IntegratorioApiException refused
                && refused.hasError("access_restricted"), "" + error.getCause());
        assertTrue(!error.getCause().getMessage().contains("canary-token"), "" + error.getCause());
    }

    @ParameterizedTest
    @ValueSource(strings = { "text/html", "Text/HTML; charset=utf-8", "application/json; charset=utf-16" })
    void a_page_that_is_html_or_not_utf_8_is_no_list_however_it_is_read(String type) {
        for (String option : List.of("", "&streaming=true")) {
            for (String body : List.of("[]", rows("c"))) {
                server.then(json(200, rows("a"), "Link: <?page=2>; rel=next"), of(200, type, body));
                Exchange exchange = stream(LIST + option);
                Exception failure = exchange.getException() != null ? exchange.getException()
                        : assertThrows(RuntimeCamelException.class, () -> exchange.getMessage().getBody(Iterator.class)
                                .forEachRemaining(row -> {}));
                assertInstanceOf(IntegratorioTransportException.class,
                        failure instanceof RuntimeCamelException ? failure.getCause() : failure);
            }
        }
    }

    @Test
    void a_page_that_is_cut_before_its_first_row_fails_as_a_lost_response() {
        server.then(json(200, rows("a"), "Link: <?page=2>; rel=next"), ScriptedServer
                .raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n"));
        Iterator<?> rows = stream(LIST + "&streaming=true").getMessage().getBody(Iterator.class);
        assertInstanceOf(IntegratorioTransportException.class,
                assertThrows(RuntimeCamelException.class, () -> rows.forEachRemaining(row -> {})).getCause());
    }

    @Test
    void a_streamed_error_document_is_reported_as_that_error() {
        server.then(json(200, "{\"errors\":[{\"code\":\"access_restricted\"}]}"), json(403, "{\"message\":\"no\"}"));
        Iterator<?> rows = stream(LIST + "&streaming=true").getMessage().getBody(Iterator.class);
        Exception error = org.junit.jupiter.api.Assertions.assertThrows(Exception.class, rows::hasNext);
        assertTrue(
                error.getCause() instanceof IntegratorioApiException refused && refused.hasError("access_restricted"),
                "" + error.getCause());
        assertEquals(403, fail(IntegratorioApiException.class, LIST + "&streaming=true", null).getStatusCode());
    }

    @Test
    void a_streamed_list_whose_first_page_fails_is_not_open() {
        server.then(json(500, "{}"), json(403, "{}"));
        assertTrue(stream(LIST + "&streaming=true").getException() != null);
        assertTrue(stream(LIST + "&streaming=true").getException() != null);
        assertEquals(0, RunningComponent.rateLimiters(context).get(0)
                .streams().open());
    }
}
