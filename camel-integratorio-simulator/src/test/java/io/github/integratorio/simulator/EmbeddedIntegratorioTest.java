package io.github.integratorio.simulator;

import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

@EmbeddedIntegratorio
class EmbeddedIntegratorioTest {

    private static final Set<Integer> PORTS = new TreeSet<>();

    @RepeatedTest(2)
    void all_tests_of_the_class_have_one_simulator_and_requests_of_their_own(IntegratorioSimulator simulator)
            throws IOException {
        PORTS.add(simulator.port());

        new TestHttpClient(simulator).get("/v1/connectors");

        assertEquals(1, simulator.requestCount());
        assertEquals(1, PORTS.size());
    }

    @Nested
    class Inside {

        @Test
        void nested_classes_have_it_too(IntegratorioSimulator simulator) {
            PORTS.add(simulator.port());
            assertEquals(1, PORTS.size());
        }
    }
}
