package io.github.integratorio.camel.internal.operation.write;

import java.util.Map;

import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.support.ScriptedServer;
import io.github.integratorio.camel.support.ScriptedServer.Answer;
import io.github.integratorio.camel.support.ScriptedServerTestSupport;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static io.github.integratorio.camel.support.ScriptedServer.of;
import static io.github.integratorio.camel.support.ScriptedServer.raw;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** An update whose response contains no document is done, and the document is read to return it. */
class UpdateWithoutDocumentTest extends ScriptedServerTestSupport {

    private static final String UPDATE = "integratorio:licenses?operation=update&connectorId=c1&licenseId=l1";
    private static final Map<String, Object> BODY = Map.of("expires", "2099-01-31T12:00:00.000Z");

    private static Answer nothing(String status) {
        return raw("HTTP/1.1 " + status + " X\r\nConnection: close\r\n\r\n");
    }

    private static void assertUpdated(Exchange exchange) {
        assertNull(exchange.getException());
        assertEquals(WriteOutcome.UPDATED, exchange.getMessage().getHeader(IntegratorioConstants.OUTCOME));
        assertEquals("l1", exchange.getMessage().getBody(License.class).getId());
    }

    @ParameterizedTest
    @ValueSource(strings = { "204", "200", "201" })
    void an_update_without_a_response_body_returns_the_license_as_it_is_read(String status) {
        server.then(nothing(status), json(200, LICENSE));
        Exchange exchange = send(UPDATE, BODY);

        assertUpdated(exchange);
        assertEquals("jane@example.com", exchange.getMessage().getBody(License.class).getEmail());
        assertEquals(Integer.valueOf(status), exchange.getMessage().getHeader(IntegratorioConstants.STATUS_CODE));
        assertTrue(server.requests().get(1).startsWith("GET /v1/connectors/c1/licenses/l1 "), server.requests().get(1));
        assertEquals(2, server.requestCount());
    }

    @Test
    void an_update_whose_license_cannot_be_read_afterwards_is_done_all_the_same() {
        for (Answer unreadable : new Answer[] { json(404, "{}"), json(500, "{}"), ScriptedServer.reset(),
                of(200, "text/html", "<html>") }) {
            server.then(nothing("204"), unreadable);
            Exchange exchange = send(UPDATE, BODY);
            assertUpdated(exchange);
            assertEquals("2099-01-31T12:00:00Z",
                    exchange.getMessage().getBody(License.class).getExpires().toString());
        }
        assertEquals(8, server.requestCount());
    }

    @Test
    void a_merge_and_an_expiry_accept_a_response_without_a_document() {
        server.then(json(200, LICENSE), nothing("204"), json(200, LICENSE), json(200, LICENSE), nothing("200"),
                json(200, LICENSE));
        assertUpdated(send(UPDATE + "&updateMode=merge", BODY));
        assertUpdated(send("integratorio:licenses?operation=expire&connectorId=c1&licenseId=l1", null));
        assertEquals(6, server.requestCount());
    }

    @Test
    void a_connector_is_read_after_an_update_that_is_answered_in_plain_text() {
        server.then(of(200, "text/plain", "OK"), json(200, "{\"_id\":\"c1\",\"name\":\"n\"}"));
        Exchange exchange = send("integratorio:connectors?operation=update&connectorId=c1&outputType=map", NEW);
        assertEquals("n", exchange.getMessage().getBody(Map.class).get("name"));
        assertTrue(server.requests().get(1).startsWith("GET /v1/connectors/c1 "), server.requests().get(1));
    }
}
