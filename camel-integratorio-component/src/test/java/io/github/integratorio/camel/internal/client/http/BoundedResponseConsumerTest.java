package io.github.integratorio.camel.internal.client.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.integratorio.camel.internal.client.protocol.RawResponse;
import io.github.integratorio.camel.support.VirtualClient;
import io.github.integratorio.camel.support.VirtualScheduler;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.message.BasicHttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.integratorio.camel.support.VirtualClient.failure;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What is kept of a response, and how much its connection may deliver. */
class BoundedResponseConsumerTest {

    private static final int WINDOW = BoundedResponseConsumer.INITIAL_WINDOW;
    private static final int UNKNOWN = -1;

    private final VirtualScheduler scheduler = new VirtualScheduler(VirtualClient.START);
    private final BufferBudget budget = new BufferBudget(10_000_000);
    private final List<RawResponse> streams = new ArrayList<>();
    private final AtomicInteger releases = new AtomicInteger();
    private final List<Integer> granted = new ArrayList<>();
    private final CompletableFuture<RawResponse> result = new CompletableFuture<>();
    private BoundedResponseConsumer consumer;

    private record Body(long getContentLength, String getContentEncoding) implements EntityDetails {
        @Override
        public String getContentType() {
            return "application/json";
        }

        @Override
        public boolean isChunked() {
            return getContentLength < 0;
        }

        @Override
        public Set<String> getTrailerNames() {
            return Set.of();
        }
    }

    private static HttpResponse head(int status, String... headers) {
        BasicHttpResponse head = new BasicHttpResponse(status);
        for (int i = 0; i < headers.length; i += 2) {
            head.addHeader(headers[i], headers[i + 1]);
        }
        return head;
    }

    private void receive(int maxBytes, boolean streamed, HttpResponse head, Body body) throws IOException {
        consumer = new BoundedResponseConsumer(
                new ResponseLimits(Duration.ofSeconds(30), "requestTimeout", Duration.ofSeconds(5), maxBytes, streamed),
                scheduler, budget.new Reservation(), streams::add, releases::incrementAndGet);
        consumer.consumeResponse(head, body, null, new FutureCallback<>() {
            @Override
            public void completed(RawResponse response) {
                assertTrue(result.complete(response));
            }

            @Override
            public void failed(Exception cause) {
                assertTrue(result.completeExceptionally(cause));
            }

            @Override
            public void cancelled() {
                throw new AssertionError();
            }
        });
    }

    private void receiveDocument(int maxBytes, int announced) throws IOException {
        receive(maxBytes, false, head(200, announced < 0 ? "Transfer-Encoding" : "Content-Length", "x"),
                new Body(announced, null));
    }

    private void arrives(int size) throws IOException {
        ByteBuffer part = ByteBuffer.allocate(size);
        consumer.consume(part);
        assertFalse(part.hasRemaining());
    }

    private void asksForCapacity() throws IOException {
        consumer.updateCapacity(granted::add);
    }

    private int length() {
        consumer.streamEnd(null);
        return result.join().length();
    }

    @ParameterizedTest
    @ValueSource(ints = { UNKNOWN, 11, 100 })
    void a_document_is_what_its_parts_are_together(int announced) throws IOException {
        receiveDocument(1000, announced);
        consumer.consume(ByteBuffer.wrap("[1,".getBytes(StandardCharsets.UTF_8)));
        consumer.consume(ByteBuffer.wrap(" 2, 333]".getBytes(StandardCharsets.UTF_8)));
        assertEquals(11, length());
        assertArrayEquals("[1, 2, 333]".getBytes(StandardCharsets.UTF_8),
                Arrays.copyOf(result.join().bytes(), 11));
        assertEquals(VirtualClient.START, result.join().at());
    }

    @Test
    void a_response_without_a_body_is_complete_at_once() throws IOException {
        receive(1000, true, head(204), null);
        assertEquals(0, result.join().length());
        assertNull(result.join().stream());
    }

    @Test
    void a_document_of_the_largest_size_is_taken_and_a_longer_one_is_not() throws IOException {
        IOException refused = assertThrows(IOException.class, () -> receiveDocument(1000, 1001));
        assertEquals("the response is longer than maxResponseSize=1000 bytes", refused.getMessage());
        receiveDocument(1000, UNKNOWN);
        arrives(1000);
        assertEquals(refused.getMessage(), assertThrows(IOException.class, () -> arrives(1)).getMessage());
        receiveDocument(1000, 1000);
        arrives(1000);
        assertEquals(1000, length());
    }

    @Test
    void a_server_that_announces_much_gets_no_memory_for_it() throws IOException {
        receiveDocument(100_000_000, 90_000_000);
        arrives(1);
        assertEquals(1, length());
        assertEquals(WINDOW, result.join().bytes().length);
    }

    @Test
    void a_short_document_takes_no_more_memory_than_it_announces() throws IOException {
        receiveDocument(1000, 11);
        arrives(11);
        assertEquals(11, length());
        assertEquals(11, result.join().bytes().length);
    }

    @Test
    void a_connection_gets_more_when_it_has_delivered_what_it_may_in_steps_up_to_the_announced_length()
            throws IOException {
        receiveDocument(10_000_000, 1_000_000);
        arrives(WINDOW - 1);
        asksForCapacity();
        assertEquals(List.of(), granted);
        arrives(1);
        asksForCapacity();
        asksForCapacity();
        assertEquals(List.of(7 * WINDOW), granted);
        assertEquals(7 * WINDOW, budget.used());
        arrives(7 * WINDOW);
        asksForCapacity();
        assertEquals(List.of(7 * WINDOW, 1_000_000 - 8 * WINDOW), granted);
        arrives(1_000_000 - 8 * WINDOW);
        asksForCapacity();
        // Longer than announced, which HttpCore never delivers.
        assertEquals(1_000_000, granted.get(2));
        assertEquals(1_000_000, length());
        assertEquals(1_000_000, result.join().bytes().length, "not copied once more at the end");
    }

    @Test
    void without_a_length_the_memory_is_doubled_up_to_the_largest_size() throws IOException {
        receiveDocument(5 * WINDOW, UNKNOWN);
        arrives(WINDOW);
        asksForCapacity();
        arrives(WINDOW);
        asksForCapacity();
        assertEquals(List.of(WINDOW, 2 * WINDOW), granted);
        arrives(2 * WINDOW);
        asksForCapacity();
        assertEquals(List.of(WINDOW, 2 * WINDOW, WINDOW), granted);
        assertEquals(4 * WINDOW, budget.used());
        asksForCapacity();
        assertEquals(WINDOW, granted.get(3), "so that the end, or too much, can come");
        assertEquals(4 * WINDOW, budget.used());
    }

    @Test
    void a_connection_that_delivers_more_than_it_may_gets_a_window_beyond_that() throws IOException {
        receiveDocument(10_000_000, UNKNOWN);
        arrives(2 * WINDOW + 1);
        asksForCapacity();
        assertEquals(List.of(2 * WINDOW + 1), granted);
    }

    @Test
    void a_document_that_waits_for_memory_asks_once() throws IOException {
        BufferBudget.Reservation oldest = budget.new Reservation();
        oldest.request(10_000_000, () -> {});
        receiveDocument(10_000_000, UNKNOWN);
        arrives(WINDOW);
        asksForCapacity();
        asksForCapacity();
        assertEquals(List.of(), granted);
        oldest.release();
        assertEquals(List.of(WINDOW), granted);
        assertEquals(WINDOW, budget.used());
    }

    @ParameterizedTest
    @ValueSource(ints = { 300, 404, 503 })
    void only_the_beginning_of_an_error_is_kept_and_it_needs_no_memory(int status) throws IOException {
        receive(10_000_000, false, head(status), new Body(UNKNOWN, null));
        for (int part = 0; part < 5; part++) {
            arrives(WINDOW / 2);
            asksForCapacity();
        }
        assertEquals(List.of(WINDOW, WINDOW, WINDOW, WINDOW, WINDOW), granted);
        assertEquals(0, budget.used());
        assertEquals(WINDOW, length());
    }

    @Test
    void an_error_that_is_too_long_is_refused_too() throws IOException {
        receive(1000, false, head(500), new Body(UNKNOWN, null));
        assertThrows(IOException.class, () -> arrives(1001));
    }

    @Test
    void a_compressed_document_is_refused_and_of_a_compressed_error_nothing_is_kept() throws IOException {
        assertEquals("the response is compressed, although no compression was requested",
                assertThrows(IOException.class,
                        () -> receive(1000, false, head(299), new Body(10, "gzip"))).getMessage());
        receive(1000, false, head(404), new Body(10, "gzip"));
        arrives(10);
        assertEquals(0, length());
    }

    @Test
    void identity_is_no_compression() throws IOException {
        receive(1000, false, head(200, "Content-Length", "10"), new Body(10, "Identity"));
        arrives(10);
        assertEquals(10, length());
    }

    @ParameterizedTest
    @CsvSource({ "200, 1.1, , 0, false", "200, 1.1, keep-alive, 0, false", "200, 1.1, , 1, true",
            "200, 1.1, 'x, Close', 0, true", "200, 1.0, , 0, true", "404, 1.1, , 0, true", "200, , , 0, false" })
    void a_body_that_ends_with_its_connection_before_its_first_byte_must_have_been_announced(int status,
            String version, String connection, int size, boolean isTaken) throws IOException {
        HttpResponse head = connection == null ? head(status) : head(status, "Connection", connection);
        head.setVersion(version == null ? null : version.equals("1.0") ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1);
        receive(1000, false, head, new Body(UNKNOWN, null));
        arrives(size);
        consumer.streamEnd(null);
        if (isTaken) {
            assertEquals(size, result.join().length());
        } else {
            assertEquals("the connection was closed before the body of the response", failure(result).getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "Content-Length", "Transfer-Encoding" })
    void an_empty_body_with_a_length_is_a_body(String header) throws IOException {
        receive(1000, false, head(200, header, "0"), new Body(UNKNOWN, null));
        assertEquals(0, length());
    }

    @Test
    void a_stream_begins_with_its_head_and_takes_a_fixed_part_of_the_memory() throws IOException {
        receive(10, true, head(200), new Body(UNKNOWN, null));
        RawResponse begun = streams.get(0);
        assertEquals(200, begun.status());
        assertEquals(ResponseStream.CAPACITY, budget.used());
        arrives(100);
        asksForCapacity();
        assertEquals(100, begun.stream().readNBytes(100).length);
        assertFalse(granted.isEmpty());
        consumer.streamEnd(null);
        assertEquals(-1, begun.stream().read());
        assertNotNull(result.join());
        consumer.failed(new IOException("reset"));
        assertEquals(-1, begun.stream().read());
    }

    @Test
    void a_stream_fails_with_its_connection() throws IOException {
        receive(10, true, head(200), new Body(UNKNOWN, null));
        consumer.failed(new IOException("reset"));
        assertEquals("the list ended early: IOException",
                assertThrows(IOException.class, () -> streams.get(0).stream().read()).getMessage());
        receive(10, true, head(200), new Body(UNKNOWN, null));
        consumer.releaseResources();
        assertEquals("the connection was closed",
                assertThrows(IOException.class, () -> streams.get(1).stream().read()).getMessage());
        assertEquals(1, releases.get());
    }

    @ParameterizedTest
    @ValueSource(ints = { 201, 404, 429 })
    void only_a_200_is_streamed(int status) throws IOException {
        receive(1000, true, head(status, "Content-Length", "3"), new Body(3, null));
        arrives(3);
        assertEquals(3, length());
        assertEquals(List.of(), streams);
        consumer.failed(new IOException("reset"));
        consumer.releaseResources();
        assertEquals(1, releases.get());
    }
}
