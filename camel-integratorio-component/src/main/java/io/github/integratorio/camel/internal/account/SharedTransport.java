package io.github.integratorio.camel.internal.account;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.github.integratorio.camel.internal.client.http.HttpTransport;
import io.github.integratorio.camel.internal.client.http.TransportConfig;

/** The connections that clients share. A transport that has died, as after an {@link OutOfMemoryError}, is replaced. */
final class SharedTransport implements Supplier<HttpTransport> {

    private final TransportConfig config;
    private volatile HttpTransport current;
    private volatile boolean closed;

    SharedTransport(TransportConfig config) {
        this.config = config;
        this.current = open();
    }

    /** The transport for the next request. */
    @Override
    public HttpTransport get() {
        HttpTransport transport = current;
        return closed || transport.isAlive() ? transport : replace(transport);
    }

    private synchronized HttpTransport replace(HttpTransport dead) {
        if (current == dead && !closed) {
            current = open();
            closeLater(dead);
        }
        return current;
    }

    /** The threads of the transport must not keep the class loader of the application that happens to be its first user. */
    private HttpTransport open() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(SharedTransport.class.getClassLoader());
        try {
            return new HttpTransport(config);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Closes the connections, and waits for their threads. */
    synchronized void close() {
        closed = true;
        current.close();
    }

    /** Closes the connections on another thread. */
    synchronized void closeLater() {
        closed = true;
        closeLater(current);
    }

    private static void closeLater(HttpTransport transport) {
        CompletableFuture.runAsync(transport::close);
    }
}
