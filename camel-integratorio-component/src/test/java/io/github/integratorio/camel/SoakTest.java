package io.github.integratorio.camel;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

import io.github.integratorio.camel.support.LineChart;
import io.github.integratorio.camel.support.SoakMain;
import io.github.integratorio.simulator.Fault;
import io.github.integratorio.simulator.IntegratorioSimulator;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * An application under load for a long time, while every twentieth request meets a fault, the token is renewed, the database restarts, and
 * contexts come and go: nothing grows. Runs in the campaigns only, as a short form of it shows nothing.
 */
@EnabledIfSystemProperty(named = "soak.seconds", matches = "\\d+")
class SoakTest {

    private static final long SECONDS = Long.getLong("soak.seconds", 60);
    /**
     * From this time on, the last quarter of a run is compared with the one before: the memory of the last 20,000 licenses takes half an
     * hour to fill.
     */
    private static final long LONG_RUN = 3600;
    private static final long BETWEEN_OUTAGES = 60;
    private static final Path RESULT = Path.of("target", "soak");

    @TempDir
    private Path directory;

    /** One line of {@link SoakMain}. */
    private record Sample(long seconds, long heap, long threads, long descriptors, long begun, long ended, long twice,
            long changes) {

        static Sample of(String line) {
            long[] all = Arrays.stream(line.split(" ")).skip(1).mapToLong(Long::parseLong).toArray();
            return new Sample(all[0], all[1], all[2], all[3], all[4], all[5], all[6], all[7]);
        }

        /**
         * In KB, without what may grow. The JVM remembers orders, in up to 84 MB: three facts for each creation, which are six of twenty
         * operations, in a table of 20 bytes a slot that doubles when it is full to three quarters. And when the machine is busy, more
         * requests are in flight, on more connections: 122 KB each, as the heap depended on the descriptors in a run of two hours.
         */
        long heapOfTheRest() {
            long facts = 3 * begun * 6 / 20;
            long slots = 64;
            while (facts > slots / 4 * 3) {
                slots *= 2;
            }
            return heap - 20 * slots / 1024 - 122 * descriptors;
        }
    }

    @Test
    void nothing_grows_in_an_application_that_runs_for_a_long_time() throws Exception {
        Files.createDirectories(RESULT);
        Path output = RESULT.resolve("output.txt");
        // The log of the process has a file of its own: a message in the middle of a line of figures made it unreadable.
        Path log = RESULT.resolve("log.txt");
        int port = freePort();
        long triggered;
        try (IntegratorioSimulator simulator =
                IntegratorioSimulator.builder().anyUser().noRateLimit().recordRequests(false).start()) {
            String sold = connector(simulator);
            String reconciled = connector(simulator);
            simulator.licenses(sold).stream().limit(50)
                    .forEach(license -> simulator.install(sold, (String) license.get("_id")));
            addFaults(simulator);
            Path token = Files.writeString(directory.resolve("token"), simulator.token());
            EmbeddedPostgres postgres = postgres(port);
            Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx192m", "-cp",
                    System.getProperty("java.class.path"), SoakMain.class.getName(),
                    simulator.baseUrl(), token.toString(), sold, reconciled,
                    postgres.getJdbcUrl("postgres", "postgres"),
                    directory.resolve("state").toString(), "" + SECONDS).redirectError(log.toFile())
                    .redirectOutput(output.toFile()).start();
            try {
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> Files.readString(output).contains("sample ") || !process.isAlive());
                for (long second = 1; !process.waitFor(1, TimeUnit.SECONDS); second++) {
                    assertTrue(second < SECONDS * 2 + 120, "it hangs");
                    if (second % 20 == 1) {
                        String next = "token-" + second;
                        Files.writeString(token, next);
                        simulator.token(next);
                    }
                    if (second % BETWEEN_OUTAGES == 2) {
                        postgres.close();
                        postgres = postgres(port);
                    }
                    release(simulator, sold, second);
                }
            } finally {
                process.destroyForcibly();
                postgres.close();
            }
            triggered = simulator.faults().triggered();
        }
        List<String> lines = Files.readAllLines(output);
        System.out.println("soak: " + lines.get(lines.size() - 2) + ", " + triggered + " faults, "
                + lines.get(lines.size() - 1));
        judge(lines, triggered);
    }

    private static void judge(List<String> lines, long faults) throws IOException {
        List<Sample> samples = lines.stream().filter(line -> line.startsWith("sample ")).map(Sample::of).toList();
        Sample stopped =
                Sample.of(lines.stream().filter(line -> line.startsWith("stopped ")).findFirst().orElseThrow());
        Files.writeString(RESULT.resolve("soak.svg"), LineChart.svg("Seconds", samples, Sample::seconds,
                Map.of("heap after a collection, MB", sample -> sample.heap() / 1024.0, "threads", Sample::threads,
                        "file descriptors", Sample::descriptors)));
        assertTrue(faults > 0 && stopped.changes() > 0 && stopped.ended() > stopped.begun() / 2, stopped::toString);
        assertEquals(0, stopped.twice());
        // A reconcile is an operation more for each half minute.
        assertTrue(stopped.ended() >= stopped.begun(), stopped::toString);
        if (SECONDS >= LONG_RUN) {
            assertNoGrowth("heap in KB", samples, Sample::heapOfTheRest, 1024);
            assertNoGrowth("threads", samples, Sample::threads, 1);
            assertNoGrowth("descriptors", samples, Sample::descriptors, 2);
        }
    }

    /** Compares medians: a single sample may meet a poll or another context. */
    private static void assertNoGrowth(String what, List<Sample> samples, ToLongFunction<Sample> figure, long least) {
        int quarter = samples.size() / 4;
        long before = median(samples.subList(2 * quarter, 3 * quarter), figure);
        long after = median(samples.subList(3 * quarter, samples.size()), figure);
        assertTrue(after <= before + Math.max(least, before / 20), what + " grew from " + before + " to " + after);
    }

    private static long median(List<Sample> samples, ToLongFunction<Sample> figure) {
        return samples.stream().mapToLong(figure).sorted().skip(samples.size() / 2).findFirst().orElseThrow();
    }

    private static String connector(IntegratorioSimulator simulator) {
        String connector = simulator.addConnector("Shop to Books");
        IntStream.range(0, SoakMain.USERS).forEach(i -> simulator.addLicense(connector,
                Map.of("user", Map.of("email", "user" + i + "@example.com"), "expires", "2099-01-01T00:00:00.000Z")));
        return connector;
    }

    /** Seven kinds, each at every 140th request: one request in twenty. */
    private static void addFaults(IntegratorioSimulator simulator) {
        List.of(Fault.onAny().always().every(140).status(500),
                Fault.onAny().always().every(140).afterSkipping(20).status(503),
                Fault.onAny().always().every(140).afterSkipping(40).delay(Duration.ofMillis(300)),
                Fault.onAny().always().every(140).afterSkipping(60).resetBefore(),
                Fault.onAny().always().every(140).afterSkipping(80).resetAfter(),
                Fault.onAny().always().every(140).afterSkipping(100).closeAfter(),
                Fault.onAny().always().every(140).afterSkipping(120).doneThenStatus(502))
                .forEach(simulator.faults()::add);
    }

    private static void release(IntegratorioSimulator simulator, String connector, long second) {
        if (second % 30 == 2) {
            simulator.finishUpdates(connector, "1." + second + ".0");
        }
    }

    private EmbeddedPostgres postgres(int port) throws IOException {
        return EmbeddedPostgres.builder().setDataDirectory(directory.resolve("data")).setCleanDataDirectory(false)
                .setPort(port).start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }
}
