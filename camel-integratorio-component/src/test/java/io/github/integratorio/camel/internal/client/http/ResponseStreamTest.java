package io.github.integratorio.camel.internal.client.http;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.github.integratorio.camel.support.VirtualClient;
import io.github.integratorio.camel.support.VirtualScheduler;
import org.junit.jupiter.api.Test;

import static io.github.integratorio.camel.support.VirtualClient.failure;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** A body that is read while it arrives, with its two sides: the connection and the reader. */
class ResponseStreamTest {

    private static final int HALF = ResponseStream.CAPACITY / 2;

    private final VirtualScheduler scheduler = new VirtualScheduler(VirtualClient.START);
    private final ResponseStream stream = new ResponseStream(scheduler, Duration.ofSeconds(30));
    private final List<Integer> granted = new ArrayList<>();
    private final AtomicInteger dropped = new AtomicInteger();

    private ByteBuffer arrives(int size) {
        ByteBuffer part = ByteBuffer.allocate(size);
        stream.write(part);
        return part;
    }

    /** Reads on another thread. */
    private CompletableFuture<Integer> reading() {
        CompletableFuture<Integer> read = new CompletableFuture<>();
        new Thread(() -> {
            try {
                read.complete(stream.read());
            } catch (IOException e) {
                read.completeExceptionally(e);
            }
        }).start();
        await().until(scheduler::hasTasks);
        return read;
    }

    @Test
    void the_reader_gets_every_byte_and_then_the_end() throws Exception {
        stream.write(ByteBuffer.wrap(new byte[] { 1, -1, 0, 7, 8 }));
        stream.end();
        assertEquals(5, stream.available());
        assertEquals(1, stream.read());
        assertEquals(255, stream.read());
        assertEquals(0, stream.read());
        byte[] target = new byte[4];
        assertEquals(2, stream.read(target, 1, 3));
        assertArrayEquals(new byte[] { 0, 7, 8, 0 }, target);
        assertEquals(0, stream.available());
        assertEquals(-1, stream.read());
        assertEquals(-1, stream.read(target, 0, 4));
    }

    @Test
    void the_connection_delivers_more_as_soon_as_half_of_the_capacity_is_free() throws Exception {
        stream.updateCapacity(granted::add);
        assertEquals(List.of(ResponseStream.CAPACITY - BoundedResponseConsumer.INITIAL_WINDOW), granted);
        arrives(ResponseStream.CAPACITY);
        stream.readNBytes(HALF - 1);
        assertEquals(1, granted.size());
        stream.read();
        assertEquals(List.of(HALF, HALF), granted);
        stream.readNBytes(HALF);
        assertEquals(List.of(HALF, HALF, HALF), granted);
        assertEquals(0, stream.available());
    }

    @Test
    void nothing_more_is_granted_after_the_end() throws Exception {
        stream.updateCapacity(granted::add);
        arrives(ResponseStream.CAPACITY);
        stream.end();
        stream.readNBytes(ResponseStream.CAPACITY);
        assertEquals(1, granted.size());
    }

    @Test
    void a_read_waits_for_the_next_bytes_up_to_the_timeout_and_then_drops_the_rest() {
        stream.onEarlyClose(dropped::incrementAndGet);
        CompletableFuture<Integer> read = reading();
        scheduler.advance(Duration.ofSeconds(30).minusNanos(1));
        assertFalse(read.isDone());
        scheduler.advance(Duration.ofNanos(1));
        assertEquals("no more of the list came within 30000 ms", failure(read).getMessage());
        assertSame(SocketTimeoutException.class, failure(read).getClass());
        stream.close();
        assertEquals(1, dropped.get());
        assertFalse(scheduler.hasTasks());
    }

    @Test
    void a_reader_that_waits_gets_what_comes_and_leaves_no_timeout_behind() {
        CompletableFuture<Integer> read = reading();
        stream.write(ByteBuffer.wrap(new byte[] { 42 }));
        assertEquals(42, read.join());
        await().until(() -> !scheduler.hasTasks());
    }

    @Test
    void a_reader_that_waits_learns_of_a_failure() {
        CompletableFuture<Integer> read = reading();
        IOException cause = new IOException("reset");
        stream.fail(cause);
        assertSame(cause, failure(read));
        assertSame(cause, assertThrows(IOException.class, stream::read));
    }

    @Test
    void a_failure_after_the_end_changes_nothing() throws Exception {
        arrives(1);
        stream.end();
        stream.fail(new IOException("the connection was closed"));
        assertEquals(0, stream.read());
        assertEquals(-1, stream.read());
    }

    @Test
    void closing_it_before_its_end_drops_the_rest_once() {
        stream.onEarlyClose(dropped::incrementAndGet);
        stream.close();
        stream.close();
        assertEquals(1, dropped.get());
        assertEquals("the list was closed", assertThrows(IOException.class, stream::read).getMessage());
        assertEquals(0, arrives(10).remaining(), "the connection goes on");
        assertEquals(0, stream.available());
        scheduler.close();
        assertEquals(1, dropped.get());
    }

    @Test
    void a_stream_that_was_closed_already_drops_the_rest_at_once() {
        stream.close();
        stream.onEarlyClose(dropped::incrementAndGet);
        assertEquals(1, dropped.get());
        assertEquals(0, scheduler.endings());
    }

    @Test
    void closing_it_after_its_end_drops_nothing() {
        stream.onEarlyClose(dropped::incrementAndGet);
        stream.end();
        stream.close();
        ResponseStream complete = new ResponseStream(scheduler, Duration.ofSeconds(30));
        complete.end();
        complete.onEarlyClose(dropped::incrementAndGet);
        complete.close();
        scheduler.close();
        assertEquals(0, dropped.get());
    }

    @Test
    void when_the_component_stops_the_reader_learns_it_and_the_rest_is_dropped() {
        stream.onEarlyClose(dropped::incrementAndGet);
        CompletableFuture<Integer> read = reading();
        scheduler.close();
        assertEquals("the component was stopped", failure(read).getMessage());
        assertEquals(1, dropped.get());
    }

    @Test
    void a_stream_that_has_ended_in_any_way_is_forgotten() {
        for (Consumer<ResponseStream> end : List.<Consumer<ResponseStream>>of(ResponseStream::end,
                ResponseStream::close, one -> one.fail(new IOException("reset")))) {
            ResponseStream ended = new ResponseStream(scheduler, Duration.ofSeconds(30));
            ended.onEarlyClose(() -> {});
            assertEquals(1, scheduler.endings());
            end.accept(ended);
            assertEquals(0, scheduler.endings());
        }
    }
}
