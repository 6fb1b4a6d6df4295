package io.github.integratorio.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** One request on its connection, and all that can be done about it. Nothing here waits. */
final class Exchange {

    private final RecordedRequest recorded;
    private final World world;
    private final Api api;
    private final Request request;
    private final Response response;
    private final Callback callback;

    Exchange(RecordedRequest recorded, World world, Api api, Request request, Response response, Callback callback) {
        this.recorded = recorded;
        this.world = world;
        this.api = api;
        this.request = request;
        this.response = response;
        this.callback = callback;
    }

    /** Does what the request asks for. */
    Reply work() {
        return api.answer(recorded);
    }

    void workLater(Duration delay) {
        world.later(delay, this::work);
    }

    void after(Duration delay, Runnable action) {
        request.getComponents().getScheduler().schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    void answer(Reply reply) {
        head(reply);
        response.write(true, ByteBuffer.wrap(body(reply)), callback);
    }

    /** The head and some of the body, then the end of the connection. */
    void answerCut(Reply reply, int bytes) {
        int sent = Math.min(bytes, body(reply).length - 1);
        if (sent < 0) {
            close();
            return;
        }
        head(reply);
        response.write(false, ByteBuffer.wrap(reply.body(), 0, sent), Callback.from(this::close, callback::failed));
    }

    void drip(Reply reply, Duration perByte) {
        if (body(reply).length == 0) {
            answer(reply);
            return;
        }
        head(reply);
        drip(reply.body(), 0, perByte);
    }

    private void drip(byte[] body, int from, Duration perByte) {
        ByteBuffer next = ByteBuffer.wrap(body, from, 1);
        if (from == body.length - 1) {
            response.write(true, next, callback);
        } else {
            response.write(false, next, Callback.from(
                    () -> after(perByte, () -> drip(body, from + 1, perByte)), callback::failed));
        }
    }

    void close() {
        endPoint().close();
        // Of the exceptions there are, the one the server does not log: this end was meant.
        callback.failed(new EofException("Closed by a fault"));
    }

    /** A reset instead of a farewell: that is what closing with no time to linger does. */
    void reset() {
        SocketChannel channel = (SocketChannel) endPoint().getTransport();
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            // Before the end point, which would say goodbye.
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        close();
    }

    private void head(Reply reply) {
        recorded.answered(reply.status());
        response.setStatus(reply.status());
        response.getHeaders().put(HttpHeader.DATE, Dates.http(world.clock.instant()));
        if (reply.contentType() != null) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, reply.contentType());
        }
        if (mayHaveBody(reply)) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, reply.body().length);
        }
        reply.headers().forEach((name, value) -> response.getHeaders().put(name, value));
    }

    private static byte[] body(Reply reply) {
        return mayHaveBody(reply) ? reply.body() : new byte[0];
    }

    private static boolean mayHaveBody(Reply reply) {
        return reply.status() != 204 && reply.status() != 304;
    }

    private EndPoint endPoint() {
        return request.getConnectionMetaData().getConnection().getEndPoint();
    }
}
