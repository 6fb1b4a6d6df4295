/**
 * The integrator.io connectors-and-licenses API in a box: stateful, with faults on demand, for demos
 * and tests. Start at {@link io.github.integratorio.simulator.IntegratorioSimulator}, or at
 * {@link io.github.integratorio.simulator.IntegratorioSimulatorExtension} in a JUnit 5 test.
 */
package io.github.integratorio.simulator;
