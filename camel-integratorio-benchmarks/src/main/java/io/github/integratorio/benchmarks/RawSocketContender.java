package io.github.integratorio.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The upper bound: one thread that writes precomputed requests to sockets and reads as many bytes as the first
 * response had. With JSON, each body is serialized from a Map and parsed into one, as every other contender does.
 */
final class RawSocketContender implements Contender {

    private static final byte[] LENGTH = "\r\nContent-Length: ".getBytes(StandardCharsets.US_ASCII);

    private final InetSocketAddress server;
    private final String path;
    private final boolean json;
    private final Selector selector = Selector.open();
    private final Queue<Connection> idle = new ConcurrentLinkedQueue<>();
    private final Queue<Connection> toWrite = new ConcurrentLinkedQueue<>();
    private final Thread thread = new Thread(this::loop, "raw-socket");
    private volatile boolean closed;

    RawSocketContender(URI base, boolean json) throws IOException {
        this.server = new InetSocketAddress(base.getHost(), base.getPort());
        this.path = base.getPath();
        this.json = json;
        thread.setDaemon(true);
        thread.start();
    }

    /** A connection with its current request. */
    private final class Connection {
        private final SocketChannel channel = SocketChannel.open(server);
        private final ByteBuffer out = ByteBuffer.allocateDirect(4096);
        private final ByteBuffer in = ByteBuffer.allocateDirect(4096);
        private int responseLength;
        private VirtualUser user;

        Connection() throws IOException {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
        }

        void prepare(VirtualUser next) throws IOException {
            user = next;
            if (json || out.limit() == out.capacity()) {
                byte[] body = HttpClientContender.WRITER.writeValueAsBytes(next.license());
                out.clear();
                out.put(("POST " + path + "/connectors/" + SampleDocuments.NO_ID + "/licenses HTTP/1.1\r\n"
                        + "Host: localhost\r\nAuthorization: Bearer secret\r\nContent-Type: application/json\r\n"
                        + "Content-Length: " + body.length + "\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1)).put(body).flip();
            }
            out.rewind();
        }

        void write() throws IOException {
            if (channel.keyFor(selector) == null) {
                channel.register(selector, SelectionKey.OP_READ, this);
            }
            channel.write(out);
        }

        void read() throws IOException {
            if (channel.read(in) < 0) {
                throw new IOException("the server closed the connection");
            }
            if (responseLength == 0) {
                responseLength = readLength();
            }
            if (in.position() < responseLength) {
                return;
            }
            if (json) {
                byte[] body = new byte[responseLength - bodyStart()];
                in.get(responseLength - body.length, body);
                Map<String, Object> document = HttpClientContender.OBJECT.readValue(body);
                Blackhole.consume(document);
            }
            in.clear();
            idle.add(this);
            user.done();
        }

        private int bodyStart() {
            for (int i = 3;; i++) {
                if (in.get(i) == '\n' && in.get(i - 2) == '\n') {
                    return i + 1;
                }
            }
        }

        private int readLength() {
            byte[] head = new byte[bodyStart()];
            in.get(0, head);
            String text = new String(head, StandardCharsets.ISO_8859_1);
            int at = text.indexOf(new String(LENGTH, StandardCharsets.US_ASCII)) + LENGTH.length;
            return head.length + Integer.parseInt(text.substring(at, text.indexOf('\r', at)));
        }
    }

    @Override
    public boolean blocks(Operation operation) {
        return false;
    }

    @Override
    public void run(Operation operation, VirtualUser user) throws Exception {
        if (operation != Operation.CREATE) {
            throw new IllegalArgumentException(operation.name());
        }
        Connection connection = idle.poll();
        if (connection == null) {
            connection = new Connection();
        }
        connection.prepare(user);
        if (Thread.currentThread() == thread) {
            connection.write();
        } else {
            toWrite.add(connection);
            selector.wakeup();
        }
    }

    private void loop() {
        try {
            while (!closed) {
                selector.select(key -> {
                    Connection connection = (Connection) key.attachment();
                    try {
                        connection.read();
                    } catch (IOException e) {
                        connection.user.failed(e);
                    }
                });
                Connection first;
                while ((first = toWrite.poll()) != null) {
                    first.write();
                }
            }
        } catch (IOException e) {
            e.printStackTrace();
        }
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
    }
}
