package io.github.integratorio.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ListsTest {

    @Test
    void a_second_page_is_linked_until_there_is_none() throws IOException {
        try (IntegratorioSimulator simulator = IntegratorioSimulator.builder().pageSize(2).start()) {
            String connectorId = simulator.addConnector("One");
            List<String> ids = addLicenses(simulator, connectorId, 5);
            Client.Answer page = new Client(simulator).get("/v1/connectors/" + connectorId + "/licenses");
            List<List<String>> pages = new ArrayList<>();
            pages.add(ids(page));
            while (page.header("Link") != null) {
                page = new Client(simulator).get(next(simulator, page));
                pages.add(ids(page));
            }
            assertEquals(List.of(ids.subList(0, 2), ids.subList(2, 4), ids.subList(4, 5)), pages);
        }
    }

    @Test
    void a_list_that_just_fills_its_page_has_no_second() throws IOException {
        try (IntegratorioSimulator simulator = IntegratorioSimulator.builder().pageSize(2).start()) {
            simulator.addConnector("One");
            simulator.addConnector("Two");
            Client.Answer page = new Client(simulator).get("/v1/connectors");
            assertEquals(2, page.list().size());
            assertNull(page.header("Link"));
        }
    }

    @Test
    void rows_that_come_and_go_between_two_pages_hide_and_repeat_no_other() throws IOException {
        try (IntegratorioSimulator simulator = IntegratorioSimulator.builder().pageSize(2).start()) {
            String connectorId = simulator.addConnector("One");
            List<String> ids = new ArrayList<>(addLicenses(simulator, connectorId, 3));
            Client client = new Client(simulator);
            Client.Answer first = client.get("/v1/connectors/" + connectorId + "/licenses");
            client.delete("/v1/connectors/" + connectorId + "/licenses/" + ids.get(0));
            ids.addAll(addLicenses(simulator, connectorId, 1));
            assertEquals(ids.subList(2, 4), ids(client.get(next(simulator, first))));
        }
    }

    @Test
    void the_install_base_has_pages_too() throws IOException {
        try (IntegratorioSimulator simulator = IntegratorioSimulator.builder().pageSize(1).start()) {
            String connectorId = simulator.addConnector("One");
            addLicenses(simulator, connectorId, 2).forEach(id -> simulator.install(connectorId, id));
            Client.Answer first = new Client(simulator).get("/v1/connectors/" + connectorId + "/installBase");
            Client.Answer second = new Client(simulator).get(next(simulator, first));
            assertEquals(1, first.list().size());
            assertEquals(simulator.installBase(connectorId), List.of(first.list().get(0), second.list().get(0)));
            assertNull(second.header("Link"));
        }
    }

    @Test
    void a_made_up_page_is_refused() throws IOException {
        try (IntegratorioSimulator simulator = IntegratorioSimulator.start()) {
            Client.Answer answer = new Client(simulator).get("/v1/connectors?page=*");
            assertEquals(400, answer.status());
            assertEquals("invalid_query_params", answer.error().get("code"));
        }
    }

    @Test
    void without_pages_all_rows_come_at_once() throws IOException {
        try (IntegratorioSimulator simulator = IntegratorioSimulator.start()) {
            String connectorId = simulator.addConnector("One");
            List<String> ids = addLicenses(simulator, connectorId, 5000);
            Client.Answer page = new Client(simulator).get("/v1/connectors/" + connectorId + "/licenses");
            assertEquals(ids, ids(page));
            assertNull(page.header("Link"));
        }
    }

    @Test
    void an_empty_list_is_an_empty_array() throws IOException {
        try (IntegratorioSimulator simulator = IntegratorioSimulator.start()) {
            Client.Answer answer = new Client(simulator).get("/v1/connectors");
            assertEquals(200, answer.status());
            assertEquals("[]", answer.body());
        }
    }

    @Test
    void an_empty_list_is_no_content_if_so_built() throws IOException {
        try (IntegratorioSimulator simulator = IntegratorioSimulator.builder().emptyListAsNoContent(true).start()) {
            Client.Answer answer = new Client(simulator).get("/v1/connectors");
            assertEquals(204, answer.status());
            assertEquals("", answer.body());
            simulator.addConnector("One");
            assertEquals(200, new Client(simulator).get("/v1/connectors").status());
        }
    }

    private static List<String> addLicenses(IntegratorioSimulator simulator, String connectorId, int count) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(simulator.addLicense(connectorId, Map.of("email", "user" + i + "@example.com")));
        }
        return ids;
    }

    private static List<String> ids(Client.Answer page) {
        return page.list().stream().map(row -> row.get("_id").toString()).toList();
    }

    private static String next(IntegratorioSimulator simulator, Client.Answer page) {
        String link = page.header("Link");
        String start = "<http://127.0.0.1:" + simulator.port();
        assertTrue(link.startsWith(start + "/v1/connectors") && link.endsWith(">; rel=\"next\""), link);
        return link.substring(start.length(), link.indexOf('>'));
    }
}
