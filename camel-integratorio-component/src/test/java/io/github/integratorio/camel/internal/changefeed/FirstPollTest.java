package io.github.integratorio.camel.internal.changefeed;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.integratorio.camel.internal.changefeed.store.FeedStore;
import io.github.integratorio.camel.internal.changefeed.store.InMemoryFeedStore;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.SimulatedStore.Death;
import io.github.integratorio.camel.support.WatchedList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** A process that crashes in its first poll. */
class FirstPollTest {

    /** A store that crashes once, before or after it has recorded. */
    private static FeedStore diesOnce(String when) {
        AtomicBoolean alive = new AtomicBoolean();
        FeedStore store = new InMemoryFeedStore();
        return (FeedStore) Proxy.newProxyInstance(FirstPollTest.class.getClassLoader(),
                new Class<?>[] { FeedStore.class },
                (proxy, method, arguments) -> {
                    boolean dies = method.getName().equals("commit") && !when.equals("while it reads")
                            && !alive.getAndSet(true);
                    if (dies && when.equals("before it is recorded")) {
                        throw new Death();
                    }
                    Object result = method.invoke(store, arguments);
                    if (dies) {
                        throw new Death();
                    }
                    return result;
                });
    }

    @ParameterizedTest(name = "emit {0}, dies {1}")
    @CsvSource({ "false, before it is recorded", "false, after it is recorded", "false, while it reads",
            "true, before it is recorded", "true, after it is recorded", "true, while it reads" })
    @Covers(205)
    void each_row_of_the_first_snapshot_is_delivered_once_or_recorded_silently(boolean emit, String when)
            throws Exception {
        WatchedList list = new WatchedList(diesOnce(when), new FeedConfig("_id", emit, 20, 1, Set.of()));
        list.rows(WatchedList.numbered(0, 3));
        if (when.equals("while it reads")) {
            list.thenFails(new IOException("dead"));
            assertThrows(IOException.class, list::poll);
            list.rows(WatchedList.numbered(0, 3));
        } else {
            assertThrows(Death.class, list::poll);
        }
        list.restart();
        assertEquals(emit ? List.of("ADDED r0", "ADDED r1", "ADDED r2") : List.of(), list.newChanges());
        assertEquals(List.of("ADDED r3"), list.rows(WatchedList.numbered(0, 4)).newChanges());
    }
}
