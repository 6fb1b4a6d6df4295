package io.github.integratorio.camel.internal.changefeed.store;

/**
 * Which list is watched for whom; its state is kept under this name.
 *
 * @param consumerId  whose state it is: two consumers of one list do not share it
 * @param resource    the kind of list, as in the endpoint URI
 * @param connectorId the connector whose list it is; null for the list of connectors
 */
public record FeedId(String consumerId, String resource, String connectorId) {

    /** The name as text. */
    @Override
    public String toString() {
        return consumerId + "/" + resource + (connectorId == null ? "" : "/" + connectorId);
    }
}
