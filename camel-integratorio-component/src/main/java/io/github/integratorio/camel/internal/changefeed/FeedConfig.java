package io.github.integratorio.camel.internal.changefeed;

import java.util.Set;

/**
 * Settings of a feed.
 *
 * @param keyField             name of the field that identifies a row
 * @param emitInitial          whether the rows of the first snapshot are recorded as additions
 * @param massRemovalLimit     percentage of the rows that may be missing at once; a few rows may always be missing
 * @param removalConfirmations number of consecutive snapshots in which a row must be missing to count as removed
 * @param ignoredFields        fields to ignore when comparing rows
 */
public record FeedConfig(String keyField, boolean emitInitial, int massRemovalLimit, int removalConfirmations,
        Set<String> ignoredFields) {
}
