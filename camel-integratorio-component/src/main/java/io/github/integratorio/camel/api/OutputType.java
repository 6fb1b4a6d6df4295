package io.github.integratorio.camel.api;

/** Type of the message body in results and changes. */
public enum OutputType {
    /** {@link License}, {@link Connector} or {@link Installation}. */
    MODEL,
    /** A Map of all fields. */
    MAP,
    /** JSON text. */
    JSON
}
