package io.github.integratorio.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class IntegratorioSimulatorExtensionTest {

    @RegisterExtension
    static final IntegratorioSimulatorExtension SHARED =
            new IntegratorioSimulatorExtension(b -> b.user("ann@example.com", "Ann"));

    private static IntegratorioSimulator ofAll;

    @BeforeAll
    static void remember(IntegratorioSimulator simulator) {
        ofAll = simulator;
    }

    @Test
    @Order(1)
    void a_static_one_is_built_as_said_and_runs_before_all(IntegratorioSimulator simulator) throws IOException {
        assertSame(ofAll, simulator);
        assertSame(ofAll, SHARED.simulator());
        String path = "/v1/connectors/" + simulator.addConnector("One") + "/licenses";
        assertEquals(422, new Client(simulator).post(path,
                Map.of("email", "eve@example.com", "expires", "2027-01-01T00:00:00Z")).status());
        simulator.faults().add(Fault.onAny().always().status(500));
    }

    @Test
    @Order(2)
    void requests_and_faults_are_cleared_and_data_is_kept(IntegratorioSimulator simulator) throws IOException {
        assertSame(ofAll, simulator);
        assertEquals(0, simulator.requestCount());
        assertEquals(0, simulator.faults().armed());
        assertEquals(1, new Client(simulator).get("/v1/connectors").list().size());
    }

    @Nested
    class Inside {
        @Test
        void nested_tests_share_it(IntegratorioSimulator simulator) throws IOException {
            assertSame(ofAll, simulator);
            assertEquals(200, new Client(simulator).get("/v1/connectors").status());
        }
    }
}
