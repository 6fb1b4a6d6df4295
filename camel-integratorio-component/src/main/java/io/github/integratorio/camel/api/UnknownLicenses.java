package io.github.integratorio.camel.api;

/** Handling of valid licenses whose user is not in the list of a reconcile. */
public enum UnknownLicenses {
    /** Leave them as they are, and count them. */
    KEEP,
    /** End them. */
    EXPIRE,
    /** Refuse the list before anything is written. */
    FAIL
}
