package io.github.integratorio.camel.internal.changefeed.store;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.KilledProcess;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A process is killed while it writes. {@code -Dstate.kills=500} sets the number of kills. */
class KilledStoreTest {

    private static final int KILLS = Integer.getInteger("state.kills", 3);

    private final Random random = new Random(Long.getLong("state.seed", 1));
    private final Set<String> killedWhile = new TreeSet<>();
    private long recorded;
    private long acknowledged;

    /** A URL of an H2 that writes half a second after a commit, unless it is told to write at once. */
    @ParameterizedTest
    @ValueSource(strings = { "", "jdbc:h2:file:" })
    @Covers(262)
    void recorded_state_survives_a_kill_at_any_moment(String kind, @TempDir Path directory) throws Exception {
        String location = kind + directory.resolve("state");
        // A few kills may all come at the same kind of step: then there are more of them.
        for (int kill = 0; kill < KILLS || killedWhile.size() < 2 && kill < 10 * KILLS; kill++) {
            Process process = KilledProcess.start(location, "");
            List<String> said = new ArrayList<>();
            try (BufferedReader reader = process.inputReader()) {
                for (int lines = 1 + random.nextInt(50); lines > 0; lines--) {
                    String line = reader.readLine();
                    if (line == null) {
                        throw new AssertionError("the process ended by itself after " + said);
                    }
                    said.add(line);
                }
                // Not always at the start of a step.
                long end = System.nanoTime() + random.nextInt(5_000_000);
                while (System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
                assertEquals(0, new ProcessBuilder("kill", "-9", Long.toString(process.pid())).start().waitFor());
                said.addAll(KilledProcess.rest(reader));
            } finally {
                process.destroyForcibly().waitFor();
            }
            said.forEach(this::hear);
            killedWhile.add(said.get(said.size() - 1).split(" ")[0]);
            look(location, "kill " + kill + " after " + said.get(said.size() - 1));
        }
        assertTrue(recorded > KILLS, "it worked: " + recorded);
        assertTrue(killedWhile.size() > 1, "killed while " + killedWhile);
    }

    private void hear(String line) {
        long generation = Long.parseLong(line.split(" ")[1]);
        if (line.startsWith("recorded")) {
            recorded = generation;
        } else if (line.startsWith("acknowledged")) {
            acknowledged = generation;
        }
    }

    private void look(String location, String when) {
        try (FeedStore store = KilledProcess.open(location)) {
            long generation = store.state(KilledProcess.FEED).map(FeedStore.State::generation).orElse(0L);
            assertTrue(generation == recorded || generation == recorded + 1,
                    when + ": generation " + generation + " instead of " + recorded);
            recorded = generation;
            if (generation > 0) {
                Map<String, String> rows = new HashMap<>();
                store.rows(KilledProcess.FEED, rows::put);
                assertEquals(KilledProcess.rows(generation), rows, when);
            }
            List<Change> pending = store.pending(KilledProcess.FEED, null, 1_000_000).changes();
            List<Change> now = pending.stream().filter(change -> change.version() == generation).toList();
            // Complete, or all but the last change acknowledged.
            if (acknowledged == generation && generation > 0) {
                assertEquals(1, now.size(), when);
            }
            Set<Change> all = Set.copyOf(KilledProcess.changes(generation));
            assertTrue(
                    now.isEmpty() && generation == 0
                            || (now.size() == 1 || now.size() == KilledProcess.ROWS) && all.containsAll(now),
                    when + ": pending " + now.size());
            // The previous generation: one, or several whose acknowledgement was interrupted by a kill.
            Map<Long, Long> before = pending.stream().filter(change -> change.version() < generation)
                    .collect(Collectors.groupingBy(Change::version, Collectors.counting()));
            before.forEach((version, count) -> assertTrue(count == 1 || count >= KilledProcess.ROWS - 1,
                    when + ": of " + version + " " + count));
        }
    }
}
