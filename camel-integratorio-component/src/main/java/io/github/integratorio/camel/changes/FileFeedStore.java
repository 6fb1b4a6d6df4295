package io.github.integratorio.camel.changes;

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

/**
 * State in an embedded database, and what a file needs beyond SQL: it must still be there, for a process can go on writing to a file
 * that nobody will ever find again; what is recorded is forced to the disk; and a database that has gone back to what it
 * was earlier is not believed.
 */
final class FileFeedStore implements FeedStore {

    private final DataSource dataSource;
    private final Path file;
    private final Object identity;
    private final Witness witness;
    private final FeedStore store;

    /**
     * @param dataSource the embedded database
     * @param file       its file, which is there
     * @param witness    what was seen of it earlier
     * @param mayBegin   whether there may be no state yet
     */
    FileFeedStore(DataSource dataSource, Path file, Witness witness, boolean mayBegin) throws IOException {
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
            throw new StateException("stateDirectory: " + file + " is gone");
        }
    }

    private FeedStore there() {
        if (!Objects.equals(identity, identity())) {
            throw new StateException("stateDirectory: " + file + " was replaced while it was in use");
        }
        return store;
    }

    @Override
    public Optional<State> state(FeedId feed) {
        Optional<State> now = there().state(feed);
        witness.compare(feed, now);
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
    public boolean record(FeedId feed, State expected, State next, Recording recording) {
        if (!there().record(feed, expected, next, recording)) {
            return false;
        }
        force();
        try {
            witness.saw(feed, next);
        } catch (IOException e) {
            throw new StateException("the state cannot be written: " + e.getClass().getSimpleName() + " " + e.getMessage());
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
            throw new StateException("the state cannot be " + what + ": " + Transactions.text(e));
        }
    }

    @Override
    public void close() {
        store.close();
        execute("closed", "SHUTDOWN");
    }
}
