package io.github.integratorio.camel.conventions;

/**
 * A use of the component in a text.
 *
 * @param line counted from 1
 * @param kind kind of use
 * @param text an endpoint URI, its parameters included, or a property as {@code name=value}
 */
record Use(int line, Kind kind, String text) {

    enum Kind {
        /** An endpoint used as a consumer. */
        CONSUMER,
        /** An endpoint used as a producer. */
        PRODUCER,
        /** An endpoint whose use the text does not show. */
        ENDPOINT,
        /** A configuration property. */
        PROPERTY
    }

    /** A value that cannot be checked: a placeholder, an expression, or one computed by a program. */
    static final String UNKNOWN = "{{unknown}}";

    /** The value, or {@link #UNKNOWN} if it is known only at run time. */
    static String known(String value) {
        return value.isEmpty() || value.contains("{{") || value.contains("${") || value.contains("…") ? UNKNOWN : value;
    }
}
