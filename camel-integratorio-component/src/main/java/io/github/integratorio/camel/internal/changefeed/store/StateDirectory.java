package io.github.integratorio.camel.internal.changefeed.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.github.integratorio.camel.api.FeedStateException;
import org.h2.jdbcx.JdbcDataSource;

/** State in a directory of this machine, in an embedded H2 database. Only its owner can read it. */
public final class StateDirectory {

    private static final String DATABASE = "integratorio";
    /**
     * Written when it is committed, not half a second later; little cache, for most rows are read once; never closed by itself. No trace
     * file and no temporary files: they would hold rows, and others could read them.
     */
    private static final String OPTIONS = ";WRITE_DELAY=0;CACHE_SIZE=4096;DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE;LOCK_TIMEOUT=60000"
            + ";TRACE_LEVEL_FILE=0;MAX_MEMORY_ROWS=1000000";

    private StateDirectory() {
    }

    /**
     * Opens the state, or begins it.
     *
     * @param  directory      is made when it is not there
     * @return                to be closed; until then no other process can open it
     * @throws FeedStateException when it cannot be read or written, is damaged, or used by another process
     */
    public static FeedStore open(Path directory) {
        Path path = directory.toAbsolutePath().normalize();
        if (path.toString().indexOf(';') >= 0) {
            throw new FeedStateException("stateDirectory: the path must not have a ';' in it");
        }
        Path file = path.resolve(DATABASE + ".mv.db");
        Path seen = path.resolve(DATABASE + ".witness");
        try {
            OwnerOnlyFiles.directory(path);
            boolean mayBegin = !Files.exists(seen);
            if (!mayBegin && (!Files.exists(file) || Files.size(file) == 0)) {
                throw new FeedStateException("stateDirectory: the state in " + path + " is gone; delete " + seen.getFileName()
                        + " to begin anew, which loses the changes until then");
            }
            HighWaterMark witness = HighWaterMark.read(seen);
            OwnerOnlyFiles.file(file);
            if (!Files.isWritable(file) || !Files.isWritable(path)) {
                // The database would open it all the same, and say so when there is something to be written.
                throw new FeedStateException("stateDirectory: " + path + " cannot be written");
            }
            JdbcDataSource dataSource = new JdbcDataSource();
            dataSource.setURL("jdbc:h2:file:" + path.resolve(DATABASE) + OPTIONS);
            return new EmbeddedFeedStore(dataSource, file, witness, mayBegin);
        } catch (IOException e) {
            throw new FeedStateException("stateDirectory: " + path + " cannot be used: " + e.getClass().getSimpleName() + " " + e.getMessage());
        }
    }
}
