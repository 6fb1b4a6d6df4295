package io.github.integratorio.camel.internal.consumer;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

import io.github.integratorio.camel.internal.changefeed.SnapshotSource;
import io.github.integratorio.camel.internal.concurrent.Scheduler;

/**
 * The API's clock, as its responses show it. A single response with a wrong date does not move it: a date must agree with this computer's
 * clock or with the date of the response before; otherwise, the list is asked for once more. Not thread-safe.
 */
final class ApiClock {

    /** Dates have whole seconds, and several servers have several clocks. */
    private static final Duration TOLERANCE = Duration.ofMinutes(1);

    private final Scheduler local;
    /** The date of the last response, and when it came; null before the first one. */
    private Instant last;
    private long lastNanos;

    ApiClock(Scheduler local) {
        this.local = local;
    }

    /** Returns a source of the same snapshots whose time can be believed. */
    SnapshotSource checked(SnapshotSource source) {
        return () -> {
            Instant expected = expected();
            SnapshotSource.Pages pages = source.open();
            Instant time = pages.time();
            if (time == null) {
                return new TimedPages(pages, expected);
            }
            boolean isPlausible = isNear(time, expected) || isNear(time, local.now());
            remember(time);
            if (isPlausible) {
                return new TimedPages(pages, time);
            }
            pages.close();
            pages = source.open();
            Instant again = pages.time() == null ? expected : pages.time();
            boolean isConfirmed = isNear(again, expected());
            remember(again);
            return new TimedPages(pages, isConfirmed ? again
                    : Stream.of(expected, time, again).sorted().skip(1).findFirst().orElseThrow());
        };
    }

    private void remember(Instant date) {
        last = date;
        lastNanos = local.nanoTime();
    }

    private Instant expected() {
        return last == null ? local.now() : last.plusNanos(local.nanoTime() - lastNanos);
    }

    private static boolean isNear(Instant one, Instant other) {
        return Duration.between(one, other).abs().compareTo(TOLERANCE) <= 0;
    }

    private record TimedPages(SnapshotSource.Pages pages, Instant time) implements SnapshotSource.Pages {
        @Override
        public InputStream next() throws Exception {
            return pages.next();
        }

        @Override
        public void close() throws IOException {
            pages.close();
        }
    }
}
