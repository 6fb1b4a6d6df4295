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
 * The limit: one thread that writes canned requests to sockets, and reads as many bytes as it knows the answer has. With JSON, the
 * body is written from a Map and read into one each time, which every contender has to do.
 */
final class BareSocket implements Contender {

    private static final byte[] LENGTH = "\r\nContent-Length: ".getBytes(StandardCharsets.US_ASCII);

    private final InetSocketAddress server;
    private final String path;
    private final boolean json;
    private final Selector selector = Selector.open();
    private final Queue<Conversation> idle = new ConcurrentLinkedQueue<>();
    private final Queue<Conversation> toWrite = new ConcurrentLinkedQueue<>();
    private final Thread thread = new Thread(this::loop, "bare-socket");
    private volatile boolean closed;

    BareSocket(URI base, boolean json) throws IOException {
        this.server = new InetSocketAddress(base.getHost(), base.getPort());
        this.path = base.getPath();
        this.json = json;
        thread.setDaemon(true);
        thread.start();
    }

    /** One connection, with the request that goes out on it. */
    private final class Conversation {
        private final SocketChannel channel = SocketChannel.open(server);
        private final ByteBuffer out = ByteBuffer.allocateDirect(4096);
        private final ByteBuffer in = ByteBuffer.allocateDirect(4096);
        private int answerLength;
        private Caller caller;

        Conversation() throws IOException {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
        }

        void prepare(Caller next) throws IOException {
            caller = next;
            if (json || out.limit() == out.capacity()) {
                byte[] body = ByHand.WRITER.writeValueAsBytes(next.license());
                out.clear();
                out.put(("POST " + path + "/connectors/" + Samples.NO_ID + "/licenses HTTP/1.1\r\nHost: localhost\r\n"
                        + "Authorization: Bearer secret\r\nContent-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n")
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
            if (answerLength == 0) {
                answerLength = length();
            }
            if (in.position() < answerLength) {
                return;
            }
            if (json) {
                byte[] body = new byte[answerLength - bodyAt()];
                in.get(answerLength - body.length, body);
                Map<String, Object> document = ByHand.OBJECT.readValue(body);
                Differences.used(document);
            }
            in.clear();
            idle.add(this);
            caller.done();
        }

        private int bodyAt() {
            for (int i = 3;; i++) {
                if (in.get(i) == '\n' && in.get(i - 2) == '\n') {
                    return i + 1;
                }
            }
        }

        private int length() {
            byte[] head = new byte[bodyAt()];
            in.get(0, head);
            String text = new String(head, StandardCharsets.ISO_8859_1);
            int at = text.indexOf(new String(LENGTH, StandardCharsets.US_ASCII)) + LENGTH.length;
            return head.length + Integer.parseInt(text.substring(at, text.indexOf('\r', at)));
        }
    }

    @Override
    public boolean blocks(Work work) {
        return false;
    }

    @Override
    public void run(Work work, Caller caller) throws Exception {
        if (work != Work.CREATE) {
            throw new IllegalArgumentException(work.name());
        }
        Conversation conversation = idle.poll();
        if (conversation == null) {
            conversation = new Conversation();
        }
        conversation.prepare(caller);
        if (Thread.currentThread() == thread) {
            conversation.write();
        } else {
            toWrite.add(conversation);
            selector.wakeup();
        }
    }

    private void loop() {
        try {
            while (!closed) {
                selector.select(key -> {
                    Conversation conversation = (Conversation) key.attachment();
                    try {
                        conversation.read();
                    } catch (IOException e) {
                        conversation.caller.failed(e);
                    }
                });
                Conversation first;
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
