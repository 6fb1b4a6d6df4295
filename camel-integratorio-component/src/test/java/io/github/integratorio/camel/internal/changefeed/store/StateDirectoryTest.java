package io.github.integratorio.camel.internal.changefeed.store;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.internal.changefeed.ChangeFeed;
import io.github.integratorio.camel.internal.changefeed.FeedConfig;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.State;
import io.github.integratorio.camel.support.Choices;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.KilledProcess;
import io.github.integratorio.camel.support.SimulatedApi;
import org.h2.mvstore.DataUtils;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

import static io.github.integratorio.camel.internal.changefeed.store.FeedStoreContract.FEED;
import static io.github.integratorio.camel.internal.changefeed.store.FeedStoreContract.FIRST;
import static io.github.integratorio.camel.internal.changefeed.store.FeedStoreContract.added;
import static io.github.integratorio.camel.internal.changefeed.store.FeedStoreContract.generation;
import static io.github.integratorio.camel.internal.changefeed.store.FeedStoreContract.recording;
import static io.github.integratorio.camel.internal.changefeed.store.FeedStoreContract.row;
import static io.github.integratorio.camel.internal.changefeed.store.FeedStoreContract.rows;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Faults of the directory of the embedded store. */
class StateDirectoryTest {

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("integratorio.mv.db");
    }

    private static String refused(Path directory) {
        return assertThrows(FeedStateException.class, () -> EmbeddedFeedStore.open(directory).close()).getMessage();
    }

    @Test
    @Covers(195)
    void a_state_file_deleted_between_two_starts_does_not_start_a_new_baseline() throws Exception {
        try (FeedStore store = EmbeddedFeedStore.open(directory)) {
            store.commit(FEED, null, FIRST, recording(Map.of(), List.of()));
        }
        Files.move(file(), directory.resolve("aside"));
        assertTrue(refused(directory).contains("is gone"));
        Files.createFile(file());
        assertTrue(refused(directory).contains("is gone"));
        DriverManager.getConnection("jdbc:h2:file:" + directory.resolve("integratorio")).close();
        String emptied = refused(directory);
        assertTrue(emptied.contains("its file has no tables") && !emptied.contains("GRANT"), emptied);
        Files.move(directory.resolve("aside"), file(), StandardCopyOption.REPLACE_EXISTING);
        try (FeedStore store = EmbeddedFeedStore.open(directory)) {
            assertEquals(Optional.of(FIRST), store.state(FEED));
        }
        // How an operator starts with new state.
        Files.delete(file());
        Files.delete(directory.resolve("integratorio.mark"));
        try (FeedStore store = EmbeddedFeedStore.open(directory)) {
            assertEquals(Optional.empty(), store.state(FEED));
        }
    }

    @Test
    @Covers(195)
    void a_state_file_deleted_or_replaced_between_two_polls_is_detected() throws Exception {
        try (FeedStore store = EmbeddedFeedStore.open(directory)) {
            store.commit(FEED, null, FIRST, recording(Map.of("a", row("a", 1)), List.of(), added("a", 1)));
            Files.move(file(), directory.resolve("aside"));
            for (int i = 0; i < 2; i++) {
                List<Executable> calls = List.of(
                        () -> store.state(FEED), () -> store.pending(FEED, null, 1).changes(), () -> rows(store),
                        () -> store.rows(FEED, List.of("a")),
                        () -> store.acknowledge(FEED, List.of(added("a", 1))),
                        () -> store.commit(FEED, FIRST, generation(2), recording(Map.of(), List.of())));
                for (Executable call : calls) {
                    String message = assertThrows(FeedStateException.class, call).getMessage();
                    assertTrue(message.contains(i == 0 ? "is gone" : "was replaced"), message);
                }
                Files.copy(directory.resolve("aside"), file(), StandardCopyOption.REPLACE_EXISTING);
            }
            Files.move(directory.resolve("aside"), file(), StandardCopyOption.REPLACE_EXISTING);
            assertEquals(Optional.of(FIRST), store.state(FEED));
            assertEquals(List.of(added("a", 1)), store.pending(FEED, null, 10).changes());
        }
    }

    @Test
    void a_commit_whose_mark_cannot_be_written_fails() throws Exception {
        try (FeedStore store = EmbeddedFeedStore.open(directory)) {
            store.commit(FEED, null, FIRST, recording(Map.of(), List.of()));
            Path inTheWay = Files.createDirectories(directory.resolve("integratorio.mark.next/full"));
            String message = assertThrows(FeedStateException.class,
                    () -> store.commit(FEED, FIRST, generation(2), recording(Map.of(), List.of()))).getMessage();
            assertTrue(message.contains("cannot be written"), message);
            Files.delete(inTheWay);
            Files.delete(inTheWay.getParent());
            assertTrue(store.commit(FEED, generation(2), generation(3), recording(Map.of(), List.of())));
        }
    }

    @Test
    void a_directory_that_could_not_be_opened_is_not_in_use() throws Exception {
        Path inTheWay = Files.createDirectories(directory.resolve("integratorio.mark.next/full"));
        assertThrows(FeedStateException.class, () -> EmbeddedFeedStore.open(directory));
        Files.delete(inTheWay);
        Files.delete(inTheWay.getParent());
        EmbeddedFeedStore.open(directory).close();
    }

    @Test
    void state_restored_from_an_older_copy_is_rejected_until_the_operator_accepts_it() throws Exception {
        try (FeedStore store = EmbeddedFeedStore.open(directory)) {
            store.commit(FEED, null, FIRST, recording(Map.of(), List.of()));
        }
        Files.copy(file(), directory.resolve("backup"));
        try (FeedStore store = EmbeddedFeedStore.open(directory)) {
            store.commit(FEED, FIRST, generation(2), recording(Map.of(), List.of()));
        }
        Files.move(directory.resolve("backup"), file(), StandardCopyOption.REPLACE_EXISTING);
        try (FeedStore store = EmbeddedFeedStore.open(directory)) {
            String message = assertThrows(FeedStateException.class, () -> store.state(FEED)).getMessage();
            assertTrue(message.contains("is older") && message.contains("integratorio.mark"), message);
            assertThrows(FeedStateException.class, () -> store.pending(FEED, null, 1).changes());
            assertEquals(Optional.empty(), store.state(new FeedId("another", "licenses", "c1")));
        }
        Files.delete(directory.resolve("integratorio.mark"));
        try (FeedStore store = EmbeddedFeedStore.open(directory)) {
            assertEquals(Optional.of(FIRST), store.state(FEED));
        }
    }

    @Test
    @Covers(194)
    void state_of_another_region_is_rejected_and_another_connector_has_its_own_state() throws Exception {
        FeedConfig settings = new FeedConfig("_id", true, 20, 1, Set.of());
        SimulatedApi api = new SimulatedApi(Choices.random(1), false, false);
        api.becomeFaultless();
        api.change();
        try (FeedStore store = EmbeddedFeedStore.open(directory)) {
            new ChangeFeed(store, FEED, "https://api", settings).pollSnapshot(api.source(x -> {}, rows -> {}));
            String message = assertThrows(FeedStateException.class,
                    () -> new ChangeFeed(store, FEED, "https://eu", settings)
                            .pollSnapshot(api.source(x -> {}, rows -> {})))
                    .getMessage();
            assertTrue(message.contains("another region or base URL"), message);
            FeedId other = new FeedId("test", "licenses", "c2");
            int found =
                    new ChangeFeed(store, other, "https://eu", settings).pollSnapshot(api.source(x -> {}, rows -> {}));
            assertEquals(api.rows().size(), found);
            assertEquals("https://api", store.state(FEED).orElseThrow().origin());
        }
    }

    @Test
    @Covers(264)
    void a_directory_that_is_a_file_or_cannot_be_created_is_rejected_and_a_missing_one_is_created() throws Exception {
        Path inTheWay = Files.createFile(directory.resolve("file"));
        assertTrue(refused(inTheWay).contains("stateDirectory: " + inTheWay + " cannot be used"));
        assertTrue(refused(inTheWay.resolve("below")).contains("cannot be used"));
        assertTrue(refused(directory.resolve("a;b")).contains("';'"));
        if (File.separatorChar == '/') {
            assertTrue(refused(directory.resolve("data\\installs")).contains("'\\'"));
            assertFalse(Files.exists(directory.resolve("data\\installs")));
        }
        Files.createDirectories(directory.resolve("state").resolve("integratorio.mv.db"));
        assertFalse(refused(directory.resolve("state")).isBlank());
        EmbeddedFeedStore.open(directory.resolve("not").resolve("yet").resolve("there")).close();
        assertTrue(Files.exists(directory.resolve("not/yet/there/integratorio.mv.db")));
    }

    @Test
    @Covers(264)
    void a_read_only_directory_is_rejected() throws Exception {
        try (SmallDisk disk = new SmallDisk(directory, "4m")) {
            Path state = directory.resolve("state");
            try (FeedStore store = EmbeddedFeedStore.open(state)) {
                store.commit(FEED, null, FIRST, recording(Map.of(), List.of()));
            }
            disk.remount("ro");
            assertTrue(refused(state).contains("cannot be written"));
            assertTrue(refused(directory.resolve("other")).contains("cannot be used"));
            disk.remount("rw");
            try (FeedStore store = EmbeddedFeedStore.open(state)) {
                assertEquals(Optional.of(FIRST), store.state(FEED));
            }
        }
    }

    /** Keeps a store open until its input ends. */
    public static final class OtherProcess {
        public static void main(String[] arguments) throws IOException {
            try (FeedStore store = EmbeddedFeedStore.open(Path.of(arguments[0]))) {
                System.out.println("open");
                System.in.read();
            }
        }
    }

    private static Process start(Path directory, String classPath) throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", classPath,
                OtherProcess.class.getName(), directory.toString()).redirectErrorStream(true).start();
    }

    @Test
    void a_directory_that_another_process_uses_is_rejected_until_that_process_ends() throws Exception {
        Process other = start(directory, System.getProperty("java.class.path"));
        try (BufferedReader reader = other.inputReader()) {
            assertEquals("open", reader.readLine());
            for (int i = 0; i < 2; i++) {
                assertTrue(refused(directory).contains(directory.toRealPath() + " is in use by another process"));
            }
            Path link = Files.createSymbolicLink(directory.resolve("link"), directory);
            assertTrue(refused(link).contains(directory.toRealPath() + " is in use by another process"));
        } finally {
            other.getOutputStream().close();
            assertTrue(other.waitFor() == 0);
        }
        EmbeddedFeedStore.open(directory).close();
    }

    @Test
    void a_file_that_an_old_h2_has_written_is_rejected_as_such_and_stays_as_it_is() throws Exception {
        // H2 1.4 has format 1.
        byte[] header = "H:2,block:3,blockSize:1000,chunk:2,clean:1,created:1a2223f1359,format:1,version:2"
                .getBytes(StandardCharsets.ISO_8859_1);
        String checksum = ",fletcher:" + Integer.toHexString(DataUtils.getFletcher32(header, 0, header.length)) + "\n";
        byte[] file = new byte[16_384];
        for (int block = 0; block <= 4_096; block += 4_096) {
            System.arraycopy(header, 0, file, block, header.length);
            System.arraycopy(checksum.getBytes(StandardCharsets.ISO_8859_1), 0, file, block + header.length,
                    checksum.length());
        }
        Files.write(file(), file);
        assertTrue(refused(directory).contains("was written by a version of H2"), refused(directory));
        assertArrayEquals(file, Files.readAllBytes(file()));
    }

    @Test
    void a_file_that_is_no_database_is_rejected_as_damaged() throws Exception {
        Files.write(file(), "something else".repeat(1_000).getBytes(StandardCharsets.UTF_8));
        String message = refused(directory);
        assertTrue(message.contains(file().toRealPath().toString()) && !message.contains("CLOSED"), message);
    }

    @Test
    @Covers(252)
    void only_the_owner_can_read_the_state_under_any_umask() throws Exception {
        Assumptions.assumeTrue(Files.getFileStore(directory).supportsFileAttributeView("posix"));
        Path state = directory.resolve("above").resolve("state");
        Process process = KilledProcess.start(state.toString(), "umask 000; ");
        try (BufferedReader reader = process.inputReader()) {
            String line;
            do {
                line = reader.readLine();
            } while (line != null && !line.startsWith("closing"));
            assertTrue(line != null, "the process ended by itself");
        } finally {
            process.destroyForcibly().waitFor();
        }
        // The database would write errors to its own trace file.
        Files.write(state.resolve("integratorio.mv.db"), new byte[20_000]);
        assertThrows(FeedStateException.class, () -> EmbeddedFeedStore.open(state).close());
        assertEquals("rwx------", permissions(state));
        assertEquals("rwx------", permissions(state.getParent()));
        try (Stream<Path> files = Files.list(state)) {
            Map<String, String> found = files
                    .collect(Collectors.toMap(path -> path.getFileName().toString(), StateDirectoryTest::permissions));
            found.remove("integratorio.mark.next");
            assertEquals(Map.of("integratorio.mv.db", "rw-------", "integratorio.mark", "rw-------"), found);
        }
    }

    @Test
    void a_restored_state_is_taken_away_from_others() throws Exception {
        Assumptions.assumeTrue(Files.getFileStore(directory).supportsFileAttributeView("posix"));
        EmbeddedFeedStore.open(directory).close();
        Path database = directory.resolve("integratorio.mv.db");
        Files.setPosixFilePermissions(database, PosixFilePermissions.fromString("rw-r--r--"));
        EmbeddedFeedStore.open(directory).close();
        assertEquals("rw-------", permissions(database));
    }

    private static String permissions(Path path) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @Covers(188)
    void a_full_disk_leaves_the_state_unchanged_and_polling_recovers_when_space_is_freed() throws Exception {
        Random random = new Random(1);
        try (SmallDisk disk = new SmallDisk(directory, "8m");
                FeedStore store = EmbeddedFeedStore.open(directory.resolve("state"))) {
            store.commit(FEED, null, FIRST, recording(Map.of("a", row("a", 1)), List.of(), added("a", 1)));
            long known = 1;
            int failed = 0;
            Set<String> reasons = new HashSet<>();
            for (int round = 0; round < 30; round++) {
                disk.fill(random.nextInt(12) * 4096L);
                for (int attempt = 0; attempt < 12; attempt++) {
                    // A concurrent reader reads the state before or after the write, or fails.
                    long next = known + 1;
                    try {
                        assertTrue(store.commit(FEED, generation(known), generation(next),
                                recording(Map.of("a", row("a", next)), List.of(),
                                        new Change("a:" + next, "a", ChangeType.UPDATED, next, row("a", next),
                                                "{\"text\":\"" + "x".repeat(5_000) + "\"}"))));
                        known = next;
                    } catch (FeedStateException e) {
                        failed++;
                        reasons.add(e.getMessage());
                        long before = known;
                        known = read(store).map(State::generation).orElse(known);
                        assertTrue(known == before || known == next, before + " became " + known);
                    }
                }
                disk.free();
                assertTrue(known <= store.state(FEED).orElseThrow().generation()
                        && store.state(FEED).orElseThrow().generation() <= known + 1);
                known = store.state(FEED).orElseThrow().generation();
                assertEquals(Map.of("a", row("a", known)), rows(store));
                List<Change> pending = store.pending(FEED, null, 1_000).changes();
                assertEquals(known, pending.get(pending.size() - 1).version());
                store.acknowledge(FEED, pending);
                assertTrue(store.commit(FEED, generation(known), generation(known + 1),
                        recording(Map.of("a", row("a", known + 1)), List.of(), added("a", known + 1))));
                known++;
            }
            assertTrue(failed > 30, "the disk was full: " + failed);
            assertTrue(reasons.stream().anyMatch(reason -> reason.contains("No space left")), reasons::toString);
        }
    }

    @Test
    @Covers(188)
    void a_file_that_must_not_grow_keeps_what_was_recorded() throws Exception {
        for (int limit = 100; limit < 1_000; limit += 150) {
            Path state = directory.resolve("limit" + limit);
            Process process = KilledProcess.start(state.toString(), "exec 2>&1; ulimit -f " + limit + "; ");
            long recorded = 0;
            try (BufferedReader reader = process.inputReader()) {
                for (String line : KilledProcess.rest(reader)) {
                    if (line.startsWith("recorded ")) {
                        recorded = Long.parseLong(line.split(" ")[1]);
                    }
                }
                assertEquals(1, process.waitFor());
            } finally {
                process.destroyForcibly().waitFor();
            }
            try (FeedStore store = EmbeddedFeedStore.open(state)) {
                long generation = store.state(KilledProcess.FEED).map(State::generation).orElse(0L);
                assertTrue(generation == recorded || generation == recorded + 1, recorded + " became " + generation);
                if (generation > 0) {
                    Map<String, String> rows = new HashMap<>();
                    store.rows(KilledProcess.FEED, rows::put);
                    assertEquals(KilledProcess.rows(generation), rows);
                }
            }
        }
    }

    private static Optional<State> read(FeedStore store) {
        try {
            return store.state(FEED);
        } catch (FeedStateException e) {
            return Optional.empty();
        }
    }

    /** A small file system mounted on a directory; requires permission to mount. */
    private static final class SmallDisk implements AutoCloseable {
        private final Path directory;

        SmallDisk(Path directory, String size) throws Exception {
            this.directory = directory;
            Assumptions.assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", directory.toString()),
                    "this user may not mount");
        }

        void remount(String how) throws Exception {
            assertTrue(run("mount", "-o", "remount," + how, directory.toString()));
        }

        /** Leaves only this number of bytes free, plus at most a page. */
        void fill(long left) throws IOException {
            byte[] page = new byte[4096];
            try (OutputStream out = Files.newOutputStream(directory.resolve("filler"))) {
                while (directory.toFile().getUsableSpace() > left) {
                    out.write(page);
                }
            }
        }

        void free() throws IOException {
            Files.delete(directory.resolve("filler"));
        }

        private static boolean run(String... command) throws Exception {
            try {
                return new ProcessBuilder(command).redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
            } catch (IOException e) {
                return false;
            }
        }

        @Override
        public void close() throws Exception {
            assertTrue(run("umount", "-l", directory.toString()));
        }
    }
}
