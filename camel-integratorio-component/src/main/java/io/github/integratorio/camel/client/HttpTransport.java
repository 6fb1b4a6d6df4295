package io.github.integratorio.camel.client;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;

import io.github.integratorio.camel.IntegratorioTransportException;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.nio.entity.BasicAsyncEntityProducer;
import org.apache.hc.core5.http.nio.support.BasicRequestProducer;
import org.apache.hc.core5.http.ssl.TLS;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Sends one request once: no retry, no redirect, no cookie. A failure says whether the request can have reached the server.
 */
final class HttpTransport implements AutoCloseable {

    private static final String SENT = "integratorio.sent";

    private final ClientSettings settings;
    private final ScheduledExecutorService timer;
    private final HttpHost host;
    private final CloseableHttpAsyncClient http;
    private final Set<Flight> inFlight = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** A request that has no answer yet; the HTTP client does not call back for all of them when it is closed. */
    private record Flight(String label, AtomicBoolean sent, CompletableFuture<HttpAnswer> answer) {

        void end(Exception cause) {
            boolean tls = !sent.get() && cause instanceof SSLException;
            answer.completeExceptionally(new IntegratorioTransportException(label, cause, !sent.get(), tls));
        }
    }

    HttpTransport(ClientSettings settings, ScheduledExecutorService timer) {
        this.settings = settings;
        this.timer = timer;
        URI base = settings.baseUrl();
        HttpHost named = new HttpHost(base.getScheme(), base.getHost(), base.getPort());
        this.host = new HttpHost(base.getScheme(), base.getHost(), DefaultSchemePortResolver.INSTANCE.resolve(named));
        this.http = build();
        http.start();
    }

    private CloseableHttpAsyncClient build() {
        Timeout connect = Timeout.ofMilliseconds(settings.connectTimeout().toMillis());
        ClientTlsStrategyBuilder tls = ClientTlsStrategyBuilder.create().setTlsVersions(TLS.V_1_2, TLS.V_1_3);
        if (settings.sslContext() != null) {
            tls.setSslContext(settings.sslContext());
        }
        HttpAsyncClientBuilder builder = HttpAsyncClientBuilder.create()
                .setUserAgent("camel-integratorio")
                .setConnectionManager(PoolingAsyncClientConnectionManagerBuilder.create()
                        .setTlsStrategy(tls.buildAsync())
                        .setDefaultTlsConfig(TlsConfig.custom().setVersionPolicy(HttpVersionPolicy.FORCE_HTTP_1)
                                .setHandshakeTimeout(connect).build())
                        .setDefaultConnectionConfig(ConnectionConfig.custom().setConnectTimeout(connect)
                                // A connection the server has long closed would make a write ambiguous.
                                .setValidateAfterInactivity(TimeValue.ofSeconds(1)).build())
                        .setMaxConnPerRoute(settings.maxConcurrentRequests())
                        .setMaxConnTotal(settings.maxConcurrentRequests())
                        .build())
                .evictIdleConnections(TimeValue.ofSeconds(20))
                .setHttp1Config(Http1Config.custom().setMaxHeaderCount(200).setMaxLineLength(16 * 1024)
                        .setMaxEmptyLineCount(10).build())
                .setIOReactorConfig(IOReactorConfig.custom().setIoThreadCount(2).setTcpNoDelay(true).build());
        if (settings.proxyHost() != null) {
            builder.setProxy(new HttpHost("http", settings.proxyHost(), settings.proxyPort()));
        }
        if (settings.customizer() != null) {
            settings.customizer().accept(builder);
        }
        // After the customizer: these decisions are ours, and money depends on them.
        return builder.disableAutomaticRetries().disableRedirectHandling().disableCookieManagement().disableAuthCaching()
                .disableConnectionState()
                .addExecInterceptorLast(SENT, (request, entity, scope, chain, callback) -> {
                    // Runs when the connection stands, TLS included, just before the request is written.
                    ((AtomicBoolean) scope.clientContext.getAttribute(SENT)).set(true);
                    chain.proceed(request, entity, scope, callback);
                })
                .build();
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
     * @return          fails with {@link IntegratorioTransportException} only
     */
    CompletableFuture<HttpAnswer> send(String label, String method, String target, String token, byte[] body,
            boolean streamed) {
        CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();
        AtomicBoolean sent = new AtomicBoolean();
        Flight flight = new Flight(label, sent, answer);
        inFlight.add(flight);
        if (closed) {
            inFlight.remove(flight);
            flight.end(stopped());
            return answer;
        }
        HttpClientContext context = HttpClientContext.create();
        context.setAttribute(SENT, sent);
        context.setRequestConfig(RequestConfig.custom()
                .setConnectionRequestTimeout(Timeout.ofMilliseconds(settings.requestTimeout().toMillis()))
                .setResponseTimeout(Timeout.DISABLED).build());
        BasicHttpRequest request = new BasicHttpRequest(method, host, target);
        request.setHeader("Authorization", "Bearer " + token);
        request.setHeader("Accept", "application/json");

        AnswerConsumer consumer
                = new AnswerConsumer(settings.maximumResponseSize(), settings.requestTimeout(), streamed ? answer::complete : null);
        FutureCallback<HttpAnswer> callback = new FutureCallback<>() {
            @Override
            public void completed(HttpAnswer result) {
                if (sent.get()) {
                    answer.complete(result);
                } else {
                    flight.end(new IOException("the proxy answered " + result.status()));
                }
            }

            @Override
            public void failed(Exception cause) {
                flight.end(cause);
            }

            @Override
            public void cancelled() {
                flight.end(new CancellationException("the connection was closed"));
            }
        };
        Future<HttpAnswer> running = http.execute(host,
                new BasicRequestProducer(request,
                        body == null ? null : new BasicAsyncEntityProducer(body, ContentType.APPLICATION_JSON)),
                consumer, null, context, callback);
        Future<?> alarm = timer.schedule(() -> {
            String late = "no whole answer within requestTimeout=" + settings.requestTimeout().toMillis() + " ms";
            if (!answer.isDone()) {
                flight.end(new SocketTimeoutException(late));
                running.cancel(true);
            }
        }, settings.requestTimeout().toMillis(), TimeUnit.MILLISECONDS);
        answer.whenComplete((result, error) -> {
            inFlight.remove(flight);
            alarm.cancel(false);
            if (result != null && result.stream() instanceof BodyPipe pipe) {
                pipe.onEarlyClose(() -> running.cancel(true));
            }
        });
        return answer;
    }

    private static CancellationException stopped() {
        return new CancellationException("the component was stopped");
    }

    /** Ends the client; what is in flight fails. */
    @Override
    public void close() {
        closed = true;
        http.close(CloseMode.IMMEDIATE);
        inFlight.forEach(flight -> flight.end(stopped()));
    }
}
