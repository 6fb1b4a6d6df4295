package io.github.integratorio.camel.internal.concurrent;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.ThreadPoolProfile;
import org.junit.jupiter.api.Test;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

/** The workers of a component. */
class ThreadPoolsTest {

    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger done = new AtomicInteger();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    private void block() {
        threads.add(Thread.currentThread());
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        done.incrementAndGet();
    }

    @Test
    void blocked_workers_get_more_threads_until_the_waiting_tasks_run() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            ThreadPools pools = new ThreadPools(context.getExecutorServiceManager(), this);
            for (int i = 0; i < 199; i++) {
                pools.workers().execute(this::block);
            }
            // This one lets the others go.
            pools.workers().execute(release::countDown);

            await().until(() -> done.get() == 199);
            pools.stop();
        }
    }

    @Test
    void a_route_continues_with_the_class_loader_of_its_application_whichever_thread_adds_the_task() throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        ClassLoader ofApplication = new URLClassLoader(new URL[0], before);
        CompletableFuture<ClassLoader> seen = new CompletableFuture<>();
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            Thread.currentThread().setContextClassLoader(ofApplication);
            ThreadPools pools = new ThreadPools(context.getExecutorServiceManager(), this);
            Thread.currentThread().setContextClassLoader(before);

            pools.workers().execute(() -> seen.complete(Thread.currentThread().getContextClassLoader()));

            assertEquals(ofApplication, seen.get(10, TimeUnit.SECONDS));
            pools.stop();
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @Test
    void a_thread_pool_profile_replaces_the_workers_settings() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            ThreadPoolProfile profile = new ThreadPoolProfile(ThreadPools.WORKERS);
            profile.setPoolSize(2);
            profile.setMaxPoolSize(2);
            profile.setMaxQueueSize(1000);
            context.getExecutorServiceManager().registerThreadPoolProfile(profile);
            ThreadPools pools = new ThreadPools(context.getExecutorServiceManager(), this);
            release.countDown();
            for (int i = 0; i < 500; i++) {
                pools.workers().execute(this::block);
            }

            await().until(() -> done.get() == 500);
            assertEquals(2, threads.size());
            pools.stop();
        }
    }
}
