package io.github.integratorio.camel.api;

/**
 * A reconcile has refused its list before anything was written: rows whose user cannot be told, two rows for one user, rows of another
 * connector, no rows at all, or too many licenses that would end. The message says which, with the numbers.
 */
public class ReconcileRefusedException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    public ReconcileRefusedException(String message) {
        super(message);
    }
}
