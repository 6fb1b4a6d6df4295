package io.github.integratorio.cli;

import java.io.StringWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import io.github.integratorio.simulator.IntegratorioSimulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Runs commands against a connector of the simulator. */
abstract class CliTestSupport {

    /** Also has the claims. */
    @TempDir
    Path directory;
    final IntegratorioSimulator api = IntegratorioSimulator.builder().anyUser().start();
    final String connector = api.addConnector("Shop to Books");
    final Map<String, String> environment = new HashMap<>();
    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();

    @BeforeEach
    void setEnvironment() {
        environment.putAll(Map.of("XDG_STATE_HOME", directory.toString(), "INTEGRATOR_IO_TOKEN", api.token(),
                "INTEGRATOR_IO_URL", api.baseUrl(), "INTEGRATOR_IO_CONNECTOR_ID", connector));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    long writes() {
        return api.count("POST|PUT|DELETE", ".*");
    }
}
