package io.github.integratorio.camel.internal.changefeed;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.internal.changefeed.store.Change;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore;
import io.github.integratorio.camel.internal.changefeed.store.InMemoryFeedStore;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.WatchedList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The outbox of pending changes. */
class OutboxTest {

    private final WatchedList list = new WatchedList();
    private Outbox outbox;

    @BeforeEach
    void threeChanges() throws Exception {
        for (int look = 0; look < 3; look++) {
            // An empty list is believed at the third look.
            list.rows().poll();
        }
        list.rows(WatchedList.numbered(0, 3));
        list.feed.pollSnapshot(list.source());
        outbox = list.feed.outbox();
        outbox.beginPoll();
    }

    private List<String> pending() {
        return list.store.pending(WatchedList.ID, null, 100).changes().stream().map(Change::key).toList();
    }

    @Test
    @Covers(201)
    void acknowledgements_are_written_in_any_order_and_a_repeated_one_has_no_effect() {
        List<Change> changes = outbox.claim(10);
        assertEquals(3, outbox.inFlight());
        outbox.acknowledge(changes.get(2));
        outbox.acknowledge(changes.get(0));
        outbox.acknowledge(changes.get(0));
        outbox.markFailed(changes.get(2));
        outbox.endPoll();
        assertEquals(List.of("r1"), pending());
        assertEquals(1, outbox.inFlight());
        assertEquals(Map.of(), outbox.failing());
        // Late, when no poll is in progress.
        outbox.acknowledge(changes.get(1));
        assertEquals(List.of(), pending());
        assertEquals(0, outbox.inFlight());
    }

    @Test
    @Covers(201)
    void a_failed_change_is_not_acknowledged_by_a_late_second_completion() {
        Change change = outbox.claim(1).get(0);
        outbox.markFailed(change);
        outbox.acknowledge(change);
        outbox.endPoll();
        assertEquals(List.of("r0", "r1", "r2"), pending());
        assertEquals(Map.of(change.id(), 1), outbox.failing());
    }

    @Test
    @Covers(201)
    void a_change_in_flight_is_not_claimed_again_and_later_changes_of_its_row_wait() throws Exception {
        Change first = outbox.claim(1).get(0);
        List<String> rows = WatchedList.numbered(0, 3);
        rows.set(0, WatchedList.row("r0", 9));
        list.rows(rows);
        list.feed.pollSnapshot(list.source());
        outbox.beginPoll();
        assertEquals(List.of("r1", "r2"), outbox.claim(10).stream().map(Change::key).toList());
        outbox.acknowledge(first);
        assertEquals(List.of("UPDATED"), outbox.claim(10).stream().map(change -> change.type().name()).toList());
    }

    @Test
    void a_released_change_is_claimed_again_in_the_same_pass_and_does_not_count_as_failed() {
        Change change = outbox.claim(1).get(0);
        outbox.release(change);
        assertEquals(change, outbox.claim(1).get(0));
        assertEquals(Map.of(), outbox.failing());
    }

    @Test
    @Covers(197)
    void a_change_that_always_fails_is_retried_less_and_less_often_and_never_dropped() {
        List<Integer> tries = new ArrayList<>();
        for (int poll = 0; poll < 1_000; poll++) {
            outbox.beginPoll();
            for (Change change : outbox.claim(10)) {
                if (change.key().equals("r1")) {
                    tries.add(poll);
                    outbox.markFailed(change);
                } else {
                    outbox.acknowledge(change);
                }
            }
            outbox.endPoll();
            assertEquals(List.of("r1"), pending());
        }
        assertEquals(List.of(0, 1, 2, 3, 4), tries.subList(0, 5));
        for (int i = 2; i < tries.size(); i++) {
            assertTrue(tries.get(i) - tries.get(i - 1) >= tries.get(i - 1) - tries.get(i - 2), tries::toString);
        }
        // Rarely, but with a limited interval, so that it is delivered once possible.
        assertEquals(65, tries.get(tries.size() - 1) - tries.get(tries.size() - 2));
        assertEquals(tries.size(), outbox.failing().values().iterator().next());
    }

    /** Number of changes that one poll reads in a feed with 3,000 pending changes, of three keys more than once. */
    private static int readInOnePoll(BiConsumer<Outbox, Change> route) throws Exception {
        FeedStore kept = new InMemoryFeedStore();
        AtomicInteger read = new AtomicInteger();
        FeedStore counting = (FeedStore) Proxy.newProxyInstance(FeedStore.class.getClassLoader(),
                new Class<?>[] { FeedStore.class }, (proxy, method, arguments) -> {
                    Object result = method.invoke(kept, arguments);
                    if (result instanceof FeedStore.Pending pending) {
                        read.addAndGet(pending.changes().size());
                    }
                    return result;
                });
        FeedStore.State state = FeedStore.State.first("https://api");
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            String key = "r" + (i % 997 < 3 ? i % 997 : i);
            changes.add(new Change("id" + i, key, ChangeType.ADDED, i + 1, "{}", null));
        }
        kept.commit(WatchedList.ID, null, state, new FeedStore.Recording(Map.of(), List.of(), changes));
        Outbox outbox = new ChangeFeed(counting, WatchedList.ID, "https://api",
                new FeedConfig("_id", false, 20, 1, Set.of())).outbox();
        for (int poll = 0; poll < 2; poll++) {
            read.set(0);
            outbox.beginPoll();
            List<Change> batch;
            while (!(batch = outbox.claim(100)).isEmpty()) {
                batch.forEach(change -> route.accept(outbox, change));
            }
            outbox.endPoll();
        }
        return read.get();
    }

    @Test
    void a_poll_reads_each_pending_change_once_whether_the_route_refuses_all_or_answers_none() throws Exception {
        assertEquals(3_000, readInOnePoll(Outbox::markFailed));
        assertEquals(3_000, readInOnePoll((outbox, change) -> {}));
        assertEquals(0, readInOnePoll(Outbox::acknowledge));
    }

    @Test
    void many_changes_of_one_row_are_delivered_in_order_in_one_poll() throws Exception {
        FeedStore store = new InMemoryFeedStore();
        List<Change> changes = IntStream.range(0, 2_500)
                .mapToObj(i -> new Change("id" + i, "r" + i % 2, ChangeType.ADDED, i + 1, "{}", null)).toList();
        store.commit(WatchedList.ID, null, FeedStore.State.first("https://api"),
                new FeedStore.Recording(Map.of(), List.of(), changes));
        Outbox many = new ChangeFeed(store, WatchedList.ID, "https://api",
                new FeedConfig("_id", false, 20, 1, Set.of())).outbox();
        many.beginPoll();
        List<Change> delivered = new ArrayList<>();
        List<Change> batch;
        while (!(batch = many.claim(1_000)).isEmpty()) {
            assertEquals(batch.size(), batch.stream().map(Change::key).distinct().count());
            batch.forEach(many::acknowledge);
            delivered.addAll(batch);
        }
        many.endPoll();
        for (String key : List.of("r0", "r1")) {
            assertEquals(changes.stream().filter(change -> change.key().equals(key)).map(Change::id).toList(),
                    delivered.stream().filter(change -> change.key().equals(key)).map(Change::id).toList());
        }
    }

    @Test
    void a_new_outbox_repeats_what_is_in_flight_and_delivers_the_next_change_of_the_row_after_both_have_ended()
            throws Exception {
        Change first = outbox.claim(1).get(0);
        List<String> rows = WatchedList.numbered(0, 3);
        rows.set(0, WatchedList.row("r0", 9));
        list.rows(rows);
        list.feed.pollSnapshot(list.source());
        outbox.endPoll();

        Outbox restarted = new Outbox(list.store, WatchedList.ID, outbox.changesInFlight());
        restarted.beginPoll();
        List<Change> again = restarted.claim(10);
        assertEquals(List.of("r0", "r1", "r2"), again.stream().map(Change::key).toList());
        assertEquals(first, again.get(0));
        restarted.acknowledge(again.get(0));
        assertEquals(List.of(), restarted.claim(10));
        restarted.endPoll();
        restarted.beginPoll();
        assertEquals(List.of(), restarted.claim(10));
        restarted.endPoll();
        outbox.acknowledge(first);
        restarted.beginPoll();
        assertEquals(List.of("UPDATED"), restarted.claim(10).stream().map(change -> change.type().name()).toList());
    }

    @Test
    void the_late_end_of_a_repeated_change_does_not_release_the_next_one_of_its_row() throws Exception {
        Change first = outbox.claim(1).get(0);
        List<String> rows = WatchedList.numbered(0, 3);
        rows.set(0, WatchedList.row("r0", 9));
        list.rows(rows);
        list.feed.pollSnapshot(list.source());
        outbox.endPoll();
        Outbox restarted = new Outbox(list.store, WatchedList.ID, outbox.changesInFlight());
        restarted.beginPoll();
        assertEquals(first, restarted.claim(1).get(0));
        outbox.acknowledge(first);
        restarted.endPoll();
        restarted.beginPoll();
        assertEquals(List.of("r1", "r2"), restarted.claim(10).stream().map(Change::key).toList());
    }

    @Test
    void a_skipped_change_is_gone_and_the_next_change_of_its_row_follows() throws Exception {
        Change change = outbox.claim(1).get(0);
        assertEquals(0, outbox.skip(change.id()));
        outbox.markFailed(change);
        outbox.endPoll();
        assertEquals(0, outbox.skip("another"));
        assertEquals(1, outbox.skip(change.id()));
        assertEquals(0, outbox.skip(change.id()));
        assertEquals(List.of("r1", "r2"), pending());
        assertEquals(Map.of(), outbox.failing());
    }

    @Test
    void a_change_whose_exchange_ends_while_others_are_being_acknowledged_is_acknowledged_too() throws Exception {
        FeedStore kept = new InMemoryFeedStore();
        AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
        FeedStore interrupted = (FeedStore) Proxy.newProxyInstance(FeedStore.class.getClassLoader(),
                new Class<?>[] { FeedStore.class }, (proxy, method, arguments) -> {
                    if (method.getName().equals("acknowledge")) {
                        meanwhile.getAndSet(() -> {}).run();
                    }
                    return method.invoke(kept, arguments);
                });
        WatchedList rows = new WatchedList(interrupted, WatchedList.settings());
        rows.poll();
        rows.poll();
        rows.poll();
        rows.rows(WatchedList.numbered(0, Outbox.MAX_UNWRITTEN + 2));
        rows.feed.pollSnapshot(rows.source());
        Outbox interruptedOutbox = rows.feed.outbox();
        interruptedOutbox.beginPoll();
        List<Change> changes = interruptedOutbox.claim(Outbox.MAX_UNWRITTEN + 2);
        Thread other = new Thread(() -> interruptedOutbox.acknowledge(changes.get(Outbox.MAX_UNWRITTEN)));
        meanwhile.set(() -> {
            other.start();
            await().until(() -> interruptedOutbox.inFlight() == 1);
        });

        changes.subList(0, Outbox.MAX_UNWRITTEN).forEach(interruptedOutbox::acknowledge);
        other.join();
        interruptedOutbox.endPoll();

        assertEquals(List.of(changes.get(Outbox.MAX_UNWRITTEN + 1)),
                kept.pending(WatchedList.ID, null, 100).changes());
    }

    /** The store of the list, which runs this before each acknowledgement is written. */
    private FeedStore beforeEachAcknowledgement(AtomicReference<Runnable> first) {
        return (FeedStore) Proxy.newProxyInstance(FeedStore.class.getClassLoader(),
                new Class<?>[] { FeedStore.class }, (proxy, method, arguments) -> {
                    if (method.getName().equals("acknowledge")) {
                        first.getAndSet(() -> {}).run();
                    }
                    return method.invoke(list.store, arguments);
                });
    }

    @Test
    void a_change_whose_exchange_ends_while_the_end_of_a_poll_is_written_is_acknowledged_at_once() throws Exception {
        AtomicReference<Runnable> first = new AtomicReference<>(() -> {});
        Outbox ending = new Outbox(beforeEachAcknowledgement(first), WatchedList.ID, new InFlightChanges());
        ending.beginPoll();
        List<Change> changes = ending.claim(10);
        ending.acknowledge(changes.get(0));
        Thread other = new Thread(() -> ending.acknowledge(changes.get(1)));
        first.set(() -> {
            other.start();
            await().until(() -> ending.inFlight() == 1);
        });
        ending.endPoll();
        other.join();

        assertEquals(List.of("r2"), pending());
    }

    @Test
    void a_change_whose_exchange_ends_after_a_poll_that_could_not_write_is_acknowledged_at_once() {
        AtomicReference<Runnable> first = new AtomicReference<>(() -> {
            throw new FeedStateException("the database is down");
        });
        Outbox ending = new Outbox(beforeEachAcknowledgement(first), WatchedList.ID, new InFlightChanges());
        ending.beginPoll();
        List<Change> changes = ending.claim(10);
        ending.acknowledge(changes.get(0));
        assertThrows(FeedStateException.class, ending::endPoll);
        assertEquals(List.of("r0", "r1", "r2"), pending());

        ending.acknowledge(changes.get(1));
        assertEquals(List.of("r2"), pending());
    }

    @Test
    void a_late_acknowledgement_that_cannot_be_written_is_left_to_the_next_consumer_of_the_feed() throws Exception {
        AtomicReference<RuntimeException> failure = new AtomicReference<>();
        FeedStore closing = (FeedStore) Proxy.newProxyInstance(FeedStore.class.getClassLoader(),
                new Class<?>[] { FeedStore.class }, (proxy, method, arguments) -> {
                    if (method.getName().equals("acknowledge") && failure.get() != null) {
                        throw failure.get();
                    }
                    return method.invoke(list.store, arguments);
                });
        InFlightChanges inFlight = new InFlightChanges();
        Outbox stopped = new Outbox(closing, WatchedList.ID, inFlight);
        stopped.beginPoll();
        Change change = stopped.claim(1).get(0);
        stopped.endPoll();
        failure.set(new FeedStateException("the store is closed"));
        assertThrows(FeedStateException.class, () -> stopped.acknowledge(change));

        Outbox restarted = new Outbox(list.store, WatchedList.ID, inFlight);
        restarted.beginPoll();
        assertEquals(List.of("r1", "r2"), restarted.claim(10).stream().map(Change::key).toList());
        restarted.endPoll();
        assertEquals(List.of("r1", "r2"), pending());
    }
}
