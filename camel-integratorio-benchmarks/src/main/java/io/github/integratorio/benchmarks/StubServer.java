package io.github.integratorio.benchmarks;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
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
 * Answers as the API would, from memory, on one thread, and as cheaply as it can: what is to be measured is the client. Runs in a
 * process of its own; lines on its standard input set it up, each answered by one on its standard output.
 */
public final class StubServer {

    private static final ByteBuf HEAD_END = ascii("\r\n\r\n");
    private static final ByteBuf LAST_CHUNK = ascii("\r\n0\r\n\r\n");
    private static final ByteBuf LENGTH = ascii("ontent-Length: ");
    private static final ByteBuf LENGTH_LOWER = ascii("ontent-length: ");
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int ID_DIGITS = 24;
    private static final int BURST = 1000;
    private static final int RATE = 300;

    private final EventLoopGroup loop = Epoll.isAvailable() ? new EpollEventLoopGroup(1) : new NioEventLoopGroup(1);
    private final ByteBuf created = answer("201 Created", Samples.shown(Samples.NO_ID, 1).getBytes(StandardCharsets.US_ASCII));
    private final ByteBuf shown = answer("200 OK", Samples.shown(Samples.NO_ID, 1).getBytes(StandardCharsets.US_ASCII));
    private final ByteBuf refused = ascii("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n");
    private final int idAt = created.toString(StandardCharsets.US_ASCII).indexOf(Samples.NO_ID);
    private final int shownIdAt = shown.toString(StandardCharsets.US_ASCII).indexOf(Samples.NO_ID);

    // All below belongs to the one thread.
    private int latency;
    private ByteBuf licenses = Unpooled.EMPTY_BUFFER;
    private InstallBase installs;
    private long lastId;
    private long reads;
    private long lists;
    private long writes;
    private long refusals;
    private double tokens;
    private long refilledAt;
    private long firstAt;
    private boolean limited;

    private StubServer() {
    }

    private static ByteBuf ascii(String text) {
        return kept(text.getBytes(StandardCharsets.US_ASCII), new byte[0]);
    }

    private static ByteBuf answer(String status, byte[] body) {
        String head = "HTTP/1.1 " + status + "\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: " + body.length
                + "\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nConnection: keep-alive\r\n\r\n";
        return kept(head.getBytes(StandardCharsets.US_ASCII), body);
    }

    /** Sent many times, and given back to nobody: the collector takes it when another one is in its place. */
    private static ByteBuf kept(byte[] head, byte[] body) {
        ByteBuffer memory = ByteBuffer.allocateDirect(head.length + body.length).put(head).put(body).flip();
        return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(memory));
    }

    /** A list that is a little different each time it is asked for. */
    private static final class InstallBase {
        private final ByteBuf answer;
        private final int rowsAt;
        private final int rowLength;
        private final int rows;
        private final int versionInRow;
        private final String change;
        private int version;

        InstallBase(int rows, String change) {
            byte[] list = Samples.installs(rows);
            this.answer = answer("200 OK", list);
            this.rows = rows;
            this.change = change;
            this.rowsAt = answer.readableBytes() - list.length + 1;
            this.rowLength = (list.length - 2) / rows;
            this.versionInRow = new String(list, 0, rowLength + 1, StandardCharsets.US_ASCII).indexOf("\"version\":\"") - 1 + 11;
        }

        ByteBuf next() {
            version = (version + 1) % 1000;
            switch (change) {
                case "identical" -> { }
                case "unchanged" -> answer.setByte(answer.writerIndex() - 2, version % 2 == 0 ? ' ' : '\n');
                default -> {
                    int step = rows / Integer.parseInt(change);
                    for (int row = step / 2; row < rows; row += step) {
                        change(row);
                    }
                }
            }
            return answer;
        }

        private void change(int row) {
            int at = rowsAt + row * rowLength + versionInRow;
            answer.setByte(at, '2');
            answer.setByte(at + 1, '0' + version / 100);
            answer.setByte(at + 2, '0' + version / 10 % 10);
            answer.setByte(at + 3, '0' + version % 10);
        }
    }

    /** One connection. */
    private final class Requests extends ByteToMessageDecoder {

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
            ByteBuf answer = answerTo(rest, context.alloc());
            in.skipBytes(end);
            if (latency == 0) {
                context.write(answer);
            } else {
                context.executor().schedule(() -> context.writeAndFlush(answer), latency, TimeUnit.MILLISECONDS);
            }
        }

        /** Where the request ends; -1 when its end has not come. */
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

        /** The path ends in {@code /licenses}, {@code /licenses/<id>} or {@code /installBase}. */
        private ByteBuf answerTo(ByteBuf request, ByteBufAllocator memory) {
            if (limited && !takeToken()) {
                refusals++;
                return refused.duplicate();
            }
            int path = request.indexOf(0, 10, (byte) ' ') + 1;
            int end = request.indexOf(path, request.readableBytes(), (byte) ' ');
            boolean isGet = request.getByte(0) == 'G';
            if (request.getByte(1) == 'O') {
                writes++;
                return numbered(copy(created, memory));
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
            return copy(shown, memory).setBytes(shownIdAt, request, end - ID_DIGITS, ID_DIGITS);
        }

        private ByteBuf copy(ByteBuf template, ByteBufAllocator memory) {
            return memory.directBuffer(template.readableBytes()).writeBytes(template, 0, template.readableBytes());
        }

        private ByteBuf numbered(ByteBuf answer) {
            lastId++;
            for (int digit = 0; digit < 16; digit++) {
                answer.setByte(idAt + ID_DIGITS - 1 - digit, HEX[(int) (lastId >>> 4 * digit) & 15]);
            }
            return answer;
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
            if (!(cause instanceof java.io.IOException)) {
                cause.printStackTrace();
            }
            context.close();
        }
    }

    /** How many there may have been since the first one: until then the bucket was full. */
    private long permitted() {
        return limited && firstAt != 0 ? BURST + (long) ((System.nanoTime() - firstAt) / 1e9 * RATE) : 0;
    }

    private String command(String[] words) {
        switch (words[0]) {
            case "latency" -> latency = Integer.parseInt(words[1]);
            case "licenses" -> licenses = answer("200 OK", Samples.licenses(Integer.parseInt(words[1])));
            case "installs" -> installs = new InstallBase(Integer.parseInt(words[1]), words[2]);
            case "limited" -> {
                limited = Boolean.parseBoolean(words[1]);
                tokens = BURST;
                firstAt = 0;
            }
            case "counts" -> {
                String counts = "lists=" + lists + " reads=" + reads + " writes=" + writes + " refusals=" + refusals
                        + " permitted=" + permitted();
                lists = 0;
                reads = 0;
                writes = 0;
                refusals = 0;
                return counts;
            }
            default -> throw new IllegalArgumentException(words[0]);
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
                        channel.pipeline().addLast(new Requests());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0).sync().channel();
        System.out.println("port " + ((java.net.InetSocketAddress) server.localAddress()).getPort());
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        String line;
        while ((line = commands.readLine()) != null) {
            String[] words = line.split(" ");
            System.out.println(loop.next().submit(() -> command(words)).get());
        }
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    public static void main(String[] arguments) throws Exception {
        new StubServer().run();
    }
}
