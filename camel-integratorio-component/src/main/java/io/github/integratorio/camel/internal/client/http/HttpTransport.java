package io.github.integratorio.camel.internal.client.http;

import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.function.Supplier;

import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.ProxyException;
import io.github.integratorio.camel.internal.client.protocol.RawResponse;
import io.github.integratorio.camel.internal.concurrent.Scheduler;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManager;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.HttpsSupport;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.nio.entity.AsyncEntityProducerWrapper;
import org.apache.hc.core5.http.nio.entity.BasicAsyncEntityProducer;
import org.apache.hc.core5.http.nio.support.BasicRequestProducer;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.http.ssl.TLS;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.reactor.IOReactorStatus;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Sends one request once: no retry, no redirect, no cookie. A failure tells whether the request can have reached the server.
 */
public final class HttpTransport implements AutoCloseable {

    private static final String IN_FLIGHT = "integratorio-in-flight";
    /** Performance: a long list needs fewer read operations than with HttpCore's 8 KiB. */
    private static final int BUFFER_SIZE = 32 * 1024;
    /** One thread handles tens of thousands of requests per second; the second one works while the first reads a long list. */
    private static final int IO_THREADS = 2;
    private static final TimeValue SHUTDOWN_TIMEOUT = TimeValue.ofSeconds(1);
    private static final Header ACCEPT = new BasicHeader("Accept", "application/json");
    private static final String JSON = ContentType.APPLICATION_JSON.toString();
    /** The timeouts of a request are {@link ResponseLimits}, over everything including the wait for a connection. */
    private static final RequestConfig WITHOUT_TIMEOUTS =
            RequestConfig.custom().setConnectionRequestTimeout(Timeout.DISABLED)
                    .setResponseTimeout(Timeout.DISABLED).setProtocolUpgradeEnabled(false).build();

    private final TransportConfig config;
    private final HttpHost host;
    private final PoolingAsyncClientConnectionManager connections;
    private final CloseableHttpAsyncClient http;
    private final Set<InFlightRequest> inFlight = ConcurrentHashMap.newKeySet();
    private volatile AuthorizationHeader authorization = new AuthorizationHeader("");
    private volatile boolean closed;

    /** Carries the request through HttpClient. */
    private static final class RequestContext extends HttpClientContext {
        private final InFlightRequest inFlight;

        RequestContext(InFlightRequest inFlight) {
            this.inFlight = inFlight;
            setRequestConfig(WITHOUT_TIMEOUTS);
        }

        static InFlightRequest of(HttpContext context) {
            return ((RequestContext) context).inFlight;
        }
    }

    /** The bearer token as HttpClient sends it; hidden when HttpClient logs its headers. */
    private static final class AuthorizationHeader extends BasicHeader {
        private static final long serialVersionUID = 1;
        private static final String SCHEME = "Bearer ";

        AuthorizationHeader(String token) {
            super("Authorization", SCHEME + token, true);
        }

        boolean hasToken(String token) {
            return getValue().length() == SCHEME.length() + token.length() && getValue().endsWith(token);
        }

        @Override
        public String toString() {
            return "Authorization: ***";
        }
    }

    /** Performance: HttpClient formats the content type of an ordinary entity twice per request. */
    private static final class JsonBody extends AsyncEntityProducerWrapper {
        JsonBody(byte[] json) {
            super(new BasicAsyncEntityProducer(json));
        }

        @Override
        public String getContentType() {
            return JSON;
        }
    }

    /** Opens no connection before the first request. */
    public HttpTransport(TransportConfig config) {
        this.config = config;
        URI base = config.baseUrl();
        HttpHost named = new HttpHost(base.getScheme(), base.getHost(), base.getPort());
        this.host = new HttpHost(base.getScheme(), base.getHost(), DefaultSchemePortResolver.INSTANCE.resolve(named));
        this.connections = connections();
        this.http = build();
        http.start();
    }

    private PoolingAsyncClientConnectionManager connections() {
        Timeout connect = Timeout.ofMilliseconds(config.connectTimeout().toMillis());
        ClientTlsStrategyBuilder tls = ClientTlsStrategyBuilder.create().setTlsVersions(TLS.V_1_2, TLS.V_1_3)
                // By default only the JDK is asked to verify the host name, and too late: nobody verifies it. With HttpClient 5.6
                // nobody does either, unless a verifier is given.
                .setHostVerificationPolicy(HostnameVerificationPolicy.BOTH)
                .setHostnameVerifier(HttpsSupport.getDefaultHostnameVerifier());
        if (config.tls() != null) {
            tls.setSslContext(config.tls().get());
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

    private CloseableHttpAsyncClient build() {
        KeepAlivePolicy keepAlive = new KeepAlivePolicy();
        HttpAsyncClientBuilder builder = HttpAsyncClientBuilder.create()
                .setUserAgent("camel-integratorio")
                .setConnectionManager(connections)
                .setConnectionReuseStrategy(keepAlive)
                .setKeepAliveStrategy(keepAlive)
                .evictIdleConnections(KeepAlivePolicy.LONGEST_IDLE)
                .setHttp1Config(
                        Http1Config.custom().setBufferSize(BUFFER_SIZE).setInitialWindowSize(ResponseStream.CAPACITY)
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
        // After the customizer, which must not be able to switch on what could send a request twice. The session decorator would
        // log bytes, which contain the token and e-mail addresses.
        return builder.setIoSessionDecorator(session -> session).disableAutomaticRetries().disableRedirectHandling()
                .disableCookieManagement().disableAuthCaching().disableConnectionState()
                .addExecInterceptorFirst(IN_FLIGHT, (request, entity, scope, chain, callback) -> {
                    RequestContext.of(scope.clientContext).attach(scope.execRuntime);
                    chain.proceed(request, entity, scope, callback);
                })
                // Runs on the connection's own thread just before the request is written, and not at all if the server has closed
                // the connection.
                .addRequestInterceptorLast((request, entity, context) -> RequestContext.of(context).markSent())
                .build();
    }

    /** Performance: the header of the same token is formatted once. */
    private AuthorizationHeader authorization(String token) {
        AuthorizationHeader header = authorization;
        if (!header.hasToken(token)) {
            header = new AuthorizationHeader(token);
            authorization = header;
        }
        return header;
    }

    /**
     * Sends a request.
     *
     * @param  request   method and body
     * @param  target    path and query
     * @param  token     the bearer token
     * @param  limits    time and size of the response
     * @param  scheduler clock and timer of the caller: when it is closed, the request fails, and a stream that is being read ends
     * @param  onRelease runs when the request no longer occupies a connection, after the future completes and possibly twice
     * @return           fails with {@link io.github.integratorio.camel.api.IntegratorioTransportException} only
     */
    public CompletableFuture<RawResponse> send(ApiRequest request, String target, String token, ResponseLimits limits,
            Scheduler scheduler, Runnable onRelease) {
        CompletableFuture<RawResponse> response = new CompletableFuture<>();
        InFlightRequest sending = new InFlightRequest(request.call().label(), response, onRelease);
        inFlight.add(sending);
        if (closed || scheduler.isClosed()) {
            inFlight.remove(sending);
            sending.finish(stopped());
            return response;
        }
        BasicHttpRequest message = new BasicHttpRequest(request.call().method(), host, target);
        message.addHeader(authorization(token));
        message.addHeader(ACCEPT);
        Future<RawResponse> exchange = uninterrupted(() -> http.execute(host,
                new BasicRequestProducer(message, request.body() == null ? null : new JsonBody(request.body())),
                new BoundedResponseConsumer(limits, scheduler, response::complete), null, new RequestContext(sending),
                callback(sending, response, onRelease)));
        Runnable cancelTimeout = scheduler.schedule(limits.timeout(), () -> {
            // If the response came first, its connection may already serve another request, or its stream may be read.
            if (sending.fail(scheduler.isClosed() ? stopped()
                    : new SocketTimeoutException("no complete response within " + limits.timeoutName() + "="
                            + limits.timeout().toMillis() + " ms"))) {
                sending.abort(exchange);
            }
        });
        response.whenComplete((received, error) -> {
            inFlight.remove(sending);
            cancelTimeout.run();
            if (received != null && received.stream() instanceof ResponseStream stream) {
                stream.onEarlyClose(() -> sending.abort(exchange));
            }
        });
        return response;
    }

    private static FutureCallback<RawResponse> callback(InFlightRequest sending,
            CompletableFuture<RawResponse> response, Runnable onRelease) {
        return new FutureCallback<>() {
            @Override
            public void completed(RawResponse received) {
                if (sending.isSent()) {
                    response.complete(received);
                    onRelease.run();
                } else {
                    sending.finish(new ProxyException(received.status()));
                }
            }

            @Override
            public void failed(Exception cause) {
                sending.finish(cause);
            }

            @Override
            public void cancelled() {
                sending.finish(new CancellationException("the connection was closed"));
            }
        };
    }

    /** HttpClient rejects requests of an interrupted thread although it does not block; that must not lose a request. */
    private static <T> T uninterrupted(Supplier<T> action) {
        boolean interrupted = Thread.interrupted();
        try {
            return action.get();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static CancellationException stopped() {
        return new CancellationException("the component was stopped");
    }

    /** Whether requests can be sent; false once HttpClient has stopped, whatever stopped it. */
    public boolean isAlive() {
        return http.getStatus().compareTo(IOReactorStatus.ACTIVE) <= 0;
    }

    /** Closes all connections; requests in flight fail. */
    @Override
    public void close() {
        closed = true;
        // HttpClient's threads end by themselves once no connection is left. Closing their connections while they look at them
        // fails now and then, and leaves a selector open.
        connections.close(CloseMode.IMMEDIATE);
        http.initiateShutdown();
        inFlight.forEach(request -> request.finish(stopped()));
        try {
            http.awaitShutdown(SHUTDOWN_TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            http.close(CloseMode.IMMEDIATE);
        }
    }
}
