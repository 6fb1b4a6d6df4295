package io.github.integratorio.simulator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A minimal HTTP client that shows a test exactly what the simulator sent: one connection per request,
 * no retries and no redirects.
 */
final class TestHttpClient {

    private static final int TIMEOUT_MILLIS = 10_000;

    record Response(int status, Map<String, String> headers, String body) {

        String header(String name) {
            return headers.get(name.toLowerCase(Locale.ROOT));
        }

        Map<String, Object> object() {
            try {
                return Json.readObject(body.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(body, e);
            }
        }

        @SuppressWarnings("unchecked")
        List<Map<String, Object>> list() {
            Response wrapped = new Response(status, headers, "{\"list\":" + body + "}");
            return (List<Map<String, Object>>) wrapped.object().get("list");
        }

        /** Returns the single error of the envelope. */
        @SuppressWarnings("unchecked")
        Map<String, Object> error() {
            List<Map<String, Object>> errors = (List<Map<String, Object>>) object().get("errors");
            if (errors.size() != 1) {
                throw new AssertionError("expected one error, got " + errors);
            }
            return errors.get(0);
        }
    }

    private final IntegratorioSimulator simulator;

    TestHttpClient(IntegratorioSimulator simulator) {
        this.simulator = simulator;
    }

    Response get(String path) throws IOException {
        return call("GET", path, null);
    }

    Response delete(String path) throws IOException {
        return call("DELETE", path, null);
    }

    Response post(String path, Object document) throws IOException {
        return call("POST", path, document);
    }

    Response put(String path, Object document) throws IOException {
        return call("PUT", path, document);
    }

    Response call(String method, String path, Object document) throws IOException {
        byte[] body = document == null ? null : Json.write(document);
        return send(method, path, Map.of("Authorization", "Bearer " + simulator.token(),
                "Content-Type", "application/json"), body);
    }

    Response send(String method, String path, Map<String, String> headers, byte[] body) throws IOException {
        try (Socket socket = open(TIMEOUT_MILLIS)) {
            write(socket, method, path, headers, body);
            return parse(socket.getInputStream().readAllBytes());
        }
    }

    /** Sends a GET and returns the socket with the unread response. */
    Socket openGet(String path, int timeoutMillis) throws IOException {
        Socket socket = open(timeoutMillis);
        write(socket, "GET", path, Map.of("Authorization", "Bearer " + simulator.token()), null);
        return socket;
    }

    /** Sends a POST and returns the socket with the unread response. */
    Socket openPost(String path, Object document, int timeoutMillis) throws IOException {
        Socket socket = open(timeoutMillis);
        write(socket, "POST", path, Map.of("Authorization", "Bearer " + simulator.token(),
                "Content-Type", "application/json"), Json.write(document));
        return socket;
    }

    static Response parse(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            throw new AssertionError("incomplete response head: " + text);
        }
        String[] lines = text.substring(0, end).split("\r\n");
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = 1; i < lines.length; i++) {
            String[] header = lines[i].split(": ?", 2);
            headers.put(header[0].toLowerCase(Locale.ROOT), header[1]);
        }
        return new Response(Integer.parseInt(lines[0].split(" ")[1]), headers, text.substring(end + 4));
    }

    /** Reads until the connection ends; throws if it is reset. */
    static byte[] readAll(Socket socket, ByteArrayOutputStream soFar) throws IOException {
        InputStream in = socket.getInputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            soFar.write(next);
        }
        return soFar.toByteArray();
    }

    private Socket open(int timeoutMillis) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), simulator.port());
        socket.setSoTimeout(timeoutMillis);
        return socket;
    }

    private static void write(Socket socket, String method, String path, Map<String, String> headers, byte[] body)
            throws IOException {
        StringBuilder head = new StringBuilder(
                method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + socket.getPort() + "\r\nConnection: close\r\n");
        headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (body != null) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        bytes.write(body == null ? new byte[0] : body);
        socket.getOutputStream().write(bytes.toByteArray());
    }
}
