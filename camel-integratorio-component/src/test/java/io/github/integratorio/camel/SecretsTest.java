package io.github.integratorio.camel;

import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.github.integratorio.camel.internal.client.TokenSource;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.LogCapture;
import io.github.integratorio.camel.support.ScriptedServer;
import io.github.integratorio.camel.support.ScriptedServerTestSupport;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static io.github.integratorio.camel.support.ScriptedServer.raw;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Tokens and email addresses are not disclosed, and each account uses its own token. */
class SecretsTest extends ScriptedServerTestSupport {

    @Test
    @Covers(245)
    void an_endpoint_shows_no_token_even_if_its_uri_contains_one() {
        Endpoint endpoint = context.getEndpoint(GET + "&accessToken=canary-in-uri");
        assertFalse(endpoint.toString().contains("canary-in-uri"), endpoint.toString());
        server.then(json(500, "{}"));
        Exception failed = send(GET + "&accessToken=canary-in-uri", null).getException();
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            assertFalse(cause.toString().contains("canary-in-uri"), cause.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "&streaming=true" })
    void no_cause_of_a_failure_quotes_an_address_of_what_is_not_http(String option) {
        String row = "[{\"_id\":\"aa\",\"user\":{\"email\":\"jane.doe@example.com\"}}]\r\n";
        for (String answer : List.of(row,
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" + row,
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n[\r\n"
                        + row)) {
            server.then(raw(answer));
            Exchange exchange = send(LIST + "&maxRetries=0" + option, null);
            Exception failed = exchange.getException() != null ? exchange.getException()
                    : assertThrows(Exception.class, () -> exchange.getMessage().getBody(Iterator.class).hasNext());
            for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
                assertFalse(cause.toString().contains("jane.doe@"), cause.toString());
            }
        }
    }

    @Test
    @Covers(248)
    void camel_main_masks_the_token_in_its_summary() throws Exception {
        try (LogCapture log = new LogCapture()) {
            Main main = new Main();
            main.addInitialProperty("camel.component.integratorio.accessToken", "canary-in-properties");
            main.addInitialProperty("camel.component.integratorio.region", "EU");
            main.start();
            try {
                assertEquals("canary-in-properties",
                        main.getCamelContext().getComponent("integratorio", IntegratorioComponent.class)
                                .getConfiguration().getAccessToken());
            } finally {
                main.stop();
            }
            // The lines of the summary, whatever their level. Camel Main's other debug lines, which repeat what it is given, are not for
            // us to mask.
            List<String> summary = log.lines().stream().filter(line -> line.contains("sensitiveAwareLogging")).toList();
            assertTrue(summary.stream().anyMatch(
                    line -> line.contains("camel.component.integratorio.accessToken = xxxxxx")), "" + summary);
            assertEquals(List.of(), summary.stream().filter(line -> line.contains("canary-in-properties")).toList());
        }
    }

    @Test
    @Covers(250)
    void calls_of_two_accounts_never_use_each_others_token() {
        int calls = Integer.getInteger("secrets.calls", 2_000);
        IntStream.range(0, calls).forEach(i -> server.then((socket, out) -> json(204, "").give(socket, out)));
        List<CompletableFuture<Exchange>> all = IntStream.range(0, calls).mapToObj(i -> template.asyncSend(
                "integratorio:licenses?operation=delete&connectorId=account" + i % 2
                        + "&licenseId=l1&requestTimeout=60000&accessToken=token-of-account" + i % 2,
                exchange -> {})).toList();
        all.forEach(one -> assertEquals(null, one.join().getException()));

        assertEquals(calls, server.requestCount());
        for (String request : server.requests()) {
            String account = request.substring(request.indexOf("account"), request.indexOf("account") + 8);
            assertTrue(request.contains("Bearer token-of-" + account + "\r\n"), request);
        }
    }

    @Test
    @Covers(251)
    void a_serialized_exception_contains_no_token_and_no_unmasked_email_address() throws Exception {
        String create = "integratorio:licenses?operation=create&connectorId=c1&expires=P30D&operationTimeout=100";
        server.then(json(422,
                "{\"errors\":[{\"code\":\"invalid_user\",\"message\":\"jane@example.com is none, Bearer canary-token\"}]}"),
                json(429, "{\"errors\":[{\"code\":\"rate_limited\",\"message\":\"jane@example.com\"}]}",
                        "Retry-After: 99"),
                ScriptedServer.reset());
        for (int i = 0; i < 3; i++) {
            Exception failed = send(create, "{\"email\":\"jane@example.com\"}").getException();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            new ObjectOutputStream(bytes).writeObject(failed);
            String text = bytes.toString(StandardCharsets.ISO_8859_1);
            assertTrue(text.contains("licenses create"), "the text must name the operation");
            assertFalse(text.contains("canary-token") || text.contains("jane@"), failed.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "\\\"joe blow\\\"@x.com", "joe%20blow%40x.com", "joe.blow%2540x.com", "joe.blow&#64;x.com",
            "joe.blow\uFF20x.com", "o'blow@x.com", "joe.blow{x}@x.com", "{{joe.blow}}@x.com", "j\u00f6e.blow@x.com",
            "mailto:joe.blow%40x.com?x" })
    void an_address_in_a_text_of_the_api_is_masked_in_each_of_its_forms(String address) {
        server.then(
                json(422, "{\"errors\":[{\"code\":\"invalid_user\",\"message\":\"no user " + address + " here\"}]}"));
        String text = String.valueOf(send(GET, null).getException());
        assertFalse(text.contains("blow"), text);
        assertTrue(text.contains("no user") && text.contains("x.com"), text);
    }

    @ParameterizedTest
    @ValueSource(strings = { "${INTEGRATOR_IO_TOKEN}", "{{INTEGRATOR_IO_TOKEN}}", "{{env:INTEGRATOR_IO_TOKEN}}",
            "$INTEGRATOR_IO_TOKEN", "<token>", "%INTEGRATOR_IO_TOKEN%", "${env.INTEGRATOR_IO_TOKEN:none}" })
    void a_token_that_still_is_a_placeholder_is_refused_before_anything_is_sent(String token) throws Exception {
        String message = assertThrows(IllegalArgumentException.class, () -> TokenSource.check("accessToken", token))
                .getMessage();
        assertTrue(message.startsWith("accessToken: ") && message.contains("placeholder")
                && message.contains(token.replaceAll(":none", "")
                        .replaceAll("env\\.INTEGRATOR_IO_TOKEN.*", "env.INTEGRATOR_IO_TOKEN")),
                message);
        assertFalse(message.contains("none"), message);
        context.getComponent("integratorio", IntegratorioComponent.class).getConfiguration()
                .setAccessTokenSupplier(() -> token);
        assertTrue(String.valueOf(send(GET, null).getException()).contains("accessTokenSupplier"));
        assertEquals(0, server.requestCount());
    }

    @Test
    void a_token_whose_plus_sign_the_uri_turned_into_a_space_is_refused_with_what_to_write() throws Exception {
        Exception refused = assertThrows(Exception.class,
                () -> context.getEndpoint(GET + "&accessToken=canary+token").createProducer().start());
        assertTrue(refused.getMessage().contains("RAW(") && !refused.getMessage().contains("canary"),
                refused::toString);
        server.then(json(200, LICENSE));
        assertEquals(null, send(GET + "&accessToken=RAW(canary+token)", null).getException());
        assertTrue(server.requests().get(0).contains("Bearer canary+token\r\n"));
    }

    @Test
    void a_token_with_unusual_characters_is_no_placeholder() {
        for (String token : List.of("a$b", "{a}", "$2a$10$abc.def", "50%", "a<b")) {
            assertEquals(token, TokenSource.check("accessToken", token));
        }
    }

    @Test
    void a_proxy_does_not_get_the_token_in_clear_text() {
        String proxied = GET + "&proxyHost=proxy.example&proxyPort=3128";
        Exception refused = assertThrows(Exception.class, () -> context.getEndpoint(proxied).createProducer().start());
        assertTrue(refused.getMessage().contains("allowInsecureHttp") && refused.getMessage().contains("proxyHost"),
                refused.getMessage());
    }

    @Test
    void the_properties_of_an_exchange_show_no_address() {
        server.then(json(200, LICENSE));
        Exchange exchange = send(GET, null);
        assertFalse(exchange.getProperties().toString().contains("jane"), exchange.getProperties().toString());
    }
}
