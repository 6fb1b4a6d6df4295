package io.github.integratorio.camel.client;

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
final class BodyPipe extends InputStream {

    private static final int REPORT = 16 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<ByteBuffer> chunks = new ArrayDeque<>();
    private final Duration patience;
    private Runnable cancel = () -> { };
    private CapacityChannel capacity;
    private int unreported;
    private boolean ended;
    private boolean closed;
    private Exception failure;

    /** A pipe whose reader waits so long for the next bytes. */
    BodyPipe(Duration patience) {
        this.patience = patience;
    }

    /** What ends the exchange when the reader stops early. */
    void onEarlyClose(Runnable action) {
        lock.lock();
        try {
            cancel = action;
        } finally {
            lock.unlock();
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
            byte[] bytes = new byte[source.remaining()];
            source.get(bytes);
            if (!closed && bytes.length > 0) {
                chunks.add(ByteBuffer.wrap(bytes));
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
                chunks.remove();
            }
            unreported += bytes;
            report(chunks.isEmpty() ? 1 : REPORT);
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
                left = changed.await(left, TimeUnit.NANOSECONDS) ? left : 0;
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
