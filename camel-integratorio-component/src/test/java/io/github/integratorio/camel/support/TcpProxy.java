package io.github.integratorio.camel.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A TCP proxy between a node and a server that simulates network faults. */
public final class TcpProxy implements AutoCloseable {

    /** State of the network. */
    public enum Network {
        FINE,
        /** Every connection is reset. */
        RESETS,
        /** Packets are lost without notice. */
        SWALLOWS
    }

    private final ServerSocket server;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile int answerMicros;
    private Network network = Network.FINE;
    private long untilSwallowed = Long.MAX_VALUE;

    /** @param target the port of the server on this machine */
    public TcpProxy(int target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "tcp-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                if (isResetting()) {
                    // Not to the server: a client that tries all the time would fill its queue of connections.
                    reset(client);
                    continue;
                }
                Socket upstream = new Socket(InetAddress.getLoopbackAddress(), target);
                client.setTcpNoDelay(true);
                upstream.setTcpNoDelay(true);
                sockets.add(client);
                sockets.add(upstream);
                daemon(() -> pump(client, upstream, false));
                daemon(() -> pump(upstream, client, true));
            }
        } catch (IOException e) {
            // Closed: the end of the test.
        }
    }

    private void pump(Socket from, Socket to, boolean answers) {
        try (from; to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[8192];
            int length;
            while ((length = in.read(buffer)) >= 0) {
                if (answers) {
                    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(answerMicros));
                }
                pass(answers ? 0 : length);
                out.write(buffer, 0, length);
            }
        } catch (IOException | InterruptedException e) {
            // One side closed the connection, or the proxy was closed.
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private synchronized void pass(int asked) throws IOException, InterruptedException {
        untilSwallowed -= asked;
        if (untilSwallowed < 0) {
            network = Network.SWALLOWS;
            untilSwallowed = Long.MAX_VALUE;
        }
        while (network == Network.SWALLOWS) {
            wait();
        }
        if (network == Network.RESETS) {
            throw new IOException("reset");
        }
    }

    /** Sets the state of the network. */
    public synchronized void network(Network now) {
        network = now;
        notifyAll();
        if (now == Network.RESETS) {
            hangUp();
        }
    }

    /** Drops all data to the server after this number of bytes. */
    public synchronized void swallowAfter(int bytes) {
        untilSwallowed = bytes;
    }

    private synchronized boolean isResetting() {
        return network == Network.RESETS;
    }

    public synchronized boolean isSwallowing() {
        return network == Network.SWALLOWS;
    }

    /** Delays every response of the server. */
    public void delayAnswers(int micros) {
        answerMicros = micros;
    }

    /** Resets all connections; data already forwarded to the server stays. */
    public void hangUp() {
        sockets.forEach(TcpProxy::reset);
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // Already closed.
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
        hangUp();
    }
}
