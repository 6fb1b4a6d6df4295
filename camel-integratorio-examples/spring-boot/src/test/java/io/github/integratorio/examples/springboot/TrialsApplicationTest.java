package io.github.integratorio.examples.springboot;

import java.util.Map;

import io.github.integratorio.examples.springboot.CustomerRepository.Customer;
import io.github.integratorio.simulator.Fault;
import io.github.integratorio.simulator.IntegratorioSimulator;
import io.github.integratorio.simulator.IntegratorioSimulatorExtension;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

/** Tests the application with the profile {@code live}, against a simulator. */
@CamelSpringBootTest
@SpringBootTest
@ActiveProfiles("live")
class TrialsApplicationTest {

    @RegisterExtension
    static final IntegratorioSimulatorExtension SIMULATOR = new IntegratorioSimulatorExtension();

    private static final String CONNECTOR = "5d0a1b2c3d4e5f6071829304";

    @Autowired
    private CustomerRepository customers;
    @Autowired
    private JdbcTemplate database;

    @DynamicPropertySource
    static void simulator(DynamicPropertyRegistry properties) {
        IntegratorioSimulator simulator = SIMULATOR.simulator();
        simulator.addConnector(Map.of("_id", CONNECTOR, "name", "Shop to Books"));
        simulator.removeUser("nora.nobody@unknown.example");
        properties.add("camel.component.integratorio.base-url", simulator::baseUrl);
        properties.add("camel.component.integratorio.access-token", simulator::token);
        properties.add("trials.connector", () -> CONNECTOR);
        properties.add("trials.period", () -> 50);
        properties.add("spring.datasource.url", () -> "jdbc:h2:mem:test;DB_CLOSE_DELAY=-1");
        properties.add("camel.main.run-controller", () -> false);
    }

    @BeforeEach
    void awaitAllProcessed() {
        await().until(() -> customers.findUnlicensed().isEmpty());
    }

    private Customer customer(String name) {
        return customers.findAll().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    }

    private String license(IntegratorioSimulator simulator, String email) {
        return simulator.licenses(CONNECTOR).stream()
                .filter(one -> ((Map<?, ?>) one.get("user")).get("email").equals(email))
                .map(one -> (String) one.get("_id")).findFirst().orElseThrow();
    }

    @Test
    void every_customer_with_an_account_has_one_license_and_the_other_a_rejection(IntegratorioSimulator simulator) {
        assertEquals(customers.findAll().size() - 1, simulator.licenses(CONNECTOR).size());
        assertEquals("no account", customer("Nora Nobody").rejection());
        assertEquals(
                simulator.license(CONNECTOR, license(simulator, "ada.baker@acme.example")).get("expires").toString()
                        .substring(0, 10),
                customer("Ada Baker").expires().toString());
    }

    @Test
    void installs_and_uninstalls_are_recorded(IntegratorioSimulator simulator) {
        String integration = simulator.install(CONNECTOR, license(simulator, "ben.cole@globex.example"));
        await().until(() -> customer("Ben Cole").installed());
        simulator.uninstall(CONNECTOR, integration);
        await().until(() -> !customer("Ben Cole").installed());
    }

    @Test
    void after_a_fault_of_the_API_every_customer_has_exactly_one_license(IntegratorioSimulator simulator) {
        simulator.faults().add(Fault.on("POST", ".*/licenses").times(2).resetAfter());
        database.update("INSERT INTO customer (email, name) VALUES ('zoe.late@acme.example', 'Zoe Late')");
        await().until(() -> customers.findUnlicensed().isEmpty());
        assertNull(customer("Zoe Late").rejection());
        assertEquals(1, simulator.licenses(CONNECTOR).stream()
                .filter(one -> ((Map<?, ?>) one.get("user")).get("email").equals("zoe.late@acme.example")).count());
    }

    @Test
    void the_change_feed_keeps_its_state_in_the_application_s_database() {
        await().until(() -> database.queryForObject("SELECT COUNT(*) FROM integratorio_feed", Integer.class) == 1);
    }
}
