package io.github.integratorio.simulator;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Receives HTTP requests: records each, then passes it to a fault or to the API. */
final class HttpFrontend extends Handler.Abstract.NonBlocking {

    private static final int MAXIMUM_THREADS = 8;

    private final SimulatorState state;
    private final ApiDispatcher api;
    private final Faults faults;
    private final RequestLog log;

    HttpFrontend(SimulatorState state, ApiDispatcher api, Faults faults, RequestLog log) {
        this.state = state;
        this.api = api;
        this.faults = faults;
        this.log = log;
    }

    /** Creates a server with this handler at an address of this machine; it is not started yet. */
    Server createServer(String host, int port) {
        QueuedThreadPool threads = new QueuedThreadPool(MAXIMUM_THREADS, 2);
        threads.setName("integratorio-simulator");
        threads.setReservedThreads(0);
        // A simulator that was not closed must not keep the JVM running.
        threads.setDaemon(true);
        Server server = new Server(threads);

        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        // Every path is recorded as sent; the routes decide whether it is valid.
        http.setUriCompliance(UriCompliance.UNSAFE);
        // 10,000 connections have to fit into the heap of a test: small buffers, on the heap, and no
        // cache of header fields, which takes 96 KB for every connection that is reused.
        http.setHeaderCacheSize(0);
        HttpConnectionFactory connections = new HttpConnectionFactory(http);
        connections.setInputBufferSize(2048);
        connections.setUseInputDirectByteBuffers(false);
        connections.setUseOutputDirectByteBuffers(false);
        ServerConnector connector = new ServerConnector(server, 1, 2, connections);
        connector.setHost(host);
        connector.setPort(port);
        connector.setAcceptQueueSize(4096);
        // A hanging request is ended by the client, never by the server.
        connector.setIdleTimeout(0);
        server.addConnector(connector);
        server.setHandler(this);
        return server;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Content.Source.asByteBuffer(request, new Promise<>() {
            @Override
            public void succeeded(ByteBuffer body) {
                try {
                    process(record(request, BufferUtil.toArray(body)), request, response, callback);
                } catch (RuntimeException e) {
                    callback.failed(e);
                }
            }

            @Override
            public void failed(Throwable failure) {
                callback.failed(failure);
            }
        });
        return true;
    }

    private void process(RecordedRequest recorded, Request request, Response response, Callback callback) {
        log.add(recorded);
        HttpExchange exchange = new HttpExchange(recorded, state, api, request, response, callback);
        faults.next(recorded).apply(exchange);
    }

    private RecordedRequest record(Request request, byte[] body) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (HttpField field : request.getHeaders()) {
            headers.computeIfAbsent(field.getName(), name -> new ArrayList<>(1)).add(field.getValue());
        }
        headers.replaceAll((name, values) -> Collections.unmodifiableList(values));
        return new RecordedRequest(request.getMethod(), request.getHttpURI().getPathQuery(),
                Collections.unmodifiableMap(headers), body, state.clock.instant());
    }
}
