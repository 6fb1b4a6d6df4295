package io.github.integratorio.camel.support;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.github.integratorio.simulator.IntegratorioSimulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A list that changes continuously, processes that poll it, and their downstream. */
public final class FeedScene implements AutoCloseable {

    /** Class path of every second process, such as another version of Camel; usually null. */
    private static final String OTHER_CLASS_PATH = System.getProperty("feed.otherClassPath");

    private final Path logs;
    private final Random random;
    private final IntegratorioSimulator simulator =
            IntegratorioSimulator.builder().noRateLimit().recordRequests(false).start();
    private final ChangingList list;
    private final Downstream downstream;
    private final List<FeedNode> nodes = new ArrayList<>();

    /**
     * @param logs directory for the output of the processes
     * @param seed determines the changes and {@link #awaitRandomMoment}
     */
    public FeedScene(Path logs, long seed) throws IOException {
        this.logs = logs;
        this.random = new Random(seed);
        this.list = new ChangingList(simulator, seed);
        this.downstream = new Downstream(list);
        list.begin();
    }

    /**
     * Settings of the processes of this scene.
     *
     * @param prefix  of the endpoint, such as that of camel-master
     * @param options more options of the endpoint
     */
    public FeedNode.Builder nodes(String prefix, String options) {
        return new FeedNode.Builder(simulator, downstream, logs)
                .from(prefix + "integratorio:installBase?outputType=json"
                        + "&initialSnapshot=emit&massRemovalLimit=100&initialDelay=0&delay=5&connectorId="
                        + list.connector() + options);
    }

    /** Starts a process; it ends with the scene. */
    public FeedNode start(FeedNode.Builder how) throws IOException {
        FeedNode node = how.start("node-" + nodes.size(), nodes.size() % 2 == 0 ? null : OTHER_CLASS_PATH);
        nodes.add(node);
        return node;
    }

    /** Starts and gracefully stops a process, once for all tests: later processes start in half the time. */
    public void warmUp(FeedNode.Builder how) throws Exception {
        if (!NodeClasses.ours().areArchived()) {
            FeedNode node = start(how);
            node.until(() -> downstream.arrivals(node.name()) > 0);
            node.stop();
        }
    }

    /** The process that last sent to the downstream, once it is one that is alive. */
    public FeedNode leader() {
        nodes.get(nodes.size() - 1).until(() -> lastSender() != null && lastSender().isAlive());
        return lastSender();
    }

    private FeedNode lastSender() {
        String name = downstream.lastSender();
        return nodes.stream().filter(node -> node.name().equals(name)).findFirst().orElse(null);
    }

    public Downstream downstream() {
        return downstream;
    }

    public String connector() {
        return list.connector();
    }

    /** Waits for a random moment in the life of a polling process. */
    public void awaitRandomMoment(FeedNode node) throws Exception {
        switch (random.nextInt(8)) {
            // Any moment, including the start, when it opens or repairs its state.
            case 0 -> node.live(random.nextInt(2_000), TimeUnit.MILLISECONDS);
            // While it records, shortly after it has received the list.
            case 1, 2, 3, 4 -> {
                long requests = simulator.requestCount() + random.nextInt(3);
                node.until(() -> simulator.requestCount() > requests);
                node.live(random.nextInt(60_000), TimeUnit.MICROSECONDS);
            }
            // While it delivers and acknowledges.
            default -> {
                int arrivals = downstream.arrivals() + random.nextInt(300);
                node.until(() -> downstream.arrivals() > arrivals);
                node.live(random.nextInt(3_000), TimeUnit.MICROSECONDS);
            }
        }
    }

    /**
     * Stops the changes and asserts that the downstream equals the API, that no more changes are delivered, and that
     * there was no violation.
     *
     * @param node a process that is alive
     */
    public void end(FeedNode node) throws Exception {
        list.end();
        node.until(() -> downstream.table().equals(list.rows()) || !downstream.violations().isEmpty());
        int changes = downstream.changes();
        long requests = simulator.requestCount();
        node.until(() -> simulator.requestCount() > requests + 5);
        assertEquals(List.of(), downstream.violations());
        assertEquals(list.rows(), downstream.table());
        assertEquals(changes, downstream.changes());
        assertTrue(changes > nodes.size(), "too few changes");
    }

    /** Summary for campaigns. */
    @Override
    public String toString() {
        return nodes.size() + " processes, " + downstream.changes() + " changes, "
                + (downstream.arrivals() - downstream.changes()) + " of them again";
    }

    @Override
    public void close() throws Exception {
        for (FeedNode node : nodes) {
            node.close();
        }
        downstream.close();
        list.close();
        simulator.close();
    }
}
