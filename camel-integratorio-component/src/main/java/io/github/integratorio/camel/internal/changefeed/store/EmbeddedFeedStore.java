package io.github.integratorio.camel.internal.changefeed.store;

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
import java.util.function.BiConsumer;
import javax.sql.DataSource;

import io.github.integratorio.camel.api.FeedStateException;

/**
 * State in an embedded database, and what a file needs beyond SQL: it must still be there, for a process can go on writing to a file
 * that nobody will ever find again; what is recorded is forced to the disk; and a database that has gone back to what it
 * was earlier is not believed.
 */
final class EmbeddedFeedStore implements FeedStore {

    private final DataSource dataSource;
    private final Path file;
    private final Object identity;
    private final HighWaterMark witness;
    private final FeedStore store;

    /**
     * @param dataSource the embedded database
     * @param file       its file, which is there
     * @param witness    what was seen of it earlier
     * @param mayBegin   whether there may be no state yet
     */
    EmbeddedFeedStore(DataSource dataSource, Path file, HighWaterMark witness, boolean mayBegin) throws IOException {
        this.dataSource = dataSource;
        this.file = file;
        this.identity = identity();
        this.witness = witness;
        try {
            this.store = new JdbcFeedStore(dataSource, mayBegin);
            force();
            witness.write();
        } catch (IOException | RuntimeException e) {
            execute("closed", "SHUTDOWN IMMEDIATELY");
            throw e;
        }
    }

    /** What tells this file from another one of the same name; null where there is no such thing, and no file can be deleted in use. */
    private Object identity() {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            throw new FeedStateException("stateDirectory: " + file + " is gone");
        }
    }

    private FeedStore there() {
        if (!Objects.equals(identity, identity())) {
            throw new FeedStateException("stateDirectory: " + file + " was replaced while it was in use");
        }
        return store;
    }

    @Override
    public Optional<State> state(FeedId feed) {
        Optional<State> now = there().state(feed);
        witness.verifyNotRolledBack(feed, now);
        return now;
    }

    @Override
    public void rows(FeedId feed, BiConsumer<String, String> reader) {
        there().rows(feed, reader);
    }

    @Override
    public Map<String, String> rows(FeedId feed, Collection<String> keys) {
        return there().rows(feed, keys);
    }

    @Override
    public boolean commit(FeedId feed, State expected, State next, Recording recording) {
        if (!there().commit(feed, expected, next, recording)) {
            return false;
        }
        force();
        try {
            witness.advance(feed, next);
        } catch (IOException e) {
            throw new FeedStateException("the state cannot be written: " + e.getClass().getSimpleName() + " " + e.getMessage());
        }
        // Written to the file that others will find?
        there();
        return true;
    }

    @Override
    public List<Change> pending(FeedId feed, Change after, int most) {
        state(feed);
        return there().pending(feed, after, most);
    }

    /** Not forced: an acknowledgement that a power cut takes back is a change that comes again. */
    @Override
    public void acknowledge(FeedId feed, Collection<Change> changes) {
        there().acknowledge(feed, changes);
    }

    private void force() {
        execute("written", "CHECKPOINT SYNC");
    }

    private void execute(String what, String sql) {
        // No transaction: it could not be committed any more.
        try (Connection connection = dataSource.getConnection(); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new FeedStateException("the state cannot be " + what + ": " + TransactionTemplate.text(e));
        }
    }

    @Override
    public void close() {
        store.close();
        execute("closed", "SHUTDOWN");
    }
}
