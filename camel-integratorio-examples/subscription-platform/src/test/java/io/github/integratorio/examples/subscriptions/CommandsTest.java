package io.github.integratorio.examples.subscriptions;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class CommandsTest {

    private final ByteArrayOutputStream console = new ByteArrayOutputStream();

    private int run(Map<String, String> environment, String... arguments) throws Exception {
        return PlatformMain.run(List.of(arguments), environment,
                new PrintStream(console, true, StandardCharsets.UTF_8));
    }

    private String text() {
        return console.toString(StandardCharsets.UTF_8);
    }

    @Test
    void the_demo_ends_with_correct_licenses_and_shows_no_whole_address() throws Exception {
        assertEquals(0, run(Map.of()), text());
        assertTrue(text().contains("Every license matches its subscription."), text());
        assertFalse(text().matches("(?s).*[a-z]{2,}@.*"), text());
    }

    @Test
    void missing_variables_of_a_live_command_are_named() throws Exception {
        assertEquals(2, run(Map.of("INTEGRATOR_IO_TOKEN", "canary", "DATABASE_URL", "jdbc:postgresql:x"), "serve"));
        assertTrue(text().startsWith("Set INTEGRATOR_IO_CONNECTOR_ID, WEBHOOK_SECRETS in the environment"), text());
        assertFalse(text().contains("canary"));
    }

    @Test
    void an_unknown_command_prints_the_valid_commands() throws Exception {
        assertEquals(2, run(Map.of(), "reconcil"));
        assertTrue(text().contains("reconcile dry-run"), text());
    }
}
