package io.github.integratorio.camel;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.ScriptedServer;
import io.github.integratorio.camel.support.ScriptedServer.Answer;
import io.github.integratorio.camel.support.ScriptedServerTestSupport;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Responses of the API that are not a snapshot of the whole list cause no changes. */
class ConsumerSnapshotTest extends ScriptedServerTestSupport {

    private final List<String> changes = new CopyOnWriteArrayList<>();

    @BeforeEach
    void aWatchedList() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("integratorio:licenses?connectorId=c1&startScheduler=false&removalConfirmations=1")
                        .routeId("watch")
                        .process(exchange -> changes
                                .add(exchange.getMessage().getHeader(IntegratorioConstants.CHANGE_TYPE) + " "
                                        + exchange.getMessage().getHeader(IntegratorioConstants.LICENSE_ID)));
            }
        });
    }

    private int poll(Answer... answers) throws Exception {
        server.then(answers);
        return ((IntegratorioConsumer) context.getRoute("watch").getConsumer()).poll();
    }

    private static Answer rows(int from, int to, String... headers) {
        return ScriptedServer.json(200, IntStream.range(from, to).mapToObj(number -> "{\"_id\":\"r" + number + "\"}")
                .collect(Collectors.joining(",", "[", "]")), headers);
    }

    private String next(String page) {
        return "Link: <" + server.baseUrl() + "/connectors/c1/licenses?page=" + page + ">; rel=\"next\"";
    }

    /** The list is complete again: another poll finds no changes. */
    private void nothingHasHappened() throws Exception {
        assertEquals(0, poll(rows(0, 3)));
        assertEquals(List.of(), changes);
    }

    @Test
    void a_byte_order_mark_before_the_list_is_no_change() throws Exception {
        assertEquals(0, poll(ScriptedServer.json(200, "\ufeff[{\"_id\":\"r0\"},{\"_id\":\"r1\"}]", next("2")),
                ScriptedServer.json(200, "\ufeff\r\n [{\"_id\":\"r2\"}]")));
        nothingHasHappened();
    }

    static List<Arguments> noSnapshots() {
        return List.of(
                Arguments.of("the JSON null", ScriptedServer.json(200, "null")),
                Arguments.of("an object", ScriptedServer.json(200, "{}")),
                Arguments.of("an envelope", ScriptedServer.json(200, "{\"data\":[]}")),
                Arguments.of("errors", ScriptedServer.json(200, "{\"errors\":[{\"code\":\"x\"}]}")),
                Arguments.of("an empty body", ScriptedServer.json(200, "")),
                Arguments.of("a page of a proxy", ScriptedServer.of(200, "text/html", "<html>log in</html>")),
                Arguments.of("a row without its id", ScriptedServer.json(200, "[{\"_id\":\"r0\"},{\"name\":\"r1\"}]")),
                Arguments.of("a row with a number for its id", ScriptedServer.json(200, "[{\"_id\":7}]")),
                Arguments.of("a cut list",
                        ScriptedServer
                                .raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[{\"_id\":\"r0\"}")),
                Arguments.of("a cut body", ScriptedServer.raw(
                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n[]")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("noSnapshots")
    @Covers({ 214, 228 })
    void a_response_that_is_not_a_list_of_rows_removes_nothing(String what, Answer answer) throws Exception {
        poll(rows(0, 3));
        for (int more = 0; more < 3; more++) {
            assertThrows(Exception.class, () -> poll(answer));
        }
        nothingHasHappened();
    }

    @Test
    @Covers(214)
    void no_content_is_an_empty_list_and_must_be_seen_three_times() throws Exception {
        poll(rows(0, 3));
        Answer noContent = (socket, out) -> out.write("HTTP/1.1 204 No Content\r\n\r\n".getBytes());
        assertEquals(0, poll(noContent));
        nothingHasHappened();
        assertEquals(0, poll(noContent));
        assertEquals(0, poll(noContent));
        assertEquals(3, poll(noContent));
        assertEquals(List.of("REMOVED r0", "REMOVED r1", "REMOVED r2"), changes);
    }

    static List<Arguments> badPages() {
        return List.of(
                Arguments.of("status 500", ScriptedServer.json(500, "{}")),
                Arguments.of("status 429",
                        ScriptedServer.json(429, "{\"errors\":[{\"code\":\"rate_limited\"}]}", "Retry-After: 1")),
                Arguments.of("HTML", ScriptedServer.of(200, "text/html", "<html></html>")),
                Arguments.of("nothing", ScriptedServer.reset()));
    }

    @ParameterizedTest(name = "page 2 is {0}")
    @MethodSource("badPages")
    @Covers(218)
    void rows_of_the_first_page_are_discarded_if_the_second_page_fails(String what, Answer second) throws Exception {
        poll(rows(0, 3));
        assertThrows(Exception.class, () -> poll(rows(10, 12, next("2")), second));
        nothingHasHappened();
    }

    @Test
    @Covers(221)
    void a_server_that_returns_the_same_page_again_and_again_is_detected() throws Exception {
        poll(rows(0, 3));
        server.then(rows(0, 2, next("2")), rows(0, 2, next("2")));
        int before = server.requestCount();
        assertThrows(Exception.class, this::poll);
        assertTrue(server.requestCount() - before <= 3);
        nothingHasHappened();
    }

    @Test
    @Covers(219)
    void a_removal_in_a_paged_list_is_delivered_after_two_consecutive_polls_without_the_row() throws Exception {
        poll(rows(0, 2, next("2")), rows(2, 4));
        assertEquals(0, poll(rows(0, 2, next("2")), rows(3, 4)));
        assertEquals(0, poll(rows(0, 2, next("2")), rows(2, 4)));
        assertEquals(0, poll(rows(0, 2, next("2")), rows(3, 4)));
        assertEquals(1, poll(rows(0, 2, next("2")), rows(3, 4)));
        assertEquals(List.of("REMOVED r2"), changes);
    }
}
