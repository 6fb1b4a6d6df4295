package io.github.integratorio.camel.internal.changefeed.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import javax.sql.DataSource;

import io.github.integratorio.camel.api.FeedStateException;
import org.h2.jdbcx.JdbcDataSource;

/**
 * Store in a directory of this machine, in an embedded H2 database that only its owner can read. It forces each recording to the disk,
 * and refuses a database file that was deleted or replaced while in use (the process could still write to the deleted file), or
 * that contains an older state than the one written last.
 */
public final class EmbeddedFeedStore implements FeedStore {

    private static final String DATABASE = "integratorio";
    /**
     * Writes at commit instead of half a second later. Uses a small cache, because most rows are read once. Never closes the database
     * by itself. Writes no trace file and no temporary files, because those would contain rows and be readable by others.
     */
    private static final String OPTIONS =
            ";WRITE_DELAY=0;CACHE_SIZE=4096;DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE;LOCK_TIMEOUT=60000"
                    + ";TRACE_LEVEL_FILE=0;MAX_MEMORY_ROWS=1000000";

    private final DataSource dataSource;
    private final Path file;
    private final Object fileKey;
    private final HighWaterMark highWaterMark;
    private final FeedStore store;

    private EmbeddedFeedStore(DataSource dataSource, Path file, HighWaterMark highWaterMark, boolean mayCreate)
            throws IOException {
        this.dataSource = dataSource;
        this.file = file;
        this.fileKey = readFileKey();
        this.highWaterMark = highWaterMark;
        try {
            this.store = new JdbcFeedStore(dataSource, mayCreate ? Schema.Tables.CREATE : Schema.Tables.UPGRADE);
            force();
            highWaterMark.write();
        } catch (IOException | RuntimeException e) {
            execute("closed", "SHUTDOWN IMMEDIATELY");
            throw e;
        }
    }

    /**
     * Opens the store in a directory, or creates it. No other process can open it until it is closed.
     *
     * @param  directory          the directory, which is created if it does not exist
     * @throws FeedStateException if the state cannot be read or written, is damaged, or is in use by another process
     */
    public static FeedStore open(Path directory) {
        Path path = directory.toAbsolutePath().normalize();
        if (path.toString().indexOf(';') >= 0) {
            throw new FeedStateException("stateDirectory: the path " + path + " must not contain ';'");
        }
        Path file = path.resolve(DATABASE + ".mv.db");
        Path markFile = path.resolve(DATABASE + ".witness");
        try {
            OwnerOnlyFiles.createDirectories(path);
            boolean mayCreate = !Files.exists(markFile);
            if (!mayCreate && (!Files.exists(file) || Files.size(file) == 0)) {
                throw new FeedStateException("stateDirectory: the state in " + path + " is gone; restore it, or delete "
                        + markFile.getFileName() + " to start over, which loses the changes made meanwhile");
            }
            HighWaterMark highWaterMark = HighWaterMark.read(markFile);
            OwnerOnlyFiles.createFile(file);
            if (!Files.isWritable(file) || !Files.isWritable(path)) {
                // H2 would open it nevertheless, and fail at the first write.
                throw new FeedStateException("stateDirectory: " + path + " cannot be written");
            }
            JdbcDataSource dataSource = new JdbcDataSource();
            dataSource.setURL("jdbc:h2:file:" + path.resolve(DATABASE) + OPTIONS);
            return new EmbeddedFeedStore(dataSource, file, highWaterMark, mayCreate);
        } catch (IOException e) {
            throw new FeedStateException("stateDirectory: " + path + " cannot be used: " + e.getClass().getSimpleName()
                    + " " + e.getMessage());
        }
    }

    /** Returns the identity of the file; null on systems without one, which do not let a file in use be deleted. */
    private Object readFileKey() {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            throw new FeedStateException("stateDirectory: " + file + " is gone");
        }
    }

    private FeedStore verified() {
        if (!Objects.equals(fileKey, readFileKey())) {
            throw new FeedStateException("stateDirectory: " + file + " was replaced while it was in use");
        }
        return store;
    }

    @Override
    public Optional<State> state(FeedId feed) {
        Optional<State> state = verified().state(feed);
        highWaterMark.verifyNotRolledBack(feed, state);
        return state;
    }

    @Override
    public void rows(FeedId feed, BiConsumer<String, String> reader) {
        verified().rows(feed, reader);
    }

    @Override
    public Map<String, String> rows(FeedId feed, Collection<String> keys) {
        return verified().rows(feed, keys);
    }

    @Override
    public boolean commit(FeedId feed, State expected, State next, Recording recording) {
        if (!verified().commit(feed, expected, next, recording)) {
            return false;
        }
        force();
        try {
            highWaterMark.advance(feed, next);
        } catch (IOException e) {
            throw new FeedStateException(
                    "the state cannot be written: " + e.getClass().getSimpleName() + " " + e.getMessage());
        }
        // The file may have been replaced during the commit.
        verified();
        return true;
    }

    @Override
    public Pending pending(FeedId feed, Change after, int max) {
        Pending pending = verified().pending(feed, after, max);
        highWaterMark.verifyNotRolledBack(feed, pending.state());
        return pending;
    }

    /** Acknowledges without forcing it to the disk: a power failure only makes the changes arrive again. */
    @Override
    public void acknowledge(FeedId feed, Collection<Change> changes) {
        verified().acknowledge(feed, changes);
    }

    private void force() {
        execute("written", "CHECKPOINT SYNC");
    }

    private void execute(String what, String sql) {
        // Without a transaction, because SHUTDOWN leaves no database to commit to.
        try (Connection connection = dataSource.getConnection(); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new FeedStateException("the state cannot be " + what + ": " + TransactionTemplate.message(e));
        }
    }

    @Override
    public void close() {
        store.close();
        execute("closed", "SHUTDOWN");
    }
}
