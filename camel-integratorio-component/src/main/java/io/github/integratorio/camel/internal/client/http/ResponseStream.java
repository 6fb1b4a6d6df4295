package io.github.integratorio.camel.internal.client.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;

import io.github.integratorio.camel.internal.concurrent.Scheduler;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.nio.support.classic.SharedInputBuffer;

/**
 * A response body that is read while it arrives. The connection delivers at most {@link #CAPACITY} bytes more than the reader has
 * taken, so a slow reader slows the server down instead of filling memory.
 *
 * <p>The capacity is counted here, not by the buffer: that one grants it twice when the reader takes the last byte while the connection
 * asks for more, so a fast reader that stops at last would find megabytes.
 */
final class ResponseStream extends InputStream {

    static final int CAPACITY = 128 * 1024;

    private final SharedInputBuffer buffer = new SharedInputBuffer(BoundedResponseConsumer.INITIAL_WINDOW);
    private final Scheduler scheduler;
    private final Duration readTimeout;
    private volatile IOException failure;
    private Runnable onEarlyClose = () -> {};
    private volatile Runnable cancelStop = () -> {};
    private boolean ended;
    private boolean closed;
    private CapacityChannel channel;
    /** Bytes that arrived and were not read. */
    private int unread;
    /** Bytes that the connection may deliver; negative if it delivered more, as it may. */
    private int window = BoundedResponseConsumer.INITIAL_WINDOW;

    /** @param readTimeout how long a read waits for the next bytes before it fails */
    ResponseStream(Scheduler scheduler, Duration readTimeout) {
        this.scheduler = scheduler;
        this.readTimeout = readTimeout;
    }

    // The connection's side.

    void updateCapacity(CapacityChannel capacity) throws IOException {
        synchronized (this) {
            channel = capacity;
        }
        grant(0);
    }

    /** Lets the connection deliver more once the reader has taken half of the capacity. */
    private void grant(int read) throws IOException {
        CapacityChannel granting;
        int more;
        synchronized (this) {
            unread -= read;
            more = CAPACITY - unread - window;
            granting = channel;
            if (granting == null || ended || more < CAPACITY / 2) {
                return;
            }
            window += more;
        }
        granting.update(more);
    }

    void write(ByteBuffer source) {
        synchronized (this) {
            window -= source.remaining();
            if (!closed) {
                unread += source.remaining();
            }
        }
        if (isClosed()) {
            source.position(source.limit());
        } else {
            buffer.fill(source);
        }
    }

    /** The body is complete. */
    void end() {
        synchronized (this) {
            ended = true;
        }
        cancelStop.run();
        buffer.markEndStream();
    }

    /** No more of the body will come; does nothing after its end. */
    void fail(IOException cause) {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            failure = cause;
        }
        cancelStop.run();
        buffer.abort();
    }

    /**
     * Runs the action when the reader closes the stream before its end, at once if it already has, when a read has waited too long, or when
     * the reader's scheduler is closed: nobody may be reading it then.
     */
    void onEarlyClose(Runnable action) {
        synchronized (this) {
            if (ended) {
                return;
            }
            if (!closed) {
                onEarlyClose = action;
                cancelStop = scheduler.onClose(this::stop);
                return;
            }
        }
        action.run();
    }

    private void stop() {
        giveUp(new IOException("the component was stopped"));
    }

    /** Ends the stream for its reader, and drops the rest: a connection that delivers nothing would never end by itself. */
    private void giveUp(IOException cause) {
        Runnable action;
        synchronized (this) {
            action = ended || closed ? () -> {} : onEarlyClose;
        }
        fail(cause);
        action.run();
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    // The reader's side.

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (isClosed()) {
            throw new IOException("the list was closed");
        }
        Runnable cancelTimeout = buffer.hasData() ? () -> {} : scheduler.schedule(readTimeout, this::timeOut);
        try {
            int read = buffer.read(target, offset, length);
            if (read > 0) {
                grant(read);
            }
            return read;
        } catch (IOException e) {
            throw failure != null ? failure : e;
        } finally {
            cancelTimeout.run();
        }
    }

    @Override
    public synchronized int available() {
        return unread;
    }

    private void timeOut() {
        if (scheduler.isClosed()) {
            stop();
        } else {
            giveUp(new SocketTimeoutException("no more of the list came within " + readTimeout.toMillis() + " ms"));
        }
    }

    @Override
    public void close() {
        Runnable action;
        synchronized (this) {
            action = ended || closed ? () -> {} : onEarlyClose;
            closed = true;
        }
        cancelStop.run();
        action.run();
    }
}
