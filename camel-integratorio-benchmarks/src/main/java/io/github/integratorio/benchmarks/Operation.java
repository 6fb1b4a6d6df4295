package io.github.integratorio.benchmarks;

/** An operation that a contender performs. */
enum Operation {

    /** Creates a license from a Map and reads the response into an object. */
    CREATE,
    /** Reads a license into an object. */
    GET,
    /** Reads all licenses of a connector into a List of objects. */
    LIST,
    /** Reads the licenses of a connector one by one, as objects. */
    STREAM,
    /** Upserts 10,000 licenses, of which 100 differ from the existing ones. */
    UPSERT,
    /** Reconciles 100,000 licenses, of which 1,000 differ from the existing ones. */
    RECONCILE,
    /** Detects the changes of an install base since the previous poll. */
    POLL
}
