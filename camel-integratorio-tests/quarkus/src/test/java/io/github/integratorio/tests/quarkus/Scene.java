package io.github.integratorio.tests.quarkus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import io.github.integratorio.simulator.IntegratorioSimulator;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;

/** The API and the state directory of the application. */
public class Scene implements QuarkusTestResourceLifecycleManager {

    IntegratorioSimulator simulator;
    String connector;

    @Override
    public Map<String, String> start() {
        simulator = IntegratorioSimulator.builder().token("a+b%2F&c=d#e/f@g").start();
        connector = simulator.addConnector("Shop to Books");
        try {
            Path state = Files.createTempDirectory(Path.of("target"), "state").toAbsolutePath();
            return Map.of("camel.component.integratorio.base-url", simulator.baseUrl(),
                    "INTEGRATOR_IO_TOKEN", simulator.token(), "connector", connector, "state", state.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(this, new TestInjector.MatchesType(Scene.class));
    }

    @Override
    public void stop() {
        simulator.close();
    }
}
