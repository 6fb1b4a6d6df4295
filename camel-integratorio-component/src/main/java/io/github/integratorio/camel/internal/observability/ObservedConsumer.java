package io.github.integratorio.camel.internal.observability;

import io.github.integratorio.camel.internal.consumer.ConsumerStatus;

/** A consumer as the health check and the dev console see it. */
public interface ObservedConsumer {

    /** Returns the current status; it has no feeds before the start. */
    ConsumerStatus status();

    /** Accepts the held removals of a feed, and returns their number. */
    int acceptRemovals(String feed);

    /** Removes a failing change from the pending ones, and returns whether there was one with this id. */
    boolean skipChange(String changeId);
}
