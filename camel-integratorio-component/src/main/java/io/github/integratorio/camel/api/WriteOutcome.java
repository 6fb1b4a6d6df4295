package io.github.integratorio.camel.api;

/** What a write came to; sent to the route in the {@code CamelIntegratorioOutcome} header. */
public enum WriteOutcome {
    /** A new document stands at the API. */
    CREATED,
    /** The API did not answer a creation, but reading the licenses showed that it was done; the one found is the body. */
    RECONCILED,
    /** The document was changed. */
    UPDATED,
    /** The document already said what was wanted; nothing was written. */
    UNCHANGED,
    /** The document is gone. */
    DELETED
}
