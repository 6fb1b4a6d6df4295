package io.github.integratorio.simulator;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.integratorio.simulator.TestHttpClient.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ListResponsesTest {

    @Test
    void every_page_but_the_last_links_to_the_next() throws IOException {
        try (IntegratorioSimulator simulator = IntegratorioSimulator.builder().pageSize(2).start()) {
            String connectorId = simulator.addConnector("One");
            List<String> ids = addLicenses(simulator, connectorId, 5);
            Response page = new TestHttpClient(simulator).get("/v1/connectors/" + connectorId + "/licenses");
            List<List<String>> pages = new ArrayList<>();
            pages.add(ids(page));
            while (page.header("Link") != null) {
                page = new TestHttpClient(simulator).get(next(simulator, page));
                pages.add(ids(page));
            }
            assertEquals(List.of(ids.subList(0, 2), ids.subList(2, 4), ids.subList(4, 5)), pages);
        }
    }

    @Test
    void a_list_that_exactly_fills_one_page_has_no_second_page() throws IOException {
        try (IntegratorioSimulator simulator = IntegratorioSimulator.builder().pageSize(2).start()) {
            simulator.addConnector("One");
            simulator.addConnector("Two");
            Response page = new TestHttpClient(simulator).get("/v1/connectors");
            assertEquals(2, page.list().size());
            assertNull(page.header("Link"));
        }
    }

    @Test
    void rows_added_or_removed_between_two_pages_neither_hide_nor_repeat_others() throws IOException {
        try (IntegratorioSimulator simulator = IntegratorioSimulator.builder().pageSize(2).start()) {
            String connectorId = simulator.addConnector("One");
            List<String> ids = new ArrayList<>(addLicenses(simulator, connectorId, 3));
            TestHttpClient client = new TestHttpClient(simulator);
            Response first = client.get("/v1/connectors/" + connectorId + "/licenses");
            client.delete("/v1/connectors/" + connectorId + "/licenses/" + ids.get(0));
            ids.addAll(addLicenses(simulator, connectorId, 1));
            assertEquals(ids.subList(2, 4), ids(client.get(next(simulator, first))));
        }
    }

    @Test
    void with_offset_paging_a_row_deleted_from_the_first_page_hides_one_of_the_second() throws IOException {
        try (IntegratorioSimulator simulator = IntegratorioSimulator.builder()
                .pageSize(2).offsetPaging(true).start()) {
            String connectorId = simulator.addConnector("One");
            List<String> ids = addLicenses(simulator, connectorId, 5);
            TestHttpClient client = new TestHttpClient(simulator);
            Response first = client.get("/v1/connectors/" + connectorId + "/licenses");
            assertEquals("/v1/connectors/" + connectorId + "/licenses?skip=2&limit=2", next(simulator, first));
            client.delete("/v1/connectors/" + connectorId + "/licenses/" + ids.get(0));
            Response second = client.get(next(simulator, first));
            assertEquals(ids.subList(3, 5), ids(second));
            assertNull(second.header("Link"));
        }
    }

    @Test
    void with_offset_paging_and_the_newest_first_a_row_created_between_two_pages_repeats_one() throws IOException {
        try (IntegratorioSimulator simulator = IntegratorioSimulator.builder()
                .pageSize(2).offsetPaging(true).newestFirst(true).start()) {
            String connectorId = simulator.addConnector("One");
            List<String> ids = addLicenses(simulator, connectorId, 3);
            TestHttpClient client = new TestHttpClient(simulator);
            Response first = client.get("/v1/connectors/" + connectorId + "/licenses");
            assertEquals(List.of(ids.get(2), ids.get(1)), ids(first));
            addLicenses(simulator, connectorId, 1);
            assertEquals(List.of(ids.get(1), ids.get(0)), ids(client.get(next(simulator, first))));
        }
    }

    @Test
    void the_newest_rows_first_are_paged_by_a_cursor_without_repeating_any() throws IOException {
        try (IntegratorioSimulator simulator = IntegratorioSimulator.builder()
                .pageSize(2).newestFirst(true).start()) {
            String connectorId = simulator.addConnector("One");
            List<String> ids = addLicenses(simulator, connectorId, 3);
            TestHttpClient client = new TestHttpClient(simulator);
            Response first = client.get("/v1/connectors/" + connectorId + "/licenses");
            addLicenses(simulator, connectorId, 1);
            assertEquals(ids.subList(0, 1), ids(client.get(next(simulator, first))));
        }
    }

    @ParameterizedTest
    @CsvSource({ "0, false, 2, '2,2,1'", "0, true, 2, '2,2,1'", "3, false, 2, '2,2,1'", "3, true, 2, '2,2,1'",
            "2, false, 100, '2,2,1'", "2, true, 100, '2,2,1'", "0, true, 5, '5'", "0, false, 100, '5'" })
    void the_limit_of_the_request_counts_up_to_the_page_size(int pageSize, boolean offsets, int limit, String sizes)
            throws IOException {
        try (IntegratorioSimulator simulator = IntegratorioSimulator.builder()
                .pageSize(pageSize).offsetPaging(offsets).start()) {
            String connectorId = simulator.addConnector("One");
            List<String> ids = addLicenses(simulator, connectorId, 5);
            TestHttpClient client = new TestHttpClient(simulator);
            Response page = client.get("/v1/connectors/" + connectorId + "/licenses?limit=" + limit);
            List<String> seen = new ArrayList<>(ids(page));
            List<String> seenSizes = new ArrayList<>(List.of("" + page.list().size()));
            while (page.header("Link") != null) {
                page = client.get(next(simulator, page));
                seen.addAll(ids(page));
                seenSizes.add("" + page.list().size());
            }
            assertEquals(ids, seen);
            assertEquals(sizes, String.join(",", seenSizes));
        }
    }

    @Test
    void an_offset_beyond_the_last_row_is_an_empty_page() throws IOException {
        try (IntegratorioSimulator simulator = IntegratorioSimulator.builder().offsetPaging(true).start()) {
            simulator.addConnector("One");
            Response page = new TestHttpClient(simulator).get("/v1/connectors?skip=7&limit=2");
            assertEquals(List.of(), page.list());
            assertNull(page.header("Link"));
        }
    }

    @Test
    void the_install_base_is_paged_too() throws IOException {
        try (IntegratorioSimulator simulator = IntegratorioSimulator.builder().pageSize(1).start()) {
            String connectorId = simulator.addConnector("One");
            addLicenses(simulator, connectorId, 2).forEach(id -> simulator.install(connectorId, id));
            Response first = new TestHttpClient(simulator).get("/v1/connectors/" + connectorId + "/installBase");
            Response second = new TestHttpClient(simulator).get(next(simulator, first));
            assertEquals(1, first.list().size());
            assertEquals(simulator.installBase(connectorId), List.of(first.list().get(0), second.list().get(0)));
            assertNull(second.header("Link"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "page=*", "skip=-1", "skip=x", "limit=0", "limit=", "limit=-1", "limit=2.5" })
    void an_invalid_page_is_rejected(String query) throws IOException {
        try (IntegratorioSimulator simulator = IntegratorioSimulator.start()) {
            Response response = new TestHttpClient(simulator).get("/v1/connectors?" + query);
            assertEquals(400, response.status());
            assertEquals("invalid_query_params", response.error().get("code"));
        }
    }

    @Test
    void without_paging_one_response_has_all_rows() throws IOException {
        try (IntegratorioSimulator simulator = IntegratorioSimulator.start()) {
            String connectorId = simulator.addConnector("One");
            List<String> ids = addLicenses(simulator, connectorId, 5000);
            Response page = new TestHttpClient(simulator).get("/v1/connectors/" + connectorId + "/licenses");
            assertEquals(ids, ids(page));
            assertNull(page.header("Link"));
        }
    }

    @Test
    void an_empty_list_is_an_empty_array() throws IOException {
        try (IntegratorioSimulator simulator = IntegratorioSimulator.start()) {
            Response response = new TestHttpClient(simulator).get("/v1/connectors");
            assertEquals(200, response.status());
            assertEquals("[]", response.body());
        }
    }

    @Test
    void an_empty_list_is_no_content_if_so_configured() throws IOException {
        try (IntegratorioSimulator simulator = IntegratorioSimulator.builder().emptyListAsNoContent(true).start()) {
            Response response = new TestHttpClient(simulator).get("/v1/connectors");
            assertEquals(204, response.status());
            assertEquals("", response.body());
            simulator.addConnector("One");
            assertEquals(200, new TestHttpClient(simulator).get("/v1/connectors").status());
        }
    }

    private static List<String> addLicenses(IntegratorioSimulator simulator, String connectorId, int count) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(simulator.addLicense(connectorId, Map.of("email", "user" + i + "@example.com")));
        }
        return ids;
    }

    private static List<String> ids(Response page) {
        return page.list().stream().map(row -> row.get("_id").toString()).toList();
    }

    private static String next(IntegratorioSimulator simulator, Response page) {
        String link = page.header("Link");
        String start = "<http://127.0.0.1:" + simulator.port();
        assertTrue(link.startsWith(start + "/v1/connectors") && link.endsWith(">; rel=\"next\""), link);
        return link.substring(start.length(), link.indexOf('>'));
    }
}
