package io.github.integratorio.camel.api;

/** Kind of a change between two snapshots of a list. */
public enum ChangeType {
    /** The row is new. */
    ADDED,
    /** At least one field of the row is different. */
    UPDATED,
    /** The row is gone. */
    REMOVED
}
