package io.github.integratorio.camel.internal.client.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
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

/** Takes an answer off the connection: into memory within a bound, or through a {@link BackpressuredBody} when it is a list to be streamed. */
final class BoundedResponseConsumer implements AsyncResponseConsumer<RawResponse> {

    private static final byte[] NOTHING = new byte[0];
    private static final int FIRST = 64 * 1024;

    private final int longest;
    private final Duration patience;
    private final Scheduler timeline;
    private final Consumer<RawResponse> onStream;
    private HttpResponse head;
    private Instant at;
    private FutureCallback<RawResponse> callback;
    private BackpressuredBody pipe;
    private int announced;
    private byte[] bytes = NOTHING;
    private int length;

    /**
     * @param longest  how many bytes of a body are taken into memory
     * @param patience how long a reader of a stream waits for more
     * @param timeline the time
     * @param onStream gets the answer when its body is streamed; null when it is not to be
     */
    BoundedResponseConsumer(int longest, Duration patience, Scheduler timeline, Consumer<RawResponse> onStream) {
        this.longest = longest;
        this.patience = patience;
        this.timeline = timeline;
        this.onStream = onStream;
    }

    @Override
    public void consumeResponse(HttpResponse response, EntityDetails entity, HttpContext context,
            FutureCallback<RawResponse> resultCallback) throws IOException {
        head = response;
        at = timeline.now();
        callback = resultCallback;
        if (entity == null) {
            resultCallback.completed(new RawResponse(head, at, NOTHING, 0, null));
            return;
        }
        String coding = entity.getContentEncoding();
        if (coding != null && !"identity".equalsIgnoreCase(coding)) {
            throw new IOException("the answer is compressed, which was not asked for");
        }
        if (onStream != null && response.getCode() == 200) {
            pipe = new BackpressuredBody(patience);
            onStream.accept(new RawResponse(head, at, null, 0, pipe));
        } else if (entity.getContentLength() > longest) {
            throw tooLong();
        } else if (entity.getContentLength() > 0) {
            // The length is only what the server says: memory is taken as bytes arrive.
            announced = (int) entity.getContentLength();
            bytes = new byte[Math.min(announced, FIRST)];
        }
    }

    private IOException tooLong() {
        return new IOException("the answer is longer than maxResponseSize=" + longest + " bytes");
    }

    @Override
    public void informationResponse(HttpResponse response, HttpContext context) {
        // 100 and 103 say nothing that is waited for.
    }

    @Override
    public void updateCapacity(CapacityChannel channel) throws IOException {
        if (pipe != null) {
            pipe.capacity(channel);
        } else {
            channel.update(Integer.MAX_VALUE);
        }
    }

    @Override
    public void consume(ByteBuffer source) throws IOException {
        if (pipe != null) {
            pipe.write(source);
            return;
        }
        int more = source.remaining();
        if (more > longest - length) {
            throw tooLong();
        }
        if (bytes.length - length < more) {
            // Eight times what came is little enough to be believed.
            long next = announced > bytes.length ? Math.min(announced, 8L * bytes.length) : 2L * bytes.length;
            bytes = Arrays.copyOf(bytes, (int) Math.min(longest, Math.max(length + more, next)));
        }
        source.get(bytes, length, more);
        length += more;
    }

    @Override
    public void streamEnd(List<? extends Header> trailers) {
        if (pipe != null) {
            pipe.end(null);
        }
        callback.completed(new RawResponse(head, at, bytes, length, null));
    }

    @Override
    public void failed(Exception cause) {
        if (pipe != null) {
            pipe.end(cause);
        }
    }

    @Override
    public void releaseResources() {
        if (pipe != null) {
            pipe.end(new IOException("the connection was closed"));
        }
    }
}
