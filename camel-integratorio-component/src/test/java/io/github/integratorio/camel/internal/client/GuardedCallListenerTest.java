package io.github.integratorio.camel.internal.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.FailureKind;
import io.github.integratorio.camel.support.LogCapture;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** What observes requests is told everything, and cannot disturb them. */
class GuardedCallListenerTest {

    private final List<Object> told = new ArrayList<>();
    private Error thrown;
    private final CallListener listener = new GuardedCallListener(new CallListener() {
        @Override
        public void answered(ApiMethod call, Throwable error, FailureKind failure, Duration took) {
            told.addAll(List.of(call, error, failure, took));
            fail();
        }

        @Override
        public void waited(ApiMethod call, Duration waited) {
            told.addAll(List.of(call, waited));
            fail();
        }

        private void fail() {
            if (thrown != null) {
                throw thrown;
            }
        }
    });

    @Test
    void its_failures_are_logged_once_and_disturb_nobody() {
        thrown = new NoClassDefFoundError("a registry of metrics");
        try (LogCapture log = new LogCapture()) {
            listener.waited(ApiMethod.PUSH_UPDATE, Duration.ZERO);
            assertEquals(1, warnings(log));
            listener.waited(ApiMethod.PUSH_UPDATE, Duration.ZERO);
            listener.answered(ApiMethod.PUSH_UPDATE, thrown, FailureKind.THROTTLED, Duration.ZERO);
            assertEquals(1, warnings(log));
        }
        CallListener other = new GuardedCallListener(listener);
        try (LogCapture log = new LogCapture()) {
            other.answered(ApiMethod.PUSH_UPDATE, thrown, FailureKind.THROTTLED, Duration.ZERO);
            assertEquals(0, warnings(log), "it did not fail");
        }
    }

    private static long warnings(LogCapture log) {
        return log.lines().stream().filter(line -> line.contains("What observes requests failed")).count();
    }

    @Test
    void it_is_told_everything_even_after_it_has_failed() {
        Exception error = new IllegalStateException();
        for (int time = 0; time < 2; time++) {
            listener.answered(ApiMethod.PUSH_UPDATE, error, FailureKind.THROTTLED, Duration.ofMillis(7));
            assertEquals(List.of(ApiMethod.PUSH_UPDATE, error, FailureKind.THROTTLED, Duration.ofMillis(7)), told);
            told.clear();
            listener.waited(ApiMethod.PUSH_UPDATE, Duration.ofMillis(9));
            assertEquals(List.of(ApiMethod.PUSH_UPDATE, Duration.ofMillis(9)), told);
            told.clear();
            thrown = new NoClassDefFoundError("a registry of metrics");
        }
    }
}
