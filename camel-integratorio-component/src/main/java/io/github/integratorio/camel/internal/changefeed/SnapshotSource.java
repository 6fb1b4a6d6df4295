package io.github.integratorio.camel.internal.changefeed;

import java.io.Closeable;
import java.io.InputStream;
import java.time.Instant;

/** Source of the snapshots of a list. */
public interface SnapshotSource {

    /**
     * Starts to read a snapshot.
     *
     * @throws Exception if the list cannot be read
     */
    Pages open() throws Exception;

    /** Pages of one snapshot. */
    interface Pages extends Closeable {

        /** Returns the source's time at the beginning of the snapshot; null, if it is not known, for a feed without expiry notices only. */
        default Instant time() {
            return null;
        }

        /**
         * Returns the next page, a JSON array; null after the last one. The caller must read a page to its end before it asks for
         * the next one.
         *
         * @throws Exception if the list is incomplete
         */
        InputStream next() throws Exception;
    }
}
