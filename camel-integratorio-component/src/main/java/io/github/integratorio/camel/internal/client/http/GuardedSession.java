package io.github.integratorio.camel.internal.client.http;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.concurrent.locks.Lock;

import org.apache.hc.core5.http.nio.command.RequestExecutionCommand;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.Command;
import org.apache.hc.core5.reactor.IOEventHandler;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.util.Timeout;

/**
 * A connection whose handler throws no {@link Error}, such as an OutOfMemoryError, but an IOException instead. HttpCore ends the connection
 * with an exception, and with it the call; an Error would end the I/O thread, and with it all calls for ever. Nor does it take a head that
 * breaks off for a response.
 */
record GuardedSession(IOSession session, ResponseHead head) implements IOSession {

    GuardedSession(IOSession session) {
        this(session, new ResponseHead());
    }

    private record GuardedHandler(IOEventHandler handler) implements IOEventHandler {

        /** Made beforehand: there may be no memory left for another. */
        private static final IOException OUT_OF_MEMORY =
                new IOException("the response was not processed: out of memory");

        private interface Event {
            void handle() throws IOException;
        }

        private static void guard(Event event) throws IOException {
            try {
                event.handle();
            } catch (Error e) {
                throw failure(e);
            }
        }

        private static IOException failure(Error error) {
            try {
                return new IOException("the response was not processed: " + error, error);
            } catch (Error e) {
                return OUT_OF_MEMORY;
            }
        }

        private static void guardEnd(Runnable event) {
            try {
                event.run();
            } catch (RuntimeException | Error e) {
                // The connection ends anyway. A call that did not learn it ends with its timeout.
            }
        }

        @Override
        public void connected(IOSession on) throws IOException {
            guard(() -> handler.connected(on));
        }

        @Override
        public void inputReady(IOSession on, ByteBuffer source) throws IOException {
            guard(() -> handler.inputReady(on, source));
        }

        @Override
        public void outputReady(IOSession on) throws IOException {
            guard(() -> handler.outputReady(on));
        }

        @Override
        public void timeout(IOSession on, Timeout timeout) throws IOException {
            guard(() -> handler.timeout(on, timeout));
        }

        @Override
        public void exception(IOSession on, Exception cause) {
            guardEnd(() -> handler.exception(on, cause));
        }

        @Override
        public void disconnected(IOSession on) {
            guardEnd(() -> handler.disconnected(on));
        }
    }

    @Override
    public IOEventHandler getHandler() {
        // TLS has a handler of its own, which was not set by upgrade.
        return guarded(session.getHandler());
    }

    @Override
    public void upgrade(IOEventHandler handler) {
        session.upgrade(guarded(handler));
    }

    private static IOEventHandler guarded(IOEventHandler handler) {
        return handler == null || handler instanceof GuardedHandler ? handler : new GuardedHandler(handler);
    }

    @Override
    public Command poll() {
        Command command = session.poll();
        if (command instanceof RequestExecutionCommand) {
            head.expect();
        }
        return command;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int start = target.position();
        int count = session.read(target);
        if (count < 0) {
            head.end();
        } else {
            head.read(target, start);
        }
        return count;
    }

    // Everything below is the session's.

    @Override
    public String getId() {
        return session.getId();
    }

    @Override
    public Lock getLock() {
        return session.getLock();
    }

    @Override
    public void enqueue(Command command, Command.Priority priority) {
        session.enqueue(command, priority);
    }

    @Override
    public boolean hasCommands() {
        return session.hasCommands();
    }

    @Override
    public ByteChannel channel() {
        return session.channel();
    }

    @Override
    public SocketAddress getRemoteAddress() {
        return session.getRemoteAddress();
    }

    @Override
    public SocketAddress getLocalAddress() {
        return session.getLocalAddress();
    }

    @Override
    public int getEventMask() {
        return session.getEventMask();
    }

    @Override
    public void setEventMask(int operations) {
        session.setEventMask(operations);
    }

    @Override
    public void setEvent(int operation) {
        session.setEvent(operation);
    }

    @Override
    public void clearEvent(int operation) {
        session.clearEvent(operation);
    }

    @Override
    public Status getStatus() {
        return session.getStatus();
    }

    @Override
    public Timeout getSocketTimeout() {
        return session.getSocketTimeout();
    }

    @Override
    public void setSocketTimeout(Timeout timeout) {
        session.setSocketTimeout(timeout);
    }

    @Override
    public long getLastReadTime() {
        return session.getLastReadTime();
    }

    @Override
    public long getLastWriteTime() {
        return session.getLastWriteTime();
    }

    @Override
    public long getLastEventTime() {
        return session.getLastEventTime();
    }

    @Override
    public void updateReadTime() {
        session.updateReadTime();
    }

    @Override
    public void updateWriteTime() {
        session.updateWriteTime();
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return session.write(source);
    }

    @Override
    public boolean isOpen() {
        return session.isOpen();
    }

    @Override
    public void close() {
        session.close();
    }

    @Override
    public void close(CloseMode mode) {
        session.close(mode);
    }

    @Override
    public String toString() {
        return session.toString();
    }
}
