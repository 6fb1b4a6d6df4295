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
 * An HTTP client small enough to see every byte through: one connection a request, no retries, no
 * redirects, so a test sees just what the simulator did.
 */
final class Client {

    private static final int PATIENCE_MILLIS = 10_000;

    record Answer(int status, Map<String, String> headers, String body) {

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
            return (List<Map<String, Object>>) new Answer(status, headers, "{\"list\":" + body + "}").object().get("list");
        }

        /** The one error in the envelope. */
        @SuppressWarnings("unchecked")
        Map<String, Object> error() {
            List<Map<String, Object>> errors = (List<Map<String, Object>>) object().get("errors");
            if (errors.size() != 1) {
                throw new AssertionError("Not one error: " + errors);
            }
            return errors.get(0);
        }
    }

    private final IntegratorioSimulator simulator;

    Client(IntegratorioSimulator simulator) {
        this.simulator = simulator;
    }

    Answer get(String path) throws IOException {
        return call("GET", path, null);
    }

    Answer delete(String path) throws IOException {
        return call("DELETE", path, null);
    }

    Answer post(String path, Object document) throws IOException {
        return call("POST", path, document);
    }

    Answer put(String path, Object document) throws IOException {
        return call("PUT", path, document);
    }

    Answer call(String method, String path, Object document) throws IOException {
        byte[] body = document == null ? null : Json.write(document);
        return send(method, path, Map.of("Authorization", "Bearer " + simulator.token(),
                "Content-Type", "application/json"), body);
    }

    Answer send(String method, String path, Map<String, String> headers, byte[] body) throws IOException {
        try (Socket socket = open(PATIENCE_MILLIS)) {
            write(socket, method, path, headers, body);
            return parse(socket.getInputStream().readAllBytes());
        }
    }

    /** A GET of which only the socket is wanted. */
    Socket ask(String path, int patienceMillis) throws IOException {
        Socket socket = open(patienceMillis);
        write(socket, "GET", path, Map.of("Authorization", "Bearer " + simulator.token()), null);
        return socket;
    }

    /** A POST of which only the socket is wanted. */
    Socket askToPost(String path, Object document, int patienceMillis) throws IOException {
        Socket socket = open(patienceMillis);
        write(socket, "POST", path, Map.of("Authorization", "Bearer " + simulator.token(),
                "Content-Type", "application/json"), Json.write(document));
        return socket;
    }

    static Answer parse(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            throw new AssertionError("No whole head of an answer: " + text);
        }
        String[] lines = text.substring(0, end).split("\r\n");
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = 1; i < lines.length; i++) {
            String[] header = lines[i].split(": ?", 2);
            headers.put(header[0].toLowerCase(Locale.ROOT), header[1]);
        }
        return new Answer(Integer.parseInt(lines[0].split(" ")[1]), headers, text.substring(end + 4));
    }

    /** What comes until the end of the connection or its reset, which is then thrown. */
    static byte[] readAll(Socket socket, ByteArrayOutputStream soFar) throws IOException {
        InputStream in = socket.getInputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            soFar.write(next);
        }
        return soFar.toByteArray();
    }

    private Socket open(int patienceMillis) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), simulator.port());
        socket.setSoTimeout(patienceMillis);
        return socket;
    }

    private static void write(Socket socket, String method, String path, Map<String, String> headers, byte[] body)
            throws IOException {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
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
