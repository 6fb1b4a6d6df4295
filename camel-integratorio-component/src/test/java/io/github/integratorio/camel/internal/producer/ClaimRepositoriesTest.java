package io.github.integratorio.camel.internal.producer;

import java.nio.file.Path;
import javax.sql.DataSource;

import io.github.integratorio.camel.support.SimulatorTestSupport;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
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

    @TempDir
    private Path directory;

    private static DataSource h2(String url) {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:" + url);
        return source;
    }

    private void refused(JdbcMessageIdRepository repository) {
        context.getRegistry().bind("claims", repository);
        Exception failure = assertThrows(Exception.class,
                () -> template.requestBody(CREATE + simulator().addConnector("Shop"),
                        "{\"email\":\"jane@example.com\"}"));
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
                    "{\"email\":\"jane@example.com\"}");
            assertEquals(1, simulator().licenses(connector).size());
        }
    }
}
