package io.github.integratorio.camel.internal.producer;

import java.nio.file.Path;
import javax.sql.DataSource;

import io.github.integratorio.camel.support.SimulatorTestSupport;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Claims must outlive the process. */
class ClaimRepositoriesTest extends SimulatorTestSupport {

    private static final String CREATE =
            "integratorio:licenses?operation=create&expires=P30D&idempotentRepository=#claims&connectorId=";

    private static final String ORDER = "{\"email\":\"jane@example.com\"}";

    @TempDir
    private Path directory;

    private static DataSource h2(String url) {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:" + url);
        return source;
    }

    private void refused(JdbcMessageIdRepository repository) {
        context.getRegistry().bind("claims", repository);
        refused(() -> template.requestBody(CREATE + simulator().addConnector("Shop"), ORDER));
    }

    private void refused(Executable call) {
        Exception failure = assertThrows(Exception.class, call);
        assertTrue(messages(failure).contains("add ;WRITE_DELAY=0 to its JDBC URL"), messages(failure));
        assertEquals(0, simulator().requestCount());
    }

    private static String messages(Throwable failure) {
        return failure == null ? "" : failure.getMessage() + "\n" + messages(failure.getCause());
    }

    @Test
    void an_h2_that_writes_late_is_refused_before_anything_is_sent() {
        refused(new JdbcMessageIdRepository(h2("file:" + directory.resolve("late")), "shop"));
    }

    @Test
    void it_is_refused_at_each_further_call_and_start_too() throws Exception {
        context.getRegistry().bind("claims",
                new JdbcMessageIdRepository(h2("file:" + directory.resolve("late")), "shop"));
        String create = CREATE + simulator().addConnector("Shop");
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:dynamic").toD(create + "&email=${header.user}");
            }
        });
        for (int call = 0; call < 3; call++) {
            refused(() -> template.requestBody(create, ORDER));
            refused(() -> template.requestBody(create + "&requestTimeout=7000", ORDER));
            refused(() -> template.requestBodyAndHeader("direct:dynamic", ORDER, "user", "jane@example.com"));
            refused(() -> context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:static").routeId("static").to(create);
                }
            }));
            refused(() -> context.getRouteController().startRoute("static"));
        }
    }

    @Test
    void it_is_refused_with_the_old_names_of_its_settings_too() {
        refused(new JdbcMessageIdRepository(
                h2("file:" + directory.resolve("late") + ";OLD_INFORMATION_SCHEMA=TRUE"), "shop"));
    }

    @Test
    void it_is_refused_behind_a_jdbc_template_too() {
        DataSource late = h2("file:" + directory.resolve("late"));
        refused(new JdbcMessageIdRepository(new JdbcTemplate(late),
                new TransactionTemplate(new DataSourceTransactionManager(late))));
    }

    @Test
    void an_h2_that_writes_at_once_or_only_in_memory_is_accepted() {
        int number = 0;
        for (String url : new String[] { "file:" + directory.resolve("at-once") + ";WRITE_DELAY=0",
                "mem:claims;DB_CLOSE_DELAY=-1" }) {
            context.getRegistry().bind("claims" + number, new JdbcMessageIdRepository(h2(url), "shop"));
            String connector = simulator().addConnector("Shop");
            template.requestBody(CREATE.replace("#claims", "#claims" + number++) + connector,
                    ORDER);
            assertEquals(1, simulator().licenses(connector).size());
        }
    }
}
