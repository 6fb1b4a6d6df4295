package io.github.integratorio.camel.internal.changefeed;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.Recording;
import io.github.integratorio.camel.internal.changefeed.store.InMemoryFeedStore;
import io.github.integratorio.camel.support.LogCapture;
import io.github.integratorio.camel.support.WatchedList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a poll does with its store, and with one that another node uses, too. */
class ChangeFeedTest {

    private final InMemoryFeedStore kept = new InMemoryFeedStore();
    /** Numbers of the rows that were read by their keys. */
    private final List<Integer> rowsRead = new ArrayList<>();
    private Recording recorded;
    private Runnable beforeRowsAreRead = () -> {};
    private Runnable beforeCommit = () -> {};
    private boolean areRowsLost;
    private final FeedStore store = (FeedStore) Proxy.newProxyInstance(FeedStore.class.getClassLoader(),
            new Class<?>[] { FeedStore.class }, (proxy, method, arguments) -> call(method, arguments));

    private Object call(Method method, Object[] arguments) throws Exception {
        if (method.getName().equals("rows") && arguments[1] instanceof Collection<?> keys) {
            rowsRead.add(keys.size());
            beforeRowsAreRead.run();
            if (areRowsLost) {
                return Map.of();
            }
        } else if (method.getName().equals("commit")) {
            recorded = (Recording) arguments[3];
            beforeCommit.run();
        }
        return method.invoke(kept, arguments);
    }

    private WatchedList node(boolean emitInitial, int confirmations) {
        return new WatchedList(store, new FeedConfig("_id", emitInitial, 20, confirmations, Set.of()));
    }

    /** Polls as another node. */
    private List<String> pollElsewhere(List<String> rows) {
        try {
            return new WatchedList(kept, WatchedList.settings()).rows(rows).newChanges();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> valued(int count, String value) {
        return IntStream.range(0, count).mapToObj(i -> WatchedList.row("r" + i, value)).toList();
    }

    @Test
    void the_count_of_missing_rows_starts_over_when_another_node_has_recorded_changes() throws Exception {
        WatchedList list = node(false, 3);
        assertEquals(WatchedList.ID, list.feed.id());
        list.rows(WatchedList.numbered(0, 10)).poll();
        list.rows(WatchedList.numbered(1, 10));
        assertEquals(List.of(), list.newChanges());
        assertEquals(List.of(), list.newChanges());
        // It has seen the row that is missing here.
        assertEquals(List.of("ADDED r10"), pollElsewhere(WatchedList.numbered(0, 11)));
        list.rows(WatchedList.numbered(1, 11));
        assertEquals(List.of(), list.newChanges());
        assertEquals(List.of(), list.newChanges());
        assertEquals(List.of("REMOVED r0"), list.newChanges());
    }

    @ParameterizedTest
    @ValueSource(strings = { "silent", "emitted", "of another node" })
    void it_is_logged_that_changes_are_reported_from_now_on_if_this_node_has_recorded_a_silent_first_snapshot(
            String snapshot) throws Exception {
        WatchedList list = node(snapshot.equals("emitted"), 1).rows(WatchedList.numbered(0, 3));
        if (snapshot.equals("of another node")) {
            beforeCommit = () -> pollElsewhere(WatchedList.numbered(0, 3));
        }
        try (LogCapture log = new LogCapture()) {
            list.poll();
            String ours = list.feed.id() + ": the list has 3 rows; changes are reported from now on";
            // The other node logs it, too.
            assertEquals(snapshot.equals("emitted") ? 0 : 1,
                    log.lines().stream().filter(line -> line.contains(ours)).count());
        }
    }

    @Test
    void the_rows_of_a_first_snapshot_are_not_kept_in_memory() throws Exception {
        node(false, 1).rows(WatchedList.numbered(0, 3)).poll();
        assertTrue(recorded.rows().isEmpty());
    }

    @Test
    void rows_in_another_notation_are_read_from_the_store_once() throws Exception {
        WatchedList list = node(false, 1);
        list.rows(valued(3, "1")).poll();
        assertEquals(List.of(), list.rows(valued(3, "1.0")).newChanges());
        assertEquals(List.of(3), rowsRead);
        assertEquals(List.of(), list.newChanges());
        assertEquals(List.of(3), rowsRead);
    }

    @Test
    void many_rows_are_read_from_the_store_together() throws Exception {
        WatchedList list = node(false, 1);
        list.rows(valued(1_001, "1")).poll();
        assertEquals(1_001, list.rows(valued(1_001, "2")).newChanges().size());
        assertEquals(List.of(500, 500, 1), rowsRead);
    }

    @Test
    void a_snapshot_is_dropped_and_read_again_if_another_node_has_removed_a_row_meanwhile() throws Exception {
        WatchedList list = node(false, 1);
        list.rows(valued(3, "1")).poll();
        beforeRowsAreRead = () -> {
            beforeRowsAreRead = () -> {};
            assertEquals(List.of("REMOVED r2"), pollElsewhere(valued(2, "1")));
        };
        assertEquals(List.of(), list.rows(valued(3, "2")).newChanges());
        assertEquals(List.of("UPDATED r0", "UPDATED r1", "ADDED r2"), list.newChanges());
    }

    @Test
    void a_state_that_has_lost_a_row_is_reported_as_damaged() throws Exception {
        WatchedList list = node(false, 1);
        list.rows(valued(3, "1")).poll();
        areRowsLost = true;
        FeedStateException damaged = assertThrows(FeedStateException.class, list.rows(valued(3, "2"))::poll);
        assertTrue(damaged.getMessage().contains("the state is damaged"), damaged.getMessage());
    }
}
