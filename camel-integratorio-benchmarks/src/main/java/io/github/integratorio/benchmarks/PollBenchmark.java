package io.github.integratorio.benchmarks;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.github.integratorio.camel.internal.changefeed.ChangeFeed;
import io.github.integratorio.camel.internal.changefeed.FeedConfig;
import io.github.integratorio.camel.internal.changefeed.store.Change;
import io.github.integratorio.camel.internal.changefeed.store.EmbeddedFeedStore;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore;

/**
 * Measures the CPU time and the retained heap of a poll, compared with a Jackson scan over the tokens of the same bytes.
 * The bytes are in memory, so that HTTP is not measured; the state is in a real directory. The rounds are interleaved.
 */
public final class PollBenchmark {

    private static final int ROWS = Integer.getInteger("rows", 100_000);
    private static final int WARM_UP = 100;
    private static final int ROUNDS = 31;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final JsonFactory JSON = new JsonFactory();

    private final byte[] list = list();
    private final int versionOfOne =
            new String(list, StandardCharsets.US_ASCII).indexOf("\"version\":\"", list.length / 2) + 11;
    private long changes;

    private PollBenchmark() {
    }

    private static byte[] list() {
        StringBuilder json = new StringBuilder("[");
        for (int i = 0; i < ROWS; i++) {
            json.append(i == 0 ? "" : ",").append("{\"_integrationId\":\"")
                    .append(String.format(Locale.ROOT, "%024x", 0x5f00000000L + i * 7919L))
                    .append("\",\"name\":\"Customer number ").append(i)
                    .append(" of the shop\",\"email\":\"customer").append(i)
                    .append("@company-").append(i % 997).append(".example.com\",\"sandbox\":").append(i % 17 == 0)
                    .append(",\"version\":\"").append(1000 + i % 13).append(".0.0\",\"updateInProgress\":false}");
        }
        return json.append(']').toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Changes the version of one row. */
    private void changeOne(int version) {
        byte[] digits = Integer.toString(2000 + version).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, list, versionOfOne, digits.length);
    }

    private interface Task {
        void run() throws Exception;
    }

    private static double cpu(Task task) throws Exception {
        long before = THREADS.getCurrentThreadCpuTime();
        task.run();
        return (THREADS.getCurrentThreadCpuTime() - before) / 1e6;
    }

    private void scan() throws IOException {
        try (JsonParser parser = JSON.createParser(new ByteArrayInputStream(list))) {
            while (parser.nextToken() != null) {
                // The tokens are discarded.
            }
        }
    }

    private void poll(ChangeFeed feed) throws Exception {
        changes += feed.pollSnapshot(new MemorySnapshot(list));
    }

    private static void acknowledge(ChangeFeed feed) {
        feed.outbox().beginPoll();
        List<Change> next = feed.outbox().claim(1000);
        next.forEach(feed.outbox()::acknowledge);
        feed.outbox().endPoll();
    }

    private static double usedHeapMegabytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) / 1e6;
    }

    private void run(Path directory) throws Exception {
        double idle = usedHeapMegabytes();
        try (FeedStore store = EmbeddedFeedStore.open(directory)) {
            ChangeFeed feed = new ChangeFeed(store, new FeedId("benchmark", "installBase", "c1"), "https://api",
                    new FeedConfig("_integrationId", false, 20, 1, Set.of()));
            double first = cpu(() -> poll(feed));
            List<Double> scans = new ArrayList<>();
            List<Double> unchanged = new ArrayList<>();
            List<Double> oneChanged = new ArrayList<>();
            for (int round = -WARM_UP; round < ROUNDS; round++) {
                double scan = cpu(this::scan);
                double poll = cpu(() -> poll(feed));
                changeOne(round + WARM_UP);
                double changed = cpu(() -> poll(feed));
                acknowledge(feed);
                if (round >= 0) {
                    scans.add(scan);
                    unchanged.add(poll);
                    oneChanged.add(changed);
                }
            }
            double retained = usedHeapMegabytes() - idle;
            System.out.printf(Locale.ROOT, "%,d rows, %.1f MB; %d rounds; %s %s, %d processors%n", ROWS,
                    list.length / 1e6, ROUNDS, System.getProperty("java.vm.name"), System.getProperty("java.version"),
                    Runtime.getRuntime().availableProcessors());
            print("Jackson token scan", "%s ms CPU", format(scans));
            print("poll, unchanged", "%s ms CPU   %.2f of the scan (at most 2)", format(unchanged),
                    median(unchanged) / median(scans));
            print("poll, one row changed and recorded", "%s ms CPU   %.2f of an unchanged poll (at most 1.2)",
                    format(oneChanged), median(oneChanged) / median(unchanged));
            print("first poll", "%.0f ms CPU", first);
            print("heap retained between polls", "%.1f MB beyond idle, including the database (at most 16)", retained);
            if (changes != WARM_UP + ROUNDS) {
                throw new IllegalStateException("detected " + changes + " changes, expected " + (WARM_UP + ROUNDS));
            }
        }
    }

    private static void print(String name, String format, Object... values) {
        System.out.printf(Locale.ROOT, "%-34s %s%n", name, String.format(Locale.ROOT, format, values));
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    private static String format(List<Double> values) {
        return String.format(Locale.ROOT, "%6.1f (%.1f to %.1f)", median(values),
                values.stream().min(Comparator.naturalOrder()).orElseThrow(),
                values.stream().max(Comparator.naturalOrder()).orElseThrow());
    }

    /** Runs the benchmark and prints its results. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("poll-benchmark");
        try {
            new PollBenchmark().run(directory);
        } finally {
            try (Stream<Path> files = Files.walk(directory)) {
                files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        }
    }
}
