package io.github.integratorio.simulator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import io.github.integratorio.simulator.TestHttpClient.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;

class RejectedRequestsTest {

    private final SimulatorClock clock = SimulatorClock.at(Instant.parse("2026-01-01T00:00:00Z"));
    private final IntegratorioSimulator simulator =
            IntegratorioSimulator.builder().token("secret").clock(clock).rateLimit(3, 2).start();
    private final TestHttpClient client = new TestHttpClient(simulator);

    @AfterEach
    void closeSimulator() {
        simulator.close();
    }

    @Test
    void a_request_without_a_token_is_unauthorized() throws IOException {
        Response response = client.send("GET", "/v1/connectors", Map.of(), null);
        assertEquals(401, response.status());
        assertEquals(Map.of("message", "Unauthorized"), response.object());
    }

    @ParameterizedTest
    @ValueSource(strings = { "Bearer wrong", "secret", "Basic secret", "Bearer", "Bearer secrets", "Bearer SECRET" })
    void a_wrong_token_is_unauthorized_and_does_not_count_against_the_rate_limit(String authorization)
            throws IOException {
        for (int i = 0; i < 5; i++) {
            assertEquals(401, withAuthorization(authorization).status());
        }
        assertEquals(200, client.get("/v1/connectors").status());
    }

    @Test
    void a_token_that_starts_with_bearer_is_a_bad_request() throws IOException {
        Response response = withAuthorization("Bearer Bearer secret");
        assertEquals(400, response.status());
        assertEquals("invalid_field", response.error().get("code"));
    }

    @Test
    void a_changed_token_invalidates_the_old_one() throws IOException {
        simulator.token("new");
        assertEquals(401, withAuthorization("Bearer secret").status());
        assertEquals(200, withAuthorization("Bearer new").status());
        assertEquals("new", simulator.token());
    }

    @Test
    void a_request_over_the_rate_limit_gets_429_with_retry_after() throws IOException {
        for (int i = 0; i < 3; i++) {
            assertEquals(200, client.get("/v1/connectors").status());
        }
        Response response = client.get("/v1/connectors");
        assertEquals(429, response.status());
        assertEquals("1", response.header("Retry-After"));
        assertEquals("rate_limited", response.error().get("code"));

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
    void without_a_rate_limit_every_request_succeeds() throws IOException {
        try (IntegratorioSimulator open = IntegratorioSimulator.builder()
                .clock(clock).rateLimit(1, 1).noRateLimit().start()) {
            for (int i = 0; i < 20; i++) {
                assertEquals(200, new TestHttpClient(open).get("/v1/connectors").status());
            }
        }
    }

    @Test
    void an_unknown_path_is_not_found() throws IOException {
        for (String path : new String[] { "/connectors", "/v1/nothing", "/v1/connectors/" }) {
            assertEquals(404, client.get(path).status(), path);
        }
    }

    @Test
    void a_wrong_method_is_not_allowed() throws IOException {
        Response response = client.delete("/v1/connectors");
        assertEquals(405, response.status());
        assertEquals("GET, POST", response.header("Allow"));
    }

    @Test
    void a_path_is_not_normalized() throws IOException {
        String id = simulator.addConnector("One");
        assertEquals(404, client.delete("/v1/connectors/" + id + "/licenses/..").status());
        assertEquals(404, client.delete("/v1/connectors/" + id + "/licenses/%2e%2e").status());
        assertEquals("/v1/connectors/" + id + "/licenses/%2e%2e", simulator.requests().get(1).path());
        assertEquals(1, simulator.connectors().size());
    }

    @Test
    void a_body_with_another_content_type_than_json_is_rejected() throws IOException {
        Response response = client.send("POST", "/v1/connectors",
                Map.of("Authorization", "Bearer secret", "Content-Type", "text/plain"),
                "{\"name\":\"One\"}".getBytes(StandardCharsets.UTF_8));
        assertEquals(415, response.status());
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "{", "[]", "null", "\"name\"", "{\"name\":\"One\"} x" })
    void a_body_that_is_not_a_json_object_is_a_bad_request(String body) throws IOException {
        Response response = client.send("POST", "/v1/connectors",
                Map.of("Authorization", "Bearer secret", "Content-Type", "application/json; charset=utf-8"),
                body.getBytes(StandardCharsets.UTF_8));
        assertEquals(400, response.status());
        assertEquals(0, simulator.connectors().size());
    }

    @Test
    void a_connector_requires_a_name() throws IOException {
        String id = simulator.addConnector("One");
        for (Response response : new Response[] {
                client.post("/v1/connectors", Map.of()), client.put("/v1/connectors/" + id, Map.of("name", "")) }) {
            assertEquals(422, response.status());
            assertEquals("missing_required_field", response.error().get("code"));
            assertEquals("name", response.error().get("field"));
        }
    }

    private Response withAuthorization(String value) throws IOException {
        return client.send("GET", "/v1/connectors", Map.of("Authorization", value), null);
    }
}
