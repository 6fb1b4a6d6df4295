package io.github.integratorio.camel.internal.changefeed;

import java.time.Duration;
import java.util.Set;

/**
 * Settings of a feed.
 *
 * @param keyField               name of the field that identifies a row
 * @param emitInitial            whether the rows of the first snapshot are recorded as additions
 * @param massRemovalLimit       percentage of the rows that may be missing at once; a few rows may always be missing
 * @param removalConfirmations   number of consecutive snapshots in which a row must be missing to count as removed
 * @param emptyListConfirmations number of consecutive snapshots that must be empty before the list counts as empty
 * @param maxRowSize             maximum size of a row in bytes
 * @param ignoredFields          fields to ignore when comparing rows
 * @param expiryNotices          how long before the end of a license a notice is recorded; empty for none
 */
public record FeedConfig(String keyField, boolean emitInitial, int massRemovalLimit, int removalConfirmations,
        int emptyListConfirmations, int maxRowSize, Set<String> ignoredFields,
        Set<Duration> expiryNotices) {

    /** Default of emptyListConfirmations. */
    public static final int EMPTY_LIST_CONFIRMATIONS = 3;
    /** Default of maxRowSize. */
    public static final int MAX_ROW_SIZE = 1024 * 1024;

    /** Creates settings without expiry notices. */
    public FeedConfig(String keyField, boolean emitInitial, int massRemovalLimit, int removalConfirmations,
            int emptyListConfirmations, int maxRowSize, Set<String> ignoredFields) {
        this(keyField, emitInitial, massRemovalLimit, removalConfirmations, emptyListConfirmations, maxRowSize,
                ignoredFields, Set.of());
    }

    /** Creates settings with the default for empty lists and for the size of a row. */
    public FeedConfig(String keyField, boolean emitInitial, int massRemovalLimit, int removalConfirmations,
            Set<String> ignoredFields) {
        this(keyField, emitInitial, massRemovalLimit, removalConfirmations, EMPTY_LIST_CONFIRMATIONS, MAX_ROW_SIZE,
                ignoredFields);
    }

    /** Returns these settings with expiry notices. */
    public FeedConfig withExpiryNotices(Set<Duration> notices) {
        return new FeedConfig(keyField, emitInitial, massRemovalLimit, removalConfirmations, emptyListConfirmations,
                maxRowSize, ignoredFields, notices);
    }
}
