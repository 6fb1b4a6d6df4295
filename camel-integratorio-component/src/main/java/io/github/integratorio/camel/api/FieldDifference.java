package io.github.integratorio.camel.api;

import java.io.Serializable;

import io.github.integratorio.camel.internal.text.Redaction;

/**
 * A field that a write changes, or would change.
 *
 * @param field    path of the field, such as {@code opts.connectorEdition}; lists are compared as a whole
 * @param oldValue plain JSON value before; null if the field is absent
 * @param newValue plain JSON value afterwards; null if the field is removed
 */
public record FieldDifference(String field, Object oldValue, Object newValue) implements Serializable {

    private static final int MAX_LENGTH = 200;

    /** The difference in one short line, with e-mail addresses masked. */
    @Override
    public String toString() {
        return Redaction.line(field + ": " + oldValue + " → " + newValue, MAX_LENGTH);
    }
}
