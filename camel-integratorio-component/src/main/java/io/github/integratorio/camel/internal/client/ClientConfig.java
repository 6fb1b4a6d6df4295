package io.github.integratorio.camel.internal.client;

import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

import io.github.integratorio.camel.internal.client.ratelimit.RateLimits;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;

/**
 * How the API is reached. Two endpoints with equal settings share one client.
 *
 * @param baseUrl               scheme, host, port and path prefix
 * @param token                 where the token comes from
 * @param sslContext            null for the JDK's own
 * @param proxyHost             null for none
 * @param proxyPort             the proxy's port
 * @param connectTimeout        for the connection, TLS included
 * @param requestTimeout        for the whole answer, body included
 * @param maxResponseSize   in bytes, of one answer
 * @param customizer            a last hand on the HTTP client; null for none
 * @param retry                 how long and how often a call is tried
 * @param gate                  how much of the account is used
 */
public record ClientConfig(URI baseUrl, TokenSource token, SSLContext sslContext, String proxyHost, int proxyPort,
        Duration connectTimeout, Duration requestTimeout, int maxResponseSize,
        Consumer<HttpAsyncClientBuilder> customizer, RetryPolicy retry, RateLimits gate) {

    /** Without the token. */
    @Override
    public String toString() {
        return "ClientSettings[" + baseUrl + "]";
    }
}
