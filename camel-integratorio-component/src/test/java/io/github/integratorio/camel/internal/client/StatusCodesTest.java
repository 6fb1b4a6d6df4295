package io.github.integratorio.camel.internal.client;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioApiException;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiResponse;
import io.github.integratorio.camel.internal.operation.request.OperationResult;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.EveryCallSupport;
import io.github.integratorio.camel.support.ScriptedServer;
import io.github.integratorio.camel.support.ScriptedServer.Answer;
import io.github.integratorio.camel.support.VirtualClient;
import io.github.integratorio.camel.support.VirtualScheduler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static io.github.integratorio.camel.support.ScriptedServer.of;
import static io.github.integratorio.camel.support.ScriptedServer.raw;
import static io.github.integratorio.camel.support.VirtualClient.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The outcome of every call by response status, and with a contradictory body. */
class StatusCodesTest extends EveryCallSupport {

    private static final Map<String, Object> LICENSE =
            Map.of("email", "jane@example.com", "expires", "2027-01-31T12:00:00.000Z");
    private static final String CREATED =
            "[{\"_id\":\"new\",\"created\":\"2026-06-01T10:00:00.000Z\",\"expires\":\"2027-01-31T12:00:00.000Z\","
                    + "\"user\":{\"email\":\"jane@example.com\"}}]";

    @ParameterizedTest
    @EnumSource
    @Covers({ 36, 37, 38 })
    void a_successful_status_gives_the_value_after_one_request(ApiMethod call) {
        for (int status : call.responseKind().statuses) {
            int before = server.requestCount();
            server.then(status == 204 ? raw("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
                    : json(status, call.responseKind() == ApiMethod.ResponseKind.NOTHING ? "{\"_id\":\"any\"}"
                            : goodBody(call)));
            ApiResponse answer = client.call(call).join();

            assertEquals(status, answer.status());
            assertEquals(1, server.requestCount() - before);
            switch (call.responseKind()) {
                case OBJECT -> {
                    if (call.key() != null) {
                        assertTrue(List.of("c1", "l1").contains(answer.document().get("_id")));
                    }
                }
                case LIST -> assertEquals(status == 204 ? 0 : 1, answer.rows().size());
                default -> assertNull(answer.value());
            }
        }
        assertEquals(List.of(), client.failures);
    }

    static Stream<Answer> createdWhat() {
        return Stream.of(json(201, ""), raw("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"),
                raw("HTTP/1.1 201 Created\r\n\r\n"),
                json(201, "{}"), json(201, "{\"_id\":null}"), json(201, "{\"_id\":7}"), json(201, "{\"_id\":\"\"}"),
                json(201, "{\"_id\":\" \"}"),
                json(201, "{\"errors\":false}"), json(201, "{\"errors\":[]}"), json(201, "{\"errors\":[\"x\"]}"),
                json(201, "{\"errors\":[{\"code\":\"x\"},\"x\"]}"),
                json(201, "[]"), json(201, "\"l1\""), json(201, "null"), raw("HTTP/1.1 204 No Content\r\n\r\n"),
                json(202, "{\"_id\":\"l1\"}"),
                json(503, "{}", "Retry-After: 1"), json(503, "{}", "Retry-After: 86400"),
                json(301, "", "Location: /v1/x"), json(302, ""), json(303, "{}"), raw("HTTP/1.1 304 X\r\n\r\n"),
                json(307, ""), json(402, "{\"message\":\"pay\"}"), json(406, ""), json(410, "{}"), json(411, ""),
                json(413, "{}"), json(418, ""), json(423, "{}"), json(431, "{}"), raw("HTTP/1.1 444 X\r\n\r\n"),
                json(451, "{\"errors\":[{\"code\":\"x\"}]}"), of(460, "text/html", "<html>"), json(499, "{}"));
    }

    @ParameterizedTest
    @MethodSource("createdWhat")
    @Covers({ 39, 40, 54 })
    void a_license_that_may_have_been_created_is_reconciled_and_not_posted_again(Answer answer) {
        server.then(answer, json(200, CREATED));
        OperationResult found = client.create("c1", LICENSE).join();
        assertEquals(List.of(WriteOutcome.RECONCILED), found.outcomes());
        assertEquals("new", ((Map<?, ?>) found.value()).get("_id"));
        assertEquals(2, server.requestCount());

        server.then(answer);
        IntStream.range(0, 20).forEach(i -> server.then(json(200, "[]")));
        assertAmbiguous(failure(client.create("c1", LICENSE)));
        assertEquals(2, server.requests().stream().filter(request -> request.startsWith("POST ")).count());
    }

    @ParameterizedTest
    @MethodSource("createdWhat")
    @Covers({ 39, 40, 54 })
    void a_connector_that_may_have_been_created_is_not_posted_again(Answer answer) {
        server.then(answer);
        assertAmbiguous(failure(client.call(ApiMethod.CREATE_CONNECTOR)));
        assertEquals(1, server.requestCount());
    }

    @ParameterizedTest
    @EnumSource
    @Covers({ 41, 42 })
    void an_errors_document_rejects_the_call_with_any_status(ApiMethod call) {
        for (int status : new int[] { 200, 201, 202 }) {
            int before = server.requestCount();
            server.then(
                    json(status, "{\"errors\":[{\"code\":\"invalid_user\",\"message\":\"no\",\"field\":\"email\"}]}"));
            IntegratorioApiException refused =
                    assertInstanceOf(IntegratorioApiException.class, failure(client.call(call)));

            assertTrue(refused.hasError("invalid_user"));
            assertEquals("email", refused.getErrors().get(0).field());
            assertEquals(1, server.requestCount() - before);
        }
        int before = server.requestCount();
        server.then(json(201, "{\"errors\":[{\"code\":\"invalid_user\"}]}"));
        assertInstanceOf(IntegratorioApiException.class, failure(client.create("c1", LICENSE)));
        assertEquals(1, server.requestCount() - before, "a connector must not be reconciled");
    }

    @ParameterizedTest
    @EnumSource
    @Covers({ 43, 50 })
    void a_status_that_does_not_say_what_happened_leaves_a_write_ambiguous_and_is_not_retried(ApiMethod call) {
        for (int status : new int[] { 300, 302, 305, 402, 406, 410, 413, 418, 444, 451, 460, 499 }) {
            int before = server.requestCount();
            server.then(json(status, "{\"message\":\"oops\"}"));
            Throwable error = failure(client.call(call));
            if (call.isWrite()) {
                assertAmbiguous(error);
                assertEquals(status, ((IntegratorioAmbiguousOutcomeException) error).getStatusCode());
            } else {
                assertEquals(status, assertInstanceOf(IntegratorioApiException.class, error).getStatusCode());
            }
            assertEquals(1, server.requestCount() - before);
        }
    }

    @ParameterizedTest
    @EnumSource(names = { "DELETE_LICENSE", "DELETE_CONNECTOR", "PUSH_UPDATE" })
    @Covers(37)
    void a_write_that_needs_no_document_in_return_is_done_with_any_text(ApiMethod call) {
        for (Answer answer : List.of(of(200, "text/plain", "OK"), of(202, "application/json", "Deleted."),
                of(200, "application/octet-stream", "\u0000\u0001"), json(200, "true"), json(201, "{}"),
                json(203, "[]"),
                of(200, "text/plain; charset=iso-8859-1", "\u00e9"), json(200, " \r\n"), json(205, ""))) {
            int before = server.requestCount();
            server.then(answer);
            client.call(call).join();
            assertEquals(1, server.requestCount() - before);
        }
        for (Answer answer : List.of(of(200, "text/html", "OK"), of(200, "text/plain", "\n<!doctype html>log in"),
                of(200, "application/xhtml+xml", "OK"), json(200, "{\"ok\":"), json(206, "{}"),
                inUtf16("<html>log in</html>", StandardCharsets.UTF_16BE),
                inUtf16("<html>log in</html>", StandardCharsets.UTF_16LE),
                inUtf16("{\"ok\":", StandardCharsets.UTF_16BE))) {
            ambiguous(call, answer);
        }
    }

    /** With a byte order mark. */
    private static Answer inUtf16(String text, Charset charset) {
        byte[] body = ("\uFEFF" + text).getBytes(charset);
        byte[] head = ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        return raw(ByteBuffer.allocate(head.length + body.length).put(head).put(body).array());
    }

    @ParameterizedTest
    @EnumSource(names = { "UPDATE_LICENSE", "UPDATE_CONNECTOR" })
    @Covers(36)
    void a_replacement_is_done_with_a_response_without_a_document(ApiMethod call) {
        for (Answer answer : List.of(raw("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"), json(200, ""),
                raw("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"), json(201, "\r\n"), of(200, "text/plain", "OK"),
                json(200, "null"))) {
            int before = server.requestCount();
            server.then(answer);
            assertNull(client.call(call).join().value());
            assertEquals(1, server.requestCount() - before);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Covers(158)
    void the_charset_is_read_in_every_spelling_and_a_byte_order_mark_is_skipped(ApiMethod call) {
        String mark = call.responseKind() == ApiMethod.ResponseKind.NOTHING ? "" : "\ufeff";
        for (String type : List.of("application/json; charset=\"utf-8\"", "application/json;charset=\"UTF-8\" ; x=y",
                "application/json; charset='utf-8'", "application/json;Charset=utf8;", "application/json; charset=")) {
            int before = server.requestCount();
            server.then(of(200, type, goodBody(call)), of(200, type, mark + goodBody(call)));
            client.call(call).join();
            client.call(call).join();
            assertEquals(2, server.requestCount() - before);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Covers(253)
    void no_message_shows_a_token_that_the_response_echoes(ApiMethod call) {
        for (Answer answer : List.of(json(200, "{\"errors\":[{\"code\":\"canary-token\",\"field\":\"canary-token\"}]}"),
                json(201, "{\"errors\":[{\"message\":\"canary\\u002dtoken\"}]}"), json(200, "[canary-token]"),
                json(422, "{\"message\":\"for canary\\u002dtoken\"}"), of(400, "text/plain", "x canary-token"),
                of(404, "canary-token", "", "Location: http://canary-token/"),
                raw("HTTP/1.1 canary-token\r\n\r\n"), raw("canary-token\r\n".repeat(20)))) {
            IntStream.range(0, 6).forEach(i -> server.then(answer));
            for (Throwable e = failure(client.call(call)); e != null; e = e.getCause()) {
                String told = e + (e instanceof IntegratorioApiException refused
                        ? refused.getErrors() + " " + refused.getResponseHeaders() + refused.getRedirectLocation()
                        : "");
                assertFalse(told.contains(TOKEN), told);
            }
            server.clear();
        }
    }

    @ParameterizedTest
    @EnumSource
    @Covers({ 43, 44, 46 })
    void a_redirect_is_not_followed_and_its_target_is_not_in_the_message(ApiMethod call) throws Exception {
        try (ScriptedServer other = ScriptedServer.start()) {
            String host = "127.0.0.1:" + other.port();
            for (int status : new int[] { 301, 302, 303, 307, 308 }) {
                for (String location : List.of("http://" + host + "/v1/x", "//" + host + "/v1/x",
                        "http://jane:secret@" + host + "/v1/x?token=secret",
                        "http://" + host + "/%0d%0aX-Secret:%20secret", "http://" + host + "/\r\n secret", "/secret",
                        "http://[secret", "")) {
                    int before = server.requestCount();
                    server.then(of(status, "text/plain", "", "Location: " + location));
                    Throwable error = failure(client.call(call));

                    String told = error.toString();
                    if (call.isWrite()) {
                        assertAmbiguous(error);
                        assertEquals(status, ((IntegratorioAmbiguousOutcomeException) error).getStatusCode());
                    } else {
                        IntegratorioApiException refused = assertInstanceOf(IntegratorioApiException.class, error);
                        assertEquals(status, refused.getStatusCode());
                        told += refused.getRedirectLocation() + " " + refused.getResponseHeaders();
                    }
                    assertFalse(told.contains("secret") || told.contains("\n") || told.contains(TOKEN), told);
                    assertEquals(1, server.requestCount() - before);
                }
            }
            assertEquals(0, other.connectionCount());
        }
    }

    @ParameterizedTest
    @EnumSource
    @Covers({ 48, 49 })
    void a_401_is_retried_once_with_another_token_and_never_with_the_same(ApiMethod call) {
        Iterator<String> tokens = List.of("first", "second", "second").iterator();
        try (VirtualClient renewing =
                new VirtualClient(server.baseUrl(), tokens::next, VirtualClient.RETRY, VirtualClient.RATE_LIMITS,
                        new VirtualScheduler(VirtualClient.START))) {
            server.then(json(401, "{\"message\":\"no\"}"), good(call));
            renewing.call(call).join();
            assertEquals(2, server.requestCount());
            assertTrue(server.requests().get(1).contains("Bearer second\r\n"), server.requests().get(1));

            server.then(json(401, "{\"message\":\"no\"}"));
            assertEquals(401,
                    assertInstanceOf(IntegratorioApiException.class, failure(renewing.call(call))).getStatusCode());
            assertEquals(3, server.requestCount());
        }
        assertFalse(tokens.hasNext());
    }

    @ParameterizedTest
    @EnumSource
    @Covers({ 51, 52 })
    void a_404_is_a_success_only_for_a_delete_with_an_ambiguous_attempt(ApiMethod call) {
        server.then(json(404, "{}"));
        assertEquals(404, assertInstanceOf(IntegratorioApiException.class, failure(client.call(call))).getStatusCode());
        assertEquals(1, server.requestCount());
        if (!NEVER_TWICE.contains(call)) {
            server.then(ScriptedServer.reset(), json(404, "{}"));
            CompletableFuture<ApiResponse> second = client.call(call);
            assertEquals(3, server.requestCount());
            if (call.method().equals("DELETE")) {
                assertEquals(404, second.join().status());
            } else {
                assertEquals(
                        call.isWrite() ? IntegratorioAmbiguousOutcomeException.class : IntegratorioApiException.class,
                        failure(second).getClass());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @Covers({ 53, 55 })
    void a_failing_server_receives_six_idempotent_requests_or_one_other_request(ApiMethod call) {
        for (int status : new int[] { 500, 502, 503, 504, 520, 408, 425 }) {
            int before = server.requestCount();
            int tries = NEVER_TWICE.contains(call) ? 1 : 6;
            IntStream.range(0, tries).forEach(i -> server.then(json(status, "{\"message\":\"oops\"}")));
            Throwable error = failure(client.call(call));
            if (call.isWrite()) {
                assertAmbiguous(error);
                assertEquals(status, ((IntegratorioAmbiguousOutcomeException) error).getStatusCode());
            } else {
                assertEquals(status, assertInstanceOf(IntegratorioApiException.class, error).getStatusCode());
            }
            assertEquals(tries, server.requestCount() - before);
            assertEquals(tries, client.context.attempts());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 400, 404, 415, 422 })
    void an_error_whose_body_is_compressed_is_judged_by_its_status(int status) {
        server.then(of(status, "application/json", "\u001f\u008b", "Content-Encoding: gzip"));
        IntegratorioApiException refused =
                assertInstanceOf(IntegratorioApiException.class, failure(client.call(ApiMethod.CREATE_CONNECTOR)));

        assertEquals(status, refused.getStatusCode());
        assertEquals("", refused.getDetails());
        assertEquals(1, server.requestCount());
    }

    @ParameterizedTest
    @ValueSource(ints = { 403, 502 })
    @Covers(57)
    void an_error_page_of_two_megabytes_gives_one_line_of_the_message(int status) {
        String page = "<html>\r\n<script>alert(1)</script><h1>Denied</h1>" + "<p>lorem ipsum</p>\r\n".repeat(110_000);
        server.then(of(status, "text/html", page), of(status, "text/html", page));
        Throwable error = failure(client.call(ApiMethod.CREATE_CONNECTOR));
        assertEquals(status == 403 ? IntegratorioApiException.class : IntegratorioAmbiguousOutcomeException.class,
                error.getClass());

        assertTrue(page.length() > 2_000_000 && error.getMessage().length() <= 300, error.getMessage());
        assertTrue(error.getMessage().contains("Denied"), error.getMessage());
        assertFalse(error.getMessage().matches("(?s).*[<>\\r\\n].*"), error.getMessage());
        assertEquals(1, server.requestCount());
    }

    @Test
    @Covers(57)
    void an_error_page_beyond_the_maximum_response_size_leaves_a_write_ambiguous() {
        server.then(of(403, "text/html", "x".repeat(5 << 20)));
        assertAmbiguous(failure(client.call(ApiMethod.CREATE_CONNECTOR)));
        assertEquals(1, server.requestCount());
    }
}
