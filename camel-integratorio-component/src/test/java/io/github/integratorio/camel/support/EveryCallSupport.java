package io.github.integratorio.camel.support;

import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

import io.github.integratorio.camel.api.IntegratorioAmbiguousOutcomeException;
import io.github.integratorio.camel.internal.client.ClientConfig;
import io.github.integratorio.camel.internal.client.TokenSource;
import io.github.integratorio.camel.internal.client.http.TransportConfig;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.support.ScriptedServer.Answer;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static io.github.integratorio.camel.support.VirtualClient.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

/** A server and a client in virtual time, for tests of every API call. */
public abstract class EveryCallSupport {

    public static final Set<ApiMethod> NEVER_TWICE =
            EnumSet.of(ApiMethod.CREATE_CONNECTOR, ApiMethod.CREATE_LICENSE, ApiMethod.PUSH_UPDATE);
    public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    public static final String TOKEN = "canary-token";

    public ScriptedServer server;
    public VirtualClient client;

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

    protected ScriptedServer newServer() throws Exception {
        return ScriptedServer.start();
    }

    public VirtualClient newClient(String baseUrl) {
        return newClient(baseUrl, null, 0, CONNECT_TIMEOUT, null);
    }

    public static VirtualClient newClient(String baseUrl, SSLContext tls, int proxyPort, Duration connectTimeout,
            Consumer<HttpAsyncClientBuilder> customizer) {
        return new VirtualClient(new ClientConfig(
                new TransportConfig(URI.create(baseUrl), tls == null ? null : () -> tls,
                        proxyPort == 0 ? null : "127.0.0.1", proxyPort,
                        connectTimeout, VirtualClient.BUFFERED, customizer),
                new TokenSource(TOKEN, null), Duration.ofSeconds(30), 4 << 20, VirtualClient.RETRY,
                VirtualClient.RATE_LIMITS, Duration.ofMinutes(1), 0), new VirtualScheduler(VirtualClient.START));
    }

    public static String goodBody(ApiMethod call) {
        return switch (call.responseKind()) {
            case LIST -> "[{\"_id\":\"a\",\"_integrationId\":\"a\"}]";
            case OBJECT -> call.pathTemplate().endsWith("/{connectorId}") ? "{\"_id\":\"c1\"}" : "{\"_id\":\"l1\"}";
            default -> "";
        };
    }

    public static Answer good(ApiMethod call) {
        return json(200, goodBody(call));
    }

    /** Checks a call whose first request gets a response that leaves its outcome unknown. */
    public void ambiguous(ApiMethod call, Answer bad) {
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

    public static void assertAmbiguous(Throwable error) {
        assertInstanceOf(IntegratorioAmbiguousOutcomeException.class, error);
        assertFalse(error.getMessage().contains(TOKEN), error.getMessage());
    }
}
