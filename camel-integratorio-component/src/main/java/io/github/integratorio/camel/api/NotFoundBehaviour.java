package io.github.integratorio.camel.api;

/** Handling of a 404 by get and delete. */
public enum NotFoundBehaviour {
    /** Throw an {@link IntegratorioApiException}. */
    EXCEPTION,
    /** Return a null body. */
    NULL
}
