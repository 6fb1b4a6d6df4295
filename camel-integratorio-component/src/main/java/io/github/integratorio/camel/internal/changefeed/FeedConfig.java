package io.github.integratorio.camel.internal.changefeed;

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
 */
public record FeedConfig(String keyField, boolean emitInitial, int massRemovalLimit, int removalConfirmations,
        int emptyListConfirmations, int maxRowSize, Set<String> ignoredFields) {

    /** Default of emptyListConfirmations. */
    public static final int EMPTY_LIST_CONFIRMATIONS = 3;
    /** Default of maxRowSize. */
    public static final int MAX_ROW_SIZE = 1024 * 1024;

    /** Creates settings with the default for empty lists and for the size of a row. */
    public FeedConfig(String keyField, boolean emitInitial, int massRemovalLimit, int removalConfirmations,
            Set<String> ignoredFields) {
        this(keyField, emitInitial, massRemovalLimit, removalConfirmations, EMPTY_LIST_CONFIRMATIONS, MAX_ROW_SIZE,
                ignoredFields);
    }

    /** Returns these settings for a list whose rows are all new. */
    public FeedConfig emittingInitial() {
        return new FeedConfig(keyField, true, massRemovalLimit, removalConfirmations, emptyListConfirmations,
                maxRowSize, ignoredFields);
    }
}
