package io.github.integratorio.camel.api;

/** Outcome of a write, in the header {@code CamelIntegratorioOutcome}; those that begin with {@code WOULD_} are of a dry run. */
public enum WriteOutcome {
    /** The API created the document. */
    CREATED,
    /** The response to a create was lost, but the license list shows that it was created; the license found is the body. */
    RECONCILED,
    /** The API updated the document. */
    UPDATED,
    /** A reconcile ended the license. */
    EXPIRED,
    /** The document already had the requested values; nothing was written. */
    UNCHANGED,
    /** The API deleted the document, or it was gone already. */
    DELETED,
    /** Nothing was written; a run without {@code dryRun} would create the license. */
    WOULD_CREATE,
    /** Nothing was written; a run without {@code dryRun} would update the license. */
    WOULD_UPDATE,
    /** Nothing was written; a run without {@code dryRun} would end the license. */
    WOULD_EXPIRE,
    /** Nothing was written; a run without {@code dryRun} would delete the license. */
    WOULD_DELETE
}
