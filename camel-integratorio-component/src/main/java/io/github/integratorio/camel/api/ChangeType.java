package io.github.integratorio.camel.api;

/** Kind of a change of a list. */
public enum ChangeType {
    /** The row is new. */
    ADDED,
    /** At least one field of the row is different. */
    UPDATED,
    /** The row is gone. */
    REMOVED,
    /** The license ends soon; only with {@code expiryNotices}. */
    EXPIRING,
    /** The license has ended; only with {@code expiryNotices}. */
    EXPIRED
}
