package io.github.integratorio.examples.trial;

import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TrialConfigTest {

    private static final Map<String, String> LIVE =
            Map.of("INTEGRATOR_IO_TOKEN", "secret-token", "INTEGRATOR_IO_CONNECTOR_ID", "c1",
                    "TRIAL_VENDOR_PASSWORD", "correct horse battery");

    @Test
    void the_demo_requires_no_variable_and_never_uses_the_account() {
        TrialConfig config = TrialConfig.of(Map.of("INTEGRATOR_IO_TOKEN", "secret-token"), false);
        assertTrue(config.demo());
        assertEquals("", config.token());
        assertEquals(30, config.days());
        assertTrue(config.databaseUrl().startsWith("jdbc:h2:mem:"));
    }

    @Test
    void live_uses_the_account_and_a_database_file() {
        TrialConfig config = TrialConfig.of(LIVE, true);
        assertFalse(config.demo());
        assertTrue(config.databaseUrl().startsWith("jdbc:h2:file:"));
        assertNotEquals(config.secret(), TrialConfig.of(LIVE, true).secret(), "a default secret is random");
    }

    @ParameterizedTest
    @CsvSource({ "TRIAL_VENDOR_PASSWORD, demo", "TRIAL_VENDOR_PASSWORD, ''", "TRIAL_VENDOR_PASSWORD, short",
            "INTEGRATOR_IO_CONNECTOR_ID, ''", "INTEGRATOR_IO_TOKEN, ''", "TRIAL_PORT, 70000", "TRIAL_PORT, http",
            "TRIAL_DAYS, 0",
            "TRIAL_HTTPS, yes",
            "TRIAL_SECRET, tooshort", "TRIAL_SUBMITS_PER_MINUTE, -1" })
    void a_missing_or_invalid_variable_is_named(String variable, String value) {
        Map<String, String> environment = new HashMap<>(LIVE);
        environment.put(variable, value);
        String message =
                assertThrows(IllegalArgumentException.class, () -> TrialConfig.of(environment, true)).getMessage();
        assertTrue(message.startsWith(variable), message);
        assertTrue(value.isEmpty() || variable.equals("TRIAL_DAYS") || !message.contains(value)
                || !variable.matches(".*(PASSWORD|SECRET)")
                || value.equals("demo"), message);
    }

    @Test
    void the_text_contains_no_secrets() {
        String text = TrialConfig.of(LIVE, true).toString();
        assertFalse(text.contains("secret-token") || text.contains("horse"), text);
    }
}
