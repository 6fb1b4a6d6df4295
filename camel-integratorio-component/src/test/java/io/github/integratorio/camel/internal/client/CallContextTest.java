package io.github.integratorio.camel.internal.client;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.integratorio.camel.support.VirtualClient;
import io.github.integratorio.camel.support.VirtualScheduler;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What the calls of one operation share, and what each has of its own. */
class CallContextTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final VirtualScheduler scheduler = new VirtualScheduler(VirtualClient.START);
    private final CallContext operation = CallContext.begin(scheduler, TIMEOUT);

    @Test
    void the_calls_of_an_operation_share_its_time_unless_they_begin_anew() {
        scheduler.advance(Duration.ofSeconds(20));
        assertEquals(Duration.ofSeconds(40), operation.remaining());
        assertEquals(Duration.ofSeconds(40), operation.readOnly().remaining());
        assertEquals(Duration.ofSeconds(40), operation.supersededBy(() -> true).remaining());
        assertEquals(TIMEOUT, operation.withFreshDeadline().remaining());
        assertEquals(operation.deadline() + Duration.ofSeconds(20).toNanos(), operation.withFreshDeadline().deadline());
    }

    @Test
    void a_task_runs_at_the_deadline_unless_it_is_cancelled() {
        AtomicInteger runs = new AtomicInteger();
        operation.atDeadline(runs::incrementAndGet);
        operation.atDeadline(() -> runs.addAndGet(10)).run();
        scheduler.advance(TIMEOUT.minusNanos(1));
        assertEquals(0, runs.get());
        scheduler.advance(Duration.ofNanos(1));
        assertEquals(1, runs.get());
    }

    @Test
    void attempts_and_waits_of_all_calls_are_counted_together() {
        operation.recordAttempt(2);
        operation.withFreshDeadline().recordAttempt(3);
        operation.readOnly().recordAttempt(1);
        assertEquals(3, operation.attempts());
        operation.waited(5);
        operation.supersededBy(() -> false).waited(7);
        assertEquals(Duration.ofNanos(12), operation.waited());
    }

    @Test
    void only_a_probe_is_one_and_it_writes_nothing() {
        CallContext probe = CallContext.probe(scheduler, TIMEOUT);
        assertTrue(probe.isProbe());
        assertTrue(probe.isReadOnly());
        assertFalse(probe.isSuperseded());
        assertFalse(operation.isProbe());
    }

    @Test
    void a_dry_run_stays_one() {
        assertFalse(operation.isReadOnly());
        CallContext dryRun = operation.readOnly();
        assertTrue(dryRun.isReadOnly());
        assertTrue(dryRun.withFreshDeadline().isReadOnly());
        assertTrue(dryRun.supersededBy(() -> false).isReadOnly());
    }

    @Test
    void a_write_is_superseded_when_a_newer_one_waits_and_its_successor_is_not() {
        AtomicBoolean newer = new AtomicBoolean();
        CallContext write = operation.supersededBy(newer::get);
        assertFalse(write.isSuperseded());
        newer.set(true);
        assertTrue(write.isSuperseded());
        assertTrue(write.readOnly().isSuperseded());
        assertFalse(write.withFreshDeadline().isSuperseded());
        assertFalse(operation.isSuperseded());
    }

    @Test
    void an_operation_has_the_watcher_that_was_set() {
        assertNull(operation.watcher());
        CallContext.Watcher watcher = new CallContext.Watcher() {
            @Override
            public void begins() {
                // Nothing to refuse.
            }

            @Override
            public void ended(Throwable error) {
                // Nothing to tell.
            }
        };
        operation.watch(watcher);
        assertSame(watcher, operation.watcher());
    }
}
