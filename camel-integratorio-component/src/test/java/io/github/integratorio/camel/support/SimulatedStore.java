package io.github.integratorio.camel.support;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.internal.changefeed.store.Change;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore;
import io.github.integratorio.camel.internal.changefeed.store.InMemoryFeedStore;

/** A store in which every step can fail, or kill the process before or after the step. Completed steps survive. */
public final class SimulatedStore implements FeedStore {

    /** The end of a process. */
    public static final class Death extends Error {
        private static final long serialVersionUID = 1;

        public Death() {
            super("dead", null, false, false);
        }
    }

    private FeedStore store;
    private final Choices choices;
    /** All changes recorded so far. */
    final Set<String> recorded = new HashSet<>();
    /** The rows of the first recording. */
    Map<String, String> first;
    /** When each row of the base was added to it. */
    final Map<String, Instant> seen = new HashMap<>();
    /** Ends of the rows of the base. */
    private final Map<String, Instant> ends = new HashMap<>();
    /** Keys of rows of the base whose end has moved. */
    private final Set<String> moved = new HashSet<>();
    /** A notice that was due long before the feed first saw the license; null if there is none. */
    Change dueBeforeSeen;
    private final Supplier<Instant> clock;
    private boolean isRestored;
    boolean faulty = true;
    /** Ids of notices whose end has moved before they were acknowledged. */
    final Set<String> withdrawn = new HashSet<>();
    /** The greatest generation. */
    long newest;

    /**
     * @param clock the API's clock
     */
    SimulatedStore(FeedStore store, Choices choices, Supplier<Instant> clock) {
        this.store = store;
        this.clock = clock;
        this.choices = choices;
    }

    private <T> T step(Supplier<T> work) {
        int behaviour = faulty ? choices.next(40) : 0;
        if (behaviour == 39) {
            throw new Death();
        }
        if (behaviour == 35) {
            throw new OutOfMemoryError("not done");
        }
        if (behaviour == 38) {
            throw new FeedStateException("not done");
        }
        T result = work.get();
        if (behaviour == 37) {
            throw new Death();
        }
        if (behaviour == 34) {
            throw new OutOfMemoryError("done, but the caller does not know");
        }
        if (behaviour == 36) {
            throw new FeedStateException("done, but the reply was lost");
        }
        return result;
    }

    /** Returns a copy of a feed as it is now. */
    FeedStore backup(FeedId feed) {
        InMemoryFeedStore copy = new InMemoryFeedStore();
        store.state(feed).ifPresent(state -> {
            Map<String, String> rows = new HashMap<>();
            Map<String, Instant> seen = new HashMap<>();
            store.rows(feed, (key, row, moment) -> {
                rows.put(key, row);
                if (moment != null) {
                    seen.put(key, moment);
                }
            });
            copy.commit(feed, null, state, new Recording(rows, List.of(),
                    store.pending(feed, null, Integer.MAX_VALUE).changes(), List.of(), seen));
        });
        return copy;
    }

    /** Continues from a backup. */
    void restore(FeedStore backup, FeedId feed) {
        store = backup;
        isRestored = true;
        recorded.clear();
        backup.pending(feed, null, Integer.MAX_VALUE).changes().forEach(change -> recorded.add(change.id()));
    }

    @Override
    public Optional<State> state(FeedId feed) {
        return step(() -> store.state(feed));
    }

    @Override
    public void rows(FeedId feed, RowReader reader) {
        step(() -> {
            store.rows(feed, reader);
            return null;
        });
    }

    @Override
    public Map<String, String> rows(FeedId feed, Collection<String> keys) {
        return step(() -> store.rows(feed, keys));
    }

    @Override
    public boolean commit(FeedId feed, State expected, State next, Recording recording) {
        return step(() -> {
            boolean done = store.commit(feed, expected, next, recording);
            if (done) {
                newest = Math.max(newest, next.generation());
                recording.withdrawn().forEach(change -> {
                    recorded.remove(change.id());
                    withdrawn.add(change.id());
                });
                recording.changes().forEach(change -> recorded.add(change.id()));
                if (!isRestored) {
                    verifyDue(recording);
                }
                first = first == null ? Map.copyOf(recording.rows()) : first;
            }
            return done;
        });
    }

    private void verifyDue(Recording recording) {
        recording.removed().forEach(key -> {
            seen.remove(key);
            moved.remove(key);
        });
        recording.rows().forEach((key, row) -> {
            Instant end = SimulatedApi.end(row);
            if (seen.putIfAbsent(key, clock.get()) != null && !Objects.equals(end, ends.get(key))) {
                moved.add(key);
            }
            ends.put(key, end);
        });
        recording.changes().stream().filter(Change::isNotice)
                .filter(notice -> !moved.contains(notice.key())
                        && notice.dueAt().isBefore(seen.get(notice.key()).minus(Duration.ofHours(2))))
                .forEach(
                        notice -> dueBeforeSeen = notice);
    }

    @Override
    public Pending pending(FeedId feed, Change after, int max) {
        return step(() -> store.pending(feed, after, max));
    }

    @Override
    public List<Change> notices(FeedId feed) {
        return step(() -> store.notices(feed));
    }

    @Override
    public void acknowledge(FeedId feed, Collection<Change> changes) {
        step(() -> {
            store.acknowledge(feed, changes);
            return null;
        });
    }

    @Override
    public void close() {
        store.close();
    }
}
