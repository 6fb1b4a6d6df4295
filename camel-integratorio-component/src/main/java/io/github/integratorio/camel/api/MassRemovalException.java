package io.github.integratorio.camel.api;

/** Thrown if a snapshot misses more rows than massRemovalLimit allows. The consumer holds it: it emits nothing from it unless an operator accepts it. */
public class MassRemovalException extends Exception {

    private static final long serialVersionUID = 1;

    private final int missing;
    private final int known;

    /** Creates the exception for a list, given the number of missing rows and of all known rows. */
    public MassRemovalException(String feed, int missing, int known) {
        super(feed + ": " + missing + " of " + known
                + " rows are missing, more than massRemovalLimit allows; nothing is"
                + " emitted until they are back or an operator accepts the removal");
        this.missing = missing;
        this.known = known;
    }

    /** Number of missing rows. */
    public int getMissing() {
        return missing;
    }

    /** Number of rows before. */
    public int getKnown() {
        return known;
    }
}
