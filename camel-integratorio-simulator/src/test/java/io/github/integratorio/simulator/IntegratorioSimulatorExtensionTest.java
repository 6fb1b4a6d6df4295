package io.github.integratorio.simulator;

import java.io.IOException;
import java.util.Map;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class IntegratorioSimulatorExtensionTest {

    @RegisterExtension
    static final IntegratorioSimulatorExtension SHARED =
            new IntegratorioSimulatorExtension(b -> b.user("ann@example.com", "Ann"));

    private static IntegratorioSimulator shared;

    @BeforeAll
    static void remember(IntegratorioSimulator simulator) {
        shared = simulator;
    }

    @Test
    @Order(1)
    void a_static_extension_starts_a_customized_simulator_before_all_tests(IntegratorioSimulator simulator)
            throws IOException {
        assertSame(shared, simulator);
        assertSame(shared, SHARED.simulator());
        String path = "/v1/connectors/" + simulator.addConnector("One") + "/licenses";
        assertEquals(422, new TestHttpClient(simulator).post(path,
                Map.of("email", "eve@example.com", "expires", "2027-01-01T00:00:00Z")).status());
        simulator.faults().add(Fault.onAny().always().status(500));
    }

    @Test
    @Order(2)
    void requests_and_faults_are_cleared_and_data_is_kept(IntegratorioSimulator simulator) throws IOException {
        assertSame(shared, simulator);
        assertEquals(0, simulator.requestCount());
        assertEquals(0, simulator.faults().armed());
        assertEquals(1, new TestHttpClient(simulator).get("/v1/connectors").list().size());
    }

    @Nested
    class NestedTests {
        @Test
        void nested_tests_share_the_simulator(IntegratorioSimulator simulator) throws IOException {
            assertSame(shared, simulator);
            assertEquals(200, new TestHttpClient(simulator).get("/v1/connectors").status());
        }
    }
}
