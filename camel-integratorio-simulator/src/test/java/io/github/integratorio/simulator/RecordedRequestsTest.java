package io.github.integratorio.simulator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

class RecordedRequestsTest {

    @Test
    void a_request_is_recorded_as_it_was_sent() throws IOException {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        try (IntegratorioSimulator simulator = IntegratorioSimulator.builder().clock(SimulatorClock.at(now)).start()) {
            byte[] body = "{\"näme\" : 1}".getBytes(StandardCharsets.UTF_8);
            new TestHttpClient(simulator).send("POST", "/v1/connectors/a%20b?x=%2F", Map.of("X-Some", "thing"), body);
            RecordedRequest request = simulator.requests().get(0);
            assertEquals("POST", request.method());
            assertEquals("/v1/connectors/a%20b?x=%2F", request.path());
            assertEquals("thing", request.header("x-sOME"));
            assertEquals(List.of("thing"), request.headers().get("x-some"));
            assertNull(request.header("Authorization"));
            assertArrayEquals(body, request.bodyBytes());
            assertEquals("{\"näme\" : 1}", request.body());
            assertEquals(now, request.time());
            assertEquals(401, request.status());
        }
    }

    @Test
    void requests_are_counted_by_method_and_path() throws IOException {
        try (IntegratorioSimulator simulator = IntegratorioSimulator.start()) {
            TestHttpClient client = new TestHttpClient(simulator);
            client.get("/v1/connectors");
            client.get("/v1/connectors?page=1");
            client.get("/v1/connectors/x");
            client.delete("/v1/connectors/x");
            assertEquals(2, simulator.count("GET", "/v1/connectors"));
            assertEquals(1, simulator.count("get", "/v1/connectors\\?page=.*"));
            assertEquals(2, simulator.count("*", "/v1/connectors/.*"));
            assertEquals(4, simulator.requestCount());
            simulator.clearRequests();
            assertEquals(0, simulator.requestCount());
            assertEquals(List.of(), simulator.requests());
        }
    }

    @Test
    void without_recording_requests_are_only_counted() throws IOException {
        try (IntegratorioSimulator simulator = IntegratorioSimulator.builder().recordRequests(false).start()) {
            new TestHttpClient(simulator).get("/v1/connectors");
            assertEquals(List.of(), simulator.requests());
            assertEquals(1, simulator.requestCount());
        }
    }

    @Test
    void to_string_contains_neither_token_nor_body() throws IOException {
        try (IntegratorioSimulator simulator = IntegratorioSimulator.start()) {
            new TestHttpClient(simulator).post("/v1/connectors", Map.of("name", "ann@example.com"));
            String printed = simulator.requests().toString();
            assertFalse(printed.contains("ann@example.com") || printed.contains(simulator.token()), printed);
        }
    }
}
