package io.github.integratorio.camel;

import java.util.Map;
import java.util.Set;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;

import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.internal.observability.IntegratorioDevConsole;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.LogCapture;
import org.apache.camel.console.DevConsole;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** JMX and the dev console for operators. */
class ConsumerOperatorTest extends ConsumerTestSupport {

    private String feed;

    @Override
    protected boolean useJmx() {
        return true;
    }

    /** One of fifty rows failed, and all others are missing. */
    @BeforeEach
    void aHeldSnapshot() throws Exception {
        feed = "default/installBase/" + connector;
        rows(0, 50, 1);
        context.addRoutes(route(uri(), steps -> steps.process(exchange -> {
            if (routeReleased.getCount() > 0
                    && exchange.getMessage().getHeader(IntegratorioConstants.INTEGRATION_ID).equals("i0")) {
                throw new IllegalStateException("no room for " + JANE);
            }
            arrive(exchange);
        })));
        integratorioConsumer().run();
        rows(0, 1, 2);
        integratorioConsumer().run();
        remove(1, 50);
        integratorioConsumer().run();
        assertEquals(0, messages.size());
    }

    private MBeanServer server() {
        return context.getManagementStrategy().getManagementAgent().getMBeanServer();
    }

    private ObjectName consumerBean() throws Exception {
        Set<ObjectName> found = server().queryNames(new ObjectName("org.apache.camel:type=consumers,*"), null);
        return found.stream().filter(name -> name.getKeyProperty("name").contains("IntegratorioConsumer")).findFirst()
                .orElseThrow();
    }

    private Object accept(String name, String snapshot) throws Exception {
        return server().invoke(consumerBean(), "acceptRemovals", new Object[] { name, snapshot },
                new String[] { "java.lang.String", "java.lang.String" });
    }

    @Test
    @Covers(213)
    void an_operator_sees_and_accepts_the_held_snapshot_by_jmx() throws Exception {
        MBeanServer server = server();
        ObjectName bean = consumerBean();
        assertEquals("held", server.getAttribute(bean, "FeedState"));
        Map<?, ?> held = (Map<?, ?>) server.getAttribute(bean, "HeldRemovals");
        assertEquals(Set.of(feed), held.keySet());
        String snapshot = held.get(feed).toString();
        assertTrue(snapshot.matches("49-[0-9a-f]{8}"), snapshot);
        assertEquals(0, server.getAttribute(bean, "ChangesInFlight"));
        Map<?, ?> failing = (Map<?, ?>) server.getAttribute(bean, "FailingChanges");
        assertEquals(1, failing.size());
        assertTrue(failing.keySet().iterator().next().toString().startsWith("i0:"));
        // The attributes that Camel itself provides for a consumer are also present.
        assertEquals("Started", server.getAttribute(bean, "State"));

        assertEquals(0, accept("another", snapshot));
        assertEquals(0, accept(feed, "49-00000000"));
        assertEquals(49, accept(feed, snapshot));
        routeReleased.countDown();
        integratorioConsumer().run();
        assertEquals(50, messages.size());
        assertEquals("running", server.getAttribute(bean, "FeedState"));
        assertEquals(Map.of(), server.getAttribute(bean, "HeldRemovals"));
        assertEquals(Map.of(), server.getAttribute(bean, "FailingChanges"));
    }

    @Test
    @Covers(246)
    void jmx_shows_no_token_and_no_email_address() throws Exception {
        ObjectName bean = consumerBean();
        for (MBeanAttributeInfo attribute : server().getMBeanInfo(bean).getAttributes()) {
            String value = String.valueOf(server().getAttribute(bean, attribute.getName()));
            assertFalse(value.contains(simulator().token()) || value.contains(JANE),
                    () -> attribute.getName() + ": " + value);
        }
    }

    private DevConsole console() {
        IntegratorioDevConsole console = new IntegratorioDevConsole();
        console.setCamelContext(context);
        return console;
    }

    private JsonObject json(Map<String, Object> options) {
        return (JsonObject) console().call(DevConsole.MediaType.JSON, options);
    }

    @Test
    @Covers(213)
    void an_operator_sees_and_accepts_the_held_snapshot_in_the_console() throws Exception {
        JsonObject one = (JsonObject) ((JsonArray) json(Map.of()).get("feeds")).get(0);
        assertEquals(feed, one.get("id"));
        assertEquals("held", one.get("state"));
        assertEquals(49, one.get("heldRemovals"));
        assertEquals(0, one.get("inFlight"));
        assertEquals(1, ((JsonObject) one.get("failing")).size());
        Object snapshot = ((JsonObject) json(Map.of()).get("heldSnapshots")).get(feed);
        assertEquals(0, json(Map.of("acceptRemovals", "another", "snapshot", snapshot)).get("acceptedRemovals"));
        assertEquals(0, json(Map.of("acceptRemovals", feed)).get("acceptedRemovals"));
        assertEquals(49, json(Map.of("acceptRemovals", feed, "snapshot", snapshot)).get("acceptedRemovals"));
        routeReleased.countDown();
        integratorioConsumer().run();
        assertEquals(50, messages.size());
        assertEquals("running", ((JsonObject) ((JsonArray) json(Map.of()).get("feeds")).get(0)).get("state"));
    }

    @Test
    @Covers(247)
    void the_text_of_the_console_shows_no_token_and_no_email_address() throws Exception {
        String text = (String) console().call(DevConsole.MediaType.TEXT, Map.of());
        assertTrue(text.contains("Feed " + feed + ": held, 49 removals held, 1 changes failing, 0 in flight"), text);
        assertTrue(text.contains(" failed 2 times"), text);
        String all = text + json(Map.of()).toJson();
        assertFalse(all.contains(simulator().token()) || all.contains(JANE), all);
        String snapshot = text.replaceAll("(?s).*Held snapshot of " + feed + ": (49-[0-9a-f]{8})\n.*", "$1");
        String accepted = (String) console().call(DevConsole.MediaType.TEXT,
                Map.of("acceptRemovals", feed, "snapshot", snapshot));
        assertTrue(accepted.startsWith("Accepted 49 removals"), accepted);
        integratorioConsumer().run();
        assertEquals(49, messages.size());
    }

    @Test
    void an_operator_skips_a_failing_change_by_jmx_and_the_log_says_so() throws Exception {
        String change = integratorioConsumer().getFailingChanges().keySet().iterator().next();
        try (LogCapture log = new LogCapture()) {
            assertEquals(false, server().invoke(consumerBean(), "skipChange", new Object[] { "another" },
                    new String[] { "java.lang.String" }));
            assertEquals(true, server().invoke(consumerBean(), "skipChange", new Object[] { change },
                    new String[] { "java.lang.String" }));
            assertEquals(1, log.lines().stream()
                    .filter(line -> line.contains("skipped") && line.contains(change) && line.contains(feed)).count());
        }
        assertEquals(Map.of(), integratorioConsumer().getFailingChanges());
        integratorioConsumer().run();
        assertEquals(0, messages.size());
        assertEquals(Map.of(), integratorioConsumer().getFailingChanges());
    }

    @Test
    void an_operator_skips_a_failing_change_in_the_console() {
        String change = integratorioConsumer().getFailingChanges().keySet().iterator().next();
        assertEquals(0, json(Map.of("skipChange", "another")).get("skippedChanges"));
        assertEquals(1, json(Map.of("skipChange", change)).get("skippedChanges"));
        assertEquals(Map.of(), integratorioConsumer().getFailingChanges());
    }
}
