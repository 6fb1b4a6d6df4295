/**
 * The change feed: polls a list of the API and turns differences into changes that are delivered at least once, in order per key.
 *
 * <p>{@link io.github.integratorio.camel.internal.changefeed.ChangeFeed} reads a snapshot from a
 * {@link io.github.integratorio.camel.internal.changefeed.SnapshotSource}, compares it with the rows recorded in the
 * {@link io.github.integratorio.camel.internal.changefeed.store.FeedStore}, and records the differences as pending changes before
 * {@link io.github.integratorio.camel.internal.changefeed.Outbox} delivers any of them. Nothing here depends on HTTP or on Camel.
 */
package io.github.integratorio.camel.internal.changefeed;
