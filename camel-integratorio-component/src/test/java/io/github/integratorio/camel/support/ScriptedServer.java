package io.github.integratorio.camel.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A server that responds to each request with scripted bytes, and counts the requests that arrive. */
public final class ScriptedServer implements AutoCloseable {

    /** Called with a connection after a request has been read from it. */
    @FunctionalInterface
    public interface Answer {
        void give(Socket socket, OutputStream out) throws Exception;
    }

    private final ServerSocket server;
    private final SSLContext tls;
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    /** Ends connections before their first request is read. */
    private final Queue<Integer> cuts = new ConcurrentLinkedQueue<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final CountDownLatch closed = new CountDownLatch(1);

    private ScriptedServer(ServerSocket server, SSLContext tls) {
        this.server = server;
        this.tls = tls;
        daemon(this::accept);
    }

    /** A server on a free port of this machine. */
    public static ScriptedServer start() throws IOException {
        return start(InetAddress.getLoopbackAddress(), 0);
    }

    /** A server on an address and port of this machine. */
    public static ScriptedServer start(InetAddress address, int port) throws IOException {
        return new ScriptedServer(new ServerSocket(port, 200, address), null);
    }

    /** As above, over TLS. */
    public static ScriptedServer start(SSLContext tls) throws IOException {
        return new ScriptedServer(new ServerSocket(0, 200, InetAddress.getLoopbackAddress()), tls);
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "scripted-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                connections.incrementAndGet();
                socket.setTcpNoDelay(true);
                sockets.add(socket);
                daemon(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed: the end of the test.
        }
    }

    private void serve(Socket plain) {
        try (plain; Socket socket = tls == null ? plain : secure(plain)) {
            Integer cut = cuts.poll();
            if (cut != null) {
                bytes.addAndGet(socket.getInputStream().readNBytes(cut).length);
                return;
            }
            OutputStream out = socket.getOutputStream();
            String request;
            while ((request = read(socket.getInputStream())) != null) {
                requests.add(request);
                Answer answer = answers.poll();
                (answer == null ? json(500, "{\"message\":\"nothing scripted\"}") : answer).give(socket, out);
                out.flush();
            }
        } catch (Exception e) {
            // The client or the script closed the connection.
        }
    }

    private SSLSocket secure(Socket plain) throws IOException {
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, null, plain.getPort(), false);
        socket.setUseClientMode(false);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] { "h2", "http/1.1" });
        socket.setSSLParameters(parameters);
        return socket;
    }

    private String read(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                return null;
            }
            bytes.incrementAndGet();
            head.append((char) next);
        }
        java.util.regex.Matcher length = java.util.regex.Pattern.compile("(?i)content-length: (\\d+)").matcher(head);
        return length.find()
                ? head + new String(in.readNBytes(Integer.parseInt(length.group(1))), StandardCharsets.UTF_8)
                : head.toString();
    }

    /** Scripts the responses to the next requests. */
    public ScriptedServer then(Answer... next) {
        answers.addAll(List.of(next));
        return this;
    }

    /** Forgets the scripted responses that no request got. */
    public void clear() {
        answers.clear();
    }

    /** Ends each of the next connections after this number of bytes of its first request, although more may be unread. */
    public ScriptedServer thenCut(Integer... afterBytes) {
        cuts.addAll(List.of(afterBytes));
        return this;
    }

    /** A complete JSON response; the connection stays open. */
    public static Answer json(int status, String body, String... headers) {
        return of(status, "application/json; charset=utf-8", body, headers);
    }

    /** A complete response of any type; the connection stays open. */
    public static Answer of(int status, String type, String body, String... headers) {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " X\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        head.append("Content-Type: ").append(type).append("\r\nContent-Length: ").append(bytes.length)
                .append("\r\n\r\n");
        return (socket, out) -> {
            out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
            out.write(bytes);
        };
    }

    /** These bytes, then the end of the connection. */
    public static Answer raw(String text) {
        return raw(text.getBytes(StandardCharsets.UTF_8));
    }

    /** These bytes, then the end of the connection. */
    public static Answer raw(byte[] bytes) {
        return (socket, out) -> {
            out.write(bytes);
            out.flush();
            socket.close();
        };
    }

    /** These bytes, then silence on an open connection. */
    public Answer rawThenSilence(String text) {
        return (socket, out) -> {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
            closed.await();
        };
    }

    /** These bytes, then the end of the TCP connection without close_notify of TLS. */
    public Answer rawThenCutUnderTls(String text) {
        return (socket, out) -> {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
            sockets.stream().filter(plain -> plain.getPort() == socket.getPort()).findFirst().orElseThrow().close();
        };
    }

    /** The connection is reset. */
    public static Answer reset() {
        return (socket, out) -> {
            socket.setSoLinger(true, 0);
            socket.close();
        };
    }

    /** These bytes first, then others repeatedly until the client disconnects or the limit is reached. */
    public static Answer endless(String before, String again, long most) {
        return (socket, out) -> {
            out.write(before.getBytes(StandardCharsets.UTF_8));
            byte[] bytes = again.getBytes(StandardCharsets.UTF_8);
            for (long sent = 0; sent < most; sent += bytes.length) {
                out.write(bytes);
            }
            throw new SocketException("sent enough");
        };
    }

    public int port() {
        return server.getLocalPort();
    }

    public String baseUrl() {
        return tls != null ? "https://localhost:" + port() + "/v1" : "http://127.0.0.1:" + port() + "/v1";
    }

    /** The completely received requests, head and body, in order. */
    public List<String> requests() {
        return requests;
    }

    public int requestCount() {
        return requests.size();
    }

    /** Number of received bytes of request heads, complete or not; with TLS, of the decrypted data. */
    public long byteCount() {
        return bytes.get();
    }

    public int connectionCount() {
        return connections.get();
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
