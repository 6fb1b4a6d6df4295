package io.github.integratorio.examples.subscriptions;

import java.util.function.Function;

import org.apache.camel.CamelContext;

/** Reads Camel properties; an error names the property. */
final class PropertyReader {

    private final CamelContext context;

    PropertyReader(CamelContext context) {
        this.context = context;
    }

    String getText(String name) {
        return context.resolvePropertyPlaceholders("{{" + name + "}}").trim();
    }

    <T> T get(String name, Function<String, T> parser) {
        try {
            return parser.apply(getText(name));
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(name + ": invalid value: " + e.getMessage(), e);
        }
    }
}
