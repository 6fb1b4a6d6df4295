package io.github.integratorio.examples.subscriptions;

import java.io.IOException;
import java.io.UncheckedIOException;

import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Provides every test with the same, reset {@link TestEnvironment}, so that PostgreSQL starts only once. */
final class TestEnvironmentExtension implements BeforeEachCallback, ParameterResolver {

    private static TestEnvironment environment(ExtensionContext context) {
        return context.getRoot().getStore(ExtensionContext.Namespace.GLOBAL).getOrComputeIfAbsent(TestEnvironment.class,
                key -> {
                    try {
                        return new TestEnvironment();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }, TestEnvironment.class);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        environment(context).reset();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestEnvironment.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return environment(context);
    }
}
