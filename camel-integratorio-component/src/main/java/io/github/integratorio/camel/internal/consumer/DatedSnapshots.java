package io.github.integratorio.camel.internal.consumer;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;

import io.github.integratorio.camel.internal.changefeed.SnapshotSource;
import io.github.integratorio.camel.internal.client.ApiClock;

/** The snapshots of a source, with a time that can be believed: if a response has a wrong date, the list is asked for once more. */
record DatedSnapshots(SnapshotSource source, ApiClock clock) implements SnapshotSource {

    @Override
    public Pages open() throws Exception {
        Pages pages = source.open();
        if (!clock.believes(pages.time())) {
            pages.close();
            pages = source.open();
        }
        return new DatedPages(pages, clock.time(pages.time()));
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
