package io.github.integratorio.simulator;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.integratorio.simulator.TestHttpClient.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

class ListFaultsTest {

    private final IntegratorioSimulator simulator = IntegratorioSimulator.builder().pageSize(2).start();
    private final TestHttpClient client = new TestHttpClient(simulator);
    private final String connectorId = simulator.addConnector("One");
    private final String licenses = "/v1/connectors/" + connectorId + "/licenses";
    private final List<String> ids = new ArrayList<>();

    @BeforeEach
    void threeLicenses() {
        for (String email : new String[] { "ann@example.com", "bob@example.com", "eve@example.com" }) {
            ids.add(simulator.addLicense(connectorId, Map.of("email", email)));
        }
    }

    @AfterEach
    void closeSimulator() {
        simulator.close();
    }

    @Test
    void a_list_with_rows_can_be_empty_once() throws IOException {
        simulator.faults().add(Fault.on("GET", licenses).emptyList(200));
        Response empty = client.get(licenses);
        assertEquals(200, empty.status());
        assertEquals("[]", empty.body());
        assertNull(empty.header("Link"));
        assertEquals(ids.subList(0, 2), ids(client.get(licenses)));
    }

    @Test
    void a_list_with_rows_can_be_no_content_once() throws IOException {
        simulator.faults().add(Fault.on("GET", licenses).emptyList(204));
        Response empty = client.get(licenses);
        assertEquals(204, empty.status());
        assertEquals("", empty.body());
        assertNull(empty.header("Link"));
        assertEquals(200, client.get(licenses).status());
    }

    @Test
    void a_list_can_be_empty_now_and_then() throws IOException {
        simulator.faults().add(Fault.on("GET", licenses).afterSkipping(1).every(3).always().emptyList(200));
        List<Integer> sizes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            sizes.add(client.get(licenses).list().size());
        }
        assertEquals(List.of(2, 0, 2, 2, 0, 2, 2, 0), sizes);
        assertEquals(3, simulator.faults().triggered());
    }

    @Test
    void a_row_can_be_missing() throws IOException {
        simulator.faults().add(Fault.on("GET", licenses).withoutRow(ids.get(0)));
        Response page = client.get(licenses);
        assertEquals(List.of(ids.get(1)), ids(page));
        assertNotNull(page.header("Link"));
        assertEquals(page.body().length(), Integer.parseInt(page.header("Content-Length")));
    }

    @Test
    void a_row_of_the_install_base_can_be_missing() throws IOException {
        String missing = simulator.install(connectorId, ids.get(0));
        String kept = simulator.install(connectorId, ids.get(1));
        simulator.faults().add(Fault.on("GET", ".*/installBase").withoutRow(missing));
        assertEquals(List.of(kept), client.get("/v1/connectors/" + connectorId + "/installBase").list().stream()
                .map(row -> row.get("_integrationId")).toList());
    }

    @Test
    void some_rows_can_be_missing_from_every_page() throws IOException {
        Set<String> hidden = Set.of(ids.get(1), ids.get(2));
        simulator.faults().add(Fault.on("GET", licenses).always().withoutRows(row -> hidden.contains(row.get("_id"))));
        Response first = client.get(licenses);
        assertEquals(List.of(ids.get(0)), ids(first));
        assertEquals(List.of(), ids(client.get(next(first))));
    }

    @Test
    void the_rows_of_one_page_can_be_missing() throws IOException {
        simulator.faults().add(Fault.on("GET", licenses).withoutPage());
        Response first = client.get(licenses);
        assertEquals(List.of(), ids(first));
        assertEquals(List.of(ids.get(2)), ids(client.get(next(first))));
    }

    @Test
    void the_pages_after_one_can_be_missing() throws IOException {
        simulator.faults().add(Fault.on("GET", licenses).withoutNextPage());
        Response first = client.get(licenses);
        assertEquals(ids.subList(0, 2), ids(first));
        assertNull(first.header("Link"));
    }

    @Test
    void what_is_not_a_list_stays_as_it_is() throws IOException {
        simulator.faults().add(Fault.onAny().emptyList(200)).add(Fault.onAny().withoutPage())
                .add(Fault.onAny().withoutNextPage());
        assertEquals(ids.get(0), client.get(licenses + "/" + ids.get(0)).object().get("_id"));
        assertEquals(404, client.get(licenses + "/none").status());
        assertEquals(204, client.delete(licenses + "/" + ids.get(0)).status());
    }

    @Test
    void invalid_list_faults_are_rejected_when_they_are_built() {
        assertThrows(IllegalArgumentException.class, () -> Fault.onAny().emptyList(404));
        assertThrows(IllegalArgumentException.class, () -> Fault.onAny().every(0));
    }

    private static List<Object> ids(Response page) {
        return page.list().stream().map(row -> row.get("_id")).toList();
    }

    private static String next(Response page) {
        String link = page.header("Link");
        return link.substring(link.indexOf("/v1"), link.indexOf('>'));
    }
}
