package io.github.integratorio.camel.internal.consumer;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;

import io.github.integratorio.camel.internal.changefeed.SnapshotSource;
import io.github.integratorio.camel.internal.client.ApiClock;

/**
 * The snapshots of a source, with a time that can be believed. If a response has a wrong date, or none, the list is asked for once more. A
 * snapshot without a known time fails: expiry notices by a wrong clock would come too early, or all once more.
 */
final class DatedSnapshots implements SnapshotSource {

    private final SnapshotSource source;
    private final ApiClock clock;
    /** Whether any response had a date. If the first two have none, the API sends none. */
    private boolean sendsDates;
    private boolean lacksDate;

    DatedSnapshots(SnapshotSource source, ApiClock clock) {
        this.source = source;
        this.clock = clock;
    }

    @Override
    public Pages open() throws Exception {
        Pages pages = source.open();
        if (!tellsTime(pages.time())) {
            pages.close();
            pages = source.open();
            if (!tellsTime(pages.time()) && !clock.isSet()) {
                pages.close();
                throw new IOException("the API's clock is not known, and expiryNotices need it: the dates of two"
                        + " responses are missing, or agree neither with each other nor with this computer's clock");
            }
        }
        return new DatedPages(pages, clock.now());
    }

    private boolean tellsTime(Instant date) {
        if (date != null) {
            sendsDates = true;
            return clock.believes(date);
        }
        boolean lackedDate = lacksDate;
        lacksDate = true;
        return clock.isSet() || lackedDate && !sendsDates;
    }

    private record DatedPages(Pages pages, Instant time) implements Pages {
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
