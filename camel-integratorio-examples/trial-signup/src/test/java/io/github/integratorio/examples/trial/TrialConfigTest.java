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

    private static final Map<String, String> LIVE = Map.of("INTEGRATOR_IO_TOKEN", "secret-token", "INTEGRATOR_IO_CONNECTOR_ID", "c1",
            "TRIAL_VENDOR_PASSWORD", "correct horse battery");

    @Test
    void without_a_token_it_is_the_demo_and_nothing_has_to_be_set() {
        TrialConfig settings = TrialConfig.of(Map.of());
        assertTrue(settings.demo());
        assertEquals(30, settings.days());
        assertTrue(settings.databaseUrl().startsWith("jdbc:h2:mem:"));
    }

    @Test
    void with_a_token_it_is_the_account_and_the_database_is_a_file() {
        TrialConfig settings = TrialConfig.of(LIVE);
        assertFalse(settings.demo());
        assertTrue(settings.databaseUrl().startsWith("jdbc:h2:file:"));
        assertNotEquals(settings.secret(), TrialConfig.of(LIVE).secret(), "a secret that is not set is another one each time");
    }

    @ParameterizedTest
    @CsvSource({ "TRIAL_VENDOR_PASSWORD, demo", "TRIAL_VENDOR_PASSWORD, ''", "TRIAL_VENDOR_PASSWORD, short",
        "INTEGRATOR_IO_CONNECTOR_ID, ''", "TRIAL_PORT, 70000", "TRIAL_PORT, http", "TRIAL_DAYS, 0", "TRIAL_HTTPS, yes",
        "TRIAL_SECRET, tooshort", "TRIAL_SUBMITS_PER_MINUTE, -1" })
    void what_is_missing_or_no_good_is_named(String variable, String value) {
        Map<String, String> environment = new HashMap<>(LIVE);
        environment.put(variable, value);
        String message = assertThrows(IllegalArgumentException.class, () -> TrialConfig.of(environment)).getMessage();
        assertTrue(message.startsWith(variable), message);
        assertTrue(value.isEmpty() || variable.equals("TRIAL_DAYS") || !message.contains(value) || !variable.matches(".*(PASSWORD|SECRET)")
                || value.equals("demo"), message);
    }

    @Test
    void nothing_that_opens_anything_is_in_its_text() {
        String text = TrialConfig.of(LIVE).toString();
        assertFalse(text.contains("secret-token") || text.contains("horse"), text);
    }
}
