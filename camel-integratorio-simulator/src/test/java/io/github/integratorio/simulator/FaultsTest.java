package io.github.integratorio.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FaultsTest {

    private static final Map<String, Object> CONNECTOR = Map.of("name", "One");
    private static final int PATIENCE_MILLIS = 10_000;
    private static final int SHORT_MILLIS = 200;

    private final SimulatorClock clock = SimulatorClock.at(Instant.parse("2026-01-01T00:00:00Z"));
    private final IntegratorioSimulator simulator = IntegratorioSimulator.builder().clock(clock).start();
    private final Client client = new Client(simulator);

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void a_status_is_answered_with_the_envelope_and_nothing_is_done() throws IOException {
        simulator.faults().add(Fault.on("POST", "/v1/connectors").status(503));
        Client.Answer answer = create();
        assertEquals(503, answer.status());
        assertEquals("simulated_fault", answer.error().get("code"));
        assertDone(0);
        assertEquals(503, simulator.requests().get(0).status());
    }

    @Test
    void a_fault_strikes_once_if_nothing_is_said() throws IOException {
        simulator.faults().add(Fault.onAny().status(500));
        assertEquals(500, create().status());
        assertEquals(201, create().status());
        assertEquals(0, simulator.faults().armed());
        assertEquals(1, simulator.faults().struck());
    }

    @Test
    void a_fault_skips_then_strikes_so_many_times() throws IOException {
        simulator.faults().add(Fault.on("POST", "/v1/connectors").afterSkipping(1).times(2).status(500));
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            statuses.add(create().status());
            assertEquals(200, client.get("/v1/connectors").status());
        }
        assertEquals(List.of(201, 500, 500, 201), statuses);
    }

    @Test
    void a_fault_for_ever_strikes_until_cleared() throws IOException {
        simulator.faults().add(Fault.onAny().always().status(500));
        for (int i = 0; i < 5; i++) {
            assertEquals(500, create().status());
        }
        simulator.faults().clear();
        assertEquals(201, create().status());
    }

    @Test
    void faults_strike_in_the_order_they_were_added() throws IOException {
        simulator.faults().add(Fault.onAny().status(500)).add(Fault.onAny().status(502));
        assertEquals(500, create().status());
        assertEquals(502, create().status());
    }

    @Test
    void a_status_may_come_with_headers() throws IOException {
        simulator.faults().add(Fault.onAny().status(429, Map.of("Retry-After", "7")));
        Client.Answer answer = create();
        assertEquals(429, answer.status());
        assertEquals("7", answer.header("Retry-After"));
        assertEquals("rate_limited", answer.error().get("code"));
    }

    @Test
    void a_status_may_come_with_any_body() throws IOException {
        simulator.faults().add(Fault.onAny().status(502, "text/html", "<h1>Bad Gateway</h1>", Map.of("X-Proxy", "p")));
        Client.Answer answer = create();
        assertEquals(502, answer.status());
        assertEquals("text/html", answer.header("Content-Type"));
        assertEquals("<h1>Bad Gateway</h1>", answer.body());
        assertEquals("p", answer.header("X-Proxy"));
        assertDone(0);
    }

    @Test
    void a_success_may_carry_errors() throws IOException {
        simulator.faults().add(Fault.onAny().status(200));
        Client.Answer answer = create();
        assertEquals(200, answer.status());
        assertEquals("simulated_fault", answer.error().get("code"));
    }

    @Test
    void unauthorized_comes_with_a_message_instead() throws IOException {
        simulator.faults().add(Fault.onAny().status(403));
        assertEquals(Map.of("message", "Forbidden"), create().object());
    }

    @Test
    void the_work_may_be_done_before_a_status() throws IOException {
        simulator.faults().add(Fault.onAny().doneThenStatus(504));
        assertEquals(504, create().status());
        assertDone(1);
    }

    @Test
    void a_body_of_any_bytes_replaces_the_answer() throws IOException {
        byte[] bytes = "{\"half".getBytes(StandardCharsets.UTF_8);
        simulator.faults().add(Fault.onAny().body(201, "application/json", bytes));
        simulator.faults().add(Fault.onAny().doneThenBody(201, "application/json", bytes));
        assertEquals("{\"half", create().body());
        assertDone(0);
        assertEquals("{\"half", create().body());
        assertDone(1);
    }

    @Test
    void a_body_without_content_may_be_answered_too() throws IOException {
        simulator.faults().add(Fault.onAny().body(200, null, new byte[0]));
        Client.Answer answer = client.get("/v1/connectors");
        assertEquals("", answer.body());
        assertEquals("0", answer.header("Content-Length"));
        assertNull(answer.header("Content-Type"));
    }

    @Test
    void a_redirect_points_elsewhere() throws IOException {
        simulator.faults().add(Fault.onAny().redirect(307, "http://example.com/v1/connectors"));
        Client.Answer answer = create();
        assertEquals(307, answer.status());
        assertEquals("http://example.com/v1/connectors", answer.header("Location"));
        assertDone(0);
    }

    @Test
    void a_delayed_answer_is_late_but_its_work_is_not() throws IOException {
        simulator.faults().add(Fault.onAny().delay(Duration.ofMillis(300)));
        long start = System.nanoTime();
        assertEquals(201, create().status());
        assertTrue(System.nanoTime() - start >= 300_000_000L);
        assertDone(1);
    }

    @Test
    void late_answers_do_not_keep_each_other_waiting() throws IOException {
        simulator.faults().add(Fault.onAny().always().delay(Duration.ofMillis(500)));
        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                sockets.add(client.ask("/v1/connectors", PATIENCE_MILLIS));
            }
            for (Socket socket : sockets) {
                assertEquals(200, Client.parse(socket.getInputStream().readAllBytes()).status());
                socket.close();
            }
        });
    }

    @Test
    void work_done_later_shows_when_the_clock_gets_there() throws IOException {
        simulator.faults().add(Fault.onAny().doneLater(Duration.ofSeconds(30), 504));
        assertEquals(504, create().status());
        clock.advance(Duration.ofSeconds(29));
        assertDone(0);
        clock.advance(Duration.ofSeconds(1));
        assertEquals(1, client.get("/v1/connectors").list().size());
        assertDone(1);
    }

    @Test
    void a_reset_before_the_work_leaves_nothing_done() throws IOException {
        simulator.faults().add(Fault.onAny().resetBefore());
        assertReset();
        assertDone(0);
    }

    @Test
    void a_reset_after_the_work_leaves_it_done() throws IOException {
        simulator.faults().add(Fault.onAny().resetAfter());
        assertReset();
        assertDone(1);
        assertEquals(0, simulator.requests().get(0).status());
    }

    @Test
    void a_close_before_the_work_leaves_nothing_done() throws IOException {
        simulator.faults().add(Fault.onAny().closeBefore());
        assertClosed();
        assertDone(0);
    }

    @Test
    void a_close_after_the_work_leaves_it_done() throws IOException {
        simulator.faults().add(Fault.onAny().closeAfter());
        assertClosed();
        assertDone(1);
    }

    @Test
    void a_cut_body_is_shorter_than_announced() throws IOException {
        simulator.faults().add(Fault.onAny().cutBody(10));
        Client.Answer answer = create();
        assertEquals(201, answer.status());
        assertEquals(10, answer.body().length());
        assertTrue(Integer.parseInt(answer.header("Content-Length")) > 10);
        assertDone(1);
    }

    @Test
    void a_cut_body_misses_a_byte_at_least() throws IOException {
        simulator.faults().add(Fault.onAny().cutBody(1000)).add(Fault.onAny().cutBody(0)).add(Fault.onAny().cutBody(5));
        Client.Answer almost = create();
        assertEquals(Integer.parseInt(almost.header("Content-Length")) - 1, almost.body().length());
        assertEquals("", create().body());
        String id = simulator.connectors().get(0).get("_id").toString();
        try (Socket socket = client.ask("/v1/connectors/" + id + "/licenses", PATIENCE_MILLIS)) {
            assertEquals(1, Client.parse(socket.getInputStream().readAllBytes()).body().length());
        }
    }

    @Test
    void a_dripping_body_takes_its_time() throws IOException {
        simulator.faults().add(Fault.onAny().dripBody(Duration.ofMillis(5)));
        long start = System.nanoTime();
        Client.Answer answer = client.get("/v1/tokenInfo");
        long millis = (System.nanoTime() - start) / 1_000_000;
        int length = Integer.parseInt(answer.header("Content-Length"));
        assertEquals(length, answer.body().length());
        assertTrue(millis >= (length - 1) * 5L, millis + " ms for " + length + " bytes");
    }

    @Test
    void a_hanging_request_is_not_answered() throws IOException {
        simulator.faults().add(Fault.onAny().hang());
        assertHangs();
        assertDone(0);
    }

    @Test
    void a_request_may_hang_after_its_work() throws IOException {
        simulator.faults().add(Fault.onAny().hangAfter());
        assertHangs();
        assertDone(1);
    }

    @Test
    void a_hanging_request_does_not_hold_up_the_end() throws IOException {
        IntegratorioSimulator hanging = IntegratorioSimulator.start();
        hanging.faults().add(Fault.onAny().hang());
        try (Socket socket = new Client(hanging).ask("/v1/connectors", PATIENCE_MILLIS)) {
            assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
                while (hanging.requestCount() == 0) {
                    Thread.onSpinWait();
                }
                hanging.close();
            });
            assertEquals(-1, socket.getInputStream().read());
        }
    }

    @Test
    void nonsense_is_refused_when_the_fault_is_made() {
        assertThrows(IllegalArgumentException.class, () -> Fault.onAny().times(0));
        assertThrows(IllegalArgumentException.class, () -> Fault.onAny().afterSkipping(-1));
        assertThrows(IllegalArgumentException.class, () -> Fault.onAny().status(100));
        assertThrows(IllegalArgumentException.class, () -> Fault.onAny().redirect(200, "/"));
        assertThrows(IllegalArgumentException.class, () -> Fault.onAny().cutBody(-1));
    }

    private Client.Answer create() throws IOException {
        return client.post("/v1/connectors", CONNECTOR);
    }

    private void assertDone(int times) {
        assertEquals(times, simulator.connectors().size());
    }

    private void assertReset() throws IOException {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        try (Socket socket = client.askToPost("/v1/connectors", CONNECTOR, PATIENCE_MILLIS)) {
            SocketException reset = assertThrows(SocketException.class, () -> Client.readAll(socket, received));
            assertTrue(reset.getMessage().contains("reset"), reset.getMessage());
        }
        assertEquals(0, received.size());
    }

    private void assertClosed() throws IOException {
        try (Socket socket = client.askToPost("/v1/connectors", CONNECTOR, PATIENCE_MILLIS)) {
            assertEquals(-1, socket.getInputStream().read());
        }
    }

    private void assertHangs() throws IOException {
        try (Socket socket = client.askToPost("/v1/connectors", CONNECTOR, SHORT_MILLIS)) {
            assertThrows(SocketTimeoutException.class, () -> socket.getInputStream().read());
        }
        assertEquals(1, simulator.requestCount());
    }
}
