package io.github.integratorio.camel.internal.client.http;

import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;

/**
 * How connections to the API are opened.
 *
 * @param baseUrl        scheme, host, port and path prefix of the API
 * @param tls            makes the TLS keys and trust, or null for the JDK's defaults
 * @param proxyHost      HTTP proxy, or null to connect directly
 * @param proxyPort      port of the proxy
 * @param connectTimeout timeout for opening a connection, including the TLS handshake
 * @param maxBufferedBytes
 *                       memory that responses may occupy together before they are processed
 * @param customizer     customizes the HTTP client before it is built, or null
 */
public record TransportConfig(URI baseUrl, Supplier<SSLContext> tls, String proxyHost, int proxyPort,
        Duration connectTimeout, long maxBufferedBytes, Consumer<HttpAsyncClientBuilder> customizer) {

    /** The same without the path of the base URL, which the connections do not depend on. */
    public TransportConfig withoutPath() {
        return new TransportConfig(baseUrl.resolve("/"), tls, proxyHost, proxyPort, connectTimeout, maxBufferedBytes,
                customizer);
    }
}
