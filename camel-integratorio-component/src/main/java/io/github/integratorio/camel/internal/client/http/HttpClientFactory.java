package io.github.integratorio.camel.internal.client.http;

import java.util.List;
import java.util.concurrent.ThreadFactory;
import javax.net.ssl.SSLContext;

import org.apache.hc.client5.http.async.AsyncExecChainHandler;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManager;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.HttpsSupport;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequestInterceptor;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.ssl.TLS;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.util.Timeout;

/** Creates Apache HttpClient as the transport needs it: no retry, no redirect, no cookie, HTTP/1.1 and verified host names. */
final class HttpClientFactory {

    private static final String IN_FLIGHT = "integratorio-in-flight";
    /** Performance: a long list needs fewer read operations than with HttpCore's 8 KiB. */
    private static final int BUFFER_SIZE = 32 * 1024;
    /** One thread handles tens of thousands of requests per second; the second one works while the first reads a long list. */
    private static final int IO_THREADS = 2;

    private static final List<TLS> VERSIONS = List.of(TLS.V_1_2, TLS.V_1_3);

    private HttpClientFactory() {
    }

    /** Creates the connection pool. */
    static PoolingAsyncClientConnectionManager connections(TransportConfig config) {
        Timeout connect = Timeout.ofMilliseconds(config.connectTimeout().toMillis());
        ClientTlsStrategyBuilder tls = ClientTlsStrategyBuilder.create().setTlsVersions(VERSIONS.toArray(TLS[]::new))
                // By default only the JDK is asked to verify the host name, and too late: nobody verifies it, unless a verifier is given
                // (CVE-2026-71290, mended in HttpClient 5.6.4).
                .setHostVerificationPolicy(HostnameVerificationPolicy.BOTH)
                .setHostnameVerifier(HttpsSupport.getDefaultHostnameVerifier());
        if (config.tls() != null) {
            SSLContext context = config.tls().get();
            tls.setSslContext(context);
            List<String> enabled = List.of(context.createSSLEngine().getEnabledProtocols());
            TLS[] accepted = VERSIONS.stream().filter(version -> enabled.contains(version.id)).toArray(TLS[]::new);
            if (accepted.length > 0) {
                tls.setTlsVersions(accepted);
            }
        }
        return PoolingAsyncClientConnectionManagerBuilder.create()
                .setTlsStrategy(tls.buildAsync())
                .setDefaultTlsConfig(TlsConfig.custom().setVersionPolicy(HttpVersionPolicy.FORCE_HTTP_1)
                        .setHandshakeTimeout(connect).build())
                .setDefaultConnectionConfig(ConnectionConfig.custom().setConnectTimeout(connect).build())
                // The rate limiters bound the requests in flight: those of one account must not wait for the connections of another.
                .setMaxConnPerRoute(Integer.MAX_VALUE)
                .setMaxConnTotal(Integer.MAX_VALUE)
                .build();
    }

    /**
     * Creates the client.
     *
     * @param threads     creates its threads, unless the customizer sets a factory
     * @param interceptor sees each request before its connection is used
     * @param onSending   runs on the connection's own thread just before a request is written, and not at all if the server has closed the
     *                    connection
     */
    static CloseableHttpAsyncClient client(TransportConfig config, PoolingAsyncClientConnectionManager connections,
            ThreadFactory threads, AsyncExecChainHandler interceptor, HttpRequestInterceptor onSending) {
        KeepAlivePolicy keepAlive = new KeepAlivePolicy();
        HttpAsyncClientBuilder builder = HttpAsyncClientBuilder.create()
                .setUserAgent("camel-integratorio")
                .setThreadFactory(threads)
                .setConnectionManager(connections)
                .setConnectionReuseStrategy(keepAlive)
                .setKeepAliveStrategy(keepAlive)
                .evictIdleConnections(KeepAlivePolicy.LONGEST_IDLE)
                .setHttp1Config(
                        Http1Config.custom().setBufferSize(BUFFER_SIZE)
                                .setInitialWindowSize(BoundedResponseConsumer.INITIAL_WINDOW)
                                .setMaxHeaderCount(200).setMaxLineLength(16 * 1024).setMaxEmptyLineCount(10).build())
                .setIOReactorConfig(IOReactorConfig.custom().setTcpNoDelay(true)
                        .setIoThreadCount(Math.min(IO_THREADS, IOReactorConfig.Builder.getDefaultMaxIOThreadCount()))
                        .build());
        if (config.proxyHost() != null) {
            builder.setProxy(new HttpHost("http", config.proxyHost(), config.proxyPort()));
        }
        if (config.customizer() != null) {
            config.customizer().accept(builder);
        } else if (config.proxyHost() == null) {
            // Performance: skips HttpClient's challenge-response authentication. It never applies to bearer tokens, and costs as
            // much CPU as all of this component.
            builder.replaceExecInterceptor(ChainElement.PROTOCOL.name(),
                    (request, entity, scope, chain, callback) -> chain.proceed(request, entity, scope, callback));
        }
        // After the customizer, which must not be able to switch on what could send a request twice. HttpClient's own session decorator
        // would log bytes, which contain the token and e-mail addresses.
        return builder.setIoSessionDecorator(GuardedSession::new).disableAutomaticRetries().disableRedirectHandling()
                .disableCookieManagement().disableAuthCaching().disableConnectionState()
                .addExecInterceptorFirst(IN_FLIGHT, interceptor)
                .addRequestInterceptorLast(onSending)
                .build();
    }
}
