package io.github.integratorio.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.RegisterExtension;

class IntegratorioSimulatorPerTestTest {

    private static IntegratorioSimulator previous;

    @RegisterExtension
    final IntegratorioSimulatorExtension extension = new IntegratorioSimulatorExtension(b -> b.pageSize(1));

    @RepeatedTest(2)
    void an_instance_one_is_empty_for_each_test_and_closed_after_it(IntegratorioSimulator simulator)
            throws IOException {
        assertSame(simulator, extension.simulator());
        assertEquals(List.of(), new Client(simulator).get("/v1/connectors").list());
        simulator.addConnector("One");
        if (previous != null) {
            assertThrows(IOException.class, () -> new Client(previous).get("/v1/connectors"));
        }
        previous = simulator;
    }
}
