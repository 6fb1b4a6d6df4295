package io.github.integratorio.examples.typesafe;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.github.integratorio.simulator.IntegratorioSimulator;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TypeSafeMainTest {

    @Test
    void the_type_safe_routes_make_the_expected_calls() throws Exception {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        try (IntegratorioSimulator api = IntegratorioSimulator.start()) {
            String connector = api.addConnector("Shop to Books");
            TypeSafeMain.run(api, connector, new PrintStream(written, true, StandardCharsets.UTF_8));

            List<Map<String, Object>> licenses = api.licenses(connector);
            assertEquals(1, licenses.size());
            assertFalse(Instant.parse((String) licenses.get(0).get("expires")).isAfter(Instant.now()));
            assertEquals(1, api.count("POST", ".*/licenses"));
            assertEquals(1, api.count("PUT", ".*/licenses/.*"));
        }
        String text = written.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains("the change feed reports ADDED"), text);
        assertFalse(text.contains("@"), text);
    }
}
