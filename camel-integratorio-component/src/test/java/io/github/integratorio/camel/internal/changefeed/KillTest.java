package io.github.integratorio.camel.internal.changefeed;

import java.nio.file.Path;
import java.util.List;

import io.github.integratorio.camel.internal.changefeed.store.EmbeddedFeedStore;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.FeedNode;
import io.github.integratorio.camel.support.FeedScene;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;

/**
 * A process with state in a directory that is killed and restarted repeatedly. {@code -Dfeed.kills=2000} sets the number of kills,
 * {@code -Dfeed.seed=…} the moments, {@code -Dfeed.otherClassPath=…} the class path of every second process, such as
 * another version of Camel.
 */
class KillTest {

    private static final int KILLS = Integer.getInteger("feed.kills", 2);
    private static final long SEED = Long.getLong("feed.seed", 1);

    @TempDir
    Path directory;

    @Test
    @Covers({ 178, 211, 262 })
    void a_process_killed_at_any_moment_loses_and_invents_no_change() throws Exception {
        Path state = directory.resolve("state");
        try (FeedScene scene = new FeedScene(directory, SEED)) {
            FeedNode.Builder nodes = scene.nodes("", "&stateDirectory=" + state);
            scene.warmUp(nodes);
            for (int kill = 0; kill < KILLS; kill++) {
                FeedNode node = scene.start(nodes);
                scene.awaitRandomMoment(node);
                node.kill();
            }
            FeedNode last = scene.start(nodes);
            scene.end(last);
            last.stop();
            try (FeedStore store = EmbeddedFeedStore.open(state)) {
                assertEquals(List.of(),
                        store.pending(new FeedId("default", "installBase", scene.connector()), null, 1).changes());
            }
            System.out.println(scene);
        }
    }
}
