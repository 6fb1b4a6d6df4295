package io.github.integratorio.camel.api;

/** Handling of fields that the body of an update leaves out. */
public enum UpdateMode {
    /** Erase them. */
    REPLACE,
    /** Read the document first and keep them. */
    MERGE
}
