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

/** Stands between a node and a server whose protocol it does not know, and is the bad network. */
public final class TcpProxy implements AutoCloseable {

    /** What the network does. */
    public enum Network {
        FINE,
        /** Every connection is reset. */
        RESETS,
        /** Nothing arrives, and nobody is told. */
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
            // One side is gone, or the network is no more.
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

    /** From now on it is so. */
    public synchronized void network(Network now) {
        network = now;
        notifyAll();
        if (now == Network.RESETS) {
            hangUp();
        }
    }

    /** When the server was told so much more, it is told nothing any more. */
    public synchronized void swallowAfter(int bytes) {
        untilSwallowed = bytes;
    }

    public synchronized boolean isSwallowing() {
        return network == Network.SWALLOWS;
    }

    /** Every answer of the server is so late. */
    public void delayAnswers(int micros) {
        answerMicros = micros;
    }

    /** Resets all connections there are; what the server was told stays told. */
    public void hangUp() {
        for (Socket socket : sockets) {
            try {
                socket.setSoLinger(true, 0);
                socket.close();
            } catch (IOException e) {
                // It is closed already.
            }
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
