package io.github.integratorio.camel.internal.changefeed;

import java.util.Set;

/**
 * How a feed is watched.
 *
 * @param keyField             the field that a row is known by
 * @param emitInitial          whether the rows of the first snapshot are additions; else they are learnt silently
 * @param massRemovalLimit     how many percent of the rows may be missing at once; a few rows always may
 * @param removalConfirmations in how many complete walks in a row a row must be missing before it is taken for removed
 * @param ignoredFields        fields in which a difference is no change
 */
public record FeedConfig(String keyField, boolean emitInitial, int massRemovalLimit, int removalConfirmations,
        Set<String> ignoredFields) {
}
