package io.github.integratorio.camel;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.api.Installation;
import io.github.integratorio.camel.api.IntegratorioConfiguration;
import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.support.SimulatorTestSupport;
import io.github.integratorio.simulator.Fault;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A route receives the changes of a list. */
class ConsumerFeedTest extends SimulatorTestSupport {

    private final List<Message> messages = new CopyOnWriteArrayList<>();
    private String connector;

    @BeforeEach
    void addConnector() {
        connector = simulator().addConnector("Shop to Books");
    }

    private void watch(String uri) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(uri + (uri.contains("?") ? "&" : "?") + "initialDelay=0&delay=20").routeId("watch")
                        .process(exchange -> messages.add(exchange.getMessage().copy()));
            }
        });
    }

    /** Waits for completed polls. A list that is empty at first is believed to be empty after three. */
    private void polls(int more) {
        int before = requests();
        await().until(() -> requests() >= before + more + 1);
    }

    private int requests() {
        return (int) simulator().requestCount();
    }

    private Message message(int number) {
        await().until(() -> messages.size() > number);
        return messages.get(number);
    }

    private static Object header(Message message, String name) {
        return message.getHeader(name);
    }

    @Test
    void a_route_receives_added_updated_and_removed_rows() throws Exception {
        String license = janesLicense(connector);
        watch("integratorio:installBase?connectorId=" + connector);
        // An empty list is believed at the third poll.
        polls(3);
        assertTrue(messages.isEmpty());

        String integration = simulator().install(connector, license);
        Message added = message(0);
        assertEquals(ChangeType.ADDED, header(added, IntegratorioConstants.CHANGE_TYPE));
        assertEquals(integration, header(added, IntegratorioConstants.INTEGRATION_ID));
        assertEquals(connector, header(added, IntegratorioConstants.CONNECTOR_ID));
        assertEquals(List.of(), header(added, IntegratorioConstants.CHANGED_FIELDS));
        assertFalse(added.getHeaders().containsKey(IntegratorioConstants.PREVIOUS));
        assertEquals(JANE, added.getBody(Installation.class).getEmail());

        simulator().putInstallation(connector,
                map("_integrationId", integration, "email", JANE, "version", "2.0.0", "new", 1));
        Message updated = message(1);
        assertEquals(ChangeType.UPDATED, header(updated, IntegratorioConstants.CHANGE_TYPE));
        assertEquals("2.0.0", updated.getBody(Installation.class).getVersion());
        assertTrue(((List<?>) header(updated, IntegratorioConstants.CHANGED_FIELDS))
                .containsAll(List.of("version", "new")));
        assertEquals(added.getBody(), header(updated, IntegratorioConstants.PREVIOUS));
        assertTrue((long) header(updated, IntegratorioConstants.CHANGE_VERSION) > (long) header(added,
                IntegratorioConstants.CHANGE_VERSION));

        simulator().uninstall(connector, integration);
        Message removed = message(2);
        assertEquals(ChangeType.REMOVED, header(removed, IntegratorioConstants.CHANGE_TYPE));
        assertEquals(updated.getBody(), removed.getBody());
        assertEquals(3,
                messages.stream().map(message -> header(message, IntegratorioConstants.CHANGE_ID)).distinct().count());
        polls(3);
        assertEquals(3, messages.size());
    }

    @Test
    void what_the_component_says_of_writes_does_not_keep_a_consumer_from_starting() throws Exception {
        IntegratorioConfiguration ofComponent =
                context.getComponent("integratorio", IntegratorioComponent.class).getConfiguration();
        ofComponent.setDryRun(true);
        ofComponent.setExpires("P30D");
        watch("integratorio:licenses?connectorId=" + connector);
        polls(3);
        janesLicense(connector);
        assertEquals(ChangeType.ADDED, header(message(0), IntegratorioConstants.CHANGE_TYPE));
    }

    @Test
    void expiry_notices_of_the_component_are_for_its_feeds_of_licenses() throws Exception {
        context.getComponent("integratorio", IntegratorioComponent.class).getConfiguration().setExpiryNotices("P30D");
        watch("integratorio:installBase?connectorId=" + connector);
        polls(3);
        simulator().install(connector, janesLicense(connector));
        assertEquals(ChangeType.ADDED, header(message(0), IntegratorioConstants.CHANGE_TYPE));
    }

    @Test
    void rows_of_the_first_snapshot_are_delivered_if_configured() throws Exception {
        janesLicense(connector);
        watch("integratorio:licenses?connectorId=" + connector + "&initialSnapshot=emit");
        Message added = message(0);
        assertEquals(ChangeType.ADDED, header(added, IntegratorioConstants.CHANGE_TYPE));
        assertEquals(JANE, added.getBody(License.class).getEmail());
        assertEquals(added.getBody(License.class).getId(), header(added, IntegratorioConstants.LICENSE_ID));
    }

    @Test
    void connectors_are_polled_and_so_are_the_lists_of_connectors_created_later() throws Exception {
        watch("integratorio:licenses?initialSnapshot=emit");
        polls(2);
        String later = simulator().addConnector("Later");
        polls(4);
        janesLicense(later);
        assertEquals(later, header(message(0), IntegratorioConstants.CONNECTOR_ID));
    }

    @Test
    void one_connector_that_fails_does_not_keep_the_others_from_being_polled() throws Exception {
        watch("integratorio:licenses?connectorId=gone," + connector + "&maxRetries=0");
        polls(7);
        janesLicense(connector);
        assertEquals(connector, header(message(0), IntegratorioConstants.CONNECTOR_ID));
    }

    @Test
    void a_change_that_fails_is_redelivered_with_the_same_id_and_does_not_block_others() throws Exception {
        List<Exchange> tried = new CopyOnWriteArrayList<>();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("integratorio:licenses?initialDelay=0&delay=20&connectorId=" + connector).process(exchange -> {
                    tried.add(exchange);
                    if (tried.size() <= 2) {
                        throw new IllegalStateException("not now");
                    }
                    messages.add(exchange.getMessage().copy());
                });
            }
        });
        polls(3);
        janesLicense(connector);
        await().until(() -> messages.size() == 1);
        assertEquals(3, tried.size());
        polls(2);
        assertEquals(3, tried.size());
    }

    @Test
    void a_list_that_never_completes_times_out_and_is_requested_again() throws Exception {
        janesLicense(connector);
        simulator().faults().add(Fault.on("GET", ".*/licenses").dripBody(Duration.ofMillis(50)));
        watch("integratorio:licenses?initialSnapshot=emit&operationTimeout=500&connectorId=" + connector);
        assertEquals(JANE, message(0).getBody(License.class).getEmail());
    }
}
