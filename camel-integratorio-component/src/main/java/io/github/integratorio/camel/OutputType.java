package io.github.integratorio.camel;

/** What the body is after a call: model objects, Maps, or JSON text. */
public enum OutputType {
    MODEL, MAP, JSON
}
