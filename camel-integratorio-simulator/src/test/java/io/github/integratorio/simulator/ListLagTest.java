package io.github.integratorio.simulator;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

class ListLagTest {

    private static final String SOON = "2027-01-01T00:00:00.000Z";
    private static final String LATE = "2028-01-01T00:00:00.000Z";

    private final SimulatorClock clock = SimulatorClock.at(Instant.parse("2026-01-01T00:00:00Z"));
    private final IntegratorioSimulator simulator = start(false);
    private final String connectorId = simulator.addConnector("One");
    private final String licenses = "/v1/connectors/" + connectorId + "/licenses";
    private final TestHttpClient client = new TestHttpClient(simulator);

    private IntegratorioSimulator start(boolean laggingGets) {
        return IntegratorioSimulator.builder()
                .clock(clock).listLag(Duration.ofSeconds(2)).laggingGets(laggingGets).start();
    }

    @AfterEach
    void closeSimulator() {
        simulator.close();
    }

    @Test
    void a_created_license_shows_in_the_list_after_the_lag_and_by_its_id_at_once() throws IOException {
        String id = create();
        assertEquals(200, client.get(licenses + "/" + id).status());
        assertEquals(List.of(), listed("_id"));
        clock.advance(Duration.ofMillis(1999));
        assertEquals(List.of(), listed("_id"));
        clock.advance(Duration.ofMillis(1));
        assertEquals(List.of(id), listed("_id"));
    }

    @Test
    void a_changed_license_shows_in_the_list_as_it_was_until_the_lag_is_over() throws IOException {
        String id = simulator.addLicense(connectorId, Map.of("email", "ann@example.com", "expires", SOON));
        client.put(licenses + "/" + id, Map.of("expires", LATE));
        assertEquals(LATE, client.get(licenses + "/" + id).object().get("expires"));
        assertEquals(List.of(SOON), listed("expires"));
        clock.advance(Duration.ofSeconds(2));
        assertEquals(List.of(LATE), listed("expires"));
    }

    @Test
    void a_deleted_license_stays_in_the_list_until_the_lag_is_over() throws IOException {
        String id = simulator.addLicense(connectorId, Map.of("email", "ann@example.com", "expires", SOON));
        assertEquals(204, client.delete(licenses + "/" + id).status());
        assertEquals(404, client.get(licenses + "/" + id).status());
        assertEquals(List.of(), simulator.licenses(connectorId));
        assertEquals(List.of(id), listed("_id"));
        clock.advance(Duration.ofSeconds(2));
        assertEquals(List.of(), listed("_id"));
    }

    @Test
    void a_license_that_is_created_and_deleted_within_the_lag_shows_for_that_time_only() throws IOException {
        String id = create();
        clock.advance(Duration.ofSeconds(1));
        client.delete(licenses + "/" + id);
        clock.advance(Duration.ofSeconds(1));
        assertEquals(List.of(id), listed("_id"));
        clock.advance(Duration.ofSeconds(1));
        assertEquals(List.of(), listed("_id"));
    }

    @Test
    void a_get_lags_too_if_so_configured() throws IOException {
        try (IntegratorioSimulator lagging = start(true)) {
            TestHttpClient other = new TestHttpClient(lagging);
            String path = "/v1/connectors/" + lagging.addConnector("One") + "/licenses";
            String id = other.post(path, Map.of("email", "ann@example.com", "expires", SOON)).object()
                    .get("_id").toString();
            assertEquals(404, other.get(path + "/" + id).status());
            assertEquals(200, other.put(path + "/" + id, Map.of("expires", LATE)).status());
            clock.advance(Duration.ofSeconds(2));
            assertEquals(LATE, other.get(path + "/" + id).object().get("expires"));
            other.delete(path + "/" + id);
            assertEquals(200, other.get(path + "/" + id).status());
        }
    }

    @Test
    void what_is_seeded_or_installed_shows_at_once_and_is_not_undone_by_an_earlier_write() throws IOException {
        String id = create();
        String integrationId = simulator.install(connectorId, id);
        assertEquals(List.of(integrationId), listed("_integrationId"));
        clock.advance(Duration.ofSeconds(2));
        assertEquals(List.of(integrationId), listed("_integrationId"));
        simulator.uninstall(connectorId, integrationId);
        simulator.addLicense(connectorId, Map.of("email", "bob@example.com"));
        assertEquals(2, listed("_id").size());
    }

    @Test
    void a_shorter_lag_does_not_let_an_earlier_write_win() throws IOException {
        String id = create();
        simulator.listLag(Duration.ZERO);
        client.put(licenses + "/" + id, Map.of("expires", LATE));
        assertEquals(List.of(LATE), listed("expires"));
        clock.advance(Duration.ofSeconds(2));
        assertEquals(List.of(LATE), listed("expires"));
    }

    @Test
    void pages_count_the_rows_that_are_shown() throws IOException {
        simulator.addLicense(connectorId, Map.of("email", "ann@example.com"));
        create();
        assertNull(client.get(licenses + "?limit=1").header("Link"));
    }

    @Test
    void a_negative_lag_is_rejected() {
        Duration negative = Duration.ofMillis(-1);
        assertThrows(IllegalArgumentException.class, () -> simulator.listLag(negative));
        assertThrows(IllegalArgumentException.class, () -> IntegratorioSimulator.builder().listLag(negative));
    }

    private String create() throws IOException {
        return client.post(licenses, Map.of("email", "ann@example.com", "expires", SOON)).object()
                .get("_id").toString();
    }

    private List<Object> listed(String field) throws IOException {
        return client.get(licenses).list().stream().map(row -> row.get(field)).toList();
    }
}
