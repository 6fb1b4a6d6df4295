package io.github.integratorio.camel.internal.changefeed;

import java.nio.file.Path;

import io.github.integratorio.camel.support.FeedNode;
import io.github.integratorio.camel.support.NoticeScene;
import io.github.integratorio.camel.support.Postgres;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Processes that tell which licenses end, and are killed repeatedly. {@code -Dnotices.kills=500} sets the number of kills,
 * {@code -Dfeed.seed=…} the moments.
 */
class KilledNoticesTest {

    private static final int KILLS = Integer.getInteger("notices.kills", 1);
    private static final long SEED = Long.getLong("feed.seed", 1);

    @TempDir
    Path directory;

    @Test
    void a_process_killed_at_any_moment_loses_and_invents_no_notice() throws Exception {
        try (NoticeScene scene = new NoticeScene(directory, SEED)) {
            FeedNode.Builder nodes = scene.nodes("", "&stateDirectory=" + directory.resolve("state"));
            FeedNode node = scene.start(nodes);
            scene.awaitLook(node);
            scene.begin();
            for (int kill = 0; kill < KILLS; kill++) {
                scene.awaitRandomMoment(node);
                node.kill();
                node = scene.start(nodes);
            }
            scene.end(node);
            System.out.println(scene);
        }
    }

    @Test
    void the_successor_of_a_killed_leader_tells_the_rest() throws Exception {
        try (NoticeScene scene = new NoticeScene(directory, SEED)) {
            String database = ((PGSimpleDataSource) Postgres.database()).getUrl();
            FeedNode.Builder nodes = scene.nodes("master:feed:", "")
                    .database(database + (database.contains("?") ? "&" : "?") + "user=postgres")
                    .cluster(directory.resolve("cluster"));
            FeedNode first = scene.start(nodes);
            scene.start(nodes);
            scene.awaitLook(first);
            scene.begin();
            for (int kill = 0; kill < KILLS; kill++) {
                FeedNode leader = scene.leader();
                scene.awaitRandomMoment(leader);
                leader.kill();
                scene.start(nodes);
            }
            scene.end(scene.leader());
            System.out.println(scene);
        }
    }
}
