package io.github.integratorio.camel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.simulator.IntegratorioSimulator;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.apache.camel.CamelContext;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A PostgreSQL that is stopped while changes are being delivered, and started again. */
class DatabaseOutageTest {

    private static final int CHANGES = 150;

    private final List<Message> messages = new CopyOnWriteArrayList<>();
    private final AtomicInteger port = new AtomicInteger();

    private EmbeddedPostgres postgres(Path directory) throws IOException {
        if (port.get() == 0) {
            try (ServerSocket free = new ServerSocket(0)) {
                port.set(free.getLocalPort());
            }
        }
        return EmbeddedPostgres.builder().setDataDirectory(directory).setCleanDataDirectory(false).setPort(port.get())
                .start();
    }

    @Test
    @Covers(265)
    void during_a_database_outage_no_unrecorded_change_is_delivered_and_polling_recovers_by_itself(
            @TempDir Path directory) throws Exception {
        EmbeddedPostgres postgres = postgres(directory.resolve("data"));
        PGSimpleDataSource database = (PGSimpleDataSource) postgres.getPostgresDatabase();
        try (IntegratorioSimulator simulator = IntegratorioSimulator.builder().anyUser().noRateLimit().start();
                CamelContext context = new DefaultCamelContext()) {
            String connector = simulator.addConnector("Shop");
            context.getRegistry().bind("database", database);
            context.addRoutes(route(simulator, connector, postgres));
            context.start();
            await().until(() -> simulator.requestCount() >= 4);
            for (int i = 0; i < CHANGES; i++) {
                simulator.addLicense(connector,
                        Map.of("email", "u" + i + "@example.com", "expires", "2099-01-01T00:00:00Z"));
            }
            // Delivery stops when acknowledgements can no longer be written, and no new changes are found.
            await().atMost(Duration.ofMinutes(1)).until(() -> messages.size() >= CHANGES / 3);
            long asked = simulator.requestCount();
            await().during(Duration.ofMillis(500)).atMost(Duration.ofMinutes(1))
                    .until(() -> simulator.requestCount() == asked);
            int before = messages.size();
            assertTrue(before < CHANGES, "the consumer continued without its state: " + before);

            try (EmbeddedPostgres again = postgres(directory.resolve("data"))) {
                await().atMost(Duration.ofMinutes(1)).until(() -> ids().size() == CHANGES && pending(database) == 0);
                simulator.addLicense(connector,
                        Map.of("email", "later@example.com", "expires", "2099-01-01T00:00:00Z"));
                await().atMost(Duration.ofMinutes(1)).until(() -> ids().size() == CHANGES + 1);
                // Each id has one change: repeated changes were redelivered from the store.
                Set<String> contents = new HashSet<>();
                messages.forEach(message -> contents
                        .add(message.getHeader(IntegratorioConstants.CHANGE_ID) + " " + message.getBody(String.class)));
                assertEquals(CHANGES + 1, contents.size());
                context.stop();
            }
        } finally {
            postgres.close();
        }
    }

    private RouteBuilder route(IntegratorioSimulator simulator, String connector, EmbeddedPostgres postgres) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("integratorio:licenses?initialDelay=0&delay=50&connectorId=" + connector + "&baseUrl="
                        + simulator.baseUrl() + "&accessToken=" + simulator.token())
                        .process(exchange -> {
                            messages.add(exchange.getMessage().copy());
                            if (messages.size() == CHANGES / 3) {
                                try {
                                    postgres.close();
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            }
                        });
            }
        };
    }

    private Set<Object> ids() {
        Set<Object> ids = new HashSet<>();
        messages.forEach(message -> ids.add(message.getHeader(IntegratorioConstants.CHANGE_ID)));
        return ids;
    }

    private static int pending(PGSimpleDataSource database) throws Exception {
        try (Connection connection = database.getConnection();
                ResultSet rows =
                        connection.createStatement().executeQuery("SELECT COUNT(*) FROM integratorio_change")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
