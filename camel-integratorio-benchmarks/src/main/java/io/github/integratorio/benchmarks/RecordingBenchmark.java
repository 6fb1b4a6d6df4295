package io.github.integratorio.benchmarks;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import javax.sql.DataSource;

import io.github.integratorio.camel.internal.changefeed.ChangeFeed;
import io.github.integratorio.camel.internal.changefeed.FeedConfig;
import io.github.integratorio.camel.internal.changefeed.Outbox;
import io.github.integratorio.camel.internal.changefeed.SnapshotSource;
import io.github.integratorio.camel.internal.changefeed.store.Change;
import io.github.integratorio.camel.internal.changefeed.store.EmbeddedFeedStore;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore;
import io.github.integratorio.camel.internal.changefeed.store.JdbcFeedStore;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.jdbcx.JdbcDataSource;
import org.postgresql.ds.PGConnectionPoolDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Measures what a store takes for the rows of a first poll, compared with a plain batch insert of the same rows into the same database,
 * and for changes of all rows, which nobody handles, compared with the smallest program that keeps them. Time, not CPU, because a database has its own process. The list is in memory.
 */
public final class RecordingBenchmark {

    private static final int ROWS = Integer.getInteger("rows", 100_000);
    private static final int ROUNDS = 4;

    private final List<String> keys = new ArrayList<>();

    private RecordingBenchmark() {
        for (int i = 0; i < ROWS; i++) {
            keys.add(String.format(Locale.ROOT, "%024x", 0x5f00000000L + i * 7919L));
        }
    }

    private String row(int i, int version) {
        return "{\"_integrationId\":\"" + keys.get(i) + "\",\"name\":\"Customer number " + i
                + " of the shop\",\"email\":\"customer" + i + "@company-" + i % 997 + ".example.com\",\"sandbox\":"
                + (i % 17 == 0) + ",\"version\":\"" + version + ".0.0\",\"updateInProgress\":false}";
    }

    private SnapshotSource list(int version) {
        StringBuilder json = new StringBuilder("[");
        for (int i = 0; i < ROWS; i++) {
            json.append(i == 0 ? "" : ",").append(row(i, version));
        }
        return new MemorySnapshot(json.append(']').toString().getBytes(StandardCharsets.UTF_8));
    }

    private interface Task {
        void run() throws Exception;
    }

    private static double seconds(Task task) throws Exception {
        System.gc();
        long begun = System.nanoTime();
        task.run();
        return (System.nanoTime() - begun) / 1e9;
    }

    /** What a user would write: one prepared statement in batches, and one commit. */
    private void insert(DataSource database, int round) throws SQLException {
        try (Connection connection = database.getConnection(); Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE plain" + round
                    + " (row_key VARCHAR(500) NOT NULL PRIMARY KEY, content VARCHAR(1048576) NOT NULL)");
            connection.setAutoCommit(false);
            batches(connection, "INSERT INTO plain" + round + " VALUES (?, ?)", keys,
                    i -> new String[] { keys.get(i), row(i, 1) });
            connection.commit();
        }
    }

    /**
     * The least that keeps changes until they are handled: in one transaction, it replaces the rows and inserts each change with the row
     * before and after; then it reads the changes by hundreds, and deletes each hundred in a transaction of its own.
     */
    private void change(DataSource database, int round) throws SQLException {
        String rows = "plain" + round;
        String changes = rows + "_change";
        try (Connection connection = database.getConnection(); Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE " + changes + " (row_key VARCHAR(500) NOT NULL PRIMARY KEY,"
                    + " content VARCHAR(1048576) NOT NULL, previous VARCHAR(1048576) NOT NULL)");
            connection.setAutoCommit(false);
            batches(connection, "UPDATE " + rows + " SET content = ? WHERE row_key = ?", keys,
                    i -> new String[] { row(i, 2), keys.get(i) });
            batches(connection, "INSERT INTO " + changes + " VALUES (?, ?, ?)", keys,
                    i -> new String[] { keys.get(i), row(i, 2), row(i, 1) });
            connection.commit();
            String last = "";
            try (PreparedStatement select = connection.prepareStatement("SELECT row_key, content, previous FROM "
                    + changes + " WHERE row_key > ? ORDER BY row_key LIMIT 100")) {
                for (List<String> found = List.of(""); !found.isEmpty();) {
                    select.setString(1, last);
                    found = keys(select);
                    List<String> handled = found;
                    batches(connection, "DELETE FROM " + changes + " WHERE row_key = ?", handled,
                            i -> new String[] { handled.get(i) });
                    connection.commit();
                    last = found.isEmpty() ? last : found.get(found.size() - 1);
                }
            }
        }
    }

    private static void batches(Connection connection, String sql, List<String> keys, IntFunction<String[]> values)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < keys.size(); i++) {
                String[] row = values.apply(i);
                for (int column = 0; column < row.length; column++) {
                    statement.setString(column + 1, row[column]);
                }
                statement.addBatch();
                if (i % 1000 == 999) {
                    statement.executeBatch();
                }
            }
            statement.executeBatch();
        }
    }

    private static List<String> keys(PreparedStatement select) throws SQLException {
        List<String> keys = new ArrayList<>();
        try (ResultSet found = select.executeQuery()) {
            while (found.next()) {
                keys.add(found.getString(1));
                Blackhole.consume(found.getString(2) + found.getString(3));
            }
        }
        return keys;
    }

    private static void deliver(Outbox outbox) {
        outbox.beginPoll();
        int delivered = 0;
        List<Change> next;
        while (!(next = outbox.claim(100)).isEmpty()) {
            next.forEach(outbox::acknowledge);
            delivered += next.size();
        }
        outbox.endPoll();
        if (delivered != ROWS) {
            throw new IllegalStateException("delivered " + delivered + " changes, expected " + ROWS);
        }
    }

    private void measure(String name, DataSource database, FeedStore store) throws Exception {
        SnapshotSource before = list(1);
        SnapshotSource after = list(2);
        for (int round = 0; round < ROUNDS; round++) {
            int number = round;
            ChangeFeed feed = new ChangeFeed(store, new FeedId("benchmark" + round, "installBase", "c1"), "https://api",
                    new FeedConfig("_integrationId", false, 20, 1, Set.of()));
            double insert = seconds(() -> insert(database, number));
            double first = seconds(() -> feed.pollSnapshot(before));
            double unchanged = seconds(() -> feed.pollSnapshot(before));
            double record = seconds(() -> feed.pollSnapshot(after));
            double deliver = seconds(() -> deliver(feed.outbox()));
            double change = seconds(() -> change(database, number));
            System.out.printf(Locale.ROOT,
                    "| %s | %d%s | %.2f s | %.2f s | %.2f × | %.2f s | %.2f s | %.2f s | %.2f s | %.2f × |%n", name,
                    round + 1, round == 0 ? " (cold)" : "", insert, first, first / insert, unchanged, record, deliver,
                    change, (record + deliver) / change);
        }
    }

    private void run(Path directory) throws Exception {
        System.out.printf(Locale.ROOT,
                "%,d rows%n%n| store | round | plain insert | first poll | ratio | unchanged poll"
                        + " | all changed: recorded | delivered | plain changes | ratio |%n"
                        + "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|%n",
                ROWS);
        JdbcDataSource h2 = new JdbcDataSource();
        h2.setURL("jdbc:h2:file:" + directory.resolve("plain") + ";WRITE_DELAY=0;DB_CLOSE_DELAY=-1");
        try (FeedStore store = EmbeddedFeedStore.open(directory.resolve("state"))) {
            measure("stateDirectory (H2)", h2, store);
        }
        try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
            PGConnectionPoolDataSource connections = new PGConnectionPoolDataSource();
            connections.setUrl(((PGSimpleDataSource) server.getPostgresDatabase()).getUrl());
            connections.setUser("postgres");
            JdbcConnectionPool pool = JdbcConnectionPool.create(connections);
            try (FeedStore store = new JdbcFeedStore(pool)) {
                measure("PostgreSQL", pool, store);
            } finally {
                pool.dispose();
            }
        }
    }

    /** Runs the benchmark and prints its results. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("recording-benchmark");
        try {
            new RecordingBenchmark().run(directory);
        } finally {
            try (Stream<Path> files = Files.walk(directory)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        }
    }
}
