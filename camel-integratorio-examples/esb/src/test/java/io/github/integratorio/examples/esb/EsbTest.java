package io.github.integratorio.examples.esb;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.github.integratorio.simulator.Fault;
import io.github.integratorio.simulator.IntegratorioSimulator;
import jakarta.jms.TextMessage;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.model.ModelCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.support.ClassPathXmlApplicationContext;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The whole of esb.xml and broker.xml, over a simulator; counted are the licenses that are really there. */
class EsbTest {

    private static final String FUTURE = "2099-01-31T12:00:00.000Z";
    private static final long PATIENCE = 180_000;

    @TempDir
    private static Path data;
    private final IntegratorioSimulator api = IntegratorioSimulator.builder().anyUser().noRateLimit().start();
    private final String connector = api.addConnector("Shop to Books");
    private final Map<String, String> settings = Map.of("integratorio.url", api.baseUrl(), "INTEGRATOR_IO_TOKEN", api.token(),
            "connector", connector, "patience", "3s", "pause", "10", "esb.data", data(), "esb.port", "0");
    private ClassPathXmlApplicationContext esb;
    private CrmClient crm;

    /** A directory for each test: what one leaves in its queues is nothing to the next. */
    private static String data() {
        return data.resolve(Long.toString(System.nanoTime())).toString();
    }

    private void start(int deliveries) throws Exception {
        settings.forEach(System::setProperty);
        System.setProperty("deliveries", Integer.toString(deliveries));
        esb = new ClassPathXmlApplicationContext("esb.xml");
        crm = new CrmClient("vm://0");
    }

    @AfterEach
    void stop() throws Exception {
        crm.close();
        esb.close();
        api.close();
        settings.keySet().forEach(System::clearProperty);
        System.clearProperty("deliveries");
    }

    private static String license(String email, String expires) {
        return "{\"email\":\"" + email + "\",\"expires\":\"" + expires + "\"}";
    }

    private static String customer(int number) {
        return "c" + number + "@acme.example";
    }

    private List<CrmClient.Answer> take(String queue, int number) throws Exception {
        List<CrmClient.Answer> answers = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            CrmClient.Answer answer = crm.take(queue, PATIENCE);
            assertNotNull(answer, number + " answers expected, came: " + answers);
            answers.add(answer);
        }
        assertNull(crm.take(queue, 200), "more answers than messages");
        return answers;
    }

    private void assertOneLicenseEach(int customers) {
        List<String> emails = api.licenses(connector).stream().map(one -> (String) ((Map<?, ?>) one.get("user")).get("email")).toList();
        assertEquals(customers, emails.size(), "licenses");
        assertEquals(Set.copyOf(IntStream.range(0, customers).mapToObj(EsbTest::customer).toList()), new HashSet<>(emails));
    }

    @Test
    void each_message_becomes_a_license_and_an_answer() throws Exception {
        start(50);
        for (int i = 0; i < 50; i++) {
            crm.send("m" + i, license(customer(i), FUTURE));
        }
        List<CrmClient.Answer> answers = take("licensed", 50);

        assertOneLicenseEach(50);
        assertEquals(50, api.count("POST", ".*/licenses"));
        assertEquals(IntStream.range(0, 50).mapToObj(i -> "m" + i).toList(), answers.stream().map(CrmClient.Answer::id).toList());
        assertTrue(answers.stream().allMatch(answer -> answer.outcome().equals("CREATED") && answer.body().contains("\"_id\"")), answers.toString());
    }

    @Test
    void a_license_whose_answer_was_lost_while_the_API_went_down_is_found_by_the_next_delivery() throws Exception {
        start(50);
        // Done at the API, not answered, and not to be looked up for longer than the component tries: nobody here can know.
        api.faults().add(Fault.on("POST", ".*/licenses").resetAfter());
        api.faults().add(Fault.on("GET", ".*").afterSkipping(1).times(40).status(503));
        crm.send("m0", license(customer(0), FUTURE));

        assertEquals("UNCHANGED", take("licensed", 1).get(0).outcome());
        assertOneLicenseEach(1);
        assertEquals(1, api.count("POST", ".*/licenses"));
    }

    @Test
    void an_API_that_is_down_for_some_deliveries_costs_nobody_a_license_and_gives_nobody_two() throws Exception {
        start(50);
        api.faults().add(Fault.onAny().afterSkipping(5).times(12).status(503));
        for (int i = 0; i < 10; i++) {
            crm.send("m" + i, license(customer(i), FUTURE));
        }

        assertEquals(IntStream.range(0, 10).mapToObj(i -> "m" + i).toList(),
                take("licensed", 10).stream().map(CrmClient.Answer::id).toList());
        assertOneLicenseEach(10);
        assertEquals(0, api.faults().armed());
    }

    @Test
    void what_fails_after_the_license_is_there_takes_the_answer_back_and_is_repeated_as_a_whole() throws Exception {
        start(50);
        AtomicInteger failures = new AtomicInteger();
        AdviceWith.adviceWith(esb.getBean(ModelCamelContext.class), "licenses", route -> route.weaveAddLast().process(exchange -> {
            if (failures.incrementAndGet() % 3 != 0) {
                throw new IllegalStateException("a step after the answer fails");
            }
        }));
        for (int i = 0; i < 10; i++) {
            crm.send("m" + i, license(customer(i), FUTURE));
        }

        assertEquals(10, take("licensed", 10).stream().map(CrmClient.Answer::id).distinct().count());
        assertEquals(30, failures.get());
        assertOneLicenseEach(10);
        assertEquals(10, api.count("POST", ".*/licenses"));
    }

    @Test
    void the_last_message_about_a_customer_counts_also_when_an_earlier_one_was_delivered_again() throws Exception {
        start(50);
        api.faults().add(Fault.onAny().afterSkipping(2).times(6).status(503));
        for (int i = 0; i < 6; i++) {
            crm.send("m" + i, license(customer(0), "209" + i + "-01-31T12:00:00.000Z"));
        }

        List<CrmClient.Answer> answers = take("licensed", 6);
        assertEquals(List.of("m0", "m1", "m2", "m3", "m4", "m5"), answers.stream().map(CrmClient.Answer::id).toList());
        assertOneLicenseEach(1);
        assertEquals("2095-01-31T12:00:00.000Z", api.licenses(connector).get(0).get("expires"));
    }

    @Test
    void poison_goes_to_the_dead_letters_with_the_reason_and_holds_up_nobody() throws Exception {
        start(50);
        api.removeUser("nobody@unknown.example");
        Map<String, String> poison = Map.of("no JSON", "{", "no email", "{\"expires\":\"" + FUTURE + "\"}",
                "no date", license("ann@acme.example", "soon"), "no user", license("nobody@unknown.example", FUTURE));
        for (Map.Entry<String, String> one : poison.entrySet()) {
            crm.send(one.getKey(), one.getValue());
        }
        crm.send("m0", license(customer(0), FUTURE));

        take("licensed", 1);
        List<CrmClient.Answer> dead = take("dead-letters", 4);
        for (CrmClient.Answer one : dead) {
            assertEquals(poison.get(one.id()), one.body());
            assertNotNull(one.reason());
            assertFalse(one.reason().contains("@unknown") && one.reason().contains("nobody@"), one.reason());
        }
        assertTrue(reason(dead, "no JSON").contains("JSON"), reason(dead, "no JSON"));
        assertTrue(reason(dead, "no email").contains("email"), reason(dead, "no email"));
        assertTrue(reason(dead, "no date").contains("expires"), reason(dead, "no date"));
        assertTrue(reason(dead, "no user").contains("invalid_user"), reason(dead, "no user"));
        assertOneLicenseEach(1);
        assertEquals(2, api.count("POST", ".*/licenses"), "a refused license is not tried again");
    }

    private static String reason(List<CrmClient.Answer> answers, String id) {
        return answers.stream().filter(answer -> answer.id().equals(id)).findFirst().orElseThrow().reason();
    }

    @Test
    void a_message_that_the_API_cannot_bear_is_a_dead_letter_after_so_many_deliveries() throws Exception {
        start(4);
        // A creation that ends like this is not repeated by the component, so each is a delivery.
        api.faults().add(Fault.on("POST", ".*/licenses").times(4).status(500));
        crm.send("bad", license("ann@acme.example", FUTURE));
        crm.send("m0", license(customer(0), FUTURE));

        take("licensed", 1);
        CrmClient.Answer dead = take("dead-letters", 1).get(0);
        assertEquals("bad", dead.id());
        assertTrue(dead.reason().contains("licenses create"), dead.reason());
        assertOneLicenseEach(1);
        assertEquals(5, api.count("POST", ".*/licenses"));
    }

    @Test
    void properties_of_a_message_do_not_tell_the_component_what_to_do() throws Exception {
        start(50);
        TextMessage message = crm.session().createTextMessage(license(customer(0), FUTURE));
        message.setStringProperty("CamelIntegratorioOperation", "DELETE");
        message.setStringProperty("CamelIntegratorioEmail", "eve@evil.example");
        crm.send(message);

        take("licensed", 1);
        assertOneLicenseEach(1);
    }
}
