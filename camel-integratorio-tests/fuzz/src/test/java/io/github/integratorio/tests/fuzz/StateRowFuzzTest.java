package io.github.integratorio.tests.fuzz;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.integratorio.camel.api.FeedStateException;
import io.github.integratorio.camel.internal.changefeed.store.FeedId;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore;
import io.github.integratorio.camel.internal.changefeed.store.FeedStore.State;
import io.github.integratorio.camel.internal.changefeed.store.JdbcFeedStore;
import org.h2.jdbcx.JdbcConnectionPool;

import static org.junit.jupiter.api.Assertions.assertEquals;

class StateRowFuzzTest {

    private static final FeedId FEED = new FeedId("fuzz", "installBase", "c");
    private static final String CONTENT = "{\"_id\":\"a\",\"version\":\"1.0.0\"}";
    private static final JdbcConnectionPool DATABASE = JdbcConnectionPool.create("jdbc:h2:mem:fuzz", "sa", "");
    private static final FeedStore STORE = store();

    private static FeedStore store() {
        FeedStore store = new JdbcFeedStore(DATABASE);
        store.commit(FEED, null, new State("api", "i", 1),
                new FeedStore.Recording(Map.of("a", CONTENT), List.of(), List.of()));
        return store;
    }

    @FuzzTest(maxDuration = "10m")
    void a_damaged_row_is_refused(byte[] damage) throws SQLException {
        String content = new String(damage, StandardCharsets.UTF_8);
        try (Connection connection = DATABASE.getConnection(); PreparedStatement update =
                connection.prepareStatement("UPDATE integratorio_row SET content = ?")) {
            update.setString(1, content);
            assertEquals(1, update.executeUpdate());
        }
        try {
            assertEquals(Map.of("a", CONTENT), STORE.rows(FEED, List.of("a")));
        } catch (FeedStateException e) {
            assertEquals(false, content.equals(CONTENT));
        }
    }
}
