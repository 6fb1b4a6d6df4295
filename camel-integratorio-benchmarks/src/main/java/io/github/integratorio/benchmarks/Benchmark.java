package io.github.integratorio.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import static io.github.integratorio.benchmarks.ContenderType.HTTPCLIENT;
import static io.github.integratorio.benchmarks.ContenderType.HTTP_FIXED;
import static io.github.integratorio.benchmarks.ContenderType.INTEGRATORIO;
import static io.github.integratorio.benchmarks.ContenderType.INTEGRATORIO_LIMITED;
import static io.github.integratorio.benchmarks.ContenderType.OPENAPI;
import static io.github.integratorio.benchmarks.ContenderType.TOKENS;
import static io.github.integratorio.benchmarks.ContenderType.VERTX_FIXED;

/**
 * Compares this component with its alternatives. Each contender has a JVM of its own. All of them are alive at the
 * same time and are measured in turns, round by round, against a stub server in another process. Prints Markdown.
 */
public final class Benchmark {

    private static final int TIMEOUT_SECONDS = 300;
    private static final int LIMITED_SECONDS = 20;
    private static final int BURST_SECONDS = 4;
    private static final int HEAP_MEGABYTES = 640;
    /** The maximum share of the JIT compilers in the CPU time of a warm contender. */
    private static final double MAXIMUM_COMPILING = 0.05;
    /** The number of consecutive turns under that share after which a contender is warm. */
    private static final int WARM_TURNS = 2;
    private static final int WARM_UP_USERS = 2;

    private final int rounds = Integer.getInteger("rounds", 5);
    private final long millis = Math.round(1000 * Double.parseDouble(System.getProperty("seconds", "1.5")));
    private final double warmUp = Double.parseDouble(System.getProperty("warmUp", "40"));
    private final List<String> only = words("only");
    private final List<String> contenders = words("contenders");
    private final int serverCore = JvmProcess.canPin() ? Runtime.getRuntime().availableProcessors() - 1 : -1;
    private final int clientCore = JvmProcess.canPin() ? 0 : -1;
    private final JvmProcess server;
    private final String base;
    private final Results results = new Results();

    private Benchmark() throws IOException {
        server = new JvmProcess(serverCore, List.of("-Xmx512m"), StubServer.class);
        base = "http://127.0.0.1:" + server.read(30).replace("port ", "") + "/v1";
    }

    private static List<String> words(String option) {
        return Arrays.stream(System.getProperty(option, "").split(",")).filter(word -> !word.isBlank()).toList();
    }

    private boolean isSelected(Scenario scenario) {
        return isSelected(scenario.name());
    }

    private boolean isSelected(String name) {
        return only.isEmpty() || only.stream().anyMatch(word -> name.matches(word.replace("*", ".*")));
    }

    private boolean isSelected(ContenderType contender) {
        return contenders.isEmpty() || contender == INTEGRATORIO
                || contenders.contains(contender.name().toLowerCase(Locale.ROOT));
    }

    private void configureServer(String command) throws IOException {
        if (!command.isEmpty() && !"ok".equals(server.request(command, 60))) {
            throw new IOException("the stub server rejected the command: " + command);
        }
    }

    private Map<String, Long> readAndResetCounts() throws IOException {
        return Measurement.parse(server.request("counts", TIMEOUT_SECONDS));
    }

    private JvmProcess start(ContenderType contender, int megabytes) throws IOException {
        List<String> options = List.of("-Xmx" + megabytes + "m", "-Dopenapi=" + System.getProperty("openapi"));
        return new JvmProcess(clientCore, options, ContenderMain.class, contender.name(), base);
    }

    private void measure() throws IOException {
        Map<String, List<Scenario>> families = Scenario.ALL.stream().filter(this::isSelected)
                .collect(Collectors.groupingBy(Scenario::family, LinkedHashMap::new, Collectors.toList()));
        for (List<Scenario> family : families.values()) {
            Map<ContenderType, JvmProcess> processes = new EnumMap<>(ContenderType.class);
            try {
                for (ContenderType contender : ContenderType.values()) {
                    if (isSelected(contender)
                            && family.stream().anyMatch(scenario -> contender.supports(scenario.operation()))) {
                        processes.put(contender, start(contender, HEAP_MEGABYTES));
                    }
                }
                for (Map.Entry<ContenderType, JvmProcess> entry : processes.entrySet()) {
                    Map<String, Long> started = Measurement.parse(entry.getValue().read(TIMEOUT_SECONDS));
                    results.idleThreads(entry.getKey(), started.get("threads").intValue());
                }
                for (Scenario scenario : family) {
                    measure(scenario, processes);
                }
            } finally {
                processes.values().forEach(JvmProcess::close);
            }
        }
    }

    private void measure(Scenario scenario, Map<ContenderType, JvmProcess> processes) throws IOException {
        for (int round = -1; round < rounds; round++) {
            for (Map.Entry<ContenderType, JvmProcess> entry : processes.entrySet()) {
                ContenderType contender = entry.getKey();
                if (!contender.supports(scenario.operation())) {
                    continue;
                }
                configureServer("latency " + (round < 0 ? 0 : scenario.latency()));
                configureServer(scenario.setUp());
                if (round < 0) {
                    warmUp(scenario, entry.getValue());
                } else {
                    readAndResetCounts();
                    Map<String, Long> values = turn(entry.getValue(), scenario.operation(), scenario.users(), millis);
                    check(scenario, contender, values);
                    results.add(scenario, contender, Measurement.of(values), readAndResetCounts());
                }
                System.err.print('.');
            }
        }
        System.err.println(" " + scenario.name());
        System.out.println(MarkdownReport.table(scenario, results));
    }

    /** Fails if a contender missed changes. More than expected are valid: not all polls of a turn are counted. */
    private static void check(Scenario scenario, ContenderType contender, Map<String, Long> values) throws IOException {
        long changes = values.get("changes");
        boolean tooFew = changes < scenario.changes() * values.get("done");
        if (contender != TOKENS && (tooFew || scenario.changes() == 0 && changes > 0)) {
            throw new IOException(scenario.name() + ": " + contender + " detected " + changes + " changes in "
                    + values.get("done") + " polls, expected " + scenario.changes() + " per poll");
        }
    }

    /**
     * Runs a contender until it is warm. The JIT compilers share the processor with the code that they compile and
     * would take long under the load of many users, so the warm-up starts with few.
     */
    private void warmUp(Scenario scenario, JvmProcess process) throws IOException {
        if (scenario.users() > WARM_UP_USERS) {
            warmUp(scenario.operation(), WARM_UP_USERS, process);
        }
        warmUp(scenario.operation(), scenario.users(), process);
    }

    private void warmUp(Operation operation, int users, JvmProcess process) throws IOException {
        double seconds = 0;
        int warmTurns = 0;
        while (warmTurns < WARM_TURNS && seconds < warmUp) {
            Map<String, Long> values = turn(process, operation, users, 1000);
            seconds += values.get("nanos") / 1e9;
            warmTurns = values.get("compiling") < MAXIMUM_COMPILING * values.get("cpu") ? warmTurns + 1 : 0;
        }
    }

    private static Map<String, Long> turn(JvmProcess process, Operation operation, int users, long millis)
            throws IOException {
        String response = process.request(operation + " " + users + " " + millis, TIMEOUT_SECONDS);
        if (response == null || !response.startsWith("done=")) {
            throw new IOException(operation + ": " + response);
        }
        return Measurement.parse(response);
    }

    /** Measures the throughput of an operation of this component under the API's rate limit. */
    private void measureLimited(Operation operation, int users) throws IOException, InterruptedException {
        configureServer("latency 0");
        configureServer("licenses 100000");
        try (JvmProcess process = start(INTEGRATORIO_LIMITED, HEAP_MEGABYTES)) {
            process.read(TIMEOUT_SECONDS);
            turn(process, operation, users, 1);
            // Until the client may send a burst again, as the server permits.
            TimeUnit.SECONDS.sleep(BURST_SECONDS);
            readAndResetCounts();
            configureServer("limited true");
            turn(process, operation, users, LIMITED_SECONDS * 1000);
            Map<String, Long> counts = readAndResetCounts();
            configureServer("limited false");
            double accepted = counts.get("lists") + counts.get("reads") + counts.get("writes");
            double rejected = counts.get("rejected");
            results.limited(operation,
                    new Results.Limited(accepted / counts.get("permitted"), rejected / (rejected + accepted)));
        }
    }

    private void measureHeaps() throws IOException {
        configureServer("latency 0");
        measureHeap("idle", null, INTEGRATORIO);
        configureServer("licenses 100000");
        measureHeap("list-100000", Operation.LIST, INTEGRATORIO, HTTPCLIENT, HTTP_FIXED, VERTX_FIXED, OPENAPI);
        measureHeap("stream-100000", Operation.STREAM, INTEGRATORIO, HTTPCLIENT);
        configureServer("installs 100000 unchanged");
        measureHeap("poll-unchanged", Operation.POLL, INTEGRATORIO, TOKENS, HTTPCLIENT, HTTP_FIXED, VERTX_FIXED);
    }

    /** @param operation null to start the contender only */
    private void measureHeap(String name, Operation operation, ContenderType... all) throws IOException {
        for (ContenderType contender : all) {
            if (isSelected(contender)) {
                results.heap(name, contender, MinimumHeapSearch.find((megabytes, seconds) -> {
                    System.err.print('.');
                    try (JvmProcess process = start(contender, megabytes)) {
                        String response = process.read(seconds);
                        if (response != null && operation != null) {
                            response = process.request(operation + " 1 1", seconds);
                        }
                        return response != null && response.contains("=");
                    }
                }));
                int found = results.heap(name, contender).orElse(0);
                System.err.println(" " + name + " " + contender + " " + found + " MB");
            }
        }
    }

    private void report() throws IOException {
        String processors = JvmProcess.canPin() ? "server and clients on different processors"
                : "server and clients on the same processors";
        String setup = processors + "; " + rounds + " rounds of " + millis / 1000.0 + " s";
        String report = MarkdownReport.of(results, setup);
        System.out.println(report);
        String page = System.getProperty("report", "");
        if (!page.isEmpty()) {
            MarkdownReport.write(report, Path.of(page));
        }
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Benchmark benchmark = new Benchmark();
        try {
            benchmark.measure();
            if (benchmark.isSelected("limited")) {
                benchmark.measureLimited(Operation.CREATE, 128);
                benchmark.measureLimited(Operation.RECONCILE, 1);
            }
            if (benchmark.isSelected("heap")) {
                benchmark.measureHeaps();
            }
            benchmark.report();
        } finally {
            benchmark.server.close();
        }
    }
}
