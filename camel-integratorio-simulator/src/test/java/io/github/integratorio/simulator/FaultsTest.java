package io.github.integratorio.simulator;

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

import io.github.integratorio.simulator.TestHttpClient.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

class FaultsTest {

    private static final Map<String, Object> CONNECTOR = Map.of("name", "One");
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int SHORT_TIMEOUT_MILLIS = 200;

    private final SimulatorClock clock = SimulatorClock.at(Instant.parse("2026-01-01T00:00:00Z"));
    private final IntegratorioSimulator simulator = IntegratorioSimulator.builder().clock(clock).start();
    private final TestHttpClient client = new TestHttpClient(simulator);

    @AfterEach
    void closeSimulator() {
        simulator.close();
    }

    @Test
    void a_status_has_the_error_envelope_and_the_operation_is_not_performed() throws IOException {
        simulator.faults().add(Fault.on("POST", "/v1/connectors").status(503));
        Response response = create();
        assertEquals(503, response.status());
        assertEquals("simulated_fault", response.error().get("code"));
        assertOperationsPerformed(0);
        assertEquals(503, simulator.requests().get(0).status());
    }

    @Test
    void a_fault_is_triggered_once_by_default() throws IOException {
        simulator.faults().add(Fault.onAny().status(500));
        assertEquals(500, create().status());
        assertEquals(201, create().status());
        assertEquals(0, simulator.faults().armed());
        assertEquals(1, simulator.faults().triggered());
    }

    @Test
    void a_fault_skips_requests_then_is_triggered_the_given_number_of_times() throws IOException {
        simulator.faults().add(Fault.on("POST", "/v1/connectors").afterSkipping(1).times(2).status(500));
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            statuses.add(create().status());
            assertEquals(200, client.get("/v1/connectors").status());
        }
        assertEquals(List.of(201, 500, 500, 201), statuses);
    }

    @Test
    void a_permanent_fault_is_triggered_until_it_is_cleared() throws IOException {
        simulator.faults().add(Fault.onAny().always().status(500));
        for (int i = 0; i < 5; i++) {
            assertEquals(500, create().status());
        }
        simulator.faults().clear();
        assertEquals(201, create().status());
    }

    @Test
    void faults_are_triggered_in_the_order_they_were_added() throws IOException {
        simulator.faults().add(Fault.onAny().status(500)).add(Fault.onAny().status(502));
        assertEquals(500, create().status());
        assertEquals(502, create().status());
    }

    @Test
    void a_status_can_have_headers() throws IOException {
        simulator.faults().add(Fault.onAny().status(429, Map.of("Retry-After", "7")));
        Response response = create();
        assertEquals(429, response.status());
        assertEquals("7", response.header("Retry-After"));
        assertEquals("rate_limited", response.error().get("code"));
    }

    @Test
    void a_status_can_have_any_body() throws IOException {
        simulator.faults().add(Fault.onAny().status(502, "text/html", "<h1>Bad Gateway</h1>", Map.of("X-Proxy", "p")));
        Response response = create();
        assertEquals(502, response.status());
        assertEquals("text/html", response.header("Content-Type"));
        assertEquals("<h1>Bad Gateway</h1>", response.body());
        assertEquals("p", response.header("X-Proxy"));
        assertOperationsPerformed(0);
    }

    @Test
    void a_success_status_can_have_an_error_envelope() throws IOException {
        simulator.faults().add(Fault.onAny().status(200));
        Response response = create();
        assertEquals(200, response.status());
        assertEquals("simulated_fault", response.error().get("code"));
    }

    @Test
    void forbidden_has_a_message_instead_of_the_envelope() throws IOException {
        simulator.faults().add(Fault.onAny().status(403));
        assertEquals(Map.of("message", "Forbidden"), create().object());
    }

    @Test
    void the_operation_can_be_performed_before_a_status() throws IOException {
        simulator.faults().add(Fault.onAny().doneThenStatus(504));
        assertEquals(504, create().status());
        assertOperationsPerformed(1);
    }

    @Test
    void any_bytes_can_replace_the_response_body() throws IOException {
        byte[] bytes = "{\"half".getBytes(StandardCharsets.UTF_8);
        simulator.faults().add(Fault.onAny().body(201, "application/json", bytes));
        simulator.faults().add(Fault.onAny().doneThenBody(201, "application/json", bytes));
        assertEquals("{\"half", create().body());
        assertOperationsPerformed(0);
        assertEquals("{\"half", create().body());
        assertOperationsPerformed(1);
    }

    @Test
    void the_response_body_can_be_empty() throws IOException {
        simulator.faults().add(Fault.onAny().body(200, null, new byte[0]));
        Response response = client.get("/v1/connectors");
        assertEquals("", response.body());
        assertEquals("0", response.header("Content-Length"));
        assertNull(response.header("Content-Type"));
    }

    @Test
    void a_redirect_has_the_given_location() throws IOException {
        simulator.faults().add(Fault.onAny().redirect(307, "http://example.com/v1/connectors"));
        Response response = create();
        assertEquals(307, response.status());
        assertEquals("http://example.com/v1/connectors", response.header("Location"));
        assertOperationsPerformed(0);
    }

    @Test
    void a_delayed_response_does_not_delay_the_operation() throws IOException {
        simulator.faults().add(Fault.onAny().delay(Duration.ofMillis(300)));
        long start = System.nanoTime();
        assertEquals(201, create().status());
        assertTrue(System.nanoTime() - start >= 300_000_000L);
        assertOperationsPerformed(1);
    }

    @Test
    void delayed_responses_do_not_delay_each_other() throws IOException {
        simulator.faults().add(Fault.onAny().always().delay(Duration.ofMillis(500)));
        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                sockets.add(client.openGet("/v1/connectors", TIMEOUT_MILLIS));
            }
            for (Socket socket : sockets) {
                assertEquals(200, TestHttpClient.parse(socket.getInputStream().readAllBytes()).status());
                socket.close();
            }
        });
    }

    @Test
    void an_operation_performed_later_takes_effect_when_the_clock_reaches_its_time() throws IOException {
        simulator.faults().add(Fault.onAny().doneLater(Duration.ofSeconds(30), 504));
        assertEquals(504, create().status());
        clock.advance(Duration.ofSeconds(29));
        assertOperationsPerformed(0);
        clock.advance(Duration.ofSeconds(1));
        assertEquals(1, client.get("/v1/connectors").list().size());
        assertOperationsPerformed(1);
    }

    @Test
    void an_operation_whose_answer_is_lost_can_take_effect_later() throws IOException {
        Duration delay = Duration.ofSeconds(3);
        simulator.faults().add(Fault.onAny().resetThenDone(delay)).add(Fault.onAny().closeThenDone(delay))
                .add(Fault.onAny().hangThenDone(delay));
        assertReset();
        assertClosed();
        try (Socket socket = client.openPost("/v1/connectors", CONNECTOR, SHORT_TIMEOUT_MILLIS)) {
            assertThrows(SocketTimeoutException.class, () -> socket.getInputStream().read());
        }
        assertOperationsPerformed(0);
        clock.advance(delay);
        assertOperationsPerformed(3);
    }

    @Test
    void a_reset_before_the_operation_prevents_it() throws IOException {
        simulator.faults().add(Fault.onAny().resetBefore());
        assertReset();
        assertOperationsPerformed(0);
    }

    @Test
    void a_reset_after_the_operation_keeps_its_effect() throws IOException {
        simulator.faults().add(Fault.onAny().resetAfter());
        assertReset();
        assertOperationsPerformed(1);
        assertEquals(0, simulator.requests().get(0).status());
    }

    @Test
    void a_close_before_the_operation_prevents_it() throws IOException {
        simulator.faults().add(Fault.onAny().closeBefore());
        assertClosed();
        assertOperationsPerformed(0);
    }

    @Test
    void a_close_after_the_operation_keeps_its_effect() throws IOException {
        simulator.faults().add(Fault.onAny().closeAfter());
        assertClosed();
        assertOperationsPerformed(1);
    }

    @Test
    void a_cut_body_is_shorter_than_its_content_length() throws IOException {
        simulator.faults().add(Fault.onAny().cutBody(10));
        Response response = create();
        assertEquals(201, response.status());
        assertEquals(10, response.body().length());
        assertTrue(Integer.parseInt(response.header("Content-Length")) > 10);
        assertOperationsPerformed(1);
    }

    @Test
    void at_least_one_byte_of_a_cut_body_is_missing() throws IOException {
        simulator.faults().add(Fault.onAny().cutBody(1000)).add(Fault.onAny().cutBody(0)).add(Fault.onAny().cutBody(5));
        Response almost = create();
        assertEquals(Integer.parseInt(almost.header("Content-Length")) - 1, almost.body().length());
        assertEquals("", create().body());
        String id = simulator.connectors().get(0).get("_id").toString();
        try (Socket socket = client.openGet("/v1/connectors/" + id + "/licenses", TIMEOUT_MILLIS)) {
            assertEquals(1, TestHttpClient.parse(socket.getInputStream().readAllBytes()).body().length());
        }
    }

    @Test
    void a_dripping_body_pauses_between_bytes() throws IOException {
        simulator.faults().add(Fault.onAny().dripBody(Duration.ofMillis(5)));
        long start = System.nanoTime();
        Response response = client.get("/v1/tokenInfo");
        long millis = (System.nanoTime() - start) / 1_000_000;
        int length = Integer.parseInt(response.header("Content-Length"));
        assertEquals(length, response.body().length());
        assertTrue(millis >= (length - 1) * 5L, millis + " ms for " + length + " bytes");
    }

    @Test
    void a_hanging_request_gets_no_response() throws IOException {
        simulator.faults().add(Fault.onAny().hang());
        assertHangs();
        assertOperationsPerformed(0);
    }

    @Test
    void a_request_can_hang_after_its_operation() throws IOException {
        simulator.faults().add(Fault.onAny().hangAfter());
        assertHangs();
        assertOperationsPerformed(1);
    }

    @Test
    void a_hanging_request_does_not_delay_close() throws IOException {
        IntegratorioSimulator hanging = IntegratorioSimulator.start();
        hanging.faults().add(Fault.onAny().hang());
        try (Socket socket = new TestHttpClient(hanging).openGet("/v1/connectors", TIMEOUT_MILLIS)) {
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
    void invalid_faults_are_rejected_when_they_are_built() {
        assertThrows(IllegalArgumentException.class, () -> Fault.onAny().times(0));
        assertThrows(IllegalArgumentException.class, () -> Fault.onAny().afterSkipping(-1));
        assertThrows(IllegalArgumentException.class, () -> Fault.onAny().status(100));
        assertThrows(IllegalArgumentException.class, () -> Fault.onAny().redirect(200, "/"));
        assertThrows(IllegalArgumentException.class, () -> Fault.onAny().cutBody(-1));
    }

    private Response create() throws IOException {
        return client.post("/v1/connectors", CONNECTOR);
    }

    private void assertOperationsPerformed(int times) {
        assertEquals(times, simulator.connectors().size());
    }

    private void assertReset() throws IOException {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        try (Socket socket = client.openPost("/v1/connectors", CONNECTOR, TIMEOUT_MILLIS)) {
            SocketException reset = assertThrows(SocketException.class, () -> TestHttpClient.readAll(socket, received));
            assertTrue(reset.getMessage().contains("reset"), reset.getMessage());
        }
        assertEquals(0, received.size());
    }

    private void assertClosed() throws IOException {
        try (Socket socket = client.openPost("/v1/connectors", CONNECTOR, TIMEOUT_MILLIS)) {
            assertEquals(-1, socket.getInputStream().read());
        }
    }

    private void assertHangs() throws IOException {
        try (Socket socket = client.openPost("/v1/connectors", CONNECTOR, SHORT_TIMEOUT_MILLIS)) {
            assertThrows(SocketTimeoutException.class, () -> socket.getInputStream().read());
        }
        assertEquals(1, simulator.requestCount());
    }
}
