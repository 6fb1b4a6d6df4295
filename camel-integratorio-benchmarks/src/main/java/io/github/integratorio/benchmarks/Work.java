package io.github.integratorio.benchmarks;

/** What there is to do. */
enum Work {

    /** Create a license from a Map, and have the answer as an object. */
    CREATE,
    /** Read a license into an object. */
    GET,
    /** Read all licenses of a connector into a List of objects. */
    LIST,
    /** Look at one license of a connector after the other, as objects. */
    STREAM,
    /** Make 10,000 licenses what they should be, of which 100 are not. */
    UPSERT,
    /** Find out what has changed in an install base since the last time. */
    POLL
}
