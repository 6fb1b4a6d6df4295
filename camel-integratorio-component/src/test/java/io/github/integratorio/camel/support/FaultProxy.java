package io.github.integratorio.camel.support;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A proxy between a client and an HTTP server that injects faults into each request. */
public final class FaultProxy implements AutoCloseable {

    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

    /** Treatment of a request and its connection. */
    @FunctionalInterface
    public interface Behaviour {
        void meet(Meeting meeting) throws IOException;
    }

    private final ServerSocket server;
    private final int target;
    private final Function<String, Behaviour> behaviours;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger busy = new AtomicInteger();

    /**
     * @param target the port of the server on this machine
     * @param behaviours returns the treatment of a request, given its head and body
     */
    public FaultProxy(int target, Function<String, Behaviour> behaviours) throws IOException {
        this.server = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
        this.target = target;
        this.behaviours = behaviours;
        daemon(this::accept);
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "fault-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                daemon(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed: the end of the test.
        }
    }

    private void serve(Socket client) {
        try (client; Upstream upstream = new Upstream()) {
            client.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(client.getInputStream());
            byte[] request;
            while ((request = read(in)) != null) {
                busy.incrementAndGet();
                try {
                    behaviours.apply(new String(request, StandardCharsets.UTF_8))
                            .meet(new Meeting(this, client, upstream, request));
                } finally {
                    busy.decrementAndGet();
                }
            }
        } catch (IOException e) {
            // One side closed the connection, which is permitted.
        } finally {
            sockets.remove(client);
        }
    }

    /** Reads a complete message with a Content-Length; null at the end of the connection. */
    private static byte[] read(InputStream in) throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        int end = 0;
        while (end < 4) {
            int next = in.read();
            if (next < 0) {
                return null;
            }
            message.write(next);
            end = next == (end % 2 == 0 ? '\r' : '\n') ? end + 1 : next == '\r' ? 1 : 0;
        }
        Matcher length = LENGTH.matcher(message.toString(StandardCharsets.ISO_8859_1));
        if (length.find()) {
            byte[] body = in.readNBytes(Integer.parseInt(length.group(1)));
            message.write(body);
        }
        return message.toByteArray();
    }

    private final class Upstream implements AutoCloseable {
        private Socket socket;
        private InputStream in;

        void write(byte[] bytes, int length) throws IOException {
            if (socket == null) {
                socket = new Socket(InetAddress.getLoopbackAddress(), target);
                socket.setTcpNoDelay(true);
                in = new BufferedInputStream(socket.getInputStream());
            }
            socket.getOutputStream().write(bytes, 0, length);
        }

        @Override
        public void close() throws IOException {
            if (socket != null) {
                socket.close();
            }
        }
    }

    /** A request passing through the proxy. */
    public static final class Meeting {
        private final FaultProxy owner;
        private final Socket client;
        private final Upstream upstream;
        private final byte[] request;

        Meeting(FaultProxy owner, Socket client, Upstream upstream, byte[] request) {
            this.owner = owner;
            this.client = client;
            this.upstream = upstream;
            this.request = request;
        }

        /** The bytes of the request. */
        public int length() {
            return request.length;
        }

        /** Forwards only this number of bytes of the request to the server. */
        public void deliver(int bytes) throws IOException {
            upstream.write(request, bytes);
            upstream.close();
        }

        /** Forwards the request to the server and returns the response. */
        public byte[] exchange() throws IOException {
            return exchange(upstream);
        }

        /** As above at a later time, when the client's connection may be closed. */
        public void exchangeLate() {
            try (Upstream late = owner.new Upstream()) {
                exchange(late);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        private byte[] exchange(Upstream server) throws IOException {
            server.write(request, request.length);
            byte[] answer = read(server.in);
            if (answer == null) {
                throw new EOFException("the server gave no answer");
            }
            return answer;
        }

        /** Sends this number of bytes to the client. */
        public void answer(byte[] answer, int bytes) throws IOException {
            client.getOutputStream().write(answer, 0, bytes);
            client.getOutputStream().flush();
        }

        /** Responds to the client itself. */
        public void answer(int status, String... headers) throws IOException {
            StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " X\r\n");
            for (String header : headers) {
                head.append(header).append("\r\n");
            }
            byte[] answer = head.append("Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}").toString()
                    .getBytes(StandardCharsets.ISO_8859_1);
            answer(answer, answer.length);
        }

        /** Resets or closes the client's connection. */
        public void hangUp(boolean reset) throws IOException {
            client.setSoLinger(reset, 0);
            client.close();
        }
    }

    /** Whether a request is in progress. */
    public boolean isBusy() {
        return busy.get() > 0;
    }

    public String baseUrl() {
        return "http://127.0.0.1:" + server.getLocalPort() + "/v1";
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
