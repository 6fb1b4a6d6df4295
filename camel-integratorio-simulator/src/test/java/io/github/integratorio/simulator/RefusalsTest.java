package io.github.integratorio.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalsTest {

    private final SimulatorClock clock = SimulatorClock.at(Instant.parse("2026-01-01T00:00:00Z"));
    private final IntegratorioSimulator simulator =
            IntegratorioSimulator.builder().token("secret").clock(clock).rateLimit(3, 2).start();
    private final Client client = new Client(simulator);

    @AfterEach
    void stop() {
        simulator.close();
    }

    @Test
    void no_token_is_unauthorized() throws IOException {
        Client.Answer answer = client.send("GET", "/v1/connectors", Map.of(), null);
        assertEquals(401, answer.status());
        assertEquals(Map.of("message", "Unauthorized"), answer.object());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer wrong", "secret", "Basic secret", "Bearer", "Bearer secrets", "Bearer SECRET"})
    void a_wrong_token_is_unauthorized_and_costs_nothing(String authorization) throws IOException {
        for (int i = 0; i < 5; i++) {
            assertEquals(401, withAuthorization(authorization).status());
        }
        assertEquals(200, client.get("/v1/connectors").status());
    }

    @Test
    void a_doubled_bearer_is_a_bad_request() throws IOException {
        Client.Answer answer = withAuthorization("Bearer Bearer secret");
        assertEquals(400, answer.status());
        assertEquals("invalid_field", answer.error().get("code"));
    }

    @Test
    void a_changed_token_locks_the_old_one_out() throws IOException {
        simulator.token("new");
        assertEquals(401, withAuthorization("Bearer secret").status());
        assertEquals(200, withAuthorization("Bearer new").status());
        assertEquals("new", simulator.token());
    }

    @Test
    void an_empty_bucket_says_when_to_come_back() throws IOException {
        for (int i = 0; i < 3; i++) {
            assertEquals(200, client.get("/v1/connectors").status());
        }
        Client.Answer answer = client.get("/v1/connectors");
        assertEquals(429, answer.status());
        assertEquals("1", answer.header("Retry-After"));
        assertEquals("rate_limited", answer.error().get("code"));

        clock.advance(Duration.ofMillis(499));
        assertEquals(429, client.get("/v1/connectors").status());
        clock.advance(Duration.ofMillis(1));
        assertEquals(200, client.get("/v1/connectors").status());
        assertEquals(429, client.get("/v1/connectors").status());

        clock.advance(Duration.ofDays(1));
        for (int i = 0; i < 3; i++) {
            assertEquals(200, client.get("/v1/connectors").status());
        }
        assertEquals(429, client.get("/v1/connectors").status());
    }

    @Test
    void without_a_limit_nobody_waits() throws IOException {
        try (IntegratorioSimulator open = IntegratorioSimulator.builder().clock(clock).rateLimit(1, 1).noRateLimit().start()) {
            for (int i = 0; i < 20; i++) {
                assertEquals(200, new Client(open).get("/v1/connectors").status());
            }
        }
    }

    @Test
    void an_unknown_path_is_not_found() throws IOException {
        for (String path : new String[] {"/connectors", "/v1/nothing", "/v1/connectors/"}) {
            assertEquals(404, client.get(path).status(), path);
        }
    }

    @Test
    void a_wrong_method_is_not_allowed() throws IOException {
        Client.Answer answer = client.delete("/v1/connectors");
        assertEquals(405, answer.status());
        assertEquals("GET, POST", answer.header("Allow"));
    }

    @Test
    void a_path_is_taken_as_it_is_sent() throws IOException {
        String id = simulator.addConnector("One");
        assertEquals(404, client.delete("/v1/connectors/" + id + "/licenses/..").status());
        assertEquals(404, client.delete("/v1/connectors/" + id + "/licenses/%2e%2e").status());
        assertEquals("/v1/connectors/" + id + "/licenses/%2e%2e", simulator.requests().get(1).path());
        assertEquals(1, simulator.connectors().size());
    }

    @Test
    void a_body_that_is_not_said_to_be_json_is_refused() throws IOException {
        Client.Answer answer = client.send("POST", "/v1/connectors",
                Map.of("Authorization", "Bearer secret", "Content-Type", "text/plain"), "{\"name\":\"One\"}".getBytes(StandardCharsets.UTF_8));
        assertEquals(415, answer.status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "\"name\"", "{\"name\":\"One\"} x"})
    void a_body_that_is_no_object_is_a_bad_request(String body) throws IOException {
        Client.Answer answer = client.send("POST", "/v1/connectors",
                Map.of("Authorization", "Bearer secret", "Content-Type", "application/json; charset=utf-8"),
                body.getBytes(StandardCharsets.UTF_8));
        assertEquals(400, answer.status());
        assertEquals(0, simulator.connectors().size());
    }

    @Test
    void a_connector_needs_a_name() throws IOException {
        String id = simulator.addConnector("One");
        for (Client.Answer answer : new Client.Answer[] {
                client.post("/v1/connectors", Map.of()), client.put("/v1/connectors/" + id, Map.of("name", ""))}) {
            assertEquals(422, answer.status());
            assertEquals("missing_required_field", answer.error().get("code"));
            assertEquals("name", answer.error().get("field"));
        }
    }

    private Client.Answer withAuthorization(String value) throws IOException {
        return client.send("GET", "/v1/connectors", Map.of("Authorization", value), null);
    }
}
