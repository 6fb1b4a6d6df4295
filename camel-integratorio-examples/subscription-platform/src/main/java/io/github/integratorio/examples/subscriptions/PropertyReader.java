package io.github.integratorio.examples.subscriptions;

import java.util.function.Function;

import org.apache.camel.CamelContext;

/** Reads settings, and says which one is wrong. */
final class PropertyReader {

    private final CamelContext context;

    PropertyReader(CamelContext context) {
        this.context = context;
    }

    String text(String name) {
        return context.resolvePropertyPlaceholders("{{" + name + "}}").trim();
    }

    <T> T value(String name, Function<String, T> reader) {
        try {
            return reader.apply(text(name));
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(name + ": cannot be read: " + e.getMessage(), e);
        }
    }
}
