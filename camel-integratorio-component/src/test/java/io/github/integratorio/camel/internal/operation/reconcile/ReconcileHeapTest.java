package io.github.integratorio.camel.internal.operation.reconcile;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.api.ReconcileSummary;
import io.github.integratorio.simulator.IntegratorioSimulator;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * A reconcile of many licenses, of which one in a hundred differs, in a process whose heap has 64 MB more than the 16 MB that an idle
 * context needs, with exactly the requests that it needs. {@code reconcile.licenses} sets the size.
 */
class ReconcileHeapTest {

    private static final int LICENSES = Integer.getInteger("reconcile.licenses", 4_000);
    private static final int PAGE = 1_000;
    private static final String HEAP = "-Xmx80m";

    @TempDir
    private Path directory;

    private static Map<String, Object> row(int i, Instant expires) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("email", "customer.number" + i + "@company" + i % 5000 + ".example.com");
        row.put("expires", expires.plusSeconds(i).toString());
        row.put("opts", Map.of("connectorEdition", i % 3 == 0 ? "premium" : "standard", "addonLicenses",
                List.of(Map.of("type", "store", "licenses", List.of(Map.of("addOnEdition", "premium"))))));
        return row;
    }

    @Test
    void many_licenses_are_reconciled_in_little_memory() throws Exception {
        try (IntegratorioSimulator simulator =
                IntegratorioSimulator.builder().anyUser().noRateLimit().pageSize(PAGE).start()) {
            String connector = simulator.addConnector("Shop to Books");
            Instant expires = Instant.parse("2098-01-01T00:00:00Z");
            IntStream.range(0, LICENSES).forEach(i -> simulator.addLicense(connector, row(i, expires)));
            String result = run(simulator, connector);

            System.out.println("reconcile of " + LICENSES + " with " + HEAP + ": " + result);
            int differing = LICENSES / 100;
            assertEquals(LICENSES + " rows: {UPDATED=" + differing + ", UNCHANGED=" + (LICENSES - differing)
                    + "}, 0 failed, 0 licenses not in the list", result);
            assertEquals((LICENSES + PAGE - 1) / PAGE, simulator.count("GET", ".*/licenses(\\?.*)?"));
            assertEquals(differing, simulator.count("GET", ".*/licenses/.*"));
            assertEquals(differing, simulator.count("PUT", ".*/licenses/.*"));
            assertEquals(0, simulator.count("POST|DELETE", ".*"));
        }
    }

    private String run(IntegratorioSimulator simulator, String connector) throws Exception {
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), HEAP,
                "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), Node.class.getName(),
                simulator.baseUrl(), simulator.token(), connector, "" + LICENSES).redirectErrorStream(true)
                .redirectOutput(output.toFile()).start();
        try {
            assertTrue(process.waitFor(600, TimeUnit.SECONDS), "it hangs");
        } finally {
            process.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(output);
        return lines.get(lines.size() - 1);
    }

    /** The process. */
    static final class Node {

        public static void main(String[] arguments) throws Exception {
            DefaultCamelContext context = new DefaultCamelContext();
            IntegratorioComponent component = new IntegratorioComponent();
            component.getConfiguration().setBaseUrl(arguments[0]);
            component.getConfiguration().setAccessToken(arguments[1]);
            context.addComponent("integratorio", component);
            context.start();
            Exchange exchange = context.createProducerTemplate().send(
                    "integratorio:licenses?operation=reconcile&connectorId=" + arguments[2],
                    one -> one.getMessage().setBody(rows(Integer.parseInt(arguments[3]))));
            System.out.println(exchange.getException() == null ? exchange.getMessage().getBody(ReconcileSummary.class)
                    : exchange.getException());
            System.out.flush();
            Runtime.getRuntime().halt(0);
        }

        private static Iterator<Map<String, Object>> rows(int count) {
            Instant expires = Instant.parse("2098-01-01T00:00:00Z");
            return IntStream.range(0, count)
                    .mapToObj(i -> row(i, i % 100 == 0 ? expires.plusSeconds(86_400) : expires)).iterator();
        }
    }
}
