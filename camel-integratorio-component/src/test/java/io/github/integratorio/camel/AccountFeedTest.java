package io.github.integratorio.camel;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.MassRemovalException;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import io.github.integratorio.simulator.Fault;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The lists of all connectors of an account. */
class AccountFeedTest extends SimulatorTestSupport {

    @TempDir
    private Path directory;
    private final List<String> changes = new ArrayList<>();
    private boolean refuses;
    private String old;

    @BeforeEach
    void anAccount() throws Exception {
        old = connector("Old", 3);
        watch();
    }

    private String connector(String name, int installs) {
        String connector = simulator().addConnector(name);
        for (int number = 0; number < installs; number++) {
            install(connector, number);
        }
        return connector;
    }

    private void install(String connector, int number) {
        simulator().putInstallation(connector, map("_integrationId", "i" + number, "email", JANE));
    }

    private void watch() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("integratorio:installBase?startScheduler=false&maxRetries=0&removalConfirmations=1&stateDirectory="
                        + directory).routeId("watch").process(exchange -> {
                            if (refuses) {
                                throw new IllegalStateException("not now");
                            }
                            changes.add(exchange.getMessage().getHeader(IntegratorioConstants.CHANGE_TYPE) + " "
                                    + exchange.getMessage().getHeader(IntegratorioConstants.CONNECTOR_ID) + " "
                                    + exchange.getMessage().getHeader(IntegratorioConstants.INTEGRATION_ID));
                        });
            }
        });
    }

    private void restart() throws Exception {
        context.getRouteController().stopRoute("watch");
        context.removeRoute("watch");
        watch();
    }

    private IntegratorioConsumer watching() {
        return (IntegratorioConsumer) context.getRoute("watch").getConsumer();
    }

    private List<String> poll() throws Exception {
        changes.clear();
        watching().poll();
        return changes.stream().sorted().toList();
    }

    private static List<String> added(String connector, int from, int to) {
        List<String> added = new ArrayList<>();
        for (int number = from; number < to; number++) {
            added.add("ADDED " + connector + " i" + number);
        }
        return added;
    }

    @Test
    void the_rows_of_a_connector_that_appears_later_are_added() throws Exception {
        assertEquals(List.of(), poll());
        String later = connector("Later", 3);
        assertEquals(added(later, 0, 3), poll());
        assertEquals(List.of(), poll());
    }

    @Test
    void the_rows_of_a_connector_that_appears_while_the_application_is_down_are_added() throws Exception {
        assertEquals(List.of(), poll());
        context.getRouteController().stopRoute("watch");
        String later = connector("Later", 3);
        restart();
        assertEquals(added(later, 0, 3), poll());
        restart();
        assertEquals(List.of(), poll());
    }

    @Test
    void a_new_connector_stays_new_while_its_list_cannot_be_read() throws Exception {
        assertEquals(List.of(), poll());
        String later = connector("Later", 2);
        simulator().faults().add(Fault.on("GET", ".*/" + later + "/installBase").times(2).status(500));
        assertThrows(Exception.class, this::poll);
        restart();
        assertThrows(Exception.class, this::poll);
        assertEquals(added(later, 0, 2), poll());
    }

    @Test
    void a_connector_whose_list_could_not_be_read_at_the_baseline_is_not_new() throws Exception {
        simulator().faults().add(Fault.on("GET", ".*/" + old + "/installBase").times(2).status(500));
        assertThrows(Exception.class, this::poll);
        restart();
        assertThrows(Exception.class, this::poll);
        assertEquals(List.of(), poll());
        install(old, 3);
        assertEquals(added(old, 3, 4), poll());
    }

    @Test
    void changes_of_a_connector_that_is_gone_are_delivered_after_a_restart() throws Exception {
        assertEquals(List.of(), poll());
        refuses = true;
        install(old, 3);
        install(old, 4);
        poll();
        context.getRouteController().stopRoute("watch");
        template.requestBody("integratorio:connectors?operation=delete&connectorId=" + old, null, Object.class);
        refuses = false;
        restart();
        assertEquals(added(old, 3, 5), poll());
    }

    @Test
    void short_lists_that_are_empty_together_are_held_and_accepted_together() throws Exception {
        List<String> connectors = new ArrayList<>();
        for (int number = 0; number < 39; number++) {
            connectors.add(connector("C" + number, 4));
        }
        assertEquals(List.of(), poll());
        assertEquals(List.of(), poll());
        connectors.forEach(connector -> {
            for (int number = 0; number < 4; number++) {
                simulator().removeInstallation(connector, "i" + number);
            }
        });
        for (int poll = 0; poll < 6; poll++) {
            assertThrows(MassRemovalException.class, this::poll);
            assertEquals(List.of(), changes.stream().filter(change -> change.startsWith("REMOVED")).toList());
        }
        assertEquals("held", watching().getFeedState());
        Map<String, String> held = new TreeMap<>(watching().getHeldRemovals());
        String all = held.get("default/installBase");
        assertTrue(all.startsWith((held.size() - 1) * 4 + "-"), held.toString());
        assertEquals(0, watching().acceptRemovals("default/installBase", "160-00000000"));
        assertEquals((held.size() - 1) * 4, watching().acceptRemovals("default/installBase", all));
        List<String> removed = new ArrayList<>();
        for (int poll = 0; poll < 4; poll++) {
            try {
                removed.addAll(poll());
            } catch (MassRemovalException e) {
                removed.addAll(changes);
            }
        }
        assertEquals(156, removed.size(), () -> removed.stream().collect(Collectors.joining(", ")));
    }

    @Test
    void a_list_of_connectors_that_cannot_be_read_fails_the_poll() throws Exception {
        assertEquals(List.of(), poll());
        install(old, 3);
        simulator().faults().add(Fault.on("GET", ".*/connectors(\\?.*)?").status(500));
        assertThrows(Exception.class, this::poll);
        assertEquals(added(old, 3, 4), poll());
    }

    @Test
    void removals_are_accepted_for_the_named_connector_only() throws Exception {
        for (String id : List.of("c1", "c10")) {
            simulator().addConnector(Map.of("_id", id, "name", id));
            IntStream.range(0, 10).forEach(number -> install(id, number));
        }
        poll();
        poll();
        for (String id : List.of("c1", "c10")) {
            IntStream.range(0, 10).forEach(number -> simulator().removeInstallation(id, "i" + number));
        }
        for (int poll = 0; poll < 6; poll++) {
            assertThrows(MassRemovalException.class, this::poll);
        }
        Map<String, String> held = watching().getHeldRemovals();
        assertTrue(held.containsKey("default/installBase/c10"), held::toString);
        assertEquals(10,
                watching().acceptRemovals("default/installBase/c1", held.get("default/installBase/c1")));
        assertTrue(watching().getHeldRemovals().containsKey("default/installBase/c10"));
    }

    @Test
    void a_connector_that_is_made_when_the_account_counts_as_empty_is_new() throws Exception {
        template.requestBody("integratorio:connectors?operation=delete&connectorId=" + old, null, Object.class);
        for (int emptyList = 0; emptyList < 3; emptyList++) {
            assertEquals(List.of(), poll());
        }
        String later = connector("Later", 2);
        assertEquals(added(later, 0, 2), poll());
    }
}
