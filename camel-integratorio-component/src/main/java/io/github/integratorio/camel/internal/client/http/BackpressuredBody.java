package io.github.integratorio.camel.internal.client.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.hc.core5.http.nio.CapacityChannel;

/** A body on its way from the connection to whoever reads it: the connection is read only as fast as its reader reads. */
public final class BackpressuredBody extends InputStream {

    /** How much the connection may be ahead of the reader. */
    static final int AHEAD = 256 * 1024;
    /**
     * So much is gathered before a reader that waits is woken, unless no more comes for a while, and read before the connection is
     * told: or both threads would wake each other for every packet.
     */
    private static final int BATCH = AHEAD / 2;
    private static final long GATHER = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int LEAST_CHUNK = 8 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<ByteBuffer> chunks = new ArrayDeque<>();
    private final Duration patience;
    /** What was read, to be filled again: a long list comes in thousands of chunks. No more than the connection may be ahead. */
    private final Deque<ByteBuffer> spares = new ArrayDeque<>();
    private int waiting;
    private Runnable cancel = () -> { };
    private CapacityChannel capacity;
    private int unreported;
    private boolean ended;
    private boolean closed;
    private Exception failure;

    /** A pipe whose reader waits so long for the next bytes. */
    BackpressuredBody(Duration patience) {
        this.patience = patience;
    }

    /** What ends the exchange when the reader stops early; at once, when it has done so already. */
    void onEarlyClose(Runnable action) {
        boolean late;
        lock.lock();
        try {
            cancel = action;
            late = closed && !ended;
        } finally {
            lock.unlock();
        }
        if (late) {
            action.run();
        }
    }

    void capacity(CapacityChannel channel) throws IOException {
        lock.lock();
        try {
            capacity = channel;
            report(1);
        } finally {
            lock.unlock();
        }
    }

    private void report(int least) throws IOException {
        if (capacity != null && unreported >= least) {
            int bytes = unreported;
            unreported = 0;
            capacity.update(bytes);
        }
    }

    void write(ByteBuffer source) {
        lock.lock();
        try {
            if (closed || !source.hasRemaining()) {
                source.position(source.limit());
                return;
            }
            ByteBuffer spare = spares.poll();
            ByteBuffer chunk = spare != null && spare.capacity() >= source.remaining() ? spare.clear()
                    : ByteBuffer.allocate(Math.max(LEAST_CHUNK, source.remaining()));
            waiting += source.remaining();
            chunks.add(chunk.put(source).flip());
            if (waiting >= BATCH) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    void end(Exception cause) {
        lock.lock();
        try {
            if (!ended) {
                ended = true;
                failure = cause;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        lock.lock();
        try {
            awaitChunk();
            ByteBuffer chunk = chunks.peek();
            if (chunk == null) {
                if (failure != null) {
                    throw new IOException("the list ended early: " + failure.getClass().getSimpleName(), failure);
                }
                return -1;
            }
            int bytes = Math.min(length, chunk.remaining());
            chunk.get(target, offset, bytes);
            if (!chunk.hasRemaining()) {
                spares.push(chunks.remove());
            }
            waiting -= bytes;
            unreported += bytes;
            report(BATCH);
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    private void awaitChunk() throws IOException {
        long left = patience.toNanos();
        while (chunks.isEmpty() && !ended) {
            if (closed) {
                throw new IOException("the list was closed");
            }
            if (left <= 0) {
                throw new SocketTimeoutException("no more of the list came within " + patience.toMillis() + " ms");
            }
            try {
                long most = Math.min(left, GATHER);
                left -= most - changed.awaitNanos(most);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new java.io.InterruptedIOException("interrupted while reading the list");
            }
        }
    }

    @Override
    public void close() {
        Runnable action;
        lock.lock();
        try {
            action = ended || closed ? () -> { } : cancel;
            closed = true;
            chunks.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        action.run();
    }
}
