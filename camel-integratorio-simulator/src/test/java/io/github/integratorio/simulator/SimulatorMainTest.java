package io.github.integratorio.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatorMainTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void it_runs_with_the_options_given_and_says_where() {
        assertEquals(0, run(simulator -> {
            try {
                Map<String, Object> connector = new Client(simulator).get("/v1/connectors").list().get(0);
                String path = "/v1/connectors/" + connector.get("_id");
                Client.Answer licenses = new Client(simulator).get(path + "/licenses");
                assertEquals(2, licenses.list().size());
                assertTrue(licenses.header("Link").contains("rel=\"next\""));
                assertEquals(2, new Client(simulator).get(path + "/installBase").list().size());
                String said = out.toString(StandardCharsets.UTF_8);
                assertTrue(said.contains("curl -H 'Authorization: Bearer mine' http://127.0.0.1:" + simulator.port()
                        + path + "/licenses"), said);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, "--port", "0", "--token", "mine", "--page-size", "2"));
        assertEquals("", err.toString(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--prt 1", "--port", "--port x", "--port 65536", "--page-size -1", "8080"})
    void a_bad_option_is_named_and_nothing_starts(String line) {
        assertEquals(2, run(simulator -> fail("started"), line.split(" ")));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("--help"));
        assertEquals("", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void help_lists_the_options() {
        assertEquals(0, run(simulator -> fail("started"), "--help"));
        for (String option : new String[] {"--port", "--token", "--page-size"}) {
            assertTrue(out.toString(StandardCharsets.UTF_8).contains(option), option);
        }
    }

    @Test
    void a_port_in_use_is_said_so() {
        try (IntegratorioSimulator other = IntegratorioSimulator.start()) {
            assertEquals(1, run(simulator -> fail("started"), "--port", "" + other.port()));
            assertEquals("Cannot listen on port " + other.port(), err.toString(StandardCharsets.UTF_8).trim());
        }
    }

    private int run(Consumer<IntegratorioSimulator> meanwhile, String... arguments) {
        return SimulatorMain.run(arguments, new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8), meanwhile);
    }
}
