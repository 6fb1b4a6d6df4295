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
 * JUnit 5 extension that starts a simulator. A static {@code @RegisterExtension} field (or
 * {@code @ExtendWith}) starts one for all tests of the class and its nested classes; an instance field
 * starts one for each test. Requests and faults are cleared before each test, data is kept. Tests and
 * lifecycle methods may declare an {@link IntegratorioSimulator} parameter. Not for parallel tests.
 */
public final class IntegratorioSimulatorExtension implements BeforeAllCallback, BeforeEachCallback,
        AfterEachCallback, AfterAllCallback, ParameterResolver {

    private final Consumer<SimulatorBuilder> customizer;
    private IntegratorioSimulator simulator;
    /** The id of the context that started the simulator and therefore stops it. */
    private String startedBy;

    /** Creates an extension with the defaults of {@link IntegratorioSimulator#start()}. */
    public IntegratorioSimulatorExtension() {
        this(builder -> {});
    }

    /**
     * Creates an extension with a customized simulator.
     *
     * @param customizer customizes the builder, e.g. {@code b -> b.pageSize(2)}; not null
     */
    public IntegratorioSimulatorExtension(Consumer<SimulatorBuilder> customizer) {
        this.customizer = customizer;
    }

    /**
     * Returns the running simulator.
     *
     * @return never null
     * @throws IllegalStateException if no test is running
     */
    public IntegratorioSimulator simulator() {
        if (simulator == null) {
            throw new IllegalStateException("No simulator is running: simulator() may only be called during a test");
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
            customizer.accept(builder);
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
