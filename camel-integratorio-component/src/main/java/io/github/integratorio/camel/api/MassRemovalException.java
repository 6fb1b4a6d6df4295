package io.github.integratorio.camel.api;

import io.github.integratorio.camel.internal.changefeed.store.FeedId;

/** A snapshot in which so many rows are missing that it is held: nothing of it is emitted until it is accepted, or over. */
public class MassRemovalException extends Exception {

    private final int missing;
    private final int known;

    public MassRemovalException(FeedId feed, int missing, int known) {
        super(feed + ": " + missing + " of " + known + " rows are missing at once, more than massRemovalLimit allows; nothing is"
              + " emitted until they are back or an operator accepts their removal");
        this.missing = missing;
        this.known = known;
    }

    /** How many rows are missing. */
    public int getMissing() {
        return missing;
    }

    /** How many rows there were. */
    public int getKnown() {
        return known;
    }
}
