package io.github.integratorio.camel.internal.observability;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.internal.client.CallListener;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.FailureKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts requests by their result, and keeps the last failures for the dev console. */
public final class RequestStatistics implements CallListener {

    private static final Logger LOG = LoggerFactory.getLogger(RequestStatistics.class);
    private static final int MAX_FAILURES = 10;

    private final Deque<Failure> lastFailures = new ArrayDeque<>();
    private final Map<FailureKind, Long> failures = new EnumMap<>(FailureKind.class);
    private long succeeded;

    /** A failed request; the message contains no secret. */
    record Failure(Instant at, String call, FailureKind kind, String message) {
    }

    @Override
    public void answered(ApiMethod call, Throwable error, FailureKind failure, Duration took) {
        synchronized (this) {
            if (failure == null) {
                succeeded++;
                return;
            }
            failures.merge(failure, 1L, Long::sum);
            lastFailures.addLast(new Failure(Instant.now(), call.label(), failure, error.getMessage()));
            if (lastFailures.size() > MAX_FAILURES) {
                lastFailures.removeFirst();
            }
        }
        LOG.debug("{} failed ({}): {}", call.label(), failure, error.getMessage());
    }

    @Override
    public void waited(ApiMethod call, Duration waited) {
        // Waits are not counted.
    }

    synchronized List<Failure> lastFailures() {
        return new ArrayList<>(lastFailures);
    }

    synchronized Map<FailureKind, Long> failures() {
        return new EnumMap<>(failures);
    }

    synchronized long succeeded() {
        return succeeded;
    }
}
