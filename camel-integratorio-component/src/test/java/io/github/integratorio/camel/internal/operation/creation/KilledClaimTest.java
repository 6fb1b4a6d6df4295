package io.github.integratorio.camel.internal.operation.creation;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import javax.sql.DataSource;

import io.github.integratorio.camel.support.ClaimNode;
import io.github.integratorio.camel.support.Postgres;
import io.github.integratorio.simulator.Fault;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Processes that share a repository of claims are killed at each step of a creation, and the order is delivered again: to the restarted process,
 * or to another one. {@code -Dclaims.kills=36} sets the number of kills per repository, {@code -Dclaims.events=300} that of orders which two
 * processes get at once.
 */
class KilledClaimTest {

    private static final int KILLS = Integer.getInteger("claims.kills", 0);
    private static final int EVENTS = Integer.getInteger("claims.events", 20);

    /** The request has arrived and is not carried out; it is carried out and not answered. */
    private static final String SENT = "sent";
    private static final String CREATED = "created";
    /** The first five calls take the claim and record when, the others confirm it. */
    private static final List<String> STEPS = List.of(CREATED, "before 6", "after 6", "after 1", "after 5", SENT,
            "before 1", "after 2", "after 3", "after 4", "after 7", "after 8", "after 9", "after 10", "after 11",
            "after 12");
    /** At these steps nothing was created, and nobody but the killed process can know. */
    private static final Set<String> OPEN = Set.of("after 1", "after 2", "after 3", "after 4", "after 5", SENT);

    private final List<ClaimNode> nodes = new ArrayList<>();
    private IntegratorioSimulator simulator;
    private String connector;
    private Path directory;

    @BeforeEach
    void start(@TempDir Path temporary) {
        directory = temporary;
        simulator = IntegratorioSimulator.builder().anyUser().noRateLimit().start();
        connector = simulator.addConnector("Shop");
    }

    @AfterEach
    void stop() throws Exception {
        for (ClaimNode node : nodes) {
            node.close();
        }
        simulator.close();
    }

    private ClaimNode node(String inbox, Map<String, String> repository, String hold) throws IOException {
        return node(inbox, repository, hold, "create");
    }

    private ClaimNode node(String inbox, Map<String, String> repository, String hold, String operation)
            throws IOException {
        Map<String, String> properties = new LinkedHashMap<>(repository);
        properties.put("node.api", simulator.baseUrl());
        properties.put("node.token", simulator.token());
        properties.put("node.hold", hold);
        // What is open ends after the first looks: the rest of them are the same.
        properties.put("node.uri",
                "integratorio:licenses?operation=" + operation + "&operationTimeout=7s&connectorId=" + connector);
        ClaimNode node = new ClaimNode(directory.resolve(inbox), properties);
        nodes.add(node);
        return node;
    }

    private static Map<String, String> postgres() throws Exception {
        DataSource database = Postgres.database();
        // Processes that start at once would both try to create the table.
        new JdbcMessageIdRepository(database, "integratorio").start();
        return Map.of("node.database", ((PGSimpleDataSource) database).getUrl());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static Map<String, String> hazelcast(int port) {
        return Map.of("node.port", Integer.toString(port));
    }

    private static Map<String, String> hazelcast(int port, int member) {
        return Map.of("node.port", Integer.toString(port), "node.member", Integer.toString(member));
    }

    private static String user(String order) {
        return order + "@example.com";
    }

    private List<Map<String, Object>> licenses(String order) {
        return simulator.licenses(connector).stream()
                .filter(license -> user(order).equals(((Map<?, ?>) license.get("user")).get("email"))).toList();
    }

    /** Gives an order to a node that is killed at a step. */
    private void kill(ClaimNode victim, String step, String order) throws Exception {
        long before = simulator.count("POST", ".*");
        if (step.equals(SENT) || step.equals(CREATED)) {
            simulator.faults()
                    .add(step.equals(SENT) ? Fault.on("POST", ".*").hang() : Fault.on("POST", ".*").hangAfter());
            victim.order(order, user(order));
            await().until(() -> simulator.count("POST", ".*") > before
                    && licenses(order).size() == (step.equals(SENT) ? 0 : 1));
        } else {
            victim.order(order, user(order));
            victim.heard("HOLDING");
        }
        victim.kill();
    }

    /** The order was delivered again. */
    private void assertOneLicense(ClaimNode node, String step, String order) throws Exception {
        String result = node.result(order);
        if (OPEN.contains(step)) {
            assertTrue(result.startsWith("AMBIGUOUS"), step + ": " + result);
            assertEquals(0, licenses(order).size(), step);
            node.remove(connector + ":o:" + order);
            node.order(order, user(order));
            result = node.result(order);
        }
        assertEquals(1, licenses(order).size(), step + ": " + result);
        String outcome = step.equals("before 1") || OPEN.contains(step) ? "CREATED" : "RECONCILED";
        assertEquals(outcome + " " + licenses(order).get(0).get("_id"), result, step);
    }

    @Test
    void an_order_makes_one_license_wherever_its_process_is_killed_with_claims_in_postgresql() throws Exception {
        Map<String, String> database = postgres();
        ClaimNode other = node("b", database, "");
        // The killed process leaves its order to the next one with the same inbox: a broker that delivers it again.
        kill(node("a", database, ""), CREATED, "order-0");
        ClaimNode survivor = node("a", database, "");
        assertOneLicense(survivor, CREATED, "order-0");

        for (int i = 1; i <= KILLS; i++) {
            String step = STEPS.get(i % STEPS.size());
            String order = "order-" + i;
            String inbox = "victim-" + i;
            kill(node(inbox, database, step), step, order);
            ClaimNode next = survivor;
            if (i % 2 == 1) {
                survivor.order(order, user(order));
            } else {
                next = node(inbox, database, "");
            }
            assertOneLicense(next, step, order);
            if (next != survivor) {
                next.close();
            }
        }
        assertOnePerOrder(survivor, other, "order-both-");
        if (KILLS > 0) {
            // These claim users, not orders.
            assertOnePerOrder(node("c", database, "", "upsert"), node("d", database, "", "upsert"), "order-upsert-");
        }
    }

    @Test
    void an_order_makes_one_license_wherever_its_process_is_killed_with_claims_in_a_hazelcast_cluster()
            throws Exception {
        int port = freePort();
        ClaimNode survivor = node("a", hazelcast(port), "");
        survivor.heard("READY");
        for (int i = 0; i <= KILLS; i++) {
            String step = STEPS.get(i % STEPS.size());
            String order = "order-" + i;
            ClaimNode victim = node("victim-" + i, hazelcast(freePort(), port), step);
            assertEquals("2", victim.heard("MEMBERS"));
            kill(victim, step, order);
            survivor.order(order, user(order));
            assertOneLicense(survivor, step, order);
        }
        if (KILLS > 0) {
            assertOnePerOrder(survivor, node("b", hazelcast(freePort(), port), ""), "order-both-");
        }
    }

    private void assertOnePerOrder(ClaimNode one, ClaimNode other, String prefix) throws Exception {
        simulator.clearRequests();
        List<String> orders = IntStream.range(0, EVENTS).mapToObj(i -> prefix + i).toList();
        int created = 0;
        for (int first = 0; first < EVENTS; first += 5) {
            // A few at a time: each has seven seconds, also on a machine with other work.
            List<String> some = orders.subList(first, Math.min(first + 5, EVENTS));
            for (String order : some) {
                one.order(order, user(order));
                other.order(order, user(order));
            }
            for (String order : some) {
                for (String result : List.of(one.result(order), other.result(order))) {
                    assertTrue(!result.startsWith("FAILED"), result);
                    created += result.startsWith("CREATED") ? 1 : 0;
                }
                assertEquals(1, licenses(order).size(), order);
            }
        }
        assertEquals(EVENTS, simulator.count("POST", ".*"));
        assertEquals(EVENTS, created);
    }
}
