package io.github.integratorio.camel.internal.consumer;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;

import io.github.integratorio.camel.api.IntegratorioConfiguration;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** Consumers that come and go use one store of a place, and no list is watched twice in it. */
class FeedStoreRegistryTest {

    private static final FeedId FEED = new FeedId("default", "licenses", "c1");

    private final FeedStoreRegistry registry = new FeedStoreRegistry();

    private static Thread started(Runnable work) {
        Thread thread = new Thread(work);
        thread.start();
        return thread;
    }

    private static void awaitState(Thread thread, Thread.State state) {
        await().until(() -> thread.getState() == state);
    }

    @Test
    void a_store_that_is_opened_again_while_it_closes_is_the_one_of_all_its_consumers(@TempDir Path directory)
            throws Exception {
        IntegratorioConfiguration options = new IntegratorioConfiguration();
        options.setStateDirectory(directory.toString());
        FeedStoreRegistry.Lease stopping = registry.lease(options, null);
        stopping.claim(FEED);
        FeedStore store = stopping.store();
        store.commit(FEED, null, FeedStore.State.first("https://api"),
                new FeedStore.Recording(Map.of("a", "{}"), List.of(), List.of()));
        CountDownLatch isRead = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        Thread reading = started(() -> store.rows(FEED, (key, row, seen) -> {
            isRead.countDown();
            await().until(() -> released.getCount() == 0);
        }));
        isRead.await();
        // The store closes once the list was read; the next consumer waits for that.
        Thread stop = started(stopping::close);
        awaitState(stop, Thread.State.WAITING);
        FutureTask<FeedStoreRegistry.Lease> start = new FutureTask<>(() -> registry.lease(options, null));
        awaitState(started(start), Thread.State.BLOCKED);
        released.countDown();
        reading.join();
        stop.join();

        try (FeedStoreRegistry.Lease started = start.get();
                FeedStoreRegistry.Lease third = registry.lease(options, null)) {
            started.claim(FEED);
            assertSame(started.store(), third.store());
            assertThrows(IllegalArgumentException.class, () -> third.claim(FEED));
        }
    }
}
