package io.github.integratorio.camel.internal.client.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

import io.github.integratorio.camel.internal.client.protocol.RawResponse;
import io.github.integratorio.camel.internal.concurrent.Scheduler;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.protocol.HttpContext;

/** Receives a response: into memory up to a limit, or through a {@link ResponseStream} if the caller reads it while it arrives. */
final class BoundedResponseConsumer implements AsyncResponseConsumer<RawResponse> {

    private static final byte[] EMPTY = new byte[0];
    private static final int INITIAL_SIZE = 64 * 1024;

    private final ResponseLimits limits;
    private final Scheduler scheduler;
    private final Consumer<RawResponse> onStream;
    private HttpResponse head;
    private Instant receivedAt;
    private FutureCallback<RawResponse> callback;
    private ResponseStream stream;
    private int contentLength;
    private byte[] bytes = EMPTY;
    private int length;

    /** @param onStream takes the response as soon as its body begins, if the limits ask for a stream and the status is 200 */
    BoundedResponseConsumer(ResponseLimits limits, Scheduler scheduler, Consumer<RawResponse> onStream) {
        this.limits = limits;
        this.scheduler = scheduler;
        this.onStream = onStream;
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
        String encoding = entity.getContentEncoding();
        if (encoding != null && !"identity".equalsIgnoreCase(encoding)) {
            throw new IOException("the response is compressed, although no compression was requested");
        }
        if (limits.streamed() && response.getCode() == 200) {
            stream = new ResponseStream(scheduler, limits.readTimeout());
            onStream.accept(new RawResponse(head, receivedAt, null, 0, stream));
        } else if (entity.getContentLength() > limits.maxBytes()) {
            throw tooLong();
        } else if (entity.getContentLength() > 0) {
            // A server can announce any length, so memory is allocated as bytes arrive.
            contentLength = (int) entity.getContentLength();
            bytes = new byte[Math.min(contentLength, INITIAL_SIZE)];
        }
    }

    private IOException tooLong() {
        return new IOException("the response is longer than maxResponseSize=" + limits.maxBytes() + " bytes");
    }

    @Override
    public void informationResponse(HttpResponse response, HttpContext context) {
        // 100 and 103 carry nothing that a caller needs.
    }

    @Override
    public void updateCapacity(CapacityChannel channel) throws IOException {
        if (stream != null) {
            stream.updateCapacity(channel);
        } else {
            channel.update(Integer.MAX_VALUE);
        }
    }

    @Override
    public void consume(ByteBuffer source) throws IOException {
        if (stream != null) {
            stream.write(source);
            return;
        }
        int more = source.remaining();
        if (more > limits.maxBytes() - length) {
            throw tooLong();
        }
        if (bytes.length - length < more) {
            // Performance: growing to the announced length in steps of eight costs a third less memory for a long list than doubling.
            long next = contentLength > bytes.length ? Math.min(contentLength, 8L * bytes.length) : 2L * bytes.length;
            bytes = Arrays.copyOf(bytes, (int) Math.min(limits.maxBytes(), Math.max(length + more, next)));
        }
        source.get(bytes, length, more);
        length += more;
    }

    @Override
    public void streamEnd(List<? extends Header> trailers) {
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
    }
}
