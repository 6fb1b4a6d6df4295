package io.github.integratorio.camel.internal.client.http;

import io.github.integratorio.camel.api.HttpClientCustomizer;
import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.support.ScriptedServerTestSupport;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.integratorio.camel.support.ScriptedServer.of;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a proxy answers instead of the API; the scripted server is the proxy. */
class ProxyTest extends ScriptedServerTestSupport {

    private static final String PATIENT = "&maxRetries=5&retryDelay=1&operationTimeout=20000";

    private String through(String uri) {
        return uri + PATIENT + "&baseUrl=RAW(https://api.example:443/v1)&proxyHost=127.0.0.1&proxyPort="
                + server.port();
    }

    private long connects() {
        return server.requests().stream().filter(request -> request.startsWith("CONNECT api.example:443 ")).count();
    }

    @ParameterizedTest
    @ValueSource(ints = { 407, 403, 404 })
    void a_refusal_of_the_proxy_is_final(int status) {
        for (int i = 0; i < 12; i++) {
            server.then(of(status, "text/html", "no", "Proxy-Authenticate: Basic realm=\"office\""));
        }
        for (String uri : new String[] { GET, LIST }) {
            long before = connects();
            IntegratorioTransportException refused = fail(IntegratorioTransportException.class, through(uri), null);

            assertTrue(refused.isNotSent() && refused.getMessage().contains("the proxy answered " + status),
                    refused.getMessage());
            assertEquals(1, connects() - before);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 502, 503, 429 })
    void a_proxy_that_does_not_reach_the_api_for_the_moment_is_asked_again(int status) {
        for (int i = 0; i < 12; i++) {
            server.then(of(status, "text/html", "later"));
        }
        fail(IntegratorioTransportException.class, through(CREATE), NEW);

        assertEquals(6, connects());
    }

    @Test
    void a_wrong_password_is_sent_to_the_proxy_once() {
        BasicCredentialsProvider credentials = new BasicCredentialsProvider();
        credentials.setCredentials(new AuthScope("127.0.0.1", server.port()),
                new UsernamePasswordCredentials("jo", "wrong".toCharArray()));
        context.getRegistry().bind("office",
                (HttpClientCustomizer) builder -> builder.setDefaultCredentialsProvider(credentials));
        for (int i = 0; i < 12; i++) {
            server.then(of(407, "text/html", "no", "Proxy-Authenticate: Basic realm=\"office\""));
        }
        fail(IntegratorioTransportException.class, through(GET) + "&httpClientCustomizer=#office", null);

        // The first one has no password: it is how the proxy says which kind it wants.
        assertEquals(2, connects());
        assertEquals(1, server.requests().stream().filter(request -> request.contains("Proxy-Authorization")).count());
    }
}
