package io.github.integratorio.camel.internal.changefeed.store;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Supplier;

import io.github.integratorio.camel.api.FeedStateException;

/**
 * Store in a directory of this machine, in an embedded H2 database that only its owner can read. It forces each recording to the disk,
 * and refuses a database file that was deleted or replaced while in use (the process could still write to the deleted file), or
 * that contains an older state than the one written last.
 */
public final class EmbeddedFeedStore implements FeedStore {

    private static final String DATABASE = "integratorio";

    private final EmbeddedDatabase database;
    private final HighWaterMark highWaterMark;
    /** Held by each use of the database, and exclusively while it is closed. */
    private final ReadWriteLock inUse = new ReentrantReadWriteLock();
    private boolean closed;

    private EmbeddedFeedStore(EmbeddedDatabase database, HighWaterMark highWaterMark) throws IOException {
        this.database = database;
        this.highWaterMark = highWaterMark;
        boolean isDone = false;
        try {
            database.force();
            highWaterMark.write();
            isDone = true;
        } finally {
            if (!isDone) {
                database.abandon();
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
        EmbeddedDatabase.requireVersion();
        Path file = path.resolve(DATABASE + EmbeddedDatabase.SUFFIX);
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
            return new EmbeddedFeedStore(new EmbeddedDatabase(file, mayCreate), highWaterMark);
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
        return database.store();
    }

    @Override
    public Optional<State> state(FeedId feed) {
        return use(store -> {
            Optional<State> state = store.state(feed);
            highWaterMark.verifyNotRolledBack(feed, state);
            return state;
        });
    }

    /** Calls the reader on another thread; the reader must not use this store. */
    @Override
    public void rows(FeedId feed, RowReader reader) {
        use(store -> {
            store.rows(feed, reader);
            return null;
        });
    }

    @Override
    public Map<String, String> rows(FeedId feed, Collection<String> keys) {
        return use(store -> store.rows(feed, keys));
    }

    @Override
    public boolean commit(FeedId feed, State expected, State next, Recording recording) {
        boolean isCommitted = use(store -> {
            if (!store.commit(feed, expected, next, recording)) {
                return false;
            }
            database.force();
            highWaterMark.advance(feed, next);
            // The file may have been replaced during the commit.
            database.verifyFile();
            return true;
        });
        if (database.isLarge()) {
            closeDatabase(database::compact);
        }
        return isCommitted;
    }

    @Override
    public Pending pending(FeedId feed, Change after, int max) {
        return use(store -> {
            Pending pending = store.pending(feed, after, max);
            highWaterMark.verifyNotRolledBack(feed, pending.state());
            return pending;
        });
    }

    @Override
    public List<Change> notices(FeedId feed) {
        return use(store -> store.notices(feed));
    }

    /** Writes acknowledgements without forcing them to the disk: a power failure only makes the changes arrive again. */
    @Override
    public void acknowledge(FeedId feed, Collection<Change> changes) {
        use(store -> {
            store.acknowledge(feed, changes);
            return null;
        });
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
            database.close();
        });
    }
}
