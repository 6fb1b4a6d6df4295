package io.github.integratorio.camel.support;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.internal.changefeed.ChangeFeed;
import io.github.integratorio.camel.internal.changefeed.FeedConfig;
import io.github.integratorio.camel.internal.changefeed.SnapshotSource;
import io.github.integratorio.camel.internal.changefeed.store.Change;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore;
import io.github.integratorio.camel.internal.changefeed.store.InMemoryFeedStore;
import io.github.integratorio.camel.internal.json.IsoInstants;
import io.github.integratorio.camel.support.SimulatedStore.Death;

/**
 * One random history of a feed: the API changes, nodes poll, deliver, fail, crash and restart, and two of them may believe
 * that they are the leader. A downstream that drops changes it already has must end up equal to the API.
 */
public final class FeedHistory {

    private final Choices choices;
    private final FeedId id;
    private final SimulatedApi api;
    private final SimulatedStore store;
    private static final Set<Duration> NOTICES = Set.of(Duration.ofHours(5), Duration.ZERO);

    private final boolean hasNotices;
    private final boolean emitInitial;
    private final int confirmations;
    private final Map<String, String> downstream = new HashMap<>();
    private final Map<String, Long> versions = new HashMap<>();
    private final Map<String, Integer> removals = new HashMap<>();
    private final Set<String> delivered = new HashSet<>();
    /** When a look first showed a key with an end, and its poll did not fail. */
    private final Map<String, Instant> firstShown = new HashMap<>();
    /** Keys with an end that a look lacked, before any showed it. */
    private final Set<String> hidden = new HashSet<>();
    private final List<Node> nodes = new ArrayList<>();
    private boolean isInterleaving;
    private final boolean mayRestore;
    /** Copy of the state, to which the database may go back; null before the first. */
    private FeedStore backup;
    private boolean isRestored;
    /** The first violation; null if there is none. */
    private String violation;

    /** A process that polls the list. Its memory is lost when it crashes. */
    private final class Node {
        /** Keys and ends that the looks of this poll have shown. */
        private final Set<String> shown = new HashSet<>();
        /** What the last look has shown, and when. */
        private final Map<String, Instant> looks = new HashMap<>();
        /** The API's clock at the last look that was complete, and at the last one. */
        private Instant looked;
        private Instant opened;
        private final SnapshotSource list = api.source(this::interleave, rows -> {
            rows.forEach(row -> shown.add(row.substring(8, 10) + SimulatedApi.end(row)));
            looks.clear();
            rows.forEach(row -> looks.put(row.substring(8, 10) + SimulatedApi.end(row), opened));
            api.rows().forEach((key, row) -> {
                if (!looks.containsKey(key + SimulatedApi.end(row))
                        && !firstShown.containsKey(key + SimulatedApi.end(row))) {
                    hidden.add(key + SimulatedApi.end(row));
                }
            });
            looked = opened;
        });
        private final SnapshotSource source = () -> {
            SnapshotSource.Pages pages = list.open();
            opened = pages.time();
            return pages;
        };
        private ChangeFeed feed = newFeed();
        private final Deque<Change> batch = new ArrayDeque<>();
        private final List<Change> inFlight = new ArrayList<>();

        private ChangeFeed newFeed() {
            return new ChangeFeed(store, id, "https://api",
                    new FeedConfig("_id", emitInitial, 20, confirmations, FeedConfig.EMPTY_LIST_CONFIRMATIONS,
                            SimulatedApi.TOO_LARGE, Set.of())
                            .withExpiryNotices(hasNotices ? NOTICES : Set.of()));
        }

        /** While one node reads, the API and the other nodes continue. */
        private void interleave(boolean mayChange) {
            if (!isInterleaving && choices.once(3)) {
                isInterleaving = true;
                if (choices.once(2)) {
                    if (mayChange) {
                        api.change();
                    }
                } else {
                    nodes.get(choices.next(nodes.size())).step(this);
                }
                isInterleaving = false;
            }
        }

        void step(Node notThis) {
            if (this == notThis) {
                return;
            }
            try {
                switch (choices.next(6)) {
                    case 0, 1 -> look();
                    case 2 -> {
                        if (batch.isEmpty()) {
                            beginPoll();
                            if (choices.once(2)) {
                                look();
                            }
                            claim(1 + choices.next(4));
                        }
                    }
                    case 3 -> deliver(false);
                    case 4 -> complete();
                    default -> {
                        if (choices.once(4)) {
                            throw new Death();
                        }
                        feed.outbox().endPoll();
                    }
                }
            } catch (Death death) {
                restart();
            } catch (OutOfMemoryError e) {
                // The process goes on.
            } catch (Exception e) {
                // The poll failed; the next one repeats it.
            }
        }

        private void look() throws Exception {
            looks.clear();
            try {
                feed.pollSnapshot(source);
                looks.forEach(firstShown::putIfAbsent);
            } catch (Exception | Death e) {
                hidden.addAll(looks.keySet());
                throw e;
            }
        }

        private void beginPoll() {
            shown.clear();
            feed.outbox().beginPoll();
        }

        private boolean claim(int max) {
            List<Change> claimed = feed.outbox().claim(max);
            claimed.stream().filter(Change::isNotice)
                    .filter(change -> !shown.contains(change.key() + SimulatedApi.end(change.content())))
                    .forEach(change -> violate("a notice of an end that this poll has not shown: " + change));
            claimed.stream().filter(change -> change.isNotice() && change.dueAt().isAfter(looked))
                    .forEach(change -> violate("a notice before it is due: " + change + ", now " + looked));
            return batch.addAll(claimed);
        }

        /** The route starts again, with or without its process. */
        private void restart() {
            feed = newFeed();
            batch.clear();
            inFlight.clear();
        }

        /** The route receives a change and completes it at once, later, or never. */
        private void deliver(boolean surely) {
            Change change = batch.poll();
            if (change == null) {
                return;
            }
            switch (surely ? 0 : choices.next(4)) {
                case 0, 1 -> {
                    arrive(change);
                    feed.outbox().acknowledge(change);
                }
                case 2 -> inFlight.add(change);
                default -> feed.outbox().markFailed(change);
            }
        }

        /** Completes a change that the route received earlier, in any order. */
        private void complete() {
            if (!inFlight.isEmpty()) {
                Change change = inFlight.remove(choices.next(inFlight.size()));
                if (choices.once(4)) {
                    feed.outbox().markFailed(change);
                } else {
                    arrive(change);
                    feed.outbox().acknowledge(change);
                }
            }
        }

        /** Completes all outstanding work. */
        void settle() throws Exception {
            for (int poll = 0; poll < 3; poll++) {
                beginPoll();
                look();
                while (claim(100)) {
                    while (!batch.isEmpty()) {
                        deliver(true);
                    }
                }
                feed.outbox().endPoll();
            }
        }
    }

    public FeedHistory(Choices choices, Function<FeedStore, FeedStore> sabotage) {
        this(choices, sabotage.apply(new InMemoryFeedStore()), new FeedId("test", "licenses", "c1"));
    }

    /** A history in a store that is shared with other histories. */
    public FeedHistory(Choices choices, FeedStore kept, FeedId id) {
        this.choices = choices;
        this.id = id;
        this.confirmations = 1 + choices.next(2);
        this.hasNotices = choices.once(2);
        this.api = new SimulatedApi(choices, confirmations > 1, hasNotices);
        this.store = new SimulatedStore(kept, choices, api::now);
        this.mayRestore = kept instanceof InMemoryFeedStore;
        this.emitInitial = choices.once(2);
        int count = 1 + choices.next(2);
        for (int i = 0; i < count; i++) {
            nodes.add(new Node());
        }
    }

    /** Runs the history and returns the first violation, or null. */
    public String run() {
        int steps = 5 + choices.next(60);
        for (int i = 0; i < steps && violation == null; i++) {
            if (hasNotices && choices.once(4)) {
                api.pass();
            } else if (choices.once(4)) {
                api.change();
            } else if (mayRestore && choices.once(30)) {
                backUpOrRestore();
            } else {
                nodes.get(choices.next(nodes.size())).step(null);
            }
        }
        api.becomeFaultless();
        store.faulty = false;
        isInterleaving = true;
        try {
            new Node().settle();
        } catch (Exception | Death e) {
            violate("it does not settle: " + e);
        }
        Map<String, String> end = new HashMap<>(emitInitial ? Map.of() : store.first);
        end.keySet().removeIf(versions::containsKey);
        end.putAll(downstream);
        end.values().removeIf(row -> row == null);
        // What was recorded after a backup is not known after it was restored: its rows may differ. Order and ids still hold.
        if (!isRestored && !end.equals(api.rows())) {
            violate("downstream ends with " + end + ", the API with " + api.rows());
        }
        if (!delivered.containsAll(store.recorded)) {
            violate("a change was recorded and never delivered");
        }
        if (!isRestored && store.dueBeforeSeen != null) {
            violate("due long before the license was first seen: " + store.dueBeforeSeen);
        }
        if (hasNotices && !isRestored && api.isExact()) {
            api.rows().forEach(this::verifyTold);
        }
        return violation;
    }

    /** A license is told what was due while it had its end and the feed knew it. */
    private void verifyTold(String key, String row) {
        Instant end = SimulatedApi.end(row);
        Instant seen = store.seen.get(key);
        if (seen == null) {
            violate("never recorded: " + row);
            return;
        }
        for (Duration notice : NOTICES) {
            Instant dueAt = end == null ? null : end.minus(notice);
            if (dueAt != null && !dueAt.isAfter(api.now())
                    && dueAt.isAfter(api.since(key).plus(SimulatedApi.CLOCK_ERROR))
                    && dueAt.isAfter(
                            seen.minus(Duration.ofHours(1)).plus(SimulatedApi.CLOCK_ERROR))
                    // It was told for the former end, and its date for this one passed while the list lacked the license.
                    && !(hidden.contains(key + end) && !dueAt.isAfter(firstShown.getOrDefault(key + end, Instant.MAX)))
                    && !delivered.contains(key + ":" + IsoInstants.format(end) + ":" + notice)) {
                violate("not told: " + notice + " before " + row + ", now " + api.now());
            }
        }
    }

    /** The database is copied, or goes back to the copy while no process runs. */
    private void backUpOrRestore() {
        if (backup == null || choices.once(2)) {
            FeedStore copy = store.backup(id);
            backup = copy.state(id).isPresent() ? copy : backup;
            return;
        }
        store.restore(backup, id);
        isRestored = true;
        nodes.forEach(Node::restart);
        // Nobody restores a database within the millisecond of its last write.
        while (System.currentTimeMillis() <= store.newest) {
            Thread.onSpinWait();
        }
        backup = null;
    }

    private void violate(String what) {
        if (violation == null) {
            violation = what;
        }
    }

    /** The downstream: drops changes it already has, and applies all others. */
    private void arrive(Change change) {
        if (!delivered.add(change.id())) {
            return;
        }
        String key = change.key();
        if (store.withdrawn.contains(change.id()) && versions.getOrDefault(key, 0L) > change.version()) {
            // A node had it under way when another one recorded that the end has moved: nobody can call it back. It has an older version.
            return;
        }
        if (versions.getOrDefault(key, 0L) >= change.version()) {
            violate("out of order: version " + change.version() + " of " + key + " after " + versions.get(key));
        }
        versions.put(key, change.version());
        if (!api.wasEverTrue(change.content()) || change.previous() != null && !api.wasEverTrue(change.previous())) {
            violate("never true: " + change);
        }
        if (change.isNotice()
                && (change.dueAt().isAfter(api.now().plus(SimulatedApi.CLOCK_ERROR)) || api.isExact() && !isRestored
                        && !api.hadEnd(key, SimulatedApi.end(change.content()),
                                change.dueAt().minus(SimulatedApi.CLOCK_ERROR)))) {
            violate("a notice that was never due: " + change + ", now " + api.now());
        }
        if (change.type() == ChangeType.REMOVED) {
            if (removals.merge(key, 1, Integer::sum) > api.absences(key) && !isRestored) {
                violate("removed more often than it was away: " + change);
            }
        }
        downstream.put(key, change.type() == ChangeType.REMOVED ? null : change.content());
    }
}
