package io.github.integratorio.camel.api;

/** What happened to a row between two snapshots of a list. */
public enum ChangeType {
    /** It was not there before. */
    ADDED,
    /** It says something else than before. */
    UPDATED,
    /** It is not there any more. */
    REMOVED
}
