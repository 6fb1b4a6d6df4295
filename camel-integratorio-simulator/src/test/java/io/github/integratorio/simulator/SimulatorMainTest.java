package io.github.integratorio.simulator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;

import io.github.integratorio.simulator.TestHttpClient.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

class SimulatorMainTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void it_runs_with_the_given_options_and_prints_a_curl_command() {
        assertEquals(0, run(simulator -> {
            try {
                Map<String, Object> connector = new TestHttpClient(simulator).get("/v1/connectors").list().get(0);
                String path = "/v1/connectors/" + connector.get("_id");
                Response licenses = new TestHttpClient(simulator).get(path + "/licenses");
                assertEquals(2, licenses.list().size());
                assertTrue(licenses.header("Link").contains("rel=\"next\""));
                assertEquals(2, new TestHttpClient(simulator).get(path + "/installBase").list().size());
                String printed = out.toString(StandardCharsets.UTF_8);
                assertTrue(printed.contains("curl -H 'Authorization: Bearer mine' http://127.0.0.1:" + simulator.port()
                        + path + "/licenses"), printed);
                assertTrue(printed.contains("export INTEGRATOR_IO_URL=" + simulator.baseUrl() + System.lineSeparator())
                        && printed.contains("export INTEGRATOR_IO_TOKEN=mine" + System.lineSeparator())
                        && printed.contains("export INTEGRATOR_IO_CONNECTOR_ID=" + connector.get("_id")), printed);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, "--port", "0", "--token", "mine", "--page-size", "2"));
        assertEquals("", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void commands_do_what_customers_do() {
        assertEquals(0, run(simulator -> {
            String connector = simulator.connectors().get(0).get("_id").toString();
            SimulatorConsole console = new SimulatorConsole(simulator, connector, new PrintStream(out, true,
                    StandardCharsets.UTF_8));
            try {
                assertFalse(console.run(new StringReader("install eve@example.com\ninstall eve@example.com\n\n")));
                assertEquals(3, simulator.installBase(connector).size());
                assertFalse(console.run(new StringReader("uninstall ann@example.com\nuninstall ann@example.com\n")));
                assertEquals(2, simulator.installBase(connector).size());
                assertFalse(console.run(new StringReader("licenses\ninstalls\nfinish-updates 2.0.0\ninstall\n")));
                assertTrue(console.run(new StringReader("quit\nlicenses\n")));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, "--port", "0"));
        String printed = out.toString(StandardCharsets.UTF_8);
        assertTrue(printed.contains("eve@example.com has no license that is not installed yet"), printed);
        assertTrue(printed.contains("ann@example.com has not installed the connector"), printed);
        assertTrue(printed.contains("3 rows") && printed.contains("finish-updates VERSION"), printed);
    }

    @Test
    void options_without_a_value_can_stand_anywhere() {
        assertEquals(0, run(simulator -> {
            try {
                TestHttpClient client = new TestHttpClient(simulator);
                String path = "/v1/connectors/" + client.get("/v1/connectors").list().get(0).get("_id") + "/licenses";
                Response licenses = client.get(path);
                assertTrue(licenses.header("Link").contains("?skip=2&limit=2>"));
                String last = licenses.list().get(0).get("_id").toString();
                client.delete(path + "/" + last);
                assertEquals(licenses.body(), client.get(path).body());
                assertEquals(200, client.get(path + "/" + last).status());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, "--offset-paging", "--port", "0", "--newest-first", "--page-size", "2", "--list-lag", "PT1H",
                "--lagging-gets"));
    }

    @Test
    void its_clock_and_the_shape_of_its_answers_can_be_chosen() {
        assertEquals(0, run(simulator -> {
            try {
                TestHttpClient client = new TestHttpClient(simulator);
                Response connectors = client.get("/v1/connectors");
                assertTrue(connectors.header("Date").endsWith("GMT"));
                assertTrue(Instant.parse(simulator.connectors().get(0).get("lastModified").toString())
                        .isBefore(Instant.now().minus(Duration.ofMinutes(59))));
                Map<String, Object> license = client.get(
                        "/v1/connectors/" + connectors.list().get(0).get("_id") + "/licenses").list().get(0);
                assertEquals("connector", license.get("type"));
                assertFalse(license.containsKey("sandbox"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, "--port", "0", "--clock-offset", "PT-1H", "--update-duration", "PT5S", "--all-fields",
                "--omit-empty-fields"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "--prt 1", "--port", "--port x", "--port 65536", "--page-size -1", "8080", "--list-lag 2",
            "--list-lag PT-1S", "--update-duration x", "--offset-paging true" })
    void an_invalid_option_is_reported_and_nothing_starts(String line) {
        assertEquals(2, run(simulator -> fail("started"), line.split(" ")));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("--help"));
        assertEquals("", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void help_lists_the_options() {
        assertEquals(0, run(simulator -> fail("started"), "--help"));
        for (String option : new String[] { "--port", "--token", "--page-size", "--offset-paging", "--list-lag" }) {
            assertTrue(out.toString(StandardCharsets.UTF_8).contains(option), option);
        }
    }

    @ParameterizedTest
    @CsvSource({ "0.0.0.0, true", "127.0.0.1, false" })
    void a_host_makes_it_listen_at_other_addresses_of_the_machine(String host, boolean reachable) {
        assertEquals(0, run(simulator -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.2", simulator.port()));
                assertTrue(reachable);
            } catch (IOException e) {
                assertFalse(reachable, e::toString);
            }
        }, "--port", "0", "--host", host));
    }

    @Test
    void a_port_in_use_is_reported() {
        try (IntegratorioSimulator other = IntegratorioSimulator.start()) {
            assertEquals(1, run(simulator -> fail("started"), "--port", "" + other.port()));
            assertEquals(
                    "Cannot listen on 127.0.0.1:" + other.port()
                            + ": is another simulator running? Choose another port, as a program with --port; 0 takes any free one",
                    err.toString(StandardCharsets.UTF_8).trim());
        }
    }

    private int run(Consumer<IntegratorioSimulator> whileRunning, String... arguments) {
        return SimulatorMain.run(arguments, new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8), whileRunning);
    }
}
