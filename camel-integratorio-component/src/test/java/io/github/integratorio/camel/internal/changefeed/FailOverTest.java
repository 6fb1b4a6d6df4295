package io.github.integratorio.camel.internal.changefeed;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
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
import io.github.integratorio.camel.support.FeedNode;
import io.github.integratorio.camel.support.FeedScene;
import io.github.integratorio.camel.support.OwnThread;
import io.github.integratorio.camel.support.TcpProxy;
import io.github.integratorio.camel.support.TcpProxy.Network;
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
 * Two processes that share a PostgreSQL: one watches, the other waits for its end. {@code -Dfeed.failovers=500} ends the one that
 * watches so often, {@code -Dfeed.seed=…} at other moments.
 */
class FailOverTest {

    private static final int FAIL_OVERS = Integer.getInteger("feed.failovers", 10);
    private static final long SEED = Long.getLong("feed.seed", 1);

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

    /** Nodes of which one at a time watches. */
    private FeedNode.Builder electing(FeedScene scene, String consumer) {
        return scene.nodes("master:feed:", "&consumerId=" + consumer).database(database(postgres.getPort()))
                .cluster(directory.resolve("cluster"));
    }

    @Test
    void rows_233_and_235_a_leader_that_is_killed_at_any_moment_is_followed_by_one_that_goes_on_where_it_was() throws Exception {
        try (FeedScene scene = new FeedScene(directory, SEED)) {
            FeedNode.Builder nodes = electing(scene, "killed");
            scene.rehearse(nodes);
            scene.start(nodes);
            scene.start(nodes);
            for (int i = 0; i < FAIL_OVERS; i++) {
                FeedNode leader = scene.leader();
                scene.someMoment(leader);
                leader.kill();
                scene.start(nodes);
            }
            scene.end(scene.leader());
            System.out.println(scene);
        }
    }

    @Test
    void row_234_a_leader_that_stood_still_and_was_replaced_does_no_harm_when_it_awakes() throws Exception {
        try (FeedScene scene = new FeedScene(directory, SEED)) {
            FeedNode.Builder nodes = electing(scene, "paused");
            scene.rehearse(nodes);
            scene.start(nodes);
            scene.start(nodes);
            for (int i = 0; i < Math.max(3, FAIL_OVERS / 4); i++) {
                FeedNode leader = scene.leader();
                scene.someMoment(leader);
                leader.pause();
                // What a lease would do by itself; a lock on a file of this machine is kept by a process that stands still.
                Files.deleteIfExists(directory.resolve("cluster/feed"));
                Files.deleteIfExists(directory.resolve("cluster/feed.dat"));
                leader.until(() -> scene.leader() != leader);
                FeedNode next = scene.leader();
                moreFrom(scene, next, 100);
                int known = timesDeposed(leader);
                leader.resume();
                // Until then it may still deliver, and would be taken for the leader.
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
    void row_237_a_node_that_is_cut_off_from_the_store_stops_and_the_other_one_goes_on(Network bad) throws Exception {
        try (TcpProxy proxy = new TcpProxy(postgres.getPort()); FeedScene scene = new FeedScene(directory, SEED)) {
            // Both watch, as after an election that went wrong.
            FeedNode.Builder nodes = scene.nodes("", "&consumerId=cut" + bad);
            FeedNode cut = scene.start(nodes.database(database(proxy.port())));
            FeedNode other = scene.start(nodes.database(database(postgres.getPort())));
            moreFrom(scene, cut, 1);
            moreFrom(scene, other, 1);
            scene.someMoment(cut);
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
    void row_238_when_nobody_knows_whether_a_write_was_done_the_store_is_asked() throws Exception {
        try (TcpProxy proxy = new TcpProxy(postgres.getPort()); FeedScene scene = new FeedScene(directory, SEED)) {
            // So late that most connections end while an answer is on its way.
            proxy.delayAnswers(1_000);
            FeedNode.Builder nodes = scene.nodes("", "&consumerId=late").database(database(proxy.port()));
            scene.start(nodes);
            FeedNode node = scene.start(nodes);
            for (int i = 0; i < FAIL_OVERS; i++) {
                moreFrom(scene, node, 1);
                scene.someMoment(node);
                proxy.hangUp();
            }
            scene.end(node);
        }
    }

    @Test
    void row_240_a_standby_that_is_stopped_leaves_the_state_as_it_is() throws Exception {
        try (FeedScene scene = new FeedScene(directory, SEED); FeedStore store = new JdbcFeedStore(postgres.getPostgresDatabase())) {
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
    void row_234_what_was_found_on_an_old_state_is_not_recorded() {
        FeedId feed = new FeedId("old", "installBase", "c");
        try (FeedStore zombie = new JdbcFeedStore(postgres.getPostgresDatabase());
                FeedStore leader = new JdbcFeedStore(postgres.getPostgresDatabase())) {
            State first = new State("api", "i", 1);
            assertTrue(zombie.commit(feed, null, first, recording("{}", 1)));
            assertTrue(leader.commit(feed, first, new State("api", "i", 2), recording("{\"a\":1}", 2)));
            assertFalse(zombie.commit(feed, first, new State("api", "i", 2), recording("{\"a\":2}", 2)));
            assertFalse(zombie.commit(feed, null, first, recording("{\"a\":2}", 1)));
            assertEquals(Map.of("k", "{\"a\":1}"), leader.rows(feed, List.of("k")));
            assertEquals(List.of("k:1", "k:2"), leader.pending(feed, null, 9).changes().stream().map(Change::id).toList());
        }
    }

    private static Recording recording(String row, long version) {
        return new Recording(Map.of("k", row), List.of(), List.of(new Change("k:" + version, "k", ChangeType.ADDED, version, row, null)));
    }

    @Test
    void rows_234_and_237_a_node_that_stands_still_in_the_middle_of_a_write_does_not_keep_the_other_waiting_for_ever() throws Exception {
        FeedId feed = new FeedId("still", "installBase", "c");
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch awake = new CountDownLatch(1);
        try (FeedStore leader = new JdbcFeedStore(postgres.getPostgresDatabase())) {
            State first = new State("api", "i", 1);
            assertTrue(leader.commit(feed, null, first, recording("{}", 1)));
            CompletableFuture<Void> still = CompletableFuture.runAsync(
                    () -> new TransactionTemplate(postgres.getPostgresDatabase()).write(connection -> {
                        connection.createStatement().execute("UPDATE integratorio_feed SET generation = 9 WHERE name = '" + feed + "'");
                        locked.countDown();
                        awaitQuietly(awake);
                        return null;
                    }), OwnThread.EACH);
            locked.await();
            CompletableFuture<Boolean> other = CompletableFuture.supplyAsync(
                    () -> leader.commit(feed, first, new State("api", "i", 2), recording("{\"a\":2}", 2)), OwnThread.EACH);
            assertTrue(other.get(1, TimeUnit.MINUTES));
            awake.countDown();
            assertInstanceOf(FeedStateException.class, assertThrows(ExecutionException.class, still::get).getCause());
            assertEquals(2, leader.state(feed).orElseThrow().generation());
        }
    }

    @Test
    void rows_234_and_237_a_node_that_stops_in_the_midst_of_what_it_tells_the_database_does_not_either() throws Exception {
        FeedId feed = new FeedId("midst", "installBase", "c");
        State first = new State("api", "i", 1);
        State second = new State("api", "i", 2);
        Recording many = new Recording(IntStream.range(0, 2_000).boxed().collect(Collectors.toMap(i -> "k" + i, i -> "{}".repeat(50))),
                List.of(), List.of());
        try (TcpProxy proxy = new TcpProxy(postgres.getPort());
                FeedStore leader = new JdbcFeedStore(throughProxy(proxy));
                FeedStore follower = new JdbcFeedStore(postgres.getPostgresDatabase())) {
            assertTrue(follower.commit(feed, null, first, recording("{}", 1)));
            // Far into the second of four batches, whatever the statements before it take.
            proxy.swallowAfter(150_000);
            CompletableFuture<Boolean> stopped = CompletableFuture.supplyAsync(() -> leader.commit(feed, first, second, many), OwnThread.EACH);
            await().until(proxy::isSwallowing);
            assertTrue(CompletableFuture.supplyAsync(() -> follower.commit(feed, first, second, recording("{\"a\":1}", 2)), OwnThread.EACH)
                    .get(1, TimeUnit.MINUTES));
            proxy.network(Network.FINE);
            assertInstanceOf(FeedStateException.class, assertThrows(ExecutionException.class, stopped::get).getCause());
            assertEquals(Map.of("k", "{\"a\":1}"), follower.rows(feed, List.of("k", "k1")));
        }
    }

    private static DataSource throughProxy(TcpProxy proxy) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(database(proxy.port()));
        return source;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void row_238_no_answer_is_waited_for_without_end_and_a_pool_gets_its_connection_back_as_it_was() throws Exception {
        try (Connection pooled = postgres.getPostgresDatabase().getConnection()) {
            TransactionTemplate transactions = new TransactionTemplate(poolOf(pooled));
            assertEquals(60_000, transactions.<Integer>run("read", Connection::getNetworkTimeout));
            assertEquals(0, pooled.getNetworkTimeout());
            pooled.setNetworkTimeout(Runnable::run, 5_000);
            assertEquals(5_000, transactions.<Integer>run("read", Connection::getNetworkTimeout));
        }
    }

    /** A pool with one connection, which only pretends to close. */
    private static DataSource poolOf(Connection connection) {
        Object lent = Proxy.newProxyInstance(Connection.class.getClassLoader(), new Class<?>[] { Connection.class },
                (proxy, method, arguments) -> method.getName().equals("close") ? null : method.invoke(connection, arguments));
        return (DataSource) Proxy.newProxyInstance(DataSource.class.getClassLoader(), new Class<?>[] { DataSource.class },
                (proxy, method, arguments) -> lent);
    }

    @Test
    void row_242_a_newer_format_is_refused() throws Exception {
        try (Connection connection = postgres.getPostgresDatabase().getConnection()) {
            connection.createStatement().execute("CREATE DATABASE newer");
        }
        new JdbcFeedStore(postgres.getDatabase("postgres", "newer")).close();
        try (Connection connection = postgres.getDatabase("postgres", "newer").getConnection()) {
            connection.createStatement().execute("INSERT INTO integratorio_format (format) VALUES (2)");
        }
        FeedStateException refused = assertThrows(FeedStateException.class, () -> new JdbcFeedStore(postgres.getDatabase("postgres", "newer")));
        assertTrue(refused.getMessage().contains("format 2, this one has 1"), refused.getMessage());
    }
}
