package io.github.integratorio.camel.internal.changefeed.store;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.internal.changefeed.store.FeedTable.Feed;
import io.github.integratorio.camel.internal.changefeed.store.TransactionTemplate.TransactionCallback;
import io.github.integratorio.camel.internal.database.WriteDelay;

/**
 * Store in a database: H2 in a file, or a PostgreSQL that several nodes share. Each row of a list is a row of a table, so a commit
 * writes only the rows that changed. Each read verifies checksums.
 */
public final class JdbcFeedStore implements FeedStore {

    private final TransactionTemplate transactions;
    /** Whether the database writes what was committed to its file later, and has to be told to do so at once. */
    private final boolean writesLate;
    /** Newest generation of each feed that this store has read or written. */
    private final Map<FeedId, Long> newest = new ConcurrentHashMap<>();

    /**
     * Opens the store.
     *
     * @param  dataSource         the database, which the store does not close
     * @param  tables             whether to create or upgrade the tables
     * @throws FeedStateException if the database cannot be used
     */
    public JdbcFeedStore(DataSource dataSource, Schema.Tables tables) {
        this.transactions = new TransactionTemplate(dataSource);
        Schema.prepare(transactions, tables);
        this.writesLate = transactions.run("read", WriteDelay::isSet);
        if (writesLate) {
            force();
        }
    }

    /** Opens the store, and creates or upgrades its tables. */
    public JdbcFeedStore(DataSource dataSource) {
        this(dataSource, Schema.Tables.CREATE);
    }

    /** Runs a callback in a transaction that writes, unless another version of this component has upgraded the tables. */
    private <T> T write(TransactionCallback<T> callback) {
        return transactions.write(connection -> {
            Schema.verifyFormat(connection);
            return callback.run(connection);
        });
    }

    @Override
    public Optional<State> state(FeedId feed) {
        long known = newest.getOrDefault(feed, 0L);
        Optional<State> state = transactions.run("read",
                connection -> Optional.ofNullable(FeedTable.find(connection, feed)).map(Feed::state));
        verifyNotOlder(feed, known, state);
        return state;
    }

    /** Verifies that a state is not older than one that was known before it was read. */
    private void verifyNotOlder(FeedId feed, long known, Optional<State> state) {
        long current = state.map(State::generation).orElse(known);
        if (current < known) {
            throw new FeedStateException(feed + ": the state is older than the one this process has seen (generation "
                    + current + " instead of " + known + "), as after a backup was restored or a replica promoted;"
                    + " restore the newer state, or restart the route to continue from the older one,"
                    + " which may repeat changes and miss the removal of rows added since");
        }
        newest.merge(feed, current, Math::max);
    }

    @Override
    public void rows(FeedId feed, RowReader reader) {
        transactions.run("read", connection -> {
            Feed found = FeedTable.require(connection, feed);
            long count = RowTable.read(connection, found.number(), reader);
            if (count != found.rows()) {
                if (!found.equals(FeedTable.find(connection, feed))) {
                    throw new FeedStateException(feed + ": another node has changed the state while it was read");
                }
                throw new FeedStateException(
                        feed + ": the state is damaged: it has " + count + " rows instead of " + found.rows());
            }
            return null;
        });
    }

    @Override
    public Map<String, String> rows(FeedId feed, Collection<String> keys) {
        if (keys.isEmpty()) {
            return Map.of();
        }
        return transactions.run("read",
                connection -> RowTable.find(connection, FeedTable.require(connection, feed).number(), keys));
    }

    @Override
    public boolean commit(FeedId feed, State expected, State next, Recording recording) {
        boolean isCommitted = write(connection -> {
            // A second node waits here for the first one, and then finds another generation.
            Feed found = FeedTable.lock(connection, feed);
            if (!Objects.equals(expected, found == null ? null : found.state())) {
                return false;
            }
            Feed known = found == null ? FeedTable.insert(connection, feed, next) : found;
            long deleted = found == null ? 0
                    : RowTable.delete(connection, known.number(), recording.rows().keySet())
                            + RowTable.delete(connection, known.number(), recording.removed());
            long withdrawn = ChangeTable.delete(connection, known.number(), recording.withdrawn());
            RowTable.insert(connection, known.number(), recording);
            ChangeTable.insert(connection, known.number(), recording.changes());
            FeedTable.update(connection, feed, new Feed(known.number(), next,
                    known.rows() - deleted + recording.rows().size(),
                    known.changes() - withdrawn + recording.changes().size()));
            return true;
        });
        if (isCommitted) {
            if (writesLate) {
                force();
            }
            newest.merge(feed, next.generation(), Math::max);
        }
        return isCommitted;
    }

    /** Makes H2 write what was committed: the process could be killed after the route has seen a change. */
    private void force() {
        try {
            transactions.run("written to the file", TransactionSettings::force);
        } catch (FeedStateException e) {
            throw new FeedStateException(e.getMessage() + "; H2 with a WRITE_DELAY loses what it has committed when the"
                    + " process is killed: give its user admin rights, so that each change can be written at once");
        }
    }

    @Override
    public Pending pending(FeedId feed, Change after, int max) {
        long known = newest.getOrDefault(feed, 0L);
        Pending pending = transactions.run("read", connection -> {
            TransactionSettings.useIndexesOnly(connection);
            Feed found;
            List<Change> changes;
            do {
                found = FeedTable.find(connection, feed);
                if (found == null) {
                    return new Pending(Optional.empty(), List.of());
                }
                changes = ChangeTable.read(connection, found.number(), after, max);
                if (after != null || changes.size() == max || changes.size() == found.changes()) {
                    return new Pending(Optional.of(found.state()), changes);
                }
                // Different numbers are no damage if another transaction has changed the feed between the two statements.
            } while (!found.equals(FeedTable.find(connection, feed)));
            throw new FeedStateException(feed + ": the state is damaged: it has " + changes.size()
                    + " pending changes instead of " + found.changes()
                    + "; restore them, or, if they were deleted on purpose, run: UPDATE integratorio_feed SET pending_count ="
                    + " (SELECT COUNT(*) FROM integratorio_change WHERE feed = integratorio_feed.id) WHERE name = '"
                    + feed + "'");
        });
        verifyNotOlder(feed, known, pending.state());
        return pending;
    }

    @Override
    public void acknowledge(FeedId feed, Collection<Change> changes) {
        if (changes.isEmpty()) {
            return;
        }
        write(connection -> {
            // Two nodes that acknowledge the same changes wait here for each other, instead of for single changes.
            Feed found = FeedTable.lock(connection, feed);
            if (found == null) {
                return null;
            }
            long deleted = ChangeTable.delete(connection, found.number(), changes);
            FeedTable.update(connection, feed,
                    new Feed(found.number(), found.state(), found.rows(), found.changes() - deleted));
            return null;
        });
    }

    @Override
    public List<Change> notices(FeedId feed) {
        return transactions.run("read", connection -> {
            Feed known = FeedTable.find(connection, feed);
            return known == null ? List.of() : ChangeTable.notices(connection, known.number());
        });
    }

    @Override
    public void close() {
        // Does not close the data source, which belongs to the user.
        transactions.close();
    }
}
