package io.github.integratorio.camel.internal.consumer;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;

import io.github.integratorio.camel.internal.changefeed.SnapshotSource;
import io.github.integratorio.camel.internal.consumer.PollActivity.Work;

/** Keeps what a consumer is doing, for operators who look at it while it hangs. Thread-safe. */
public final class PollActivityTracker {

    private volatile PollActivity current = PollActivity.of(Work.NONE);

    /** Begins work of a kind, which ends the work before. */
    public void begin(Work work) {
        current = PollActivity.of(work);
    }

    /** Returns what the consumer is doing. */
    public PollActivity current() {
        return current;
    }

    /** Notes when a snapshot is read from the API; before and after, the feed uses its store. */
    public SnapshotSource observed(SnapshotSource source) {
        return () -> {
            begin(Work.API);
            SnapshotSource.Pages pages = source.open();
            return new SnapshotSource.Pages() {
                @Override
                public Instant time() {
                    return pages.time();
                }

                @Override
                public InputStream next() throws Exception {
                    return pages.next();
                }

                @Override
                public void close() throws IOException {
                    begin(Work.STORE);
                    pages.close();
                }
            };
        };
    }
}
