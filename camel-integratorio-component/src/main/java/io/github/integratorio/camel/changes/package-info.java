/**
 * The change feed: a list of the API, looked at again and again, becomes changes that arrive at least once and in order per key.
 *
 * <p>{@link io.github.integratorio.camel.changes.ChangeFeed} takes a snapshot through {@link io.github.integratorio.camel.changes.Source},
 * holds it against the base in {@link io.github.integratorio.camel.changes.FeedStore}, and writes what differs there as pending changes
 * before anybody hears of them. Nothing here knows of HTTP or of Camel.
 */
package io.github.integratorio.camel.changes;
