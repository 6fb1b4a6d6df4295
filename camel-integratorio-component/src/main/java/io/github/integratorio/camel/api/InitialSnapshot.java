package io.github.integratorio.camel.api;

/** Handling of the rows found by the first poll of a list. */
public enum InitialSnapshot {
    /** Record them without emitting changes. */
    BASELINE,
    /** Emit an ADDED change for each. */
    EMIT
}
