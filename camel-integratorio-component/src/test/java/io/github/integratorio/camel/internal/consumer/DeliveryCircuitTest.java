package io.github.integratorio.camel.internal.consumer;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Polls that deliver nothing because the route refuses all. */
class DeliveryCircuitTest {

    @Test
    void a_route_that_refuses_all_is_tried_less_and_less_often_and_at_least_at_each_eighth_poll() {
        DeliveryCircuit circuit = new DeliveryCircuit();
        List<Integer> tried = new ArrayList<>();
        for (int poll = 0; poll < 60; poll++) {
            circuit.beginPoll();
            if (circuit.isClosed()) {
                tried.add(poll);
            }
            while (circuit.isClosed()) {
                circuit.failed();
            }
            circuit.endPoll();
        }
        assertEquals(List.of(0, 1, 3, 7, 15, 23, 31, 39, 47, 55), tried);
    }
}
