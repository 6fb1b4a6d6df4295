package io.github.integratorio.camel.api;

/** What the body is after a call: model objects, Maps, or JSON text. */
public enum OutputType {
    MODEL, MAP, JSON
}
