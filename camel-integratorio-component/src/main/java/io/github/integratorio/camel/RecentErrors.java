package io.github.integratorio.camel;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.client.ApiCall;
import io.github.integratorio.camel.client.CallObserver;
import io.github.integratorio.camel.client.Failure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what becomes of requests, and remembers the last failures; for the dev console and the log. */
final class RecentErrors implements CallObserver {

    private static final Logger LOG = LoggerFactory.getLogger(IntegratorioComponent.class);
    private static final int REMEMBERED = 10;

    private final Deque<Entry> last = new ArrayDeque<>();
    private final Map<Failure, Long> counts = new EnumMap<>(Failure.class);
    private long good;

    /** A failure; its text holds no secret. */
    record Entry(Instant at, String call, Failure failure, String message) {
    }

    @Override
    public void answered(ApiCall call, Throwable error, Failure failure, Duration took) {
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
    public void waited(ApiCall call, Duration waited) {
        // Only what went wrong is kept.
    }

    synchronized List<Entry> last() {
        return new ArrayList<>(last);
    }

    synchronized Map<Failure, Long> counts() {
        return new EnumMap<>(counts);
    }

    synchronized long good() {
        return good;
    }
}
