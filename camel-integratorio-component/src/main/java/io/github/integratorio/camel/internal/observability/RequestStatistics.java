package io.github.integratorio.camel.internal.observability;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.internal.client.CallListener;
import io.github.integratorio.camel.internal.client.protocol.ApiMethod;
import io.github.integratorio.camel.internal.client.protocol.FailureKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what becomes of requests, and remembers the last failures; for the dev console and the log. */
public final class RequestStatistics implements CallListener {

    private static final Logger LOG = LoggerFactory.getLogger(IntegratorioComponent.class);
    private static final int REMEMBERED = 10;

    private final Deque<Entry> last = new ArrayDeque<>();
    private final Map<FailureKind, Long> counts = new EnumMap<>(FailureKind.class);
    private long good;

    /** A failure; its text holds no secret. */
    record Entry(Instant at, String call, FailureKind failure, String message) {
    }

    @Override
    public void answered(ApiMethod call, Throwable error, FailureKind failure, Duration took) {
        synchronized (this) {
            if (failure == null) {
                good++;
                return;
            }
            counts.merge(failure, 1L, Long::sum);
            last.addLast(new Entry(Instant.now(), call.label(), failure, error.getMessage()));
            if (last.size() > REMEMBERED) {
                last.removeFirst();
            }
        }
        LOG.debug("{} failed ({}): {}", call.label(), failure, error.getMessage());
    }

    @Override
    public void waited(ApiMethod call, Duration waited) {
        // Only what went wrong is kept.
    }

    synchronized List<Entry> last() {
        return new ArrayList<>(last);
    }

    synchronized Map<FailureKind, Long> counts() {
        return new EnumMap<>(counts);
    }

    synchronized long good() {
        return good;
    }
}
