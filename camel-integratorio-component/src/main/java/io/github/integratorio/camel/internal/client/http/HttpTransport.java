package io.github.integratorio.camel.internal.client.http;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;

import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.RawResponse;
import io.github.integratorio.camel.internal.concurrent.Scheduler;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManager;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.concurrent.DefaultThreadFactory;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.nio.entity.AsyncEntityProducerWrapper;
import org.apache.hc.core5.http.nio.entity.BasicAsyncEntityProducer;
import org.apache.hc.core5.http.nio.support.BasicRequestProducer;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.IOReactorStatus;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Sends one request once: no retry, no redirect, no cookie. A failure tells whether the request can have reached the server.
 */
public final class HttpTransport implements AutoCloseable {

    /** A parsed response takes up to ten times the memory of its bytes, so only this part of them is parsed at the same time. */
    private static final int PROCESSED_SHARE = 4;
    private static final TimeValue SHUTDOWN_TIMEOUT = TimeValue.ofSeconds(1);
    private static final Header ACCEPT = new BasicHeader("Accept", "application/json");
    private static final String JSON = ContentType.APPLICATION_JSON.toString();
    /**
     * The timeouts of a request are {@link ResponseLimits}, over everything including the wait for a connection. No response is decoded:
     * HttpClient 5.6 would turn one that it cannot decode into an empty one, which confirms an update.
     */
    private static final RequestConfig WITHOUT_TIMEOUTS =
            RequestConfig.custom().setContentCompressionEnabled(false).setConnectionRequestTimeout(Timeout.DISABLED)
                    .setResponseTimeout(Timeout.DISABLED).setProtocolUpgradeEnabled(false).build();

    private final HttpHost host;
    private final BufferBudget budget;
    private final LongResponseQueue longResponses;
    private final ThreadFactory threadFactory = new DefaultThreadFactory("httpclient-dispatch", true);
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
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
        URI base = config.baseUrl();
        HttpHost named = new HttpHost(base.getScheme(), base.getHost(), base.getPort());
        this.host = new HttpHost(base.getScheme(), base.getHost(), DefaultSchemePortResolver.INSTANCE.resolve(named));
        this.budget = new BufferBudget(config.maxBufferedBytes());
        this.longResponses = new LongResponseQueue(config.maxBufferedBytes() / PROCESSED_SHARE);
        this.connections = HttpClientFactory.connections(config);
        this.http = HttpClientFactory.client(config, connections, this::newThread,
                (request, entity, scope, chain, callback) -> {
                    RequestContext.of(scope.clientContext).attach(scope.execRuntime);
                    chain.proceed(request, entity, scope, callback);
                },
                (request, entity, context) -> RequestContext.of(context).markSent());
        http.start();
    }

    private Thread newThread(Runnable task) {
        Thread thread = threadFactory.newThread(task);
        threads.add(thread);
        return thread;
    }

    /** Returns false once it is closed or one of its threads has died, for instance because there was no memory left: replace it then. */
    public boolean isAlive() {
        // It is not active before its threads have begun.
        return !closed && http.getStatus().compareTo(IOReactorStatus.ACTIVE) <= 0
                && threads.stream().noneMatch(thread -> thread.getState() == Thread.State.TERMINATED);
    }

    /** The bytes of response bodies that are in memory and not yet processed. */
    long bufferedBytes() {
        return budget.used();
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
     * @param  workers   run the future's dependents if the response is long, a few at a time
     * @param  onRelease runs when the request needs no permit any more, after the future completes and possibly more than once: when its
     *                   connection is free, or when a stream begins
     * @return           fails with {@link io.github.integratorio.camel.api.IntegratorioTransportException} only
     */
    public CompletableFuture<RawResponse> send(ApiRequest request, String target, String token, ResponseLimits limits,
            Scheduler scheduler, Executor workers, Runnable onRelease) {
        BufferBudget.Reservation memory = budget.new Reservation();
        ResponseDelivery delivery =
                new ResponseDelivery(request.call().label(), memory, longResponses, workers, onRelease);
        InFlightRequest sending = delivery.request();
        CompletableFuture<RawResponse> response = delivery.response();
        inFlight.add(sending);
        if (closed || scheduler.isClosed()) {
            inFlight.remove(sending);
            sending.finish(stopped());
            return response;
        }
        try {
            start(request, target, token, limits, scheduler, delivery, memory);
        } catch (RuntimeException | Error e) {
            // For example, there is no memory left. Whether it was sent by then is known.
            inFlight.remove(sending);
            sending.finish(new IOException(e.toString(), e));
        }
        return response;
    }

    private void start(ApiRequest request, String target, String token, ResponseLimits limits, Scheduler scheduler,
            ResponseDelivery delivery, BufferBudget.Reservation memory) {
        InFlightRequest sending = delivery.request();
        BasicHttpRequest message = new BasicHttpRequest(request.call().method(), host, target);
        message.addHeader(authorization(token));
        message.addHeader(ACCEPT);
        Future<RawResponse> exchange = uninterrupted(() -> http.execute(host,
                new BasicRequestProducer(message, request.body() == null ? null : new JsonBody(request.body())),
                new BoundedResponseConsumer(limits, scheduler, memory, delivery::begin, delivery::release), null,
                new RequestContext(sending), delivery));
        Runnable cancelTimeout = scheduler.schedule(limits.timeout(), () -> {
            delivery.fail(scheduler.isClosed() ? stopped()
                    : new SocketTimeoutException("no complete response within " + limits.timeoutName() + "="
                            + limits.timeout().toMillis() + " ms"));
            // Also after a response: its connection is not free before the whole request has been sent.
            sending.abort(exchange);
        });
        delivery.released().thenRun(cancelTimeout);
        delivery.response().whenComplete((received, error) -> {
            inFlight.remove(sending);
            if (error == null && received.stream() instanceof ResponseStream stream) {
                cancelTimeout.run();
                stream.onEarlyClose(() -> sending.abort(exchange));
            }
        });
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
