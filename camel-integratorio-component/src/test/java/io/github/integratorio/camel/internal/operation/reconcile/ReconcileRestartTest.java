package io.github.integratorio.camel.internal.operation.reconcile;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import io.github.integratorio.camel.IntegratorioComponent;
import io.github.integratorio.camel.api.ReconcileSummary;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.simulator.Fault;
import io.github.integratorio.simulator.IntegratorioSimulator;
import io.github.integratorio.simulator.SimulatorBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.console.DevConsole;
import org.apache.camel.console.DevConsoleRegistry;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A reconcile that is stopped anywhere, or meets an API whose lists move or lag, ends in the same state once it is run again. */
class ReconcileRestartTest {

    private static final String FUTURE = "2099-01-31T12:00:00.000Z";
    private static final String LATER = "2099-06-30T12:00:00.000Z";
    private static final int CUSTOMERS = 120;
    private static final int KILLS = Integer.getInteger("reconcile.kills", 1);

    private IntegratorioSimulator simulator;
    private String connector;

    private void start(SimulatorBuilder builder) {
        simulator = builder.anyUser().noRateLimit().start();
        connector = simulator.addConnector("Shop to Books");
        for (int i = 0; i < CUSTOMERS; i++) {
            if (i % 4 != 0) {
                simulator.addLicense(connector, row(i, FUTURE));
            }
        }
        IntStream.range(0, 10)
                .forEach(i -> simulator.addLicense(connector, row(CUSTOMERS + i, FUTURE)));
    }

    @AfterEach
    void stop() {
        simulator.close();
    }

    private static Map<String, Object> row(int i, String expires) {
        return new TreeMap<>(Map.of("email", "u" + i + "@example.com", "expires", expires));
    }

    /** A quarter is to be created, and another one to be updated; ten licenses are not in the list. */
    private static List<Map<String, Object>> rows() {
        List<Map<String, Object>> rows = new ArrayList<>();
        IntStream.range(0, CUSTOMERS).forEach(i -> rows.add(row(i, i % 4 == 1 ? LATER : FUTURE)));
        return rows;
    }

    private DefaultCamelContext context() throws Exception {
        return context("");
    }

    private DefaultCamelContext context(String options) throws Exception {
        return context(simulator.baseUrl(), simulator.token(), connector + options);
    }

    private static DefaultCamelContext context(String baseUrl, String token, String connector) throws Exception {
        DefaultCamelContext context = new DefaultCamelContext();
        IntegratorioComponent component = new IntegratorioComponent();
        component.getConfiguration().setBaseUrl(baseUrl);
        component.getConfiguration().setAccessToken(token);
        context.addComponent("integratorio", component);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:nightly").to(
                        "integratorio:licenses?operation=reconcile&unknownLicenses=expire&connectorId=" + connector);
            }
        });
        context.getShutdownStrategy().setTimeUnit(TimeUnit.SECONDS);
        context.getShutdownStrategy().setTimeout(20);
        // Once the routes have stopped, Camel replaces the outcome of a template's call by its own RejectedExecutionException if the
        // thread of the call has not yet been told that its exchange is complete.
        PluginHelper.getAsyncProcessorAwaitManager(context).setInterruptThreadsWhileStopping(false);
        context.start();
        return context;
    }

    private static Exchange run(DefaultCamelContext context) {
        return context.createProducerTemplate().send("direct:nightly", one -> one.getMessage().setBody(rows()));
    }

    private void assertInLine() {
        Map<String, Object> expiries = new TreeMap<>();
        simulator.licenses(connector).forEach(license -> assertNull(
                expiries.put((String) ((Map<?, ?>) license.get("user")).get("email"), license.get("expires")),
                "a user has two licenses"));
        rows().forEach(row -> assertEquals(row.get("expires"), expiries.remove(row.get("email"))));
        assertEquals(10, expiries.size());
        assertTrue(expiries.values().stream().allMatch(expires -> ((String) expires).startsWith("20")
                && ((String) expires).compareTo("2090") < 0), expiries::toString);
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, Integer.getInteger("reconcile.stops", 3));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void a_stop_at_any_point_ends_cleanly_and_the_next_run_does_the_rest(long seed) throws Exception {
        start(IntegratorioSimulator.builder());
        int point = new Random(seed).nextInt(1, 110);
        CompletableFuture<Exchange> running;
        try (DefaultCamelContext context = context()) {
            running = CompletableFuture.supplyAsync(() -> run(context));
            await().until(() -> running.isDone() || simulator.count("POST|PUT", ".*") >= point);
        }
        Exchange stopped = running.get(10, TimeUnit.SECONDS);
        if (stopped.getException() != null) {
            String failure = assertInstanceOf(IllegalStateException.class, stopped.getException()).getMessage();
            Matcher numbers = Pattern.compile("stopping: (\\d+) of 70 licenses are done, (\\d+) failed")
                    .matcher(failure);
            assertTrue(numbers.find(), failure);
            assertEquals(simulator.count("POST|PUT", ".*"),
                    Integer.parseInt(numbers.group(1)) - Integer.parseInt(numbers.group(2)), failure);
        }
        try (DefaultCamelContext context = context()) {
            assertNull(run(context).getException());
        }
        assertInLine();
        assertEquals(30, simulator.count("POST", ".*"));
    }

    @Test
    void a_stop_between_the_expiries_is_no_success() throws Exception {
        start(IntegratorioSimulator.builder());
        // More than are in flight at the same time.
        IntStream.range(0, 90).forEach(i -> simulator.addLicense(connector, row(CUSTOMERS + 10 + i, FUTURE)));
        simulator.faults().add(Fault.on("PUT", ".*").always().afterSkipping(30).delay(Duration.ofMillis(500)));
        CompletableFuture<Exchange> running;
        try (DefaultCamelContext context = context("&massExpiryLimit=100")) {
            running = CompletableFuture.supplyAsync(() -> run(context));
            await().until(() -> running.isDone() || simulator.count("PUT", ".*") > 30);
        }
        String failure = assertInstanceOf(IllegalStateException.class, running.get().getException()).getMessage();
        assertTrue(failure.contains("run it again to do the rest"), failure);
    }

    @Test
    void a_killed_process_loses_and_doubles_nothing(@TempDir Path directory) throws Exception {
        start(IntegratorioSimulator.builder());
        Random random = new Random(Long.getLong("reconcile.seed", 1));
        for (int kill = 0; kill < KILLS; kill++) {
            // The writes that are left become fewer, so that the moments spread over the whole run.
            long done = simulator.count("POST|PUT", ".*");
            long point = done + random.nextLong(Math.max(1, (60 + 10 - done) / 2) + 1);
            Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Node.class.getName(),
                    simulator.baseUrl(), simulator.token(), connector).redirectErrorStream(true)
                    .redirectOutput(directory.resolve("output").toFile()).start();
            try {
                await().until(() -> !process.isAlive() || simulator.count("POST|PUT", ".*") > point);
            } finally {
                process.destroyForcibly();
            }
            process.waitFor();
        }
        try (DefaultCamelContext context = context()) {
            assertNull(run(context).getException());
        }
        assertInLine();
    }

    /** The process that is killed. */
    static final class Node {
        public static void main(String[] arguments) throws Exception {
            run(context(arguments[0], arguments[1], arguments[2]));
            Runtime.getRuntime().halt(0);
        }
    }

    @Test
    void lists_whose_rows_move_between_pages_make_no_second_license() throws Exception {
        start(IntegratorioSimulator.builder().pageSize(20).offsetPaging(true));
        // The first page of the first read lacks a license.
        simulator.faults().add(Fault.on("GET", ".*/licenses(\\?.*)?").times(1)
                .withoutRows(row -> String.valueOf(row).contains("u1@") || String.valueOf(row).contains("u2@")));
        try (DefaultCamelContext context = context()) {
            ReconcileSummary summary = run(context).getMessage().getBody(ReconcileSummary.class);
            assertEquals(30, summary.count(WriteOutcome.CREATED));
            assertEquals(0, summary.failed());
        }
        assertInLine();
        assertEquals(10, simulator.count("GET", ".*/licenses(\\?.*)?"));
    }

    @Test
    void a_list_that_lags_behind_the_first_run_makes_no_second_license() throws Exception {
        start(IntegratorioSimulator.builder());
        try (DefaultCamelContext context = context()) {
            assertNull(run(context).getException());
            simulator.listLag(java.time.Duration.ofMinutes(5));
            ReconcileSummary again = run(context).getMessage().getBody(ReconcileSummary.class);
            assertEquals(CUSTOMERS, again.count(WriteOutcome.UNCHANGED), again::toString);
        }
        assertInLine();
        assertEquals(30, simulator.count("POST", ".*"));
    }

    @Test
    void lost_responses_to_creations_make_no_second_license() throws Exception {
        start(IntegratorioSimulator.builder());
        simulator.faults().add(Fault.on("POST", ".*").every(7).resetAfter());
        try (DefaultCamelContext context = context()) {
            ReconcileSummary summary = run(context).getMessage().getBody(ReconcileSummary.class);
            assertTrue(summary.count(WriteOutcome.RECONCILED) > 0, summary::toString);
            assertEquals(30, summary.count(WriteOutcome.RECONCILED) + summary.count(WriteOutcome.CREATED));
        }
        assertInLine();
    }

    @Test
    void the_console_and_the_meters_show_how_far_it_is() throws Exception {
        start(IntegratorioSimulator.builder());
        MeterRegistry meters = new SimpleMeterRegistry();
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getRegistry().bind("meters", meters);
            IntegratorioComponent component = new IntegratorioComponent();
            component.getConfiguration().setBaseUrl(simulator.baseUrl());
            component.getConfiguration().setAccessToken(simulator.token());
            context.addComponent("integratorio", component);
            DevConsole console = context.getCamelContextExtension().getContextPlugin(DevConsoleRegistry.class)
                    .resolveById("integratorio");
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:stream")
                            .to("integratorio:licenses?operation=reconcile&streaming=true&connectorId=" + connector)
                            .process(exchange -> {
                                Iterator<?> rows = exchange.getMessage().getBody(Iterator.class);
                                rows.next();
                                assertEquals(60, meters.get("integratorio.reconcile.to.do").gauge().value());
                                assertEquals(120, meters.get("integratorio.reconcile.rows").gauge().value());
                                String text = (String) console.call(DevConsole.MediaType.TEXT);
                                assertTrue(text.contains("Reconcile of connector " + connector
                                        + ": 120 rows, 100 licenses, ") && text.contains("of 60 done"), text);
                                rows.forEachRemaining(row -> {});
                                assertEquals(0, meters.get("integratorio.reconcile.to.do").gauge().value());
                            });
                }
            });
            context.start();
            assertNull(context.createProducerTemplate()
                    .send("direct:stream", one -> one.getMessage().setBody(rows())).getException());
        }
    }
}
