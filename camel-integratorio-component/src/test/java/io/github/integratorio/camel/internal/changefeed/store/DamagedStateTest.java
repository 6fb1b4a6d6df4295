package io.github.integratorio.camel.internal.changefeed.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;

import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.Recording;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.State;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.KilledProcess;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.github.integratorio.camel.internal.changefeed.store.FeedStoreContract.FEED;
import static io.github.integratorio.camel.internal.changefeed.store.FeedStoreContract.rows;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** State in a damaged file is rejected or read as written. {@code -Dstate.damages=5000} sets the number of damages. */
class DamagedStateTest {

    private static final int DAMAGES = Integer.getInteger("state.damages", 20);

    private final Random random = new Random(Long.getLong("state.seed", 1));
    private final Set<String> recorded = new HashSet<>();
    private final Set<String> unacknowledged = new HashSet<>();
    private byte[] database;
    private byte[] highWaterMark;
    private State state;
    private Map<String, String> rows;

    @BeforeEach
    void write(@TempDir Path directory) throws IOException {
        try (FeedStore store = EmbeddedFeedStore.open(directory)) {
            State before = null;
            for (int generation = 1; generation <= 30; generation++) {
                state = KilledProcess.state(generation);
                List<Change> changes = KilledProcess.changes(generation);
                store.commit(FEED, before, state, new Recording(KilledProcess.rows(generation), List.of(), changes));
                changes.forEach(change -> recorded.add(change.id()));
                if (generation < 30) {
                    store.acknowledge(FEED, changes);
                } else {
                    changes.forEach(change -> unacknowledged.add(change.id()));
                }
                before = state;
            }
            rows = rows(store);
        }
        database = Files.readAllBytes(directory.resolve("integratorio.mv.db"));
        highWaterMark = Files.readAllBytes(directory.resolve("integratorio.mark"));
    }

    /** Number of rejected damages. */
    private int refused(Path root, UnaryOperator<byte[]> damage) throws IOException {
        int refused = 0;
        for (int i = 0; i < DAMAGES; i++) {
            Path directory = Files.createDirectory(root.resolve(Integer.toString(i)));
            Files.write(directory.resolve("integratorio.mv.db"), damage.apply(database.clone()));
            Files.write(directory.resolve("integratorio.mark"), highWaterMark);
            try (FeedStore store = EmbeddedFeedStore.open(directory)) {
                assertEquals(Optional.of(state), store.state(FEED));
                assertEquals(rows, rows(store));
                Set<String> pending = new HashSet<>();
                store.pending(FEED, null, 10_000).changes().forEach(change -> pending.add(change.id()));
                // Undone acknowledgements cause redeliveries, which is permitted; a missing change would be lost.
                assertTrue(pending.containsAll(unacknowledged) && recorded.containsAll(pending),
                        "pending: " + pending.size());
            } catch (FeedStateException e) {
                refused++;
            }
        }
        return refused;
    }

    @Test
    @Covers(263)
    void a_truncated_file_is_rejected_or_read_as_written(@TempDir Path root) throws IOException {
        int refused = refused(root, bytes -> java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length)));
        assertTrue(refused > DAMAGES / 10, "refused " + refused);
    }

    @Test
    @Covers(263)
    void a_file_with_flipped_bits_is_rejected_or_read_as_written(@TempDir Path root) throws IOException {
        int refused = refused(root, bytes -> {
            // A sector, or a few bits.
            int first = random.nextInt(bytes.length);
            int count = random.nextBoolean() ? 1 : 512;
            for (int i = first; i < Math.min(bytes.length, first + count); i++) {
                bytes[i] ^= (byte) (1 << random.nextInt(8));
            }
            return bytes;
        });
        assertTrue(refused > 0, "refused " + refused);
    }
}
