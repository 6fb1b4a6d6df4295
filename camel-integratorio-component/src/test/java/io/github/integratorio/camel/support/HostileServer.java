package io.github.integratorio.camel.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** A server whose responses are as large, as small-cut or as wrong as the connector that is asked for says. */
public final class HostileServer implements AutoCloseable {

    /** The connectors, each with another kind of response. */
    public static final List<String> KINDS =
            List.of("small", "large", "huge", "chunks", "error", "cut", "rows", "closed", "announced", "wrong");

    private static final int MB = 1 << 20;
    private static final String ROW = "{\"_id\":\"l1\",\"expires\":\"2099-01-31T12:00:00.000Z\",\"user\":"
            + "{\"email\":\"jane@example.com\"},\"opts\":{\"note\":\"" + "x".repeat(300) + "\"}}";

    private final ServerSocket server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());

    public HostileServer() throws IOException {
        daemon(() -> {
            try {
                while (true) {
                    Socket socket = server.accept();
                    daemon(() -> serve(socket));
                }
            } catch (IOException e) {
                // Closed.
            }
        });
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "hostile-server");
        thread.setDaemon(true);
        thread.start();
    }

    public String baseUrl() {
        return "http://127.0.0.1:" + server.getLocalPort() + "/v1";
    }

    private void serve(Socket socket) {
        try (socket) {
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream()));
            String line;
            while ((line = in.readLine()) != null) {
                String request = line;
                int length = 0;
                while ((line = in.readLine()) != null && !line.isEmpty()) {
                    if (line.toLowerCase().startsWith("content-length:")) {
                        length = Integer.parseInt(line.substring(15).trim());
                    }
                }
                in.skip(length);
                answer(request, socket.getOutputStream());
                socket.getOutputStream().flush();
            }
        } catch (IOException e) {
            // The client has closed the connection, or this kind does.
        }
    }

    private static void answer(String request, OutputStream out) throws IOException {
        String kind = request.split("/")[3];
        if (request.contains("/licenses/l1") || request.startsWith("POST")) {
            body(out, 200, ROW);
            return;
        }
        switch (kind) {
            case "small" -> body(out, 200, list(20));
            case "large" -> chunked(out, list(8 * MB / ROW.length()), 64 * 1024);
            case "huge" -> body(out, 200, list(30 * MB / ROW.length()));
            case "chunks" -> chunked(out, list(60), 1);
            case "error" -> body(out, 500, "{\"errors\":[" + " ".repeat(5 * MB) + "]}");
            case "cut" -> {
                head(out, 200, 8 * MB);
                out.write(list(4 * MB / ROW.length()).getBytes(StandardCharsets.UTF_8));
                throw new IOException("cut");
            }
            // Each row becomes many times its bytes.
            case "rows" -> body(out, 200, "[" + "{\"_id\":\"a\"},".repeat(2 * MB / 12) + "{\"_id\":\"a\"}]");
            case "announced" -> {
                head(out, 200, 31 * MB);
                out.write(list(200).getBytes(StandardCharsets.UTF_8));
                out.flush();
                try {
                    Thread.sleep(2_000);
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                throw new IOException("cut");
            }
            case "wrong" -> chunked(out, "[" + "[".repeat(3 * MB), 4096);
            default -> throw new IOException("closed");
        }
    }

    private static String list(int rows) {
        return "[" + (ROW + ",").repeat(rows - 1) + ROW + "]";
    }

    private static void head(OutputStream out, int status, int length) throws IOException {
        out.write(("HTTP/1.1 " + status + " X\r\nContent-Type: application/json\r\nContent-Length: " + length
                + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static void body(OutputStream out, int status, String json) throws IOException {
        head(out, status, json.length());
        out.write(json.getBytes(StandardCharsets.US_ASCII));
    }

    private static void chunked(OutputStream out, String json, int size) throws IOException {
        out.write("HTTP/1.1 200 X\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
        byte[] bytes = json.getBytes(StandardCharsets.US_ASCII);
        for (int from = 0; from < bytes.length; from += size) {
            byte[] part = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size));
            out.write((Integer.toHexString(part.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(part);
            out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
