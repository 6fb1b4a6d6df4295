package io.github.integratorio.camel.api;

/** What a get of a document that does not exist comes to: an exception, or a null body. */
public enum NotFoundBehaviour {
    EXCEPTION, NULL
}
