package io.github.integratorio.camel.internal.client.http;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.ClientConfig;
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
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Sends one request once: no retry, no redirect, no cookie. A failure says whether the request can have reached the server.
 */
public final class HttpTransport implements AutoCloseable {

    private static final String FLIGHT = "integratorio-flight";
    /** Of a connection: a long list takes fewer rounds than with the library's own 8 KiB. */
    private static final int BUFFER = 32 * 1024;
    /** No more than there are processors: one does tens of thousands of requests a second, the second is for when it reads a long list. */
    private static final int IO_THREADS = 2;
    private static final TimeValue LONGEST_END = TimeValue.ofSeconds(1);
    private static final Header ACCEPT = new BasicHeader("Accept", "application/json");
    private static final String JSON = ContentType.APPLICATION_JSON.toString();

    private final ClientConfig settings;
    private final Scheduler timeline;
    private final HttpHost host;
    private final PoolingAsyncClientConnectionManager connections;
    private final CloseableHttpAsyncClient http;
    private final Set<InFlightRequest> inFlight = ConcurrentHashMap.newKeySet();
    private final RequestConfig whole;
    private volatile RedactedAuthorizationHeader authorization;
    private volatile boolean closed;

    /** What the HTTP library knows a request by. */
    private static final class FlightContext extends HttpClientContext {
        private final InFlightRequest flight;

        FlightContext(InFlightRequest flight) {
            this.flight = flight;
        }
    }

    /** The content type is text already: the HTTP library would write it anew, twice for each request. */
    private static final class JsonBody extends AsyncEntityProducerWrapper {
        JsonBody(byte[] json) {
            super(new BasicAsyncEntityProducer(json));
        }

        @Override
        public String getContentType() {
            return JSON;
        }
    }

    public HttpTransport(ClientConfig settings, Scheduler timeline) {
        this.settings = settings;
        this.timeline = timeline;
        this.whole = config(settings.requestTimeout());
        URI base = settings.baseUrl();
        HttpHost named = new HttpHost(base.getScheme(), base.getHost(), base.getPort());
        this.host = new HttpHost(base.getScheme(), base.getHost(), DefaultSchemePortResolver.INSTANCE.resolve(named));
        this.connections = connections();
        this.http = build();
        http.start();
    }

    private PoolingAsyncClientConnectionManager connections() {
        Timeout connect = Timeout.ofMilliseconds(settings.connectTimeout().toMillis());
        ClientTlsStrategyBuilder tls = ClientTlsStrategyBuilder.create().setTlsVersions(TLS.V_1_2, TLS.V_1_3)
                // By default only the JDK is told to check the host name, after it has begun without: nobody checks it then. Nor does
                // anybody from HttpClient 5.6 on, when both are to and nobody says with what.
                .setHostVerificationPolicy(HostnameVerificationPolicy.BOTH)
                .setHostnameVerifier(HttpsSupport.getDefaultHostnameVerifier());
        if (settings.sslContext() != null) {
            tls.setSslContext(settings.sslContext());
        }
        return PoolingAsyncClientConnectionManagerBuilder.create()
                .setTlsStrategy(tls.buildAsync())
                .setDefaultTlsConfig(TlsConfig.custom().setVersionPolicy(HttpVersionPolicy.FORCE_HTTP_1)
                        .setHandshakeTimeout(connect).build())
                .setDefaultConnectionConfig(ConnectionConfig.custom().setConnectTimeout(connect).build())
                .setMaxConnPerRoute(settings.gate().maxConcurrentRequests())
                .setMaxConnTotal(settings.gate().maxConcurrentRequests())
                .build();
    }

    private CloseableHttpAsyncClient build() {
        KeepAlivePolicy reuse = new KeepAlivePolicy();
        HttpAsyncClientBuilder builder = HttpAsyncClientBuilder.create()
                .setUserAgent("camel-integratorio")
                .setConnectionManager(connections)
                .setConnectionReuseStrategy(reuse)
                .setKeepAliveStrategy(reuse)
                .evictIdleConnections(KeepAlivePolicy.LONGEST_IDLE)
                .setHttp1Config(Http1Config.custom().setBufferSize(BUFFER).setInitialWindowSize(BackpressuredBody.AHEAD)
                        .setMaxHeaderCount(200).setMaxLineLength(16 * 1024)
                        .setMaxEmptyLineCount(10).build())
                .setIOReactorConfig(IOReactorConfig.custom().setTcpNoDelay(true)
                        .setIoThreadCount(Math.min(IO_THREADS, IOReactorConfig.Builder.getDefaultMaxIOThreadCount())).build());
        if (settings.proxyHost() != null) {
            builder.setProxy(new HttpHost("http", settings.proxyHost(), settings.proxyPort()));
        }
        if (settings.customizer() != null) {
            settings.customizer().accept(builder);
        } else if (settings.proxyHost() == null) {
            // It answers challenges of servers and proxies. Nobody has told it a password, and it costs as much as all of our own part.
            builder.replaceExecInterceptor(ChainElement.PROTOCOL.name(),
                    (request, entity, scope, chain, callback) -> chain.proceed(request, entity, scope, callback));
        }
        // After the customizer: these decisions are ours, and money depends on them.
        // Nor are bytes logged: they hold the token, and people's addresses.
        return builder.setIoSessionDecorator(session -> session).disableAutomaticRetries().disableRedirectHandling()
                .disableCookieManagement().disableAuthCaching().disableConnectionState()
                .addExecInterceptorFirst(FLIGHT, (request, entity, scope, chain, callback) -> {
                    flight(scope.clientContext).attach(scope.execRuntime);
                    chain.proceed(request, entity, scope, callback);
                })
                // Runs on the connection's own thread just before the request is written: never for one that came upon a
                // connection which the server had closed.
                .addRequestInterceptorLast((request, entity, context) -> flight(context).markSent())
                .build();
    }

    private static RequestConfig config(Duration timeout) {
        return RequestConfig.custom().setConnectionRequestTimeout(Timeout.ofMilliseconds(Math.max(1, timeout.toMillis())))
                .setResponseTimeout(Timeout.DISABLED).setProtocolUpgradeEnabled(false).build();
    }

    private RedactedAuthorizationHeader authorization(String token) {
        RedactedAuthorizationHeader known = authorization;
        if (known == null || !known.holds(token)) {
            known = new RedactedAuthorizationHeader(token);
            authorization = known;
        }
        return known;
    }

    private static InFlightRequest flight(HttpContext context) {
        return ((FlightContext) context).flight;
    }

    /**
     * Sends a request.
     *
     * @param  label    what is done, for messages
     * @param  method   the HTTP method
     * @param  target   path and query
     * @param  token    the bearer token
     * @param  body     JSON, or null
     * @param  streamed whether the body of a 200 is to be streamed
     * @param  timeout  for the whole answer; of a stream, for its head
     * @param  onAnswer is given a whole answer before the future is
     * @param  onFree   runs when the connection is free again, perhaps twice, and after the future completed
     * @return          fails with {@link IntegratorioTransportException} only
     */
    public CompletableFuture<RawResponse> send(String label, String method, String target, String token, byte[] body,
            boolean streamed, Duration timeout, Consumer<RawResponse> onAnswer, Runnable onFree) {
        CompletableFuture<RawResponse> answer = new CompletableFuture<>();
        InFlightRequest flight = new InFlightRequest(label, answer, onFree);
        inFlight.add(flight);
        if (closed) {
            inFlight.remove(flight);
            flight.finish(stopped());
            return answer;
        }
        FlightContext context = new FlightContext(flight);
        context.setRequestConfig(timeout.equals(settings.requestTimeout()) ? whole : config(timeout));
        BasicHttpRequest request = new BasicHttpRequest(method, host, target);
        request.addHeader(authorization(token));
        request.addHeader(ACCEPT);

        BoundedResponseConsumer consumer
                = new BoundedResponseConsumer(settings.maxResponseSize(), settings.requestTimeout(), timeline,
                        streamed ? answer::complete : null);
        FutureCallback<RawResponse> callback = new FutureCallback<>() {
            @Override
            public void completed(RawResponse result) {
                if (flight.isSent()) {
                    onAnswer.accept(result);
                    answer.complete(result);
                    onFree.run();
                } else {
                    flight.finish(new IOException("the proxy answered " + result.status()));
                }
            }

            @Override
            public void failed(Exception cause) {
                flight.finish(cause);
            }

            @Override
            public void cancelled() {
                flight.finish(new CancellationException("the connection was closed"));
            }
        };
        Future<RawResponse> running = uninterrupted(() -> http.execute(host,
                new BasicRequestProducer(request, body == null ? null : new JsonBody(body)),
                consumer, null, context, callback));
        Runnable alarm = timeline.schedule(timeout, () -> {
            // Not when the answer came first: its connection may serve the next request already, or its stream be read.
            if (flight.fail(new SocketTimeoutException("no whole answer within " + (timeout.equals(settings.requestTimeout())
                    ? "requestTimeout=" : "what was left of operationTimeout, ") + timeout.toMillis() + " ms"))) {
                onFree.run();
                flight.abort(running);
            }
        });
        answer.whenComplete((result, error) -> {
            inFlight.remove(flight);
            alarm.run();
            if (result != null && result.stream() instanceof BackpressuredBody pipe) {
                pipe.onEarlyClose(() -> {
                    flight.abort(running);
                    onFree.run();
                });
            }
        });
        return answer;
    }

    /** The HTTP client turns away a thread that is interrupted, though it does not block: a request is not to be lost by that. */
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

    /** Ends the client; what is in flight fails. */
    @Override
    public void close() {
        closed = true;
        // The client's threads are to end by themselves first, and they do when no connection is left: to take their connections
        // away while they look at them fails now and then, and then leaves a selector open.
        connections.close(CloseMode.IMMEDIATE);
        http.initiateShutdown();
        inFlight.forEach(flight -> flight.finish(stopped()));
        try {
            http.awaitShutdown(LONGEST_END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            http.close(CloseMode.IMMEDIATE);
        }
    }
}
