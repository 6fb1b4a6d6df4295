/**
 * A stateful simulator of the integrator.io connectors-and-licenses API for demos and tests, with faults
 * on request. Start with {@link io.github.integratorio.simulator.IntegratorioSimulator}, or in a JUnit 5
 * test with {@link io.github.integratorio.simulator.IntegratorioSimulatorExtension}.
 */
package io.github.integratorio.simulator;
