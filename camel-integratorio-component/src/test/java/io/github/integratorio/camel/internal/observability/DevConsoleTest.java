package io.github.integratorio.camel.internal.observability;

import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.ScriptedServerTestSupport;
import org.apache.camel.console.DevConsole;
import org.apache.camel.console.DevConsole.MediaType;
import org.apache.camel.console.DevConsoleRegistry;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static io.github.integratorio.camel.support.ScriptedServer.reset;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The dev console of this component, found as Camel finds it. */
class DevConsoleTest extends ScriptedServerTestSupport {

    private static final String SELL =
            "integratorio:licenses?operation=create&connectorId=c1&email=jane@example.com&expires=P30D";

    @BeforeEach
    void doNotWaitForCallsAtTheEnd() {
        context.getShutdownStrategy().setTimeUnit(TimeUnit.MILLISECONDS);
    }

    private DevConsole console() {
        DevConsoleRegistry registry = context.getCamelContextExtension().getContextPlugin(DevConsoleRegistry.class);
        return registry.resolveById("integratorio");
    }

    private String text() {
        return (String) console().call(MediaType.TEXT);
    }

    private JsonObject asJson() {
        return (JsonObject) console().call(MediaType.JSON);
    }

    private static Map<?, ?> first(Object array) {
        return (Map<?, ?>) ((JsonArray) array).get(0);
    }

    @Test
    void the_console_is_empty_before_the_first_endpoint() {
        assertEquals("", text().lines().filter(line -> line.startsWith("Account")).findFirst().orElse(""));
        assertEquals(0, ((JsonArray) asJson().get("accounts")).size());
    }

    @Test
    void the_console_shows_the_rate_limiter_its_queue_and_its_pause() {
        server.then(json(429, "{}", "Retry-After: 50"));
        template.asyncSend(CREATE + "&maxRetries=3", exchange -> exchange.getMessage().setBody(NEW));
        await().until(() -> text().contains("paused for another "));
        template.asyncSend(GET, exchange -> {});
        await().until(() -> text().contains("Account: 0 in flight, 1 queued, "));

        Map<?, ?> account = first(asJson().get("accounts"));
        assertEquals(0, account.get("inFlight"));
        assertEquals(1, account.get("queued"));
        assertTrue((long) account.get("pausedMilliseconds") > 0, account.toString());
        assertTrue((int) account.get("requestsPerSecond") > 0, account.toString());
    }

    @Test
    void the_console_shows_the_calls_in_flight() {
        server.then(server.rawThenSilence(""));
        template.asyncSend(GET, exchange -> {});
        await().until(() -> text().contains("Account: 1 in flight, 0 queued"));

        assertEquals(1, first(asJson().get("accounts")).get("inFlight"));
    }

    @Test
    @Covers(247)
    void the_console_shows_counts_and_the_last_failures_without_secrets() {
        server.then(json(200, LICENSE), reset(),
                json(422,
                        "{\"errors\":[{\"code\":\"invalid_user\",\"message\":\"no user jane@example.com for Bearer canary-token\"}]}"),
                json(401, "{\"message\":\"bad token canary-token of jane@example.com\"}"));
        send(GET, null);
        send(GET, null);
        send(SELL, null);
        send(GET, null);
        String text = text();
        String json = asJson().toJson();

        assertTrue(text.contains("Requests: 1 succeeded, failed {UNAUTHORIZED=1, REJECTED=1, AMBIGUOUS=1}"), text);
        assertTrue(text.contains("REJECTED licenses create") && text.contains("invalid_user"), text);
        assertEquals(Map.of("OK", 1L, "AMBIGUOUS", 1L, "REJECTED", 1L, "UNAUTHORIZED", 1L), asJson().get("requests"));
        assertEquals(3, ((JsonArray) asJson().get("lastFailures")).size());
        assertEquals("licenses get", first(asJson().get("lastFailures")).get("call"));
        for (String shown : new String[] { text, json }) {
            assertFalse(shown.contains("canary") || shown.contains("jane@") || shown.contains("ane@"), shown);
        }
    }

    @Test
    void the_console_shows_the_last_ten_failures() {
        for (int i = 0; i < 12; i++) {
            server.then(json(400, "{\"errors\":[{\"code\":\"number_" + i + "\"}]}"));
            send(GET, null);
        }
        String text = text();

        assertFalse(text.contains("number_1\"") || text.contains("number_0"), text);
        assertTrue(text.contains("number_2") && text.contains("number_11"), text);
        assertEquals(10, ((JsonArray) asJson().get("lastFailures")).size());
    }
}
