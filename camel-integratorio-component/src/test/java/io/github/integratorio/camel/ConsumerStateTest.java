package io.github.integratorio.camel;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.integratorio.camel.api.IntegratorioConstants;
import io.github.integratorio.camel.support.LogCapture;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Selection of the store of a consumer. */
class ConsumerStateTest {

    private final List<Object> seen = new CopyOnWriteArrayList<>();
    private IntegratorioSimulator simulator;
    private String connector;

    @BeforeEach
    void start() {
        simulator = IntegratorioSimulator.builder().anyUser().noRateLimit().start();
        connector = simulator.addConnector("Shop");
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    private static JdbcDataSource database(String name) {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1");
        return database;
    }

    private CamelContext context(JdbcDataSource... databases) throws Exception {
        CamelContext context = new DefaultCamelContext();
        for (JdbcDataSource database : databases) {
            context.getRegistry().bind(database.getURL(), database);
        }
        return context;
    }

    /** Consumes licenses while an action runs, which receives the minimum number of polls so far. */
    private void watching(CamelContext context, String options, Runnable meanwhile) throws Exception {
        try (context) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("integratorio:licenses?connectorId=" + connector + "&baseUrl=" + simulator.baseUrl()
                            + "&accessToken=" + simulator.token() + "&initialDelay=0&delay=20" + options)
                            .process(exchange -> seen
                                    .add(exchange.getMessage().getHeader(IntegratorioConstants.LICENSE_ID)));
                }
            });
            context.start();
            long before = simulator.requestCount();
            await().until(() -> simulator.requestCount() >= before + 2);
            meanwhile.run();
        }
    }

    private String license(String email) {
        return simulator.addLicense(connector, java.util.Map.of("email", email, "expires", "2099-01-01T00:00:00Z"));
    }

    private void sees(Object... ids) {
        await().until(() -> seen.size() >= ids.length);
        assertEquals(List.of(ids), seen);
    }

    @Test
    void the_only_data_source_of_the_registry_is_used() throws Exception {
        JdbcDataSource database = database("the-one");
        watching(context(database), "", () -> {});
        String whileAway = license("a@example.com");
        watching(context(database), "", () -> sees(whileAway));
        try (Connection connection = database.getConnection();
                ResultSet rows = connection.createStatement().executeQuery("SELECT COUNT(*) FROM integratorio_row")) {
            rows.next();
            assertEquals(1, rows.getInt(1));
        }
    }

    @Test
    void without_a_store_the_log_warns_what_is_lost() throws Exception {
        try (LogCapture log = new LogCapture()) {
            watching(context(database("one"), database("other")), "", () -> {
                String license = license("a@example.com");
                sees(license);
            });
            assertEquals(1, log.lines().stream()
                    .filter(line -> line.startsWith("WARNING") && line.contains("stateDirectory")).count());
        }
        license("b@example.com");
        watching(context(), "", () -> {});
        assertEquals(1, seen.size());
    }

    @Test
    void a_state_directory_takes_precedence_over_a_data_source(@TempDir Path directory) throws Exception {
        watching(context(database("unused")), "&stateDirectory=" + directory.resolve("state"), () -> {});
        assertTrue(Files.exists(directory.resolve("state")));
        String whileAway = license("a@example.com");
        watching(context(), "&stateDirectory=" + directory.resolve("state"), () -> sees(whileAway));
    }
}
