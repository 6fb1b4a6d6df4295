package io.github.integratorio.camel.internal.client;

import java.util.List;
import java.util.stream.Stream;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.IntegratorioRateLimitException;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.ScriptedServer;
import io.github.integratorio.camel.support.ScriptedServer.Answer;
import io.github.integratorio.camel.support.ScriptedServerTestSupport;
import org.apache.camel.Exchange;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static io.github.integratorio.camel.support.ScriptedServer.of;
import static io.github.integratorio.camel.support.ScriptedServer.raw;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Responses that are errors or invalid. */
class ResponseValidationTest extends ScriptedServerTestSupport {

    @Override
    protected void configure(IntegratorioComponent component) {
        component.getConfiguration().setMaxResponseSize(64 * 1024);
    }

    static Stream<Arguments> invalid() {
        String deep = "[".repeat(101) + "]".repeat(101);
        return Stream.of(
                Arguments.of("HTML", of(200, "text/html", "<html>log in</html>")),
                Arguments.of("HTML that is JSON", of(200, "text/html", LICENSE)),
                Arguments.of("latin-1", of(200, "application/json; charset=iso-8859-1", LICENSE)),
                Arguments.of("utf-16", of(200, "application/json;charset=\"utf-16\"", LICENSE)),
                Arguments.of("gzip", of(200, "application/json", "x", "Content-Encoding: gzip")),
                Arguments.of("too long by its length", of(200, "application/json", LICENSE + " ".repeat(65 * 1024))),
                Arguments.of("endless", ScriptedServer.endless("HTTP/1.1 200 X\r\n\r\n[", "1,", Long.MAX_VALUE)),
                Arguments.of("deep", json(200, "{\"_id\":\"l1\",\"a\":" + deep + "}")),
                Arguments.of("very deep", json(200, "[".repeat(60_000))),
                Arguments.of("a number of many digits", json(200, "{\"_id\":\"l1\",\"a\":" + "9".repeat(50_000) + "}")),
                Arguments.of("an exponent of many digits",
                        json(200, "{\"_id\":\"l1\",\"a\":1e175363249279386596760533878}")),
                Arguments.of("NaN", json(200, "{\"_id\":\"l1\",\"a\":NaN}")),
                Arguments.of("duplicate keys", json(200, "{\"_id\":\"l1\",\"_id\":\"l1\"}")),
                Arguments.of("another id", json(200, LICENSE.replace("l1", "l2"))),
                Arguments.of("no id", json(200, "{\"expires\":\"2099-01-31T12:00:00.000Z\"}")),
                Arguments.of("an array", json(200, "[]")),
                Arguments.of("no object", json(200, "true")),
                Arguments.of("206", json(206, LICENSE)),
                Arguments.of("shorter than its length", raw("HTTP/1.1 200 X\r\nContent-Length: 500\r\n\r\n" + LICENSE)),
                Arguments.of("a truncated chunk",
                        raw("HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n50\r\n{\"_id\"")),
                Arguments.of("cut JSON", raw("HTTP/1.1 200 X\r\n\r\n" + LICENSE.substring(0, 20))),
                Arguments.of("two lengths",
                        raw("HTTP/1.1 200 X\r\nContent-Length: 5\r\nContent-Length: 500\r\n\r\n" + LICENSE)),
                Arguments.of("a negative length",
                        raw("HTTP/1.1 200 X\r\nContent-Length: -1\r\n\r\n" + LICENSE.substring(0, 9))),
                Arguments.of("a huge length",
                        raw("HTTP/1.1 200 X\r\nContent-Length: 99999999999999\r\n\r\n" + LICENSE)),
                Arguments.of("an SSH banner", raw("SSH-2.0-OpenSSH_9.2\r\n")),
                Arguments.of("endless headers",
                        ScriptedServer.endless("HTTP/1.1 200 X\r\n", "X-A: b\r\n", Long.MAX_VALUE)),
                Arguments.of("status 599", json(599, LICENSE)),
                Arguments.of("a reset", ScriptedServer.reset()),
                Arguments.of("a close", raw("")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("invalid")
    @Covers({ 13, 14, 20, 21, 22, 25, 26, 27, 30, 39, 40, 56, 157, 159, 160, 161, 162, 163, 164, 166 })
    void an_invalid_response_fails_a_read_and_leaves_a_write_ambiguous(String description, Answer answer) {
        server.then(answer, answer);
        Exception read = send(GET, null).getException();
        Exception write = send("integratorio:licenses?operation=update&connectorId=c1&licenseId=l1",
                "{\"expires\":\"2099-01-31T12:00:00Z\"}").getException();

        assertTrue(read instanceof IntegratorioTransportException || read instanceof IntegratorioApiException,
                String.valueOf(read));
        assertEquals(IntegratorioAmbiguousOutcomeException.class, write == null ? null : write.getClass(),
                String.valueOf(write));
        assertEquals(2, server.requestCount(), "each request is sent once");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("invalid")
    @Covers({ 13, 14, 20, 21, 22, 25, 26, 27, 30, 39, 40, 56, 157, 159, 160, 161, 162, 163, 164 })
    void a_create_is_never_sent_twice_after_an_invalid_response_even_if_the_route_redelivers(String description,
            Answer answer) throws Exception {
        context.addRoutes(new org.apache.camel.builder.RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(deadLetterChannel("mock:dead").maximumRedeliveries(5).redeliveryDelay(0));
                from("direct:create").to(CREATE);
            }
        });
        // Any id is valid for a new license.
        if (description.equals("another id")) {
            return;
        }
        server.then(answer);
        getMockEndpoint("mock:dead").expectedMessageCount(1);
        template.sendBody("direct:create", NEW);

        getMockEndpoint("mock:dead").assertIsSatisfied();
        Exception cause = getMockEndpoint("mock:dead").getExchanges().get(0)
                .getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        assertEquals(IntegratorioAmbiguousOutcomeException.class, cause.getClass(), String.valueOf(cause));
        assertEquals(1, server.requestCount());
    }

    @ParameterizedTest
    @ValueSource(ints = { 400, 401, 403, 404, 405, 409, 415, 422 })
    @Covers(47)
    void a_rejected_call_is_sent_once_and_keeps_its_status_and_error_entries(int status) {
        server.then(json(status,
                "{\"errors\":[{\"code\":\"invalid_field\",\"message\":\"no: jane@example.com\",\"field\":\"opts\"},{\"code\":\"x\"}]}"));
        IntegratorioApiException refused = fail(IntegratorioApiException.class, CREATE, NEW);

        assertEquals(status, refused.getStatusCode());
        assertEquals("invalid_field", refused.getErrors().get(0).code());
        assertEquals("opts", refused.getErrors().get(0).field());
        assertTrue(refused.hasError("x"));
        assertTrue(refused.getMessage().contains("connectors create") && refused.getMessage().contains("" + status),
                refused.getMessage());
        assertEquals(1, server.requestCount());
        assertTrue(refused instanceof HttpOperationFailedException);
    }

    @ParameterizedTest
    @ValueSource(ints = { 500, 502, 503, 504, 520, 408, 425, 402, 410, 413, 418, 451, 499 })
    @Covers({ 50, 53, 54, 55 })
    void a_server_error_leaves_a_write_ambiguous_and_fails_a_read_with_its_status(int status) {
        server.then(json(status, "{\"message\":\"oops\"}"), json(status, "{\"message\":\"oops\"}"));
        IntegratorioAmbiguousOutcomeException write = fail(IntegratorioAmbiguousOutcomeException.class, CREATE, NEW);
        IntegratorioApiException read = fail(IntegratorioApiException.class, GET, null);

        assertEquals(status, write.getStatusCode());
        assertTrue(write.getMessage().contains("oops"), write.getMessage());
        assertEquals(status, read.getStatusCode());
        assertTrue(read.getMessage().contains("oops"), read.getMessage());
    }

    @Test
    void a_deletion_that_is_answered_with_a_document_and_errors_is_ambiguous() {
        server.then(json(200, "{\"_id\":\"l1\",\"errors\":[{\"code\":\"x\"}]}"));
        assertTrue(fail(IntegratorioAmbiguousOutcomeException.class, LIST.replace("list", "delete") + "&licenseId=l1",
                null).getMessage().contains("a document and errors"));
    }

    @Test
    @Covers({ 41, 42 })
    void an_errors_document_is_an_error_with_any_status() {
        for (int status : new int[] { 200, 201 }) {
            server.then(json(status, "{\"errors\":[{\"code\":\"invalid_user\"}]}"));
            IntegratorioApiException refused = fail(IntegratorioApiException.class, CREATE, NEW);
            assertTrue(refused.hasError("invalid_user"));
            assertEquals(status, refused.getStatusCode());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "{\"errors\":{}}", "{\"errors\":null}", "{\"errors\":[]}", "{\"errors\":[\"bad\"]}",
            "{\"errors\":[null,1]}",
            "{\"errors\":[{\"code\":{\"a\":1}}]}", "{\"errors\":[[[]]]}", "{\"message\":7}", "[]", "null", "1", "" })
    @Covers(58)
    void malformed_error_documents_keep_their_status(String body) {
        server.then(json(422, body));
        assertEquals(422, fail(IntegratorioApiException.class, CREATE, NEW).getStatusCode());
    }

    @Test
    @Covers({ 57, 253 })
    void a_long_html_error_becomes_one_short_line_without_markup() {
        server.then(of(403, "text/html",
                "<html>\r\n<b>Denied</b>\u001b[31m jane@example.com canary-\r\n" + "<p>x</p>".repeat(5000)));
        IntegratorioApiException refused = fail(IntegratorioApiException.class, GET, null);

        assertTrue(refused.getResponseBody().length() <= 200, refused.getResponseBody());
        assertTrue(refused.getMessage().contains("Denied"), refused.getMessage());
        assertFalse(refused.getMessage().matches("(?s).*[<>\\p{Cntrl}].*"), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = { 301, 302, 303, 307, 308 })
    @Covers({ 43, 44, 45, 46 })
    void a_redirect_is_an_error_and_is_not_followed(int status) throws Exception {
        try (ScriptedServer other = ScriptedServer.start()) {
            server.then(of(status, "text/plain", "moved",
                    "Location: http://user:secret@127.0.0.1:" + other.port() + "/v1/x?a=b"));
            IntegratorioApiException refused = fail(IntegratorioApiException.class, GET, null);

            assertEquals(status, refused.getStatusCode());
            assertEquals("http://127.0.0.1", refused.getRedirectLocation());
            assertFalse(refused.toString().contains("secret"));
            assertEquals(0, other.connectionCount());
            assertEquals(1, server.requestCount());
        }
    }

    @Test
    void the_exception_of_a_429_contains_the_time_to_wait() {
        server.then(json(429, "{\"errors\":[{\"code\":\"rate_limited\"}]}", "Retry-After: 7"));
        IntegratorioRateLimitException limited = fail(IntegratorioRateLimitException.class, CREATE, NEW);

        assertEquals(7, limited.getRetryAfter().toSeconds());
        assertEquals("7", limited.getResponseHeaders().get("Retry-After"));
        assertTrue(limited.hasError("rate_limited"));
        assertNull(limited.getErrors().get(0).field());
        assertNull(limited.getErrors().get(0).message());
    }

    @ParameterizedTest
    @ValueSource(strings = { "http://[", "/v1/x", "mailto:jane@example.com", "" })
    void a_redirect_to_no_host_has_no_location(String location) {
        server.then(of(302, "text/plain", "moved", "Location: " + location));
        assertNull(fail(IntegratorioApiException.class, GET, null).getRedirectLocation());
    }

    @ParameterizedTest
    @CsvSource({ "null, has no document", "[], is not a JSON object", "'', has no document" })
    void the_message_says_what_a_read_got_instead_of_a_document(String body, String message) {
        server.then(json(200, body));
        String reason = fail(IntegratorioTransportException.class, GET, null).getMessage();
        assertTrue(reason.contains(message), reason);
    }

    @Test
    @Covers(158)
    void json_declared_as_plain_text_is_read() {
        server.then(of(200, "text/plain", LICENSE));
        assertEquals("l1", send(GET, null).getMessage().getBody(License.class).getId());
    }

    @Test
    @Covers({ 28, 29 })
    void interim_responses_and_http_1_0_are_accepted() {
        server.then(
                raw("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nConnection: close\r\n"
                        + "Content-Length: " + LICENSE.length() + "\r\n\r\n" + LICENSE),
                raw("HTTP/1.0 200 OK\r\n\r\n" + LICENSE));
        assertEquals("l1", send(GET, null).getMessage().getBody(License.class).getId());
        assertEquals("l1", send(GET, null).getMessage().getBody(License.class).getId());
    }

    @Test
    @Covers(169)
    void a_204_is_an_empty_list() {
        server.then(raw("HTTP/1.1 204 X\r\nConnection: close\r\n\r\n"), json(200, "[]"));
        assertEquals(List.of(), send(LIST, null).getMessage().getBody());
        assertEquals(List.of(), send(LIST, null).getMessage().getBody());
    }

    @ParameterizedTest
    @ValueSource(strings = { "[{}]", "[{\"_id\":1}]", "[{\"_id\":null}]", "[{\"_id\":\"\"}]", "[1]", "[null]", "[[]]",
            "{\"data\":[]}", "{}", "null", "", "[{\"_id\":\"a\"}", "[{\"_id\":\"a\"},", "[{\"_id\":\"a\"}][]",
            "[{\"_id\":\"a\",\"n\":1e175363249279386596760533878}]" })
    @Covers({ 23, 167, 168 })
    void an_invalid_list_is_rejected_as_a_whole(String body) {
        server.then(json(200, body), json(200, body));
        Exception whole = send(LIST, null).getException();
        Exchange streamed = stream(LIST + "&streaming=true");
        assertEquals(IntegratorioTransportException.class, whole == null ? null : whole.getClass(),
                String.valueOf(whole));
        Exception late = org.junit.jupiter.api.Assertions.assertThrows(Exception.class, () -> {
            if (streamed.getException() != null) {
                throw streamed.getException();
            }
            java.util.Iterator<?> rows = streamed.getMessage().getBody(java.util.Iterator.class);
            rows.forEachRemaining(row -> {});
        });
        assertTrue(late instanceof IntegratorioTransportException
                || late.getCause() instanceof IntegratorioTransportException, String.valueOf(late));
    }

    @ParameterizedTest
    @ValueSource(strings = { "X-A: b\rCamelFileName: y", "X-A: b\u0000", "CamelFileName: a\rb",
            "CamelFileName: a\u0000b", "CamelFileName: a\r\n b" })
    @Covers(31)
    void a_header_with_a_line_break_or_nul_is_never_copied_to_the_exchange(String header) {
        server.then(
                raw("HTTP/1.1 200 OK\r\n" + header + "\r\nContent-Length: " + LICENSE.length() + "\r\n\r\n" + LICENSE));
        Exchange exchange = send(GET, null);
        assertTrue(
                exchange.getMessage().getHeaders().keySet().stream()
                        .allMatch(name -> name.startsWith("CamelIntegratorio")),
                exchange.getMessage().getHeaders().toString());
        assertTrue(
                exchange.getException() == null || exchange.getException() instanceof IntegratorioTransportException);
        assertEquals(1, server.requestCount());
    }

    @Test
    @Covers({ 174, 175 })
    void neither_response_headers_nor_json_keys_become_exchange_headers() {
        server.then(json(200, "{\"_id\":\"l1\",\"CamelHttpUri\":\"http://evil/\"}", "CamelBeanMethodName: x",
                "CamelFileName: y"));
        Exchange exchange = send(GET, null);
        assertNull(exchange.getMessage().getHeader("CamelBeanMethodName"));
        assertNull(exchange.getMessage().getHeader("CamelFileName"));
        assertNull(exchange.getMessage().getHeader("CamelHttpUri"));
        assertEquals("http://evil/", exchange.getMessage().getBody(License.class).get("CamelHttpUri"));
    }
}
