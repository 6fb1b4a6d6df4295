package io.github.integratorio.benchmarks;

import java.io.ByteArrayInputStream;
import java.io.InputStream;

import io.github.integratorio.camel.internal.changefeed.SnapshotSource;

/** A list of one page that is in memory, so that HTTP is not measured. */
record MemorySnapshot(byte[] list) implements SnapshotSource {

    @Override
    public Pages open() {
        return new Pages() {
            private boolean returned;

            @Override
            public InputStream next() {
                InputStream page = returned ? null : new ByteArrayInputStream(list);
                returned = true;
                return page;
            }

            @Override
            public void close() {
                // There is nothing to close.
            }
        };
    }
}
