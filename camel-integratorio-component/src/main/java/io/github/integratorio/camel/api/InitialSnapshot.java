package io.github.integratorio.camel.api;

/** What becomes of the rows that are there when a list is watched for the first time. */
public enum InitialSnapshot {
    /** They are learnt silently. */
    BASELINE,
    /** Each is a change of type ADDED. */
    EMIT
}
