package io.github.integratorio.camel.internal.changefeed;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.api.MassRemovalException;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.Recording;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.State;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares snapshots of a list with its base, the rows recorded last. One transaction records both the new base and the changes as
 * pending, before anything is delivered. It fails if another node has recorded since the base was read, so two nodes can poll the
 * same list. {@link Outbox} delivers the pending changes.
 *
 * <p>Not thread-safe, except {@link #heldRemovals()}, {@link #acceptRemovals(String)} and {@link #outbox()}.
 */
public final class ChangeFeed {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeFeed.class);

    private final FeedStore store;
    private final FeedId id;
    private final String origin;
    private final FeedConfig config;
    /** Ignored fields, but never the key, which makes a row another one. */
    private final Set<String> fingerprintedWithout;
    private final RemovalDetector removals;
    private final ExpiryNotices notices;
    private final Outbox outbox;
    /** Index of the base; null if the base has to be read. */
    private RowIndex index;
    /** State that the index belongs to; null before the first snapshot. */
    private State state;
    private boolean begun;
    /** The rows refused in the last snapshot. */
    private String refused = "";

    /**
     * Creates a feed that continues from the stored state.
     *
     * @param store  keeps the state
     * @param id     name of the state
     * @param origin source of the rows, such as the URL of the API; a state with another origin is refused
     * @param config how to compare snapshots
     */
    public ChangeFeed(FeedStore store, FeedId id, String origin, FeedConfig config) {
        this(store, id, origin, config, new MissingRows(), new InFlightChanges());
    }

    /**
     * Creates a feed of a consumer that has other lists, too, and whose changes in flight may be known to an earlier one in this process.
     *
     * @param allLists the count of missing rows that all lists share
     * @param inFlight the changes that are in flight
     */
    public ChangeFeed(FeedStore store, FeedId id, String origin, FeedConfig config, MissingRows allLists,
            InFlightChanges inFlight) {
        this.store = store;
        this.id = id;
        this.origin = origin;
        this.config = config;
        this.fingerprintedWithout = config.ignoredFields().stream().filter(name -> !name.equals(config.keyField()))
                .collect(Collectors.toUnmodifiableSet());
        this.removals = new RemovalDetector(id, config, allLists);
        this.notices = new ExpiryNotices(config.expiryNotices());
        this.outbox = new Outbox(store, id, inFlight);
    }

    /** Returns the name of the state. */
    public FeedId id() {
        return id;
    }

    /** Returns the outbox with the pending changes. */
    public Outbox outbox() {
        return outbox;
    }

    /** Returns the number of rows missing in the held snapshot; 0 if no snapshot is held. */
    public int heldRemovals() {
        return removals.held();
    }

    /** Returns the name of the held snapshot: the number of missing rows and a fingerprint of their keys; null if none is held. */
    public String heldSnapshot() {
        return removals.heldSnapshot();
    }

    /**
     * Accepts that the rows missing in the held snapshot are removed. The next snapshot records their removal, unless it misses
     * other rows, too.
     *
     * @param  snapshot name of the held snapshot
     * @return          the number of missing rows; 0 if this snapshot is not held
     */
    public int acceptRemovals(String snapshot) {
        return removals.accept(snapshot);
    }

    /**
     * Reads a snapshot and records its changes and the expiry notices that are due.
     *
     * @return                      the number of changes recorded
     * @throws MassRemovalException if too many rows are missing; nothing was recorded
     * @throws FeedStateException   if the state cannot be read or written, or belongs to another feed
     * @throws Exception            if the list cannot be read to its end; nothing was recorded
     */
    public int pollSnapshot(SnapshotSource source) throws Exception {
        readBase();
        SnapshotDiff diff = new SnapshotDiff(index, config);
        Instant now;
        try (SnapshotSource.Pages pages = source.open()) {
            now = pages.time() == null ? null : Instant.ofEpochMilli(pages.time().toEpochMilli());
            InputStream page;
            while ((page = pages.next()) != null) {
                diff.readPage(page);
            }
        }
        reportRefused(diff.refused());
        boolean isDoubtful = removals.isDoubtful(diff.isEmpty());
        if (state != null) {
            try {
                return recordChanges(diff, isDoubtful, now);
            } catch (StoredRowReader.StaleBaseException e) {
                return 0;
            }
        }
        if (isDoubtful && !config.emitInitial()) {
            // An empty answer by mistake would make all rows additions later.
            LOG.info("{}: the list is empty; changes are reported from the poll on that confirms this", id);
            return 0;
        }
        return recordFirstSnapshot(diff, now);
    }

    private void reportRefused(RefusedRows rows) {
        String now = rows.toString();
        if (!now.isEmpty() && !now.equals(refused)) {
            LOG.warn("{}: {} rows of the list are refused, their changes are not reported: {}", id, rows.count(), now);
        }
        refused = now;
    }

    private void readBase() {
        Optional<State> current = outbox.readState();
        if (begun && current.isEmpty()) {
            throw new FeedStateException(
                    id + ": the state has disappeared since the last poll; restart the route to start over,"
                            + " which loses the changes made before the restart");
        }
        if (current.isPresent() && !current.get().origin().equals(origin)) {
            throw new FeedStateException(
                    id + ": the state belongs to another region or base URL than the endpoint; restore"
                            + " the endpoint's region and baseUrl, or set a different consumerId");
        }
        begun = current.isPresent();
        boolean isKnown = Optional.ofNullable(state).equals(current);
        if (index != null && !index.isSparse() && isKnown) {
            return;
        }
        index = null;
        if (!isKnown) {
            removals.resetCounts();
        }
        state = current.orElse(null);
        RowIndex read = new RowIndex(fingerprintedWithout);
        if (state != null) {
            store.rows(id, (key, row, seen) -> {
                byte[] content = row.getBytes(StandardCharsets.UTF_8);
                notices.put(read.add(key, content), content, seen);
            });
        }
        index = read;
    }

    private int recordFirstSnapshot(SnapshotDiff diff, Instant now) {
        State first = State.first(origin);
        ExpiryNotices.Due due = notices.begin(now);
        int changes = commit(first.with(first.generation(), due.until(), due.since()),
                SnapshotChanges.first(diff, config.emitInitial(), first.generation()), diff);
        if (begun && !config.emitInitial()) {
            LOG.info("{}: the list has {} rows; changes are reported from now on", id, index.size());
        }
        return changes;
    }

    private int recordChanges(SnapshotDiff diff, boolean isDoubtful, Instant now) throws Exception {
        Set<String> missing = missingKeys(diff);
        boolean isAnyUnnamed = diff.refused().isAnyUnnamed();
        if (!isAnyUnnamed) {
            removals.startOver(missing);
        }
        State next = state.next();
        StoredRowReader base = new StoredRowReader(store, id, state);
        SnapshotChanges found = SnapshotChanges.find(diff, index, base, next.generation(), config.ignoredFields());
        // Not earlier, because it counts the snapshots in which a row is missing: one that is dropped does not count. A refused row without
        // a known key may be any of the missing ones.
        Set<String> removed = isAnyUnnamed ? Set.of()
                : removals.detect(missing, index.size(), diff.pages(), isDoubtful);
        found.addRemoved(removed, base, next.generation());
        // An empty list shows no end, and may be wrong.
        Instant shown = diff.isEmpty() && state.noticedUntil() != null ? state.noticedUntil() : now;
        ExpiryNotices.Due due = notices.find(state, shown, index, found, removed, () -> store.notices(id));
        long version = found.addNotices(due.due(), base, next.generation());
        // The next snapshot is expected to have the new bytes of these rows.
        found.equivalent().forEach(key -> index.setContent(index.findKey(key), diff.newOrChanged().get(key)));
        int recorded = 0;
        if (!found.changes().isEmpty() || due.isToRecord(state.noticedUntil())) {
            recorded = commit(next.with(version, due.until(), due.since()),
                    new Recording(found.rows(), removed, found.changes(), due.withdrawn(), due.seen()), diff);
            if (index == null) {
                return 0;
            }
        }
        if (!diff.isEmpty()) {
            Set<String> notShown = new HashSet<>(missing);
            notShown.addAll(diff.refused().keys());
            outbox.confirmNotices(notShown, now);
        }
        return recorded;
    }

    private Set<String> missingKeys(SnapshotDiff diff) {
        Set<String> keys = new LinkedHashSet<>();
        if (diff.missing() > 0) {
            for (int number = 0; number < index.numbers(); number++) {
                if (diff.isMissing(number)) {
                    keys.add(index.key(number));
                }
            }
        }
        return keys;
    }

    private int commit(State next, Recording recording, SnapshotDiff diff) {
        RowIndex known = index;
        State expected = state;
        // If the commit throws, the base is unknown.
        index = null;
        if (!store.commit(id, expected, next, recording)) {
            return 0;
        }
        outbox.changesRecorded();
        removals.removalsRecorded(Set.copyOf(recording.removed()));
        recording.removed().forEach(key -> known.remove(known.findKey(key)));
        // Performance: the rows of a first snapshot make room for the index.
        for (Iterator<String> keys = recording.rows().keySet().iterator(); keys.hasNext(); keys.remove()) {
            String key = keys.next();
            byte[] row = diff.newOrChanged().get(key);
            int number = known.findKey(key);
            if (number < 0) {
                number = known.add(key, row);
            } else {
                known.setContent(number, row);
            }
            notices.put(number, row, recording.seen().get(key));
        }
        index = known;
        state = next;
        begun = true;
        return recording.changes().size();
    }
}
