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

/** One request and its response on a connection. No method blocks. */
final class HttpExchange {

    private final RecordedRequest recorded;
    private final SimulatorState state;
    private final ApiDispatcher api;
    private final Request request;
    private final Response response;
    private final Callback callback;

    HttpExchange(RecordedRequest recorded, SimulatorState state, ApiDispatcher api, Request request, Response response,
            Callback callback) {
        this.recorded = recorded;
        this.state = state;
        this.api = api;
        this.request = request;
        this.response = response;
        this.callback = callback;
    }

    /** Performs the requested operation and returns its response, which is not sent yet. */
    ApiResponse perform() {
        return api.dispatch(recorded);
    }

    /** Performs the requested operation after a delay by the simulator's clock. */
    void performLater(Duration delay) {
        state.schedule(delay, this::perform);
    }

    /** Schedules an action in real time. */
    void schedule(Duration delay, Runnable action) {
        request.getComponents().getScheduler().schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    void send(ApiResponse content) {
        writeHead(content);
        response.write(true, ByteBuffer.wrap(body(content)), callback);
    }

    /** Sends the head and the first bytes of the body, then closes the connection. */
    void sendTruncated(ApiResponse content, int bytes) {
        int sent = Math.min(bytes, body(content).length - 1);
        if (sent < 0) {
            close();
            return;
        }
        writeHead(content);
        response.write(false, ByteBuffer.wrap(content.body(), 0, sent), Callback.from(this::close, callback::failed));
    }

    void sendSlowly(ApiResponse content, Duration perByte) {
        if (body(content).length == 0) {
            send(content);
            return;
        }
        writeHead(content);
        sendByteByByte(content.body(), 0, perByte);
    }

    private void sendByteByByte(byte[] body, int from, Duration perByte) {
        ByteBuffer next = ByteBuffer.wrap(body, from, 1);
        if (from == body.length - 1) {
            response.write(true, next, callback);
        } else {
            response.write(false, next, Callback.from(
                    () -> schedule(perByte, () -> sendByteByByte(body, from + 1, perByte)), callback::failed));
        }
    }

    /** Closes the connection with a TCP FIN. */
    void close() {
        endPoint().close();
        // Jetty does not log an EofException, unlike other failures.
        callback.failed(new EofException("Closed by a fault"));
    }

    /** Closes the connection with a TCP RST. */
    void reset() {
        SocketChannel channel = (SocketChannel) endPoint().getTransport();
        try {
            // Closing with a linger time of 0 sends an RST.
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            // The channel has to be closed before the end point, which would send a FIN.
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        close();
    }

    private void writeHead(ApiResponse content) {
        recorded.responded(content.status());
        response.setStatus(content.status());
        response.getHeaders().put(HttpHeader.DATE, Timestamps.http(state.clock.instant()));
        if (content.contentType() != null) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, content.contentType());
        }
        if (content.allowsBody()) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, content.body().length);
        }
        content.headers().forEach((name, value) -> response.getHeaders().put(name, value));
    }

    private static byte[] body(ApiResponse content) {
        return content.allowsBody() ? content.body() : new byte[0];
    }

    private EndPoint endPoint() {
        return request.getConnectionMetaData().getConnection().getEndPoint();
    }
}
