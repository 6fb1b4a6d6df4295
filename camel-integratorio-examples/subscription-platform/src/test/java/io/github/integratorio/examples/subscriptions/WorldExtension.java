package io.github.integratorio.examples.subscriptions;

import java.io.IOException;
import java.io.UncheckedIOException;

import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives every test the same {@link World}, emptied: PostgreSQL is started once. */
final class WorldExtension implements BeforeEachCallback, ParameterResolver {

    private static World world(ExtensionContext context) {
        return context.getRoot().getStore(ExtensionContext.Namespace.GLOBAL).getOrComputeIfAbsent(World.class, key -> {
            try {
                return new World();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, World.class);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        world(context).reset();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == World.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return world(context);
    }
}
