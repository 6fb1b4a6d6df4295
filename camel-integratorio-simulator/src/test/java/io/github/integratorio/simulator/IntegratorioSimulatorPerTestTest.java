package io.github.integratorio.simulator;

import java.io.IOException;
import java.util.List;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

class IntegratorioSimulatorPerTestTest {

    private static IntegratorioSimulator previous;

    @RegisterExtension
    final IntegratorioSimulatorExtension extension = new IntegratorioSimulatorExtension(b -> b.pageSize(1));

    @RepeatedTest(2)
    void an_instance_extension_starts_a_new_simulator_for_each_test_and_closes_it_afterwards(
            IntegratorioSimulator simulator) throws IOException {
        assertSame(simulator, extension.simulator());
        assertEquals(List.of(), new TestHttpClient(simulator).get("/v1/connectors").list());
        simulator.addConnector("One");
        if (previous != null) {
            assertThrows(IOException.class, () -> new TestHttpClient(previous).get("/v1/connectors"));
        }
        previous = simulator;
    }
}
