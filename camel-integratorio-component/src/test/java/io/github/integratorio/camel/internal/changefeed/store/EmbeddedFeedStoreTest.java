package io.github.integratorio.camel.internal.changefeed.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** The embedded store in a directory. */
class EmbeddedFeedStoreTest extends JdbcFeedStoreContract {

    @TempDir
    Path directory;

    @Override
    FeedStore open() {
        return EmbeddedFeedStore.open(directory);
    }

    @Override
    DataSource database() {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL("jdbc:h2:file:" + directory.resolve("integratorio") + ";IFEXISTS=TRUE");
        return dataSource;
    }

    @Override
    long written() throws Exception {
        return Files.size(directory.resolve("integratorio.mv.db"));
    }

    @Override
    String settings(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT ISOLATION_LEVEL FROM INFORMATION_SCHEMA.SESSIONS"
                        + " WHERE SESSION_ID = SESSION_ID()")) {
            found.next();
            return found.getString(1);
        }
    }

    @Test
    void recorded_state_survives_a_restart() {
        store.commit(FEED, null, FIRST, recording(Map.of("a", row("a", 1)), List.of(), added("a", 1)));
        store.close();
        store = open();
        assertEquals(Map.of("a", row("a", 1)), rows(store));
        assertEquals(List.of(added("a", 1)), store.pending(FEED, null, 10).changes());
        assertEquals(FIRST, store.state(FEED).orElseThrow());
    }
}
