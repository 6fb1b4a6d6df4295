package io.github.integratorio.camel.internal.changefeed;

import java.io.Closeable;
import java.io.InputStream;

/** Where a list is read from. */
public interface SnapshotSource {

    /**
     * Begins to read the whole list.
     *
     * @throws Exception when it cannot be read; the snapshot is dropped then
     */
    Pages open() throws Exception;

    /** The pages of a list. */
    interface Pages extends Closeable {

        /**
         * The next page, a JSON array as it arrives; null after the last one. To be read to its end before the next is asked for.
         *
         * @throws Exception when the list ends here though it is not complete
         */
        InputStream next() throws Exception;
    }
}
