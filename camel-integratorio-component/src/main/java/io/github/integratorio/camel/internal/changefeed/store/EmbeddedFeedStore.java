package io.github.integratorio.camel.internal.changefeed.store;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;

import io.github.integratorio.camel.api.FeedStateException;
import org.h2.engine.Constants;
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
                    + ";TRACE_LEVEL_FILE=0;MAX_MEMORY_ROWS=1000000;MAX_COMPACT_TIME=2000";
    /** Size below which a file is not compacted while it is in use, in bytes. */
    private static final long MIN_COMPACTED_SIZE = 32 << 20;
    /** SQL states of H2 for a file that is open already, and for one in an unknown format. */
    private static final String IN_USE = "90020";
    private static final String UNKNOWN_FORMAT = "90048";

    private final DataSource dataSource;
    private final Path file;
    private final Object fileKey;
    private final HighWaterMark highWaterMark;
    /** Held by each use of the database, and exclusively while it is closed. */
    private final ReadWriteLock inUse = new ReentrantReadWriteLock();
    private boolean closed;
    /** Replaced when the file is compacted. */
    private JdbcFeedStore store;
    /** Size at which the file is compacted. */
    private long maxSize;

    private EmbeddedFeedStore(DataSource dataSource, Path file, HighWaterMark highWaterMark, boolean mayCreate)
            throws IOException {
        this.dataSource = dataSource;
        this.file = file;
        this.fileKey = readFileKey();
        this.highWaterMark = highWaterMark;
        boolean isDone = false;
        try {
            open(mayCreate ? Schema.Tables.CREATE : Schema.Tables.UPGRADE);
            execute("CHECKPOINT SYNC");
            highWaterMark.write();
            isDone = true;
        } finally {
            if (!isDone) {
                abandon();
            }
        }
    }

    /** Returns the real path of a directory for a store, which is created if it does not exist. */
    public static Path prepare(Path directory) {
        Path path = directory.toAbsolutePath();
        // H2 would take the one for the end of the path, and the other for a separator.
        if (path.toString().indexOf(';') >= 0 || File.separatorChar == '/' && path.toString().indexOf('\\') >= 0) {
            throw new FeedStateException("stateDirectory: the path " + path + " must not contain ';' or '\\'");
        }
        try {
            OwnerOnlyFiles.createDirectories(path);
            return path.toRealPath();
        } catch (IOException e) {
            throw unusable(path, e);
        }
    }

    /**
     * Opens the store in a directory, or creates it. No other process can open it until it is closed.
     *
     * @param  directory          the directory, which is created if it does not exist
     * @throws FeedStateException if the state cannot be read or written, is damaged, or is in use by another process
     */
    public static FeedStore open(Path directory) {
        Path path = prepare(directory);
        return uninterrupted(() -> openIn(path));
    }

    private static FeedStore openIn(Path path) {
        // Not from H2's Driver: the DriverManager would keep it, and with it the class loader of an application that has ended.
        if (!Constants.VERSION.matches("(2\\.([2-9]|\\d\\d)|[3-9]|\\d\\d)\\..*")) {
            throw new FeedStateException(
                    "stateDirectory: needs com.h2database:h2 2.2 or newer, but the classpath has " + Constants.VERSION);
        }
        Path file = path.resolve(DATABASE + ".mv.db");
        Path markFile = path.resolve(DATABASE + ".mark");
        try {
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
            throw unusable(path, e);
        }
    }

    private static FeedStateException unusable(Path directory, IOException cause) {
        return new FeedStateException("stateDirectory: " + directory + " cannot be used: "
                + cause.getClass().getSimpleName() + " " + cause.getMessage());
    }

    /**
     * Runs code on a thread of its own and waits for it. Camel interrupts the thread of a route that it stops; H2 would then close its
     * file, for all routes, or report what it has not written yet as written.
     */
    private static <T> T uninterrupted(Supplier<T> code) {
        try {
            return CompletableFuture.supplyAsync(code, task -> {
                Thread thread = new Thread(null, task, "integratorio-state", 0, false);
                thread.setDaemon(true);
                thread.start();
            }).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) e.getCause();
        }
    }

    /** Opens the database, and says what is wrong if that fails. */
    private void open(Schema.Tables tables) {
        try {
            dataSource.getConnection().close();
        } catch (SQLException e) {
            throw new FeedStateException("stateDirectory: " + switch (String.valueOf(e.getSQLState())) {
                case IN_USE ->
                    file.getParent() + " is in use by another process, or by another copy of this component in"
                            + " this process; each needs its own directory";
                case UNKNOWN_FORMAT ->
                    file + " is damaged, or was written by a version of H2 whose files the one on the"
                            + " classpath cannot read; restore it, or use that version";
                default -> file + " cannot be opened: " + TransactionTemplate.message(e);
            });
        }
        store = new JdbcFeedStore(dataSource, tables);
        maxSize = Math.max(MIN_COMPACTED_SIZE, 2 * file.toFile().length());
    }

    /** Returns the identity of the file; null on systems without one, which do not let a file in use be deleted. */
    private Object readFileKey() {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            throw new FeedStateException("stateDirectory: " + file + " is gone");
        }
    }

    private void verifyFile() {
        if (!Objects.equals(fileKey, readFileKey())) {
            throw new FeedStateException("stateDirectory: " + file + " was replaced while it was in use");
        }
    }

    /** Uses the database, which stays open meanwhile. */
    private <T> T use(Function<FeedStore, T> code) {
        return uninterrupted(() -> {
            inUse.readLock().lock();
            try {
                return code.apply(verified());
            } finally {
                inUse.readLock().unlock();
            }
        });
    }

    private FeedStore verified() {
        if (closed) {
            throw new FeedStateException("the state cannot be used: the consumer has stopped");
        }
        verifyFile();
        return store;
    }

    @Override
    public Optional<State> state(FeedId feed) {
        return use(database -> {
            Optional<State> state = database.state(feed);
            highWaterMark.verifyNotRolledBack(feed, state);
            return state;
        });
    }

    /** Calls the reader on another thread; the reader must not use this store. */
    @Override
    public void rows(FeedId feed, RowReader reader) {
        use(database -> {
            database.rows(feed, reader);
            return null;
        });
    }

    @Override
    public Map<String, String> rows(FeedId feed, Collection<String> keys) {
        return use(database -> database.rows(feed, keys));
    }

    @Override
    public boolean commit(FeedId feed, State expected, State next, Recording recording) {
        boolean isCommitted = use(database -> {
            if (!database.commit(feed, expected, next, recording)) {
                return false;
            }
            execute("CHECKPOINT SYNC");
            highWaterMark.advance(feed, next);
            // The file may have been replaced during the commit.
            verifyFile();
            return true;
        });
        if (file.toFile().length() > maxSize) {
            closeDatabase(this::compact);
        }
        return isCommitted;
    }

    /** Opens the database again: with a write delay of 0, H2 reuses space in the file only when it closes it. */
    private void compact() {
        verifyFile();
        // One in three closings only moves rows; the next one gives up the space where they were.
        execute("SHUTDOWN");
        execute("SHUTDOWN");
        open(Schema.Tables.UPGRADE);
    }

    @Override
    public Pending pending(FeedId feed, Change after, int max) {
        return use(database -> {
            Pending pending = database.pending(feed, after, max);
            highWaterMark.verifyNotRolledBack(feed, pending.state());
            return pending;
        });
    }

    @Override
    public List<Change> notices(FeedId feed) {
        return use(database -> database.notices(feed));
    }

    /** Writes acknowledgements without forcing them to the disk: a power failure only makes the changes arrive again. */
    @Override
    public void acknowledge(FeedId feed, Collection<Change> changes) {
        use(database -> {
            database.acknowledge(feed, changes);
            return null;
        });
    }

    /** Executes a command without a transaction, because SHUTDOWN leaves no database to commit to. */
    private void execute(String command) {
        try (Connection connection = dataSource.getConnection(); Statement statement = connection.createStatement()) {
            statement.execute(command);
        } catch (SQLException e) {
            throw new FeedStateException("the state cannot be written: " + TransactionTemplate.message(e));
        }
    }

    /** Closes the database without writing to it. */
    private void abandon() {
        try {
            execute("SHUTDOWN IMMEDIATELY");
        } catch (FeedStateException e) {
            // It is not open. The caller throws the reason.
        }
    }

    /** Runs code that closes the database when nobody uses it, unless the store is closed already. */
    private void closeDatabase(Runnable code) {
        uninterrupted(() -> {
            inUse.writeLock().lock();
            try {
                if (!closed) {
                    code.run();
                }
                return null;
            } finally {
                inUse.writeLock().unlock();
            }
        });
    }

    @Override
    public void close() {
        closeDatabase(() -> {
            closed = true;
            execute("SHUTDOWN");
        });
    }
}
