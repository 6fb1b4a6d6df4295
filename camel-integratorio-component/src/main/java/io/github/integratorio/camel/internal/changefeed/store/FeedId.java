package io.github.integratorio.camel.internal.changefeed.store;

import io.github.integratorio.camel.internal.text.Redaction;

/**
 * Name of a feed, and of its state.
 *
 * @param consumerId  name of the consumer; two consumers of the same list do not share their state
 * @param resource    resource of the list, as in the endpoint URI
 * @param connectorId connector of the list; null for the list of connectors
 */
public record FeedId(String consumerId, String resource, String connectorId) {

    /** Returns the name as operators see it; the API's id of a connector could be an address. */
    @Override
    public String toString() {
        return consumerId + "/" + resource + (connectorId == null ? "" : "/" + Redaction.mask(connectorId));
    }
}
