package io.github.integratorio.camel.internal.observability;

import java.util.List;

import io.github.integratorio.camel.support.Covers;
import io.github.integratorio.camel.support.LogCapture;
import io.github.integratorio.camel.support.ScriptedServerTestSupport;
import org.junit.jupiter.api.Test;

import static io.github.integratorio.camel.support.ScriptedServer.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The content of the log. */
class LogsTest extends ScriptedServerTestSupport {

    /** At any level, of this component and of the libraries it uses. */
    @Test
    @Covers(243)
    void neither_the_token_nor_an_unmasked_email_address_is_logged_at_any_level() {
        try (LogCapture log = new LogCapture()) {
            server.then(json(200, LICENSE), json(201, LICENSE),
                    json(401, "{\"message\":\"Authorization: Bearer canary-token is not jane@example.com's\"}"),
                    json(422, "{\"errors\":[{\"code\":\"invalid_user\",\"message\":\"jane@example.com\"}]}"));
            send(GET, null);
            String create = "integratorio:licenses?operation=create&connectorId=c1&expires=P30D";
            send(create, "{\"email\":\"jane@example.com\"}");
            send(create, "{\"email\":\"jane@example.com\"}");
            send(create, "{\"email\":\"jane@example.com\"}");
            assertEquals(4, server.requestCount());
            assertTrue(log.lines().size() > 50, "the libraries must log: " + log.lines().size());
            assertEquals(List.of(), log.lines().stream().filter(line -> line.contains("canary-token")).toList());
            assertEquals(List.of(), log.lines().stream().filter(line -> line.contains("jane@example.com")).toList());
        }
    }

    @Test
    @Covers(149)
    void a_misspelt_header_of_a_read_is_logged_once_as_a_warning() {
        try (LogCapture log = new LogCapture()) {
            server.then(json(200, LICENSE), json(200, LICENSE));
            for (int i = 0; i < 2; i++) {
                template.send(GET, exchange -> {
                    exchange.getMessage().setHeader("CamelIntegratorioLicenceId", "l1");
                    exchange.getMessage().setHeader("camelintegratoriolicenseid", "l1");
                });
            }
            assertEquals(2, server.requestCount());
            List<String> warnings = log.lines().stream().filter(line -> line.startsWith("WARNING")).toList();
            assertEquals(1, warnings.size(), warnings.toString());
            assertTrue(warnings.get(0).contains("CamelIntegratorioLicenceId"), warnings.toString());
        }
    }
}
