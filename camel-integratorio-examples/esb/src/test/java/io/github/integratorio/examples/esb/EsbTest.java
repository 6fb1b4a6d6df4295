package io.github.integratorio.examples.esb;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.simulator.Fault;
import io.github.integratorio.simulator.IntegratorioSimulator;
import jakarta.jms.TextMessage;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.model.ModelCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.support.ClassPathXmlApplicationContext;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Tests esb.xml and broker.xml against a simulator, and counts the licenses in the simulator. */
class EsbTest {

    private static final String FUTURE = "2099-01-31T12:00:00.000Z";
    private static final long TIMEOUT = 180_000;

    @TempDir
    private static Path data;
    private final IntegratorioSimulator api = IntegratorioSimulator.builder().anyUser().noRateLimit().start();
    private final String connector = api.addConnector("Shop to Books");
    private final Map<String, String> properties =
            Map.of("integratorio.url", api.baseUrl(), "INTEGRATOR_IO_TOKEN", api.token(),
                    "connector", connector, "operationTimeout", "3s", "redeliveryDelay", "10", "esb.data", data(),
                    "esb.port", "0");
    private ClassPathXmlApplicationContext esb;
    private CrmClient crm;

    /** A new directory for each test, so that queues start empty. */
    private static String data() {
        return data.resolve(Long.toString(System.nanoTime())).toString();
    }

    private void start(int maxDeliveries) throws Exception {
        properties.forEach(System::setProperty);
        System.setProperty("maxDeliveries", Integer.toString(maxDeliveries));
        esb = new ClassPathXmlApplicationContext(new String[] { "esb.xml" }, false);
        esb.addBeanFactoryPostProcessor(factory -> factory.addBeanPostProcessor(new ShortWaits()));
        esb.refresh();
        crm = new CrmClient("vm://0");
    }

    /** Shortens the waits of esb.xml that are the defaults of the components: of retries, and of a consumer that is to stop. */
    private static final class ShortWaits implements BeanPostProcessor {

        @Override
        public Object postProcessBeforeInitialization(Object bean, String name) {
            if (bean instanceof IntegratorioComponent integratorio) {
                integratorio.getConfiguration().setRetryDelay(20);
            } else if (bean instanceof JmsComponent jms) {
                jms.getConfiguration().setReceiveTimeout(100);
            }
            return bean;
        }
    }

    @AfterEach
    void stop() throws Exception {
        crm.close();
        esb.close();
        api.close();
        properties.keySet().forEach(System::clearProperty);
        System.clearProperty("maxDeliveries");
    }

    private static String license(String email, String expires) {
        return "{\"email\":\"" + email + "\",\"expires\":\"" + expires + "\"}";
    }

    private static String customer(int number) {
        return "c" + number + "@acme.example";
    }

    private List<CrmClient.Reply> receive(String queue, int number) throws Exception {
        List<CrmClient.Reply> replies = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            CrmClient.Reply reply = crm.receive(queue, TIMEOUT);
            assertNotNull(reply, number + " replies expected, received: " + replies);
            replies.add(reply);
        }
        assertNull(crm.receive(queue, 200), "more replies than messages");
        return replies;
    }

    private void assertOneLicenseEach(int customers) {
        List<String> emails = api.licenses(connector).stream()
                .map(one -> (String) ((Map<?, ?>) one.get("user")).get("email")).toList();
        assertEquals(customers, emails.size(), "licenses");
        assertEquals(Set.copyOf(IntStream.range(0, customers).mapToObj(EsbTest::customer).toList()),
                new HashSet<>(emails));
    }

    @Test
    void each_message_becomes_a_license_and_a_reply() throws Exception {
        start(50);
        for (int i = 0; i < 50; i++) {
            crm.send("m" + i, license(customer(i), FUTURE));
        }
        List<CrmClient.Reply> replies = receive("licensed", 50);

        assertOneLicenseEach(50);
        assertEquals(50, api.count("POST", ".*/licenses"));
        assertEquals(IntStream.range(0, 50).mapToObj(i -> "m" + i).toList(),
                replies.stream().map(CrmClient.Reply::id).toList());
        assertTrue(
                replies.stream()
                        .allMatch(reply -> reply.outcome().equals("CREATED") && reply.body().contains("\"_id\"")),
                replies.toString());
    }

    @Test
    void a_license_whose_response_was_lost_while_the_API_went_down_is_found_by_the_next_delivery() throws Exception {
        start(50);
        loseTheFirstCreate();
        crm.send("m0", license(customer(0), FUTURE));

        assertEquals("UNCHANGED", receive("licensed", 1).get(0).outcome());
        assertOneLicenseEach(1);
        assertEquals(1, api.count("POST", ".*/licenses"));
    }

    /** The create succeeds, its response is lost, and the lookup fails until the operation times out: the message is redelivered. */
    private void loseTheFirstCreate() {
        api.faults().add(Fault.on("POST", ".*/licenses").resetAfter());
        api.faults().add(Fault.on("GET", ".*").afterSkipping(2).times(24).status(503));
    }

    @Test
    void after_an_outage_of_the_API_every_customer_has_exactly_one_license() throws Exception {
        start(50);
        api.faults().add(Fault.onAny().afterSkipping(5).times(7).status(503));
        for (int i = 0; i < 10; i++) {
            crm.send("m" + i, license(customer(i), FUTURE));
        }

        assertEquals(IntStream.range(0, 10).mapToObj(i -> "m" + i).toList(),
                receive("licensed", 10).stream().map(CrmClient.Reply::id).toList());
        assertOneLicenseEach(10);
        assertEquals(0, api.faults().armed());
    }

    @Test
    void a_failure_after_the_license_was_created_rolls_the_reply_back_and_repeats_the_delivery() throws Exception {
        start(50);
        AtomicInteger failures = new AtomicInteger();
        AdviceWith.adviceWith(esb.getBean(ModelCamelContext.class), "licenses",
                route -> route.weaveAddLast().process(exchange -> {
                    if (failures.incrementAndGet() % 3 != 0) {
                        throw new IllegalStateException("a step after the reply fails");
                    }
                }));
        for (int i = 0; i < 10; i++) {
            crm.send("m" + i, license(customer(i), FUTURE));
        }

        assertEquals(10, receive("licensed", 10).stream().map(CrmClient.Reply::id).distinct().count());
        assertEquals(30, failures.get());
        assertOneLicenseEach(10);
        assertEquals(10, api.count("POST", ".*/licenses"));
    }

    @Test
    void the_last_message_about_a_customer_wins_even_if_an_earlier_one_is_redelivered() throws Exception {
        start(50);
        loseTheFirstCreate();
        for (int i = 0; i < 6; i++) {
            crm.send("m" + i, license(customer(0), "209" + i + "-01-31T12:00:00.000Z"));
        }

        List<CrmClient.Reply> replies = receive("licensed", 6);
        assertEquals(List.of("m0", "m1", "m2", "m3", "m4", "m5"), replies.stream().map(CrmClient.Reply::id).toList());
        assertOneLicenseEach(1);
        assertEquals(0, api.faults().armed());
        assertEquals("2095-01-31T12:00:00.000Z", api.licenses(connector).get(0).get("expires"));
    }

    @Test
    void a_poison_message_becomes_a_dead_letter_with_the_reason_and_does_not_block_others() throws Exception {
        start(50);
        api.removeUser("nobody@unknown.example");
        Map<String, String> poison = Map.of("no JSON", "{", "no email", "{\"expires\":\"" + FUTURE + "\"}",
                "no date", license("ann@acme.example", "soon"), "no user", license("nobody@unknown.example", FUTURE));
        for (Map.Entry<String, String> one : poison.entrySet()) {
            crm.send(one.getKey(), one.getValue());
        }
        crm.send("m0", license(customer(0), FUTURE));

        receive("licensed", 1);
        List<CrmClient.Reply> dead = receive("dead-letters", 4);
        for (CrmClient.Reply one : dead) {
            assertEquals(poison.get(one.id()), one.body());
            assertNotNull(one.reason());
            assertFalse(one.reason().contains("@unknown") && one.reason().contains("nobody@"), one.reason());
        }
        assertTrue(reason(dead, "no JSON").contains("JSON"), reason(dead, "no JSON"));
        assertTrue(reason(dead, "no email").contains("email"), reason(dead, "no email"));
        assertTrue(reason(dead, "no date").contains("expires"), reason(dead, "no date"));
        assertTrue(reason(dead, "no user").contains("invalid_user"), reason(dead, "no user"));
        assertOneLicenseEach(1);
        assertEquals(2, api.count("POST", ".*/licenses"), "a rejected license is not retried");
    }

    private static String reason(List<CrmClient.Reply> replies, String id) {
        return replies.stream().filter(reply -> reply.id().equals(id)).findFirst().orElseThrow().reason();
    }

    @Test
    void a_message_that_always_fails_becomes_a_dead_letter_after_maxDeliveries() throws Exception {
        start(4);
        // The component does not repeat a create after a 500: the next deliveries look for its license for longer than operationTimeout.
        api.faults().add(Fault.on("POST", ".*/licenses").status(500));
        crm.send("bad", license("ann@acme.example", FUTURE));
        crm.send("m0", license(customer(0), FUTURE));

        receive("licensed", 1);
        CrmClient.Reply dead = receive("dead-letters", 1).get(0);
        assertEquals("bad", dead.id());
        assertTrue(dead.reason().contains("has no known outcome"), dead.reason());
        assertOneLicenseEach(1);
        assertEquals(2, api.count("POST", ".*/licenses"));
    }

    @Test
    void message_properties_cannot_override_the_operation() throws Exception {
        start(50);
        TextMessage message = crm.session().createTextMessage(license(customer(0), FUTURE));
        message.setStringProperty("CamelIntegratorioOperation", "DELETE");
        message.setStringProperty("CamelIntegratorioEmail", "eve@evil.example");
        crm.send(message);

        receive("licensed", 1);
        assertOneLicenseEach(1);
    }
}
