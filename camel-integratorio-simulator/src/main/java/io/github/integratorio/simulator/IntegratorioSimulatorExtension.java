package io.github.integratorio.simulator;

import java.util.function.Consumer;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A simulator for JUnit 5. In a static {@code @RegisterExtension} field (or by {@code @ExtendWith})
 * there is one for all tests of the class and its nested classes; in an instance field one for each
 * test. Requests and faults are cleared before each test, data is kept. Tests and lifecycle methods
 * may have an {@link IntegratorioSimulator} as a parameter. Not for tests that run in parallel.
 */
public final class IntegratorioSimulatorExtension implements BeforeAllCallback, BeforeEachCallback,
        AfterEachCallback, AfterAllCallback, ParameterResolver {

    private final Consumer<SimulatorBuilder> how;
    private IntegratorioSimulator simulator;
    /** The context that started it and therefore stops it. */
    private String startedBy;

    /** With the defaults of {@link IntegratorioSimulator#start()}. */
    public IntegratorioSimulatorExtension() {
        this(builder -> { });
    }

    /**
     * With a simulator of one's own.
     *
     * @param how what to tell the builder, e.g. {@code b -> b.pageSize(2)}; not null
     */
    public IntegratorioSimulatorExtension(Consumer<SimulatorBuilder> how) {
        this.how = how;
    }

    /**
     * The simulator of this moment.
     *
     * @return never null
     * @throws IllegalStateException outside of tests, when there is none
     */
    public IntegratorioSimulator simulator() {
        if (simulator == null) {
            throw new IllegalStateException("No simulator: no test is running");
        }
        return simulator;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        startUnlessRunning(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        startUnlessRunning(context);
        simulator.clearRequests();
        simulator.faults().clear();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        stopIfStartedBy(context);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        stopIfStartedBy(context);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == IntegratorioSimulator.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return simulator();
    }

    private void startUnlessRunning(ExtensionContext context) {
        if (simulator == null) {
            SimulatorBuilder builder = IntegratorioSimulator.builder();
            how.accept(builder);
            simulator = builder.start();
            startedBy = context.getUniqueId();
        }
    }

    private void stopIfStartedBy(ExtensionContext context) {
        if (context.getUniqueId().equals(startedBy)) {
            startedBy = null;
            simulator.close();
            simulator = null;
        }
    }
}
