package io.github.integratorio.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;

/**
 * A server that sends prepared responses of the API from one thread with as little CPU time as possible, because only
 * the clients are measured. Runs in a process of its own: reads one command per line from standard input, and prints
 * one line for each.
 */
public final class StubServer {

    private static final ByteBuf HEAD_END = ascii("\r\n\r\n");
    private static final ByteBuf LAST_CHUNK = ascii("\r\n0\r\n\r\n");
    private static final ByteBuf LENGTH = ascii("ontent-Length: ");
    private static final ByteBuf LENGTH_LOWER = ascii("ontent-length: ");
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int ID_DIGITS = 24;
    private static final ByteBuf EMAIL = ascii("\"email\":\"");
    private static final ByteBuf EXPIRES = ascii("\"expires\":\"");
    private static final int EMAIL_LENGTH = SampleDocuments.email(1).length();
    private static final int BURST = 1000;
    private static final int RATE = 300;

    private final EventLoopGroup loop = Epoll.isAvailable() ? new EpollEventLoopGroup(1) : new NioEventLoopGroup(1);
    private final ByteBuf createdLicense = response("201 Created", license());
    private final ByteBuf existingLicense = response("200 OK", license());
    private final ByteBuf tooManyRequests =
            ascii("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n");
    private final int createdIdAt = idAt(createdLicense);
    private final int createdEmailAt = emailAt(createdLicense);
    private final int existingIdAt = idAt(existingLicense);
    private final int existingEmailAt = emailAt(existingLicense);
    private final int existingExpiresAt = expiresAt(existingLicense);

    // The fields below are confined to the event loop.
    private int latency;
    private ByteBuf licenses = Unpooled.EMPTY_BUFFER;
    private InstallBase installs;
    private long lastId;
    private long reads;
    private long lists;
    private long writes;
    private long rejected;
    private double tokens;
    private long refilledAt;
    private long firstAt;
    private boolean limited;

    private StubServer() {
    }

    private static byte[] license() {
        return SampleDocuments.licenseJson(SampleDocuments.NO_ID, 1).getBytes(StandardCharsets.US_ASCII);
    }

    private static int idAt(ByteBuf license) {
        return license.toString(StandardCharsets.US_ASCII).indexOf(SampleDocuments.NO_ID);
    }

    private static int expiresAt(ByteBuf document) {
        return ByteBufUtil.indexOf(EXPIRES, document) + EXPIRES.readableBytes();
    }

    private static int emailAt(ByteBuf document) {
        return ByteBufUtil.indexOf(EMAIL, document) + EMAIL.readableBytes();
    }

    private static ByteBuf ascii(String text) {
        return permanent(text.getBytes(StandardCharsets.US_ASCII), new byte[0]);
    }

    private static ByteBuf response(String status, byte[] body) {
        String head = "HTTP/1.1 " + status + "\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: "
                + body.length + "\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nConnection: keep-alive\r\n\r\n";
        return permanent(head.getBytes(StandardCharsets.US_ASCII), body);
    }

    /** Returns a buffer that can be sent repeatedly: it is never released, but garbage-collected. */
    private static ByteBuf permanent(byte[] head, byte[] body) {
        ByteBuffer memory = ByteBuffer.allocateDirect(head.length + body.length).put(head).put(body).flip();
        return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(memory));
    }

    /** An install base that changes with each request. */
    private static final class InstallBase {
        private final ByteBuf response;
        private final int rowsAt;
        private final int rowLength;
        private final int rows;
        private final int versionInRow;
        private final String change;
        private int version;

        InstallBase(int rows, String change) {
            byte[] list = SampleDocuments.installBaseJson(rows);
            this.response = response("200 OK", list);
            this.rows = rows;
            this.change = change;
            this.rowsAt = response.readableBytes() - list.length + 1;
            this.rowLength = (list.length - 2) / rows;
            String firstRow = new String(list, 0, rowLength + 1, StandardCharsets.US_ASCII);
            this.versionInRow = firstRow.indexOf("\"version\":\"") - 1 + 11;
        }

        ByteBuf next() {
            version = (version + 1) % 1000;
            switch (change) {
                case "identical" -> {}
                case "unchanged" -> response.setByte(response.writerIndex() - 2, version % 2 == 0 ? ' ' : '\n');
                default -> {
                    int step = rows / Integer.parseInt(change);
                    for (int row = step / 2; row < rows; row += step) {
                        change(row);
                    }
                }
            }
            return response;
        }

        private void change(int row) {
            int at = rowsAt + row * rowLength + versionInRow;
            response.setByte(at, '2');
            response.setByte(at + 1, '0' + version / 100);
            response.setByte(at + 2, '0' + version / 10 % 10);
            response.setByte(at + 3, '0' + version % 10);
        }
    }

    /** Decodes the requests of one connection. */
    private final class RequestDecoder extends ByteToMessageDecoder {

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            ByteBuf rest = in.slice();
            int end = ByteBufUtil.indexOf(HEAD_END, rest);
            if (end < 0) {
                return;
            }
            end += HEAD_END.readableBytes();
            if (rest.getByte(0) == 'P') {
                end = bodyEnd(rest, end);
                if (end < 0) {
                    return;
                }
            }
            ByteBuf response = respond(rest, context.alloc());
            in.skipBytes(end);
            if (latency == 0) {
                context.write(response);
            } else {
                context.executor().schedule(() -> context.writeAndFlush(response), latency, TimeUnit.MILLISECONDS);
            }
        }

        /** Returns the end of the request, or -1 if it is incomplete. */
        private int bodyEnd(ByteBuf request, int headEnd) {
            ByteBuf head = request.slice(0, headEnd);
            int length = Math.max(ByteBufUtil.indexOf(LENGTH, head), ByteBufUtil.indexOf(LENGTH_LOWER, head));
            if (length < 0) {
                int last = ByteBufUtil.indexOf(LAST_CHUNK, request.slice(headEnd, request.readableBytes() - headEnd));
                return last < 0 ? -1 : headEnd + last + LAST_CHUNK.readableBytes();
            }
            int bytes = 0;
            for (int at = length + LENGTH.readableBytes(); head.getByte(at) != '\r'; at++) {
                bytes = 10 * bytes + head.getByte(at) - '0';
            }
            return headEnd + bytes <= request.readableBytes() ? headEnd + bytes : -1;
        }

        /** Responds to a path that ends in {@code /licenses}, {@code /licenses/<id>} or {@code /installBase}. */
        private ByteBuf respond(ByteBuf request, ByteBufAllocator memory) {
            if (limited && !takeToken()) {
                rejected++;
                return tooManyRequests.duplicate();
            }
            int path = request.indexOf(0, 10, (byte) ' ') + 1;
            int end = request.indexOf(path, request.readableBytes(), (byte) ' ');
            boolean isGet = request.getByte(0) == 'G';
            if (request.getByte(1) == 'O') {
                writes++;
                return withNextId(copy(createdLicense, memory).setBytes(createdEmailAt, request, emailAt(request),
                        EMAIL_LENGTH));
            }
            byte last = request.getByte(end - 1);
            if (last == 's') {
                lists++;
                return licenses.duplicate();
            }
            if (last == 'e' && request.getByte(end - 2) == 's') {
                lists++;
                return installs.next().duplicate();
            }
            if (isGet) {
                reads++;
            } else {
                writes++;
            }
            String id = request.toString(end - ID_DIGITS, ID_DIGITS, StandardCharsets.US_ASCII);
            ByteBuf response = copy(existingLicense, memory);
            response.setCharSequence(existingIdAt, id, StandardCharsets.US_ASCII);
            response.setCharSequence(existingEmailAt, SampleDocuments.emailOf(id), StandardCharsets.US_ASCII);
            if (!isGet) {
                response.setBytes(existingExpiresAt, request, expiresAt(request), SampleDocuments.EXPIRES.length());
            }
            return response;
        }

        private ByteBuf copy(ByteBuf template, ByteBufAllocator memory) {
            return memory.directBuffer(template.readableBytes()).writeBytes(template, 0, template.readableBytes());
        }

        private ByteBuf withNextId(ByteBuf response) {
            lastId++;
            for (int digit = 0; digit < 16; digit++) {
                response.setByte(createdIdAt + ID_DIGITS - 1 - digit, HEX[(int) (lastId >>> 4 * digit) & 15]);
            }
            return response;
        }

        private boolean takeToken() {
            long now = System.nanoTime();
            if (firstAt == 0) {
                firstAt = now;
                refilledAt = now;
            }
            tokens = Math.min(BURST, tokens + (now - refilledAt) / 1e9 * RATE);
            refilledAt = now;
            if (tokens < 1) {
                return false;
            }
            tokens--;
            return true;
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) throws Exception {
            context.flush();
            super.channelReadComplete(context);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!(cause instanceof IOException)) {
                cause.printStackTrace();
            }
            context.close();
        }
    }

    /** Returns the number of permitted requests since the first one, before which the bucket was full. */
    private long permitted() {
        return limited && firstAt != 0 ? BURST + (long) ((System.nanoTime() - firstAt) / 1e9 * RATE) : 0;
    }

    private String execute(String[] words) {
        switch (words[0]) {
            case "latency" -> latency = Integer.parseInt(words[1]);
            case "licenses" -> licenses = response("200 OK", SampleDocuments.licensesJson(Integer.parseInt(words[1])));
            case "installs" -> installs = new InstallBase(Integer.parseInt(words[1]), words[2]);
            case "limited" -> {
                limited = Boolean.parseBoolean(words[1]);
                tokens = BURST;
                firstAt = 0;
            }
            case "counts" -> {
                String counts = "lists=" + lists + " reads=" + reads + " writes=" + writes + " rejected=" + rejected
                        + " permitted=" + permitted();
                lists = 0;
                reads = 0;
                writes = 0;
                rejected = 0;
                return counts;
            }
            default -> throw new IllegalArgumentException("unknown command: " + words[0]);
        }
        return "ok";
    }

    private void run() throws Exception {
        Channel server = new ServerBootstrap().group(loop)
                .channel(Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new RequestDecoder());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0).sync().channel();
        System.out.println("port " + ((InetSocketAddress) server.localAddress()).getPort());
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        String line;
        while ((line = commands.readLine()) != null) {
            String[] words = line.split(" ");
            System.out.println(loop.next().submit(() -> execute(words)).get());
        }
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    public static void main(String[] arguments) throws Exception {
        new StubServer().run();
    }
}
