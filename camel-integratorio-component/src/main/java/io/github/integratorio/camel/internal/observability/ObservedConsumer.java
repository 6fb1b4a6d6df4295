package io.github.integratorio.camel.internal.observability;

import io.github.integratorio.camel.internal.consumer.ConsumerStatus;

/** A consumer as the health check and the dev console see it. */
public interface ObservedConsumer {

    /** Returns the current status; it has no feeds before the start. */
    ConsumerStatus status();

    /**
     * Accepts the removals in a held snapshot.
     *
     * @param  feed     name of the feed, or of all feeds, as in {@link ConsumerStatus#heldSnapshots()}
     * @param  snapshot name of the held snapshot, from the same place
     * @return          the number of removals; 0 if this snapshot is not held anymore
     */
    int acceptRemovals(String feed, String snapshot);

    /** Removes a failing change from the pending ones, and returns whether there was one with this id. */
    boolean skipChange(String changeId);
}
