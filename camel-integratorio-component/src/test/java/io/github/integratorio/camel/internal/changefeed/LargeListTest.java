package io.github.integratorio.camel.internal.changefeed;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import io.github.integratorio.camel.internal.changefeed.store.EmbeddedFeedStore;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.WatchedList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** A list of 100,000 rows on 100 pages, polled by a process without the memory to hold it. */
class LargeListTest {

    private static final int PAGES = 100;
    private static final int ROWS = 1_000;
    /** About 25 MB of rows, and more if held as strings by key. */
    private static final String REST = "\",\"rest\":\"" + "x".repeat(200) + "\",\"v\":";
    private static final String HEAP = "-Xmx48m";

    @TempDir
    private Path directory;

    @Test
    @Covers(231)
    void a_large_list_is_compared_within_a_bounded_heap() throws Exception {
        assertEquals("begins: 0", run("begins"));
        assertEquals("looks: 0, then 4", run("looks"), () -> "it said: " + said("looks"));
    }

    private String said(String what) {
        try {
            return Files.readString(directory.resolve(what));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private String run(String what) throws Exception {
        Path output = directory.resolve(what);
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", what.equals("begins") ? "-Xmx64m" : HEAP, "-cp",
                System.getProperty("java.class.path"),
                Watcher.class.getName(), what, directory.resolve("state").toString())
                .redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            process.waitFor();
        } finally {
            process.destroyForcibly();
        }
        return Files.readAllLines(output).stream().filter(line -> !line.startsWith("SLF4J")).reduce((one, last) -> last)
                .orElse("");
    }

    /** The process. */
    static final class Watcher {

        private Watcher() {
        }

        public static void main(String[] arguments) throws Exception {
            try (FeedStore store = EmbeddedFeedStore.open(Path.of(arguments[1]))) {
                ChangeFeed feed = new ChangeFeed(store, WatchedList.ID, "https://api", WatchedList.settings());
                int first = feed.pollSnapshot(source(0));
                System.out.println(arguments[0].equals("begins") ? "begins: " + first
                        : "looks: " + first + ", then " + feed.pollSnapshot(source(4)));
            }
        }

        /** The list with this number of changed rows; each page is generated on request. */
        private static SnapshotSource source(int changed) {
            return () -> new SnapshotSource.Pages() {
                private int page;

                @Override
                public InputStream next() {
                    if (page == PAGES) {
                        return null;
                    }
                    StringBuilder json = new StringBuilder("[");
                    for (int row = 0; row < ROWS; row++) {
                        int value = row == 7 && page < changed ? 1 : 0;
                        json.append(row == 0 ? "" : ",").append("{\"_id\":\"").append(page * ROWS + row).append(REST)
                                .append(value).append("}");
                    }
                    page++;
                    return new ByteArrayInputStream(json.append("]").toString().getBytes(StandardCharsets.UTF_8));
                }

                @Override
                public void close() {
                    // No resources to release.
                }
            };
        }
    }
}
