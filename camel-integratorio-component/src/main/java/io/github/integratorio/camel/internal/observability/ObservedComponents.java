package io.github.integratorio.camel.internal.observability;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.apache.camel.CamelContext;

/** The running components of a Camel context, for its dev console. */
public final class ObservedComponents {

    private final List<ObservedComponent> running = new CopyOnWriteArrayList<>();

    private ObservedComponents() {
    }

    /** Adds a component that has started. */
    public static void add(CamelContext camel, ObservedComponent component) {
        of(camel).running.add(component);
    }

    /** Removes a component that stops, if it has been added. */
    public static void remove(CamelContext camel, ObservedComponent component) {
        of(camel).running.remove(component);
    }

    static List<ObservedComponent> in(CamelContext camel) {
        return of(camel).running;
    }

    private static synchronized ObservedComponents of(CamelContext camel) {
        ObservedComponents components = camel.getCamelContextExtension().getContextPlugin(ObservedComponents.class);
        if (components == null) {
            components = new ObservedComponents();
            camel.getCamelContextExtension().addContextPlugin(ObservedComponents.class, components);
        }
        return components;
    }
}
