package io.github.integratorio.camel.client;

import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

import io.github.integratorio.camel.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.support.ScriptedServer;
import io.github.integratorio.camel.support.ScriptedServer.Answer;
import io.github.integratorio.camel.support.VirtualClient;
import io.github.integratorio.camel.support.VirtualTimeline;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static io.github.integratorio.camel.support.VirtualClient.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

/** A server and a client in virtual time, for what must hold of every call. */
abstract class EveryCallSupport {

    static final Set<ApiCall> NEVER_TWICE = EnumSet.of(ApiCall.CREATE_CONNECTOR, ApiCall.CREATE_LICENSE, ApiCall.PUSH_UPDATE);
    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    static final String TOKEN = "canary-token";

    ScriptedServer server;
    VirtualClient client;

    @BeforeEach
    void start() throws Exception {
        server = newServer();
        client = newClient(server.baseUrl());
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    ScriptedServer newServer() throws Exception {
        return ScriptedServer.start();
    }

    VirtualClient newClient(String baseUrl) {
        return newClient(baseUrl, null, 0, CONNECT_TIMEOUT, null);
    }

    static VirtualClient newClient(String baseUrl, SSLContext tls, int proxyPort, Duration connectTimeout,
            Consumer<HttpAsyncClientBuilder> customizer) {
        return new VirtualClient(new ClientSettings(URI.create(baseUrl), new AccessToken(TOKEN, null), tls,
                proxyPort == 0 ? null : "127.0.0.1", proxyPort, connectTimeout, Duration.ofSeconds(30), 4 << 20, customizer,
                VirtualClient.RETRY, VirtualClient.GATE), new VirtualTimeline(VirtualClient.START));
    }

    static String goodBody(ApiCall call) {
        return switch (call.answer()) {
            case LIST -> "[{\"_id\":\"a\",\"_integrationId\":\"a\"}]";
            case OBJECT -> call.template().endsWith("/{connectorId}") ? "{\"_id\":\"c1\"}" : "{\"_id\":\"l1\"}";
            default -> "";
        };
    }

    static Answer good(ApiCall call) {
        return json(200, goodBody(call));
    }

    /** Checks what becomes of a call whose first request gets such an answer: it is not known what happened. */
    void ambiguous(ApiCall call, Answer bad) {
        int before = server.requestCount();
        server.then(bad);
        if (NEVER_TWICE.contains(call)) {
            assertAmbiguous(failure(client.call(call)));
            assertEquals(1, server.requestCount() - before);
            assertEquals(1, client.context.attempts());
        } else {
            server.then(good(call));
            client.call(call).join();
            assertEquals(2, server.requestCount() - before);
            assertEquals(2, client.context.attempts());
        }
    }

    static void assertAmbiguous(Throwable error) {
        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class, error);
        assertFalse(error.getMessage().contains(TOKEN), error.getMessage());
    }
}
