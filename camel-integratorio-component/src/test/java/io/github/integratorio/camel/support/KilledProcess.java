package io.github.integratorio.camel.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.internal.changefeed.store.Change;
import io.github.integratorio.camel.internal.changefeed.store.EmbeddedFeedStore;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.Recording;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.State;
import io.github.integratorio.camel.internal.changefeed.store.JdbcFeedStore;
import org.h2.jdbcx.JdbcDataSource;

/**
 * A process that writes state to a directory until it is killed, and reports each completed step. Everything in generation
 * n contains n, so that a reader can check its consistency.
 */
public final class KilledProcess {

    public static final FeedId FEED = new FeedId("test", "licenses", "c1");
    public static final int ROWS = 40;

    private KilledProcess() {
    }

    /**
     * Opens a store.
     *
     * @param location a directory, or the URL of an H2 database
     */
    public static FeedStore open(String location) {
        if (!location.startsWith("jdbc:")) {
            return EmbeddedFeedStore.open(Path.of(location));
        }
        JdbcDataSource database = new JdbcDataSource();
        database.setURL(location);
        return new JdbcFeedStore(database);
    }

    /** Starts the process in a shell, after another shell command. */
    public static Process start(String location, String first) throws IOException {
        return new ProcessBuilder("sh", "-c", first + "exec \"$0\" \"$@\"",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), KilledProcess.class.getName(),
                location)
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    /** The output of the process, up to its end. */
    public static List<String> rest(BufferedReader reader) throws IOException {
        List<String> lines = new ArrayList<>();
        String line;
        while ((line = reader.readLine()) != null) {
            lines.add(line);
        }
        return lines;
    }

    public static State state(long generation) {
        return new State("https://api", "one", generation);
    }

    public static Map<String, String> rows(long generation) {
        Map<String, String> rows = new LinkedHashMap<>();
        for (int i = 0; i < ROWS; i++) {
            rows.put("k" + i, "{\"n\":" + generation + ",\"text\":\"" + "x".repeat(200) + "\"}");
        }
        return rows;
    }

    public static List<Change> changes(long generation) {
        List<Change> changes = new ArrayList<>();
        rows(generation).forEach((key, row) -> changes.add(
                new Change(key + ":" + generation, key, ChangeType.UPDATED, generation, row,
                        generation == 1 ? null : rows(generation - 1).get(key))));
        return changes;
    }

    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true);
        // It ends at the latest with its parent.
        Thread watch = new Thread(() -> {
            try {
                System.in.read();
            } catch (IOException e) {
                // The parent has ended.
            }
            Runtime.getRuntime().halt(1);
        });
        watch.setDaemon(true);
        watch.start();
        while (true) {
            out.println("opening 0");
            try (FeedStore store = open(args[0])) {
                Optional<State> state = store.state(FEED);
                long generation = state.map(State::generation).orElse(0L);
                for (int i = 0; i < 10; i++) {
                    out.println("recording " + (generation + 1));
                    if (!store.commit(FEED, generation == 0 ? null : state(generation), state(generation + 1),
                            new Recording(rows(generation + 1), List.of(), changes(generation + 1)))) {
                        throw new IllegalStateException("nobody else records");
                    }
                    generation++;
                    out.println("recorded " + generation);
                    store.acknowledge(FEED, changes(generation).subList(0, ROWS - 1));
                    out.println("acknowledged " + generation);
                    if (generation > 1) {
                        store.acknowledge(FEED, changes(generation - 1).subList(ROWS - 1, ROWS));
                    }
                }
                out.println("closing " + generation);
            }
        }
    }
}
