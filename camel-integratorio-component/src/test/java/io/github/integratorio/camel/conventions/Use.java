package io.github.integratorio.camel.conventions;

/**
 * A place in a text that uses the component.
 *
 * @param line counted from 1
 * @param kind what it is
 * @param text an endpoint URI, its parameters included, or a property as {@code name=value}
 */
record Use(int line, Kind kind, String text) {

    enum Kind {
        /** An endpoint that is read from. */
        CONSUMER,
        /** An endpoint that is sent to. */
        PRODUCER,
        /** An endpoint of which the text does not say that. */
        ENDPOINT,
        /** A configuration property. */
        PROPERTY
    }

    /** A value that nobody can check: a placeholder, an expression, or what a program puts there. */
    static final String UNKNOWN = "{{unknown}}";

    /** The value, or {@link #UNKNOWN} in place of one that is only known when it runs. */
    static String known(String value) {
        return value.isEmpty() || value.contains("{{") || value.contains("${") || value.contains("…") ? UNKNOWN : value;
    }
}
