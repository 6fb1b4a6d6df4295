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

/** Where requests come in: reads and records each, and lets a fault or the API deal with it. */
final class HttpDoor extends Handler.Abstract.NonBlocking {

    private static final int MAXIMUM_THREADS = 8;

    private final World world;
    private final Api api;
    private final Faults faults;
    private final RequestLog log;

    HttpDoor(World world, Api api, Faults faults, RequestLog log) {
        this.world = world;
        this.api = api;
        this.faults = faults;
        this.log = log;
    }

    /** A server with this door, on the loopback address only; not started yet. */
    Server server(int port) {
        QueuedThreadPool threads = new QueuedThreadPool(MAXIMUM_THREADS, 2);
        threads.setName("integratorio-simulator");
        threads.setReservedThreads(0);
        // A simulator somebody forgot to close shall not keep the process alive.
        threads.setDaemon(true);
        Server server = new Server(threads);

        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        // Whatever path a client sends is recorded; what it means is for the API to say.
        http.setUriCompliance(UriCompliance.UNSAFE);
        // Ten thousand connections shall fit beside somebody's tests: small buffers, on the heap, and
        // no cache of header fields, which takes 96 KB for every connection that is used again.
        http.setHeaderCacheSize(0);
        HttpConnectionFactory connections = new HttpConnectionFactory(http);
        connections.setInputBufferSize(2048);
        connections.setUseInputDirectByteBuffers(false);
        connections.setUseOutputDirectByteBuffers(false);
        ServerConnector connector = new ServerConnector(server, 1, 2, connections);
        connector.setHost("127.0.0.1");
        connector.setPort(port);
        connector.setAcceptQueueSize(4096);
        // A request that hangs on purpose hangs until the client gives up.
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
                    deal(record(request, BufferUtil.toArray(body)), request, response, callback);
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

    private void deal(RecordedRequest recorded, Request request, Response response, Callback callback) {
        log.add(recorded);
        Exchange exchange = new Exchange(recorded, world, api, request, response, callback);
        faults.next(recorded).apply(exchange);
    }

    private RecordedRequest record(Request request, byte[] body) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (HttpField field : request.getHeaders()) {
            headers.computeIfAbsent(field.getName(), name -> new ArrayList<>(1)).add(field.getValue());
        }
        headers.replaceAll((name, values) -> Collections.unmodifiableList(values));
        return new RecordedRequest(request.getMethod(), request.getHttpURI().getPathQuery(),
                Collections.unmodifiableMap(headers), body, world.clock.instant());
    }
}
