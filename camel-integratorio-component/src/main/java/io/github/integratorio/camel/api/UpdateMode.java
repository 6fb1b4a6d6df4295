package io.github.integratorio.camel.api;

/** Whether an update replaces the whole document, or keeps what the body leaves out. */
public enum UpdateMode {
    REPLACE, MERGE
}
