package io.github.integratorio.camel.internal.changefeed;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;

import io.github.integratorio.camel.api.ChangeType;
import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.internal.changefeed.store.Change;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.Recording;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.State;
import io.github.integratorio.camel.internal.changefeed.store.JdbcFeedStore;
import io.github.integratorio.camel.internal.changefeed.store.TransactionTemplate;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.FeedNode;
import io.github.integratorio.camel.support.FeedScene;
import io.github.integratorio.camel.support.TcpProxy;
import io.github.integratorio.camel.support.TcpProxy.Network;
import io.github.integratorio.camel.support.ThreadPerTaskExecutor;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Two processes that share a PostgreSQL: one polls, the other is on standby. {@code -Dfeed.failovers=500} sets the number of
 * failovers, {@code -Dfeed.seed=…} their moments.
 */
class FailOverTest {

    private static final int FAIL_OVERS = Integer.getInteger("feed.failovers", 1);
    private static final long SEED = Long.getLong("feed.seed", 1);

    /** The name that the database shows of a connection. */
    private static final String LEADER = "leader";

    private static EmbeddedPostgres postgres;

    @TempDir
    Path directory;

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    private static String database(int port) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
    }

    /** Nodes of which one at a time polls. */
    private FeedNode.Builder electing(FeedScene scene, String consumer) {
        return scene.nodes("master:feed:", "&consumerId=" + consumer).database(database(postgres.getPort()))
                .cluster(directory.resolve("cluster"));
    }

    @Test
    @Covers({ 233, 235 })
    void the_successor_of_a_leader_killed_at_any_moment_continues_with_the_pending_changes() throws Exception {
        try (FeedScene scene = new FeedScene(directory, SEED)) {
            FeedNode.Builder nodes = electing(scene, "killed");
            scene.warmUp(nodes);
            scene.start(nodes);
            scene.start(nodes);
            for (int i = 0; i < FAIL_OVERS; i++) {
                FeedNode leader = scene.leader();
                scene.awaitRandomMoment(leader);
                leader.kill();
                scene.start(nodes);
            }
            scene.end(scene.leader());
            System.out.println(scene);
        }
    }

    @Test
    @Covers(234)
    void a_leader_that_was_suspended_and_replaced_does_no_harm_when_it_resumes() throws Exception {
        try (FeedScene scene = new FeedScene(directory, SEED)) {
            FeedNode.Builder nodes = electing(scene, "paused");
            scene.warmUp(nodes);
            scene.start(nodes);
            scene.start(nodes);
            for (int i = 0; i < Math.max(1, FAIL_OVERS / 4); i++) {
                FeedNode leader = scene.leader();
                scene.awaitRandomMoment(leader);
                leader.pause();
                // A lease would expire by itself; a suspended process keeps its lock on a local file.
                Files.deleteIfExists(directory.resolve("cluster/feed"));
                Files.deleteIfExists(directory.resolve("cluster/feed.dat"));
                leader.until(() -> scene.leader() != leader);
                FeedNode next = scene.leader();
                moreFrom(scene, next, 100);
                int known = timesDeposed(leader);
                leader.resume();
                // Until then it may still deliver, and would be mistaken for the leader.
                leader.until(() -> timesDeposed(leader) > known);
                moreFrom(scene, next, 100);
            }
            scene.end(scene.leader());
            System.out.println(scene);
        }
    }

    private static int timesDeposed(FeedNode node) throws IOException {
        return node.said().split("Leadership lost", -1).length;
    }

    private static void moreFrom(FeedScene scene, FeedNode node, int more) {
        int before = scene.downstream().arrivals(node.name());
        node.until(() -> scene.downstream().arrivals(node.name()) >= before + more);
    }

    @ParameterizedTest(name = "a network that {0}")
    @EnumSource(value = Network.class, names = { "RESETS", "SWALLOWS" })
    @Covers(237)
    void a_node_cut_off_from_the_store_stops_delivering_and_the_other_one_continues(Network bad) throws Exception {
        try (TcpProxy proxy = new TcpProxy(postgres.getPort()); FeedScene scene = new FeedScene(directory, SEED)) {
            // Both poll, as after a faulty election.
            FeedNode.Builder nodes = scene.nodes("", "&consumerId=cut" + bad);
            FeedNode cut = scene.start(nodes.database(database(proxy.port())));
            FeedNode other = scene.start(nodes.database(database(postgres.getPort())));
            moreFrom(scene, cut, 1);
            moreFrom(scene, other, 1);
            scene.awaitRandomMoment(cut);
            proxy.network(bad);
            int before = scene.downstream().arrivals(cut.name());
            moreFrom(scene, other, 300);
            int after = scene.downstream().arrivals(cut.name());
            assertTrue(after <= before + Outbox.MAX_UNWRITTEN, before + " before, " + after + " after");
            moreFrom(scene, other, 300);
            assertEquals(after, scene.downstream().arrivals(cut.name()));
            proxy.network(Network.FINE);
            moreFrom(scene, cut, 100);
            scene.end(other);
        }
    }

    @Test
    @Covers(238)
    void the_store_is_read_again_if_the_outcome_of_a_commit_is_unknown() throws Exception {
        try (TcpProxy proxy = new TcpProxy(postgres.getPort()); FeedScene scene = new FeedScene(directory, SEED)) {
            // Late enough that most connections end while a response is in flight.
            proxy.delayAnswers(1_000);
            FeedNode.Builder nodes = scene.nodes("", "&consumerId=late").database(database(proxy.port()));
            scene.start(nodes);
            FeedNode node = scene.start(nodes);
            for (int i = 0; i < FAIL_OVERS; i++) {
                moreFrom(scene, node, 1);
                scene.awaitRandomMoment(node);
                proxy.hangUp();
            }
            scene.end(node);
        }
    }

    @Test
    @Covers(240)
    void stopping_a_standby_does_not_change_the_state() throws Exception {
        try (FeedScene scene = new FeedScene(directory, SEED);
                FeedStore store = new JdbcFeedStore(postgres.getPostgresDatabase())) {
            FeedId feed = new FeedId("stopped", "installBase", scene.connector());
            FeedNode.Builder nodes = electing(scene, feed.consumerId());
            scene.start(nodes);
            FeedNode leader = scene.leader();
            for (int i = 0; i < 2; i++) {
                FeedNode standby = scene.start(nodes);
                moreFrom(scene, leader, 200);
                long before = store.state(feed).orElseThrow().generation();
                standby.stop();
                assertTrue(store.state(feed).orElseThrow().generation() >= before);
                moreFrom(scene, leader, 200);
                assertEquals(0, scene.downstream().arrivals(standby.name()));
            }
            scene.end(leader);
        }
    }

    @Test
    @Covers(234)
    void changes_computed_from_an_outdated_state_are_not_recorded() {
        FeedId feed = new FeedId("old", "installBase", "c");
        try (FeedStore zombie = new JdbcFeedStore(postgres.getPostgresDatabase());
                FeedStore leader = new JdbcFeedStore(postgres.getPostgresDatabase())) {
            State first = new State("api", "i", 1);
            assertTrue(zombie.commit(feed, null, first, recording("{}", 1)));
            assertTrue(leader.commit(feed, first, new State("api", "i", 2), recording("{\"a\":1}", 2)));
            assertFalse(zombie.commit(feed, first, new State("api", "i", 2), recording("{\"a\":2}", 2)));
            assertFalse(zombie.commit(feed, null, first, recording("{\"a\":2}", 1)));
            assertEquals(Map.of("k", "{\"a\":1}"), leader.rows(feed, List.of("k")));
            assertEquals(List.of("k:1", "k:2"),
                    leader.pending(feed, null, 9).changes().stream().map(Change::id).toList());
        }
    }

    private static Recording recording(String row, long version) {
        return new Recording(Map.of("k", row), List.of(),
                List.of(new Change("k:" + version, "k", ChangeType.ADDED, version, row, null)));
    }

    @Test
    @Covers({ 234, 237 })
    void a_node_suspended_between_two_statements_of_a_write_blocks_its_successor_only_for_a_limited_time()
            throws Exception {
        FeedId feed = new FeedId("still", "installBase", "c");
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch awake = new CountDownLatch(1);
        try (FeedStore leader = new JdbcFeedStore(postgres.getPostgresDatabase())) {
            State first = new State("api", "i", 1);
            assertTrue(leader.commit(feed, null, first, recording("{}", 1)));
            CompletableFuture<Void> still = CompletableFuture.runAsync(
                    () -> new TransactionTemplate(postgres.getPostgresDatabase()).write(connection -> {
                        connection.createStatement()
                                .execute("UPDATE integratorio_feed SET generation = 9 WHERE name = '" + feed + "'");
                        locked.countDown();
                        awaitQuietly(awake);
                        return null;
                    }), ThreadPerTaskExecutor.INSTANCE);
            locked.await();
            CompletableFuture<Boolean> other = CompletableFuture.supplyAsync(
                    () -> leader.commit(feed, first, new State("api", "i", 2), recording("{\"a\":2}", 2)),
                    ThreadPerTaskExecutor.INSTANCE);
            assertTrue(other.get(1, TimeUnit.MINUTES));
            awake.countDown();
            assertInstanceOf(FeedStateException.class, assertThrows(ExecutionException.class, still::get).getCause());
            assertEquals(2, leader.state(feed).orElseThrow().generation());
        }
    }

    @Test
    @Covers({ 234, 237 })
    void a_node_suspended_within_a_batch_of_statements_blocks_its_successor_only_for_a_limited_time() throws Exception {
        FeedId feed = new FeedId("midst", "installBase", "c");
        State first = new State("api", "i", 1);
        State second = new State("api", "i", 2);
        Recording many = new Recording(
                IntStream.range(0, 2_000).boxed().collect(Collectors.toMap(i -> "k" + i, i -> "{}".repeat(50))),
                List.of(), List.of());
        try (TcpProxy proxy = new TcpProxy(postgres.getPort());
                FeedStore leader = new JdbcFeedStore(throughProxy(proxy));
                FeedStore follower = new JdbcFeedStore(postgres.getPostgresDatabase())) {
            assertTrue(follower.commit(feed, null, first, recording("{}", 1)));
            // Within the second of four batches, for any duration of the statements before it.
            proxy.swallowAfter(150_000);
            CompletableFuture<Boolean> stopped = CompletableFuture
                    .supplyAsync(() -> leader.commit(feed, first, second, many), ThreadPerTaskExecutor.INSTANCE);
            await().until(proxy::isSwallowing);
            await().until(FailOverTest::isLeaderSilent);
            assertTrue(CompletableFuture
                    .supplyAsync(() -> follower.commit(feed, first, second, recording("{\"a\":1}", 2)),
                            ThreadPerTaskExecutor.INSTANCE)
                    .get(1, TimeUnit.MINUTES));
            proxy.network(Network.FINE);
            assertInstanceOf(FeedStateException.class, assertThrows(ExecutionException.class, stopped::get).getCause());
            assertEquals(Map.of("k", "{\"a\":1}"), follower.rows(feed, List.of("k", "k1")));
        }
    }

    private static DataSource throughProxy(TcpProxy proxy) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(database(proxy.port()));
        source.setApplicationName(LEADER);
        return source;
    }

    /** Whether the leader's transaction has been silent for a second, so that its time-out expires before that of a follower. */
    private static boolean isLeaderSilent() throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                ResultSet found = connection.createStatement().executeQuery("SELECT 1 FROM pg_stat_activity"
                        + " WHERE application_name = '" + LEADER + "' AND wait_event = 'ClientRead'"
                        + " AND xact_start IS NOT NULL AND state_change < now() - interval '1 second'")) {
            return found.next();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @Covers(238)
    void waiting_for_the_database_is_limited_and_the_pool_gets_its_connection_back_unchanged() throws Exception {
        try (Connection pooled = postgres.getPostgresDatabase().getConnection()) {
            TransactionTemplate transactions = new TransactionTemplate(poolOf(pooled));
            assertEquals(60_000, transactions.<Integer>run("read", Connection::getNetworkTimeout));
            assertEquals(0, pooled.getNetworkTimeout());
            pooled.setNetworkTimeout(Runnable::run, 5_000);
            assertEquals(5_000, transactions.<Integer>run("read", Connection::getNetworkTimeout));
        }
    }

    /** A pool with one connection, which is not really closed. */
    private static DataSource poolOf(Connection connection) {
        Object lent = Proxy.newProxyInstance(Connection.class.getClassLoader(), new Class<?>[] { Connection.class },
                (proxy, method, arguments) -> method.getName().equals("close") ? null
                        : method.invoke(connection, arguments));
        return (DataSource) Proxy.newProxyInstance(DataSource.class.getClassLoader(),
                new Class<?>[] { DataSource.class },
                (proxy, method, arguments) -> lent);
    }

    @Test
    @Covers(242)
    void state_in_a_newer_format_is_rejected() throws Exception {
        try (Connection connection = postgres.getPostgresDatabase().getConnection()) {
            connection.createStatement().execute("CREATE DATABASE newer");
        }
        new JdbcFeedStore(postgres.getDatabase("postgres", "newer")).close();
        try (Connection connection = postgres.getDatabase("postgres", "newer").getConnection()) {
            connection.createStatement().execute("INSERT INTO integratorio_format (format) VALUES (4)");
        }
        FeedStateException refused = assertThrows(FeedStateException.class,
                () -> new JdbcFeedStore(postgres.getDatabase("postgres", "newer")));
        assertTrue(refused.getMessage().contains("format 4, this one has 3"), refused.getMessage());
    }
}
