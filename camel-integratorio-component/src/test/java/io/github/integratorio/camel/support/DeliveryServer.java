package io.github.integratorio.camel.support;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Receives changes from processes that poll a list, outlives them, and records violations of the guarantees of a feed. */
abstract class DeliveryServer implements AutoCloseable {

    private final ServerSocket server;
    // All other fields are guarded by this.
    /** A digest of each change by its id: a long campaign has too many changes to keep them. */
    private final Map<String, Integer> known = new HashMap<>();
    private final Map<String, Long> versions = new HashMap<>();
    private final Map<String, Integer> arrivalsFrom = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private String lastSender;
    private int arrivals;

    /** A change as sent over the network. */
    record Delivery(String id, long version, String type, String key, String row, String previous) {

        void write(DataOutputStream out) throws IOException {
            out.writeUTF(id);
            out.writeLong(version);
            out.writeUTF(type);
            out.writeUTF(key);
            out.writeUTF(row);
            out.writeUTF(previous);
            out.flush();
        }

        static Delivery read(DataInputStream in) throws IOException {
            return new Delivery(in.readUTF(), in.readLong(), in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF());
        }
    }

    DeliveryServer() throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "downstream");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                daemon(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed: the end of the test.
        }
    }

    private void serve(Socket socket) {
        try (socket; DataInputStream in = new DataInputStream(socket.getInputStream())) {
            socket.setTcpNoDelay(true);
            String sender = in.readUTF();
            while (true) {
                arrive(sender, Delivery.read(in));
                socket.getOutputStream().write(1);
            }
        } catch (EOFException | SocketException e) {
            // The process ended, which is permitted.
        } catch (IOException | RuntimeException e) {
            violate("not understood: " + e);
        }
    }

    private synchronized void arrive(String sender, Delivery change) throws IOException {
        arrivals++;
        arrivalsFrom.merge(sender, 1, Integer::sum);
        lastSender = sender;
        Integer before = known.putIfAbsent(change.id(), change.hashCode());
        if (before != null) {
            if (before != change.hashCode()) {
                violate("one id for two changes, of which this is the later one: " + change);
            }
            return;
        }
        Long version = versions.put(change.key(), change.version());
        if (version != null && version >= change.version()) {
            violate("out of order from " + sender + " after version " + version + ": " + change);
        }
        apply(change);
    }

    /** Applies a change that has not arrived before. */
    abstract void apply(Delivery change) throws IOException;

    synchronized void violate(String what) {
        violations.add(what);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Whether a change with this id has arrived. */
    synchronized boolean isKnown(String id) {
        return known.containsKey(id);
    }

    /** Violations so far; must be empty. */
    public synchronized List<String> violations() {
        return List.copyOf(violations);
    }

    /** Number of received changes, including repeated ones. */
    public synchronized int arrivals() {
        return arrivals;
    }

    /** Number of changes received from a process, including repeated ones. */
    public synchronized int arrivals(String sender) {
        return arrivalsFrom.getOrDefault(sender, 0);
    }

    /** Number of distinct changes. */
    public synchronized int changes() {
        return known.size();
    }

    /** The sender of the last change; null before the first. */
    public synchronized String lastSender() {
        return lastSender;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
