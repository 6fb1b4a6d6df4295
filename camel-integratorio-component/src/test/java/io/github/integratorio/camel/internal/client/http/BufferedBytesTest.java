package io.github.integratorio.camel.internal.client.http;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.github.integratorio.camel.api.IntegratorioTransportException;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.ApiRequest;
import io.github.integratorio.camel.internal.client.protocol.RawResponse;
import io.github.integratorio.camel.internal.concurrent.Scheduler;
import io.github.integratorio.camel.support.ScriptedServer;
import io.github.integratorio.camel.support.ScriptedServer.Answer;
import io.github.integratorio.camel.support.VirtualClient;
import io.github.integratorio.camel.support.VirtualScheduler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What responses may occupy in memory, and that no Error ends the threads that receive them. */
class BufferedBytesTest {

    private static final int MB = 1 << 20;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    /** What HttpCore may deliver beyond the capacity: its input buffer. */
    private static final int OVERRUN = 32 * 1024;

    private final VirtualScheduler scheduler = new VirtualScheduler(VirtualClient.START);
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final CountDownLatch end = new CountDownLatch(1);
    private ScriptedServer server;

    @BeforeEach
    void start() throws Exception {
        server = ScriptedServer.start();
    }

    @AfterEach
    void stop() throws Exception {
        end.countDown();
        server.close();
        workers.shutdownNow();
    }

    private Scheduler clock;

    private HttpTransport transport(long budget, Scheduler ofCalls) {
        clock = ofCalls;
        return new HttpTransport(new TransportConfig(URI.create(server.baseUrl()), null, null, 0,
                Duration.ofSeconds(10), budget, null));
    }

    private CompletableFuture<RawResponse> get(HttpTransport transport, int maxBytes, boolean streamed) {
        return transport.send(ApiRequest.of(ApiMethod.LIST_LICENSES, "c1", null), "/v1/connectors/c1/licenses", "t",
                new ResponseLimits(TIMEOUT, "requestTimeout", TIMEOUT, maxBytes, streamed), clock, workers, () -> {});
    }

    /** A body of this size, whose length is announced or not. */
    private static Answer body(int size, boolean announced, AtomicLong written) {
        return (socket, out) -> {
            out.write(("HTTP/1.1 200 OK\r\n" + (announced ? "Content-Length: " + size : "Transfer-Encoding: chunked")
                    + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            byte[] part = new byte[MB / 4];
            for (int sent = 0; sent < size; sent += part.length) {
                if (!announced) {
                    out.write((Integer.toHexString(part.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                }
                out.write(part);
                written.addAndGet(part.length);
                if (!announced) {
                    out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                }
            }
            if (!announced) {
                out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        };
    }

    /** The length of a response that is processed until the latch opens. */
    private static CompletableFuture<Integer> processed(CompletableFuture<RawResponse> received,
            AtomicInteger processing, CountDownLatch end) {
        return received.thenApply(response -> {
            processing.incrementAndGet();
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return response.length();
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void responses_beyond_the_budget_wait_for_those_before_them(boolean announced) throws Exception {
        int calls = 12;
        int size = 8 * MB;
        CountDownLatch process = new CountDownLatch(1);
        AtomicInteger processing = new AtomicInteger();
        try (HttpTransport transport = transport(size, scheduler)) {
            AtomicLong written = new AtomicLong();
            List<CompletableFuture<Integer>> all = new ArrayList<>();
            for (int i = 0; i < calls; i++) {
                server.then(body(size, announced, written));
                all.add(processed(get(transport, size, false), processing, process));
            }
            // The first one is complete, and kept by whoever processes it.
            await().atMost(Duration.ofSeconds(20)).until(() -> processing.get() == 1);
            assertTrue(transport.bufferedBytes() <= 2L * size, () -> transport.bufferedBytes() + " bytes");
            assertEquals(1, processing.get(), "only one long response is processed at a time");
            process.countDown();
            for (CompletableFuture<Integer> one : all) {
                assertEquals(size, one.get(30, TimeUnit.SECONDS));
            }
            // The server counts after it has written.
            await().until(() -> written.get() == (long) calls * size);
            await().until(() -> transport.bufferedBytes() == 0);
            assertFalse(scheduler.hasTasks(), "a timeout is still scheduled");
        }
    }

    @Test
    void a_response_that_waits_for_memory_fails_with_its_timeout_and_gives_everything_back() throws Exception {
        int size = 8 * MB;
        try (HttpTransport transport = transport(MB, scheduler)) {
            for (int i = 0; i < 4; i++) {
                // None of them ends.
                server.then(server.rawThenSilence("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n"
                        + "x".repeat(2 * MB)));
            }
            List<CompletableFuture<RawResponse>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                all.add(get(transport, size, false));
            }
            await().until(() -> transport.bufferedBytes() > MB);
            scheduler.advance(TIMEOUT);
            for (CompletableFuture<RawResponse> one : all) {
                assertTrue(VirtualClient.failure(one).getMessage().contains("requestTimeout=30000"));
            }
            await().until(() -> transport.bufferedBytes() == 0);

            server.then(body(size, true, new AtomicLong()));
            assertEquals(size, get(transport, size, false).get(20, TimeUnit.SECONDS).length());
        }
    }

    private static Answer oneByteChunks(int count) {
        String json = "[" + " ".repeat(count - 2) + "]";
        StringBuilder chunks = new StringBuilder("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < count; i++) {
            chunks.append("1\r\n").append(json.charAt(i)).append("\r\n");
        }
        byte[] bytes = chunks.append("0\r\n\r\n").toString().getBytes(StandardCharsets.US_ASCII);
        return (socket, out) -> out.write(bytes);
    }

    @Test
    void one_byte_chunks_that_nobody_reads_occupy_no_more_than_the_capacity_of_a_stream() throws Exception {
        int count = 250_000;
        server.then(oneByteChunks(count));
        try (HttpTransport transport = transport(MB, scheduler)) {
            try (InputStream stream = get(transport, MB, true).get(20, TimeUnit.SECONDS).stream()) {
                await().until(() -> stream.available() >= ResponseStream.CAPACITY);
                assertTrue(stream.available() <= ResponseStream.CAPACITY + OVERRUN, () -> "" + available(stream));
                assertEquals(ResponseStream.CAPACITY, transport.bufferedBytes());
                assertEquals(count, stream.readAllBytes().length);
            }
            await().until(() -> transport.bufferedBytes() == 0);
        }
    }

    private static int available(InputStream stream) {
        try {
            return stream.available();
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void one_byte_chunks_that_are_collected_occupy_a_small_multiple_of_their_bytes() throws Exception {
        int count = 250_000;
        server.then(oneByteChunks(count));
        try (HttpTransport transport = transport(MB, scheduler)) {
            RawResponse response = get(transport, MB, false).get(20, TimeUnit.SECONDS);
            assertEquals(count, response.length());
            assertTrue(response.bytes().length <= 2 * count, () -> "" + response.bytes().length);
        }
    }

    @Test
    void a_reader_that_stops_in_the_middle_of_a_long_list_finds_no_more_than_the_capacity() throws Exception {
        server.then(ScriptedServer.endless("HTTP/1.1 200 OK\r\n\r\n[", "x".repeat(10_000), 1L << 40));
        try (HttpTransport transport = transport(MB, scheduler)) {
            try (InputStream stream = get(transport, MB, true).get(20, TimeUnit.SECONDS).stream()) {
                stream.skipNBytes(64 * MB);
                await().until(() -> stream.available() >= ResponseStream.CAPACITY / 2);
                await().during(Duration.ofMillis(200))
                        .until(() -> stream.available() <= ResponseStream.CAPACITY + OVERRUN);
            }
            await().until(() -> transport.bufferedBytes() == 0);
        }
    }

    /** A clock that fails as if there were no memory left, on the thread that receives the response. */
    private record FailingClock(Scheduler clock, AtomicInteger failures, Error error) implements Scheduler {
        @Override
        public long nanoTime() {
            return clock.nanoTime();
        }

        @Override
        public Instant now() {
            if (failures.getAndDecrement() > 0) {
                throw error;
            }
            return clock.now();
        }

        @Override
        public Runnable schedule(Duration delay, Runnable task) {
            return clock.schedule(delay, task);
        }

        @Override
        public Runnable onClose(Runnable task) {
            return clock.onClose(task);
        }

        @Override
        public boolean isClosed() {
            return clock.isClosed();
        }
    }

    @Test
    void a_quarter_of_the_memory_is_processed_at_the_same_time() throws Exception {
        int size = 3 * MB / 2;
        CountDownLatch process = new CountDownLatch(1);
        AtomicInteger processing = new AtomicInteger();
        try (HttpTransport transport = transport(8 * MB, scheduler)) {
            AtomicLong written = new AtomicLong();
            List<CompletableFuture<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                server.then(body(size, true, written));
                all.add(processed(get(transport, size, false), processing, process));
            }
            // All four are complete, and take their memory.
            await().until(() -> transport.bufferedBytes() >= 4L * (size - BoundedResponseConsumer.INITIAL_WINDOW)
                    && written.get() == 4L * size);
            await().during(Duration.ofMillis(200)).until(() -> processing.get() == 1);
            process.countDown();
            for (CompletableFuture<Integer> one : all) {
                assertEquals(size, one.get(30, TimeUnit.SECONDS));
            }
        }
    }

    /** The reader closes the stream after its failure, or forgets to; the connection is a new one, or has been used before. */
    @ParameterizedTest
    @CsvSource({ "true, false", "false, false", "true, true", "false, true" })
    void a_list_that_stalls_gives_back_its_memory_and_its_connection(boolean isClosed, boolean isReused)
            throws Exception {
        if (isReused) {
            server.then(json(200, "[]"));
        }
        CountDownLatch disconnected = new CountDownLatch(1);
        server.then((socket, out) -> {
            out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n[\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            try {
                socket.getInputStream().read();
            } finally {
                disconnected.countDown();
            }
        });
        try (HttpTransport transport = transport(MB, scheduler)) {
            if (isReused) {
                get(transport, MB, false).get(20, TimeUnit.SECONDS);
            }
            InputStream stream = get(transport, MB, true).get(20, TimeUnit.SECONDS).stream();
            assertEquals('[', stream.read());
            CompletableFuture<Void> read = CompletableFuture.runAsync(() -> {
                assertThrows(SocketTimeoutException.class, stream::read);
            }, workers);
            await().until(scheduler::hasTasks);
            scheduler.advance(TIMEOUT);
            read.get(20, TimeUnit.SECONDS);
            if (isClosed) {
                stream.close();
            }
            await().until(() -> transport.bufferedBytes() == 0);
            assertTrue(disconnected.await(20, TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @ValueSource(classes = { OutOfMemoryError.class, StackOverflowError.class, NoClassDefFoundError.class })
    void an_error_while_a_response_is_received_fails_its_own_call_only(Class<? extends Error> type) throws Exception {
        int failing = 5;
        Error error = type.getConstructor(String.class).newInstance("for a test");
        try (HttpTransport transport =
                transport(MB, new FailingClock(scheduler, new AtomicInteger(failing), error))) {
            for (int i = 0; i < failing; i++) {
                server.then(json(200, "[]"));
                Throwable failure = VirtualClient.failure(get(transport, MB, false));
                assertTrue(failure instanceof IntegratorioTransportException transportFailure
                        && !transportFailure.isNotSent() && failure.getMessage().contains(type.getSimpleName()),
                        () -> "" + failure);
            }
            assertTrue(transport.isAlive());
            server.then(json(200, "[]"));
            assertEquals(2, get(transport, MB, false).get(20, TimeUnit.SECONDS).length());
        }
    }

    @Test
    void a_transport_whose_thread_has_ended_says_that_it_is_dead() throws Exception {
        HttpTransport transport = transport(MB, scheduler);
        server.then(json(200, "[]"));
        try (transport) {
            List<Thread> ioThreads = new ArrayList<>();
            get(transport, MB, false).whenComplete((response, error) -> ioThreads.add(Thread.currentThread())).get(20,
                    TimeUnit.SECONDS);
            assertTrue(transport.isAlive());
            // HttpCore ends a thread that is interrupted.
            Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().startsWith("httpclient-dispatch")).forEach(Thread::interrupt);
            await().until(() -> !transport.isAlive());
        }
        assertFalse(transport.isAlive());
    }

    @Test
    void a_long_error_document_is_not_kept() throws Exception {
        int size = 4 * MB;
        server.then((socket, out) -> error(out, size));
        try (HttpTransport transport = transport(MB, scheduler)) {
            RawResponse response = get(transport, size, false).get(20, TimeUnit.SECONDS);
            assertEquals(500, response.status());
            assertTrue(response.length() <= BoundedResponseConsumer.INITIAL_WINDOW, () -> "" + response.length());
        }
    }

    private static void error(OutputStream out, int size) throws java.io.IOException {
        out.write(("HTTP/1.1 500 X\r\nContent-Length: " + size + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(new byte[size]);
    }
}
