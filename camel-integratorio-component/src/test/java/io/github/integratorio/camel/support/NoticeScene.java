package io.github.integratorio.camel.support;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.github.integratorio.camel.internal.json.IsoInstants;
import io.github.integratorio.simulator.IntegratorioSimulator;
import io.github.integratorio.simulator.SimulatorClock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Licenses that end and are renewed while the API's clock runs fast, processes that poll them, and those who are told. */
public final class NoticeScene implements AutoCloseable {

    private static final Instant START = Instant.parse("2027-01-01T00:00:00Z");
    private static final int LICENSES = 200;
    private static final List<String> NOTICES = List.of("P7D", "PT0S");

    private final Path logs;
    private final Random random;
    private final SimulatorClock clock = SimulatorClock.at(START);
    private final IntegratorioSimulator simulator = IntegratorioSimulator.builder().noRateLimit().recordRequests(false)
            .user("jane@example.com", "Jane").clock(clock).start();
    private final String connector = simulator.addConnector("Shop to Books");
    private final List<String> licenses = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private final ScheduledExecutorService time = Executors.newSingleThreadScheduledExecutor();
    private Future<?> running;
    private final List<FeedNode> nodes = new ArrayList<>();
    private final Told told = new Told();
    /** All ends of each license; guarded by itself. */
    private final Map<String, List<Period>> periods = new HashMap<>();

    /** An end that a license had from one moment to another. */
    private record Period(Instant end, Instant from, Instant to) {
    }

    /** Verifies each notice that arrives. */
    private final class Told extends DeliveryServer {
        Told() throws IOException {
            // Declares what the server may throw.
        }

        @Override
        void apply(Delivery change) {
            if (!change.type().startsWith("EXPIR")) {
                return;
            }
            String[] parts = change.id().split(":", 2);
            Instant end = Instant.parse(parts[1].substring(0, parts[1].lastIndexOf(':')));
            Instant dueAt = end.minus(Duration.parse(parts[1].substring(parts[1].lastIndexOf(':') + 1)));
            synchronized (periods) {
                if (dueAt.isAfter(clock.instant()) || periods.get(change.key()).stream()
                        .noneMatch(period -> period.end.equals(end) && !period.to.isBefore(dueAt))) {
                    violate("was never due: " + change);
                }
            }
        }
    }

    /**
     * @param logs directory for the output of the processes
     * @param seed determines ends and moments
     */
    public NoticeScene(Path logs, long seed) throws IOException {
        this.logs = logs;
        this.random = new Random(seed);
        for (int i = 0; i < LICENSES; i++) {
            Instant end = randomEnd();
            String license = simulator.addLicense(connector,
                    Map.of("user", Map.of("email", "jane@example.com"), "expires", end.toString()));
            licenses.add(license);
            periods.put(license, new ArrayList<>(List.of(new Period(end, START, Instant.MAX))));
        }
    }

    private Instant randomEnd() {
        return clock.instant().plusMillis((8 * 24 + random.nextInt(40 * 24)) * 3_600_000L + random.nextInt(1_000));
    }

    /** Lets time pass: about an hour each 3 ms; now and then, a license is renewed. */
    public void begin() {
        running = time.scheduleWithFixedDelay(() -> {
            clock.advance(Duration.ofMinutes(random.nextInt(120)));
            if (random.nextInt(4) == 0) {
                renew(licenses.get(random.nextInt(LICENSES)), randomEnd());
            }
        }, 0, 3, TimeUnit.MILLISECONDS);
    }

    private void renew(String license, Instant end) {
        synchronized (periods) {
            List<Period> all = periods.get(license);
            Period last = all.remove(all.size() - 1);
            all.add(new Period(last.end, last.from, clock.instant()));
            all.add(new Period(end, clock.instant(), Instant.MAX));
        }
        try {
            HttpResponse<String> response = http.send(HttpRequest
                    .newBuilder(URI.create(
                            simulator.baseUrl() + "/connectors/" + connector + "/licenses/" + license))
                    .header("Authorization", "Bearer " + simulator.token()).header("Content-Type", "application/json")
                    .PUT(HttpRequest.BodyPublishers.ofString("{\"expires\":\"" + end + "\"}")).build(),
                    HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IllegalStateException(response.body());
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Settings of the processes of this scene, as {@link FeedScene#nodes}. */
    public FeedNode.Builder nodes(String prefix, String options) {
        return new FeedNode.Builder(simulator, told, logs)
                .from(prefix + "integratorio:licenses?outputType=json&expiryNotices=" + String.join(",", NOTICES)
                        + "&initialDelay=0&delay=5&connectorId=" + connector + options);
    }

    /** Starts a process; it ends with the scene. */
    public FeedNode start(FeedNode.Builder how) throws IOException {
        FeedNode node = how.start("notices-" + nodes.size(), null);
        nodes.add(node);
        return node;
    }

    /** Waits until a process has looked at the list. */
    public void awaitLook(FeedNode node) {
        long requests = simulator.requestCount();
        node.until(() -> simulator.requestCount() > requests + 2);
    }

    /** Waits for a random moment of a process: any, or one in which it delivers. */
    public void awaitRandomMoment(FeedNode node) throws Exception {
        int arrivals = told.arrivals() + random.nextInt(60);
        if (random.nextInt(4) > 0) {
            node.until(() -> told.arrivals() > arrivals);
        }
        node.live(random.nextInt(20_000), TimeUnit.MICROSECONDS);
    }

    /** The process that last delivered, once it is one that is alive. */
    public FeedNode leader() {
        FeedNode last = nodes.get(nodes.size() - 1);
        last.until(() -> nodes.stream().anyMatch(this::isLeader));
        return nodes.stream().filter(this::isLeader).findFirst().orElseThrow();
    }

    private boolean isLeader(FeedNode node) {
        return node.isAlive() && node.name().equals(told.lastSender());
    }

    /** Stops time after enough notices, and asserts that everybody was told, and nobody anything wrong. */
    public void end(FeedNode node) throws Exception {
        node.until(() -> told.changes() >= LICENSES || !told.violations().isEmpty());
        running.cancel(false);
        time.shutdown();
        assertTrue(time.awaitTermination(1, TimeUnit.MINUTES));
        node.until(() -> untold().isEmpty() || !told.violations().isEmpty());
        int changes = told.changes();
        awaitLook(node);
        assertEquals(List.of(), told.violations());
        assertEquals(List.of(), untold());
        assertEquals(changes, told.changes());
    }

    /** The notices that became due for the present ends, and have not arrived. */
    private List<String> untold() {
        List<String> due = new ArrayList<>();
        synchronized (periods) {
            periods.forEach((license, all) -> {
                Instant end = all.get(all.size() - 1).end;
                NOTICES.stream().filter(notice -> !end.minus(Duration.parse(notice)).isAfter(clock.instant()))
                        .forEach(notice -> due.add(license + ":" + IsoInstants.format(end) + ":" + notice));
            });
        }
        // Not within, because an arriving notice holds the locks in the other order.
        return due.stream().filter(id -> !told.isKnown(id)).toList();
    }

    /** Summary for campaigns. */
    @Override
    public String toString() {
        return nodes.size() + " processes, " + told.changes() + " changes, " + (told.arrivals() - told.changes())
                + " of them again";
    }

    @Override
    public void close() throws Exception {
        time.shutdownNow();
        for (FeedNode node : nodes) {
            node.close();
        }
        told.close();
        simulator.close();
    }
}
