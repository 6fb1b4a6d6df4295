package io.github.integratorio.camel.internal.client.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

import io.github.integratorio.camel.internal.client.protocol.RawResponse;
import io.github.integratorio.camel.internal.concurrent.Scheduler;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.message.BasicTokenIterator;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.protocol.HttpContext;

/**
 * Receives a response: into memory up to a limit, or through a {@link ResponseStream} if the caller reads it while it arrives. The
 * connection delivers no more than there is memory for in the {@link BufferBudget}.
 */
final class BoundedResponseConsumer implements AsyncResponseConsumer<RawResponse> {

    /** What a connection delivers before it asks for capacity, and all that is kept of an error. */
    static final int INITIAL_WINDOW = 64 * 1024;

    private static final byte[] EMPTY = new byte[0];

    private final ResponseLimits limits;
    private final Scheduler scheduler;
    private final BufferBudget.Reservation memory;
    private final Consumer<RawResponse> onStream;
    private final Runnable onRelease;
    private HttpResponse head;
    private Instant receivedAt;
    private FutureCallback<RawResponse> callback;
    private ResponseStream stream;
    /** The announced length; 0 if none was. */
    private int contentLength;
    private long received;
    /** Whether nothing in the head says where the body ends. */
    private boolean isUnframed;
    private boolean isCompressed;
    private byte[] bytes = EMPTY;
    private int length;
    /** How much the connection may deliver in total. */
    private volatile int capacity = INITIAL_WINDOW;
    private volatile boolean waiting;

    /**
     * @param memory    where the memory comes from; released by the creator
     * @param onStream  takes the response as soon as its body begins, if the limits ask for a stream and the status is 200
     * @param onRelease runs when the connection is free again
     */
    BoundedResponseConsumer(ResponseLimits limits, Scheduler scheduler, BufferBudget.Reservation memory,
            Consumer<RawResponse> onStream, Runnable onRelease) {
        this.limits = limits;
        this.scheduler = scheduler;
        this.memory = memory;
        this.onStream = onStream;
        this.onRelease = onRelease;
    }

    @Override
    public void consumeResponse(HttpResponse response, EntityDetails entity, HttpContext context,
            FutureCallback<RawResponse> resultCallback) throws IOException {
        head = response;
        receivedAt = scheduler.now();
        callback = resultCallback;
        if (entity == null) {
            resultCallback.completed(new RawResponse(head, receivedAt, EMPTY, 0, null));
            return;
        }
        isUnframed = !response.containsHeader(HttpHeaders.CONTENT_LENGTH)
                && !response.containsHeader(HttpHeaders.TRANSFER_ENCODING) && !isAnnouncedToClose(response);
        String encoding = entity.getContentEncoding();
        isCompressed = encoding != null && !"identity".equalsIgnoreCase(encoding);
        if (isCompressed && !isError()) {
            throw new IOException("the response is compressed, although no compression was requested");
        }
        if (limits.streamed() && response.getCode() == 200) {
            memory.take(ResponseStream.CAPACITY);
            stream = new ResponseStream(scheduler, limits.readTimeout());
            onStream.accept(new RawResponse(head, receivedAt, null, 0, stream));
        } else if (entity.getContentLength() > limits.maxBytes()) {
            throw tooLong();
        } else if (entity.getContentLength() > 0) {
            // A server can announce any length, so memory is allocated as bytes arrive.
            contentLength = (int) entity.getContentLength();
            bytes = new byte[Math.min(contentLength, INITIAL_WINDOW)];
        }
    }

    /**
     * Whether a body may end with its connection. A server of HTTP/1.1 has to announce this (RFC 9112, 9.6); a body that ends before its
     * first byte looks like an empty one.
     */
    private static boolean isAnnouncedToClose(HttpResponse response) {
        if (response.getVersion() != null && response.getVersion().lessEquals(HttpVersion.HTTP_1_0)) {
            return true;
        }
        Iterator<String> options = new BasicTokenIterator(response.headerIterator(HttpHeaders.CONNECTION));
        while (options.hasNext()) {
            if (options.next().equalsIgnoreCase("close")) {
                return true;
            }
        }
        return false;
    }

    private IOException tooLong() {
        return new IOException("the response is longer than maxResponseSize=" + limits.maxBytes() + " bytes");
    }

    @Override
    public void informationResponse(HttpResponse response, HttpContext context) {
        // 100 and 103 carry nothing that a caller needs.
    }

    private boolean isError() {
        return head.getCode() >= 300;
    }

    /** Called when the capacity is used up, and again with each part that the connection had already read. */
    @Override
    public void updateCapacity(CapacityChannel channel) throws IOException {
        if (stream != null) {
            stream.updateCapacity(channel);
        } else if (isError() || capacity >= limits.maxBytes()) {
            // Nothing more of it is kept, or it ends here or is too long.
            channel.update(INITIAL_WINDOW);
        } else if (!waiting && received >= capacity) {
            waiting = true;
            int next = nextSize();
            int more = next - capacity;
            memory.request(more, () -> {
                capacity = next;
                waiting = false;
                grant(channel, more);
            });
        }
    }

    private static void grant(CapacityChannel channel, int more) {
        try {
            channel.update(more);
        } catch (IOException | RuntimeException e) {
            // The connection has been closed, which the request learns by itself.
        }
    }

    /**
     * Performance: growing to the announced length in steps of eight costs a third less memory for a long list than doubling.
     */
    private int nextSize() {
        long next = contentLength > capacity ? Math.min(contentLength, 8L * capacity)
                : Math.max(received + INITIAL_WINDOW, 2L * capacity);
        return (int) Math.min(limits.maxBytes(), next);
    }

    @Override
    public void consume(ByteBuffer source) throws IOException {
        if (stream != null) {
            stream.write(source);
            return;
        }
        int more = source.remaining();
        received += more;
        if (received > limits.maxBytes()) {
            throw tooLong();
        }
        if (isError()) {
            // The status of an error says what has happened; what is compressed adds nothing that can be read.
            more = isCompressed ? 0 : Math.min(more, INITIAL_WINDOW - length);
        }
        if (bytes.length - length < more) {
            long next = (contentLength > 0 ? 8L : 2L) * bytes.length;
            bytes = Arrays.copyOf(bytes, (int) Math.max(length + more, Math.min(capacity, next)));
        }
        source.get(bytes, length, more);
        source.position(source.limit());
        length += more;
    }

    @Override
    public void streamEnd(List<? extends Header> trailers) {
        if (isUnframed && received == 0 && !isError() && stream == null) {
            callback.failed(new IOException("the connection was closed before the body of the response"));
            return;
        }
        if (stream != null) {
            stream.end();
        }
        callback.completed(new RawResponse(head, receivedAt, bytes, length, null));
    }

    @Override
    public void failed(Exception cause) {
        if (stream != null) {
            stream.fail(new IOException("the list ended early: " + cause.getClass().getSimpleName(), cause));
        }
    }

    @Override
    public void releaseResources() {
        if (stream != null) {
            stream.fail(new IOException("the connection was closed"));
        }
        onRelease.run();
    }
}
