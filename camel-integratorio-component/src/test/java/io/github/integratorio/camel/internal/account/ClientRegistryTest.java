package io.github.integratorio.camel.internal.account;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.ScriptedServerTestSupport;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Endpoints of one account with different settings have their own clients but share the state of writes. */
class ClientRegistryTest extends ScriptedServerTestSupport {

    private static final String OTHER = "&requestTimeout=7000";
    private static final String UPDATE = "integratorio:licenses?operation=update&connectorId=c1&licenseId=l1";
    private static final String SELL = "integratorio:licenses?operation=create&connectorId=c1";

    private static String edition(String name) {
        return "{\"expires\":\"2099-01-31T12:00:00.000Z\",\"opts\":{\"connectorEdition\":\"" + name + "\"}}";
    }

    private CompletableFuture<Exchange> begin(String uri, String body) {
        return template.asyncSend(uri, exchange -> exchange.getMessage().setBody(body));
    }

    @Test
    @Covers(112)
    void updates_of_a_license_through_two_clients_keep_their_order() {
        CountDownLatch released = new CountDownLatch(1);
        server.then((socket, out) -> {
            released.await();
            json(200, LICENSE).give(socket, out);
        }, json(200, LICENSE), json(200, LICENSE));
        CompletableFuture<Exchange> old = begin(UPDATE, edition("old"));
        await().until(() -> server.requestCount() == 1);
        CompletableFuture<Exchange> newer = begin(UPDATE + OTHER, edition("newer"));
        assertNull(send(GET + OTHER, null).getException());
        assertTrue(server.requests().stream().noneMatch(request -> request.contains("newer")), "overtook");
        released.countDown();

        assertNull(old.join().getException());
        assertNull(newer.join().getException());
        assertTrue(server.requests().get(2).contains("newer"));
    }

    @Test
    @Covers(92)
    void a_license_returned_by_one_client_is_not_mistaken_for_its_own_by_another() {
        String license =
                "{\"_id\":\"l1\",\"created\":\"2099-01-01T00:00:00.000Z\",\"expires\":\"2099-01-31T12:00:00.000Z\","
                        + "\"user\":{\"email\":\"jane@example.com\"}}";
        Map<String, Object> jane = Map.of("email", "jane@example.com", "expires", "2099-01-31T12:00:00Z");
        server.then(json(201, license), json(500, "{}"), json(200, "[" + license + "]"),
                json(200, "[" + license + "]"));

        assertEquals(WriteOutcome.CREATED, send(SELL, jane).getMessage().getHeader(IntegratorioConstants.OUTCOME));
        // Enough time to poll twice.
        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class,
                send(SELL + "&operationTimeout=1500", jane).getException());
    }
}
