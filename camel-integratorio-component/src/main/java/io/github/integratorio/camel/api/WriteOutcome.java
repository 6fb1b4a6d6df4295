package io.github.integratorio.camel.api;

/** Outcome of a write, in the header {@code CamelIntegratorioOutcome}. */
public enum WriteOutcome {
    /** The API created the document. */
    CREATED,
    /** The response to a create was lost, but the license list shows that it was created; the license found is the body. */
    RECONCILED,
    /** The API updated the document. */
    UPDATED,
    /** The document already had the requested values; nothing was written. */
    UNCHANGED,
    /** The API deleted the document, or it was gone already. */
    DELETED
}
