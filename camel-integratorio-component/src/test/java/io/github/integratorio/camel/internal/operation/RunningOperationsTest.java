package io.github.integratorio.camel.internal.operation;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;

import org.junit.jupiter.api.Test;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The operations that a stop waits for. */
class RunningOperationsTest {

    @Test
    void a_stop_refuses_new_operations_and_ends_when_the_last_one_does() {
        RunningOperations running = new RunningOperations();
        running.begin();
        running.begin();
        Thread stop = new Thread(() -> running.close(Duration.ofDays(1)));
        stop.setDaemon(true);
        stop.start();
        await().until(() -> stop.getState() == Thread.State.TIMED_WAITING);

        assertThrows(RejectedExecutionException.class, running::begin);
        running.end();
        assertTrue(stop.isAlive());
        running.end();
        await().until(() -> !stop.isAlive());
    }
}
