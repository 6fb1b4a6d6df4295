package io.github.integratorio.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Measures the start of a context with one route, its first calls and what it uses when idle, compared with a {@code camel-http} route
 * and one that sends nothing. Each round starts a new JVM for each of them, in turns.
 */
public final class StartBenchmark {

    private static final int ROUNDS = Integer.getInteger("rounds", 15);
    private static final List<String> ROUTES = List.of("integratorio", "http", "none");

    private final Map<String, List<Map<String, Long>>> results = new LinkedHashMap<>();

    private StartBenchmark() {
        ROUTES.forEach(route -> results.put(route, new ArrayList<>()));
    }

    private void run() throws IOException {
        try (JvmProcess server = new JvmProcess(-1, List.of("-Xmx128m"), StubServer.class)) {
            String base = "http://127.0.0.1:" + server.read(30).replace("port ", "") + "/v1";
            for (int round = 0; round <= ROUNDS; round++) {
                for (String route : ROUTES) {
                    try (JvmProcess client = new JvmProcess(-1, List.of("-Xmx256m"), StartMain.class, route, base)) {
                        Map<String, Long> result = Measurement.parse(client.read(60));
                        // The first round fills the caches of the file system.
                        if (round > 0) {
                            results.get(route).add(result);
                        }
                    }
                }
            }
        }
        print();
    }

    private void print() {
        System.out.printf(Locale.ROOT,
                "%d rounds, medians (lowest to highest)%n%n| | integratorio | camel-http | ratio, round by round"
                        + " | neither |%n|---|--:|--:|--:|--:|%n",
                ROUNDS);
        row("start, ms", "start", 1000);
        row("first call, ms", "first", 1000);
        row("second call, ms", "second", 1000);
        row("20th call, ms", "last", 1000);
        row("start and first call, ms", result -> (result.get("start") + result.get("first")) / 1000.0);
        row("threads after the start", "threads", 1);
        row("threads after 20 calls", "threadsAfter", 1);
        row("heap after 20 calls and a collection, MB", "heap", 1024);
    }

    private void row(String title, String figure, double unit) {
        row(title, result -> result.get(figure) / unit);
    }

    private void row(String title, Function<Map<String, Long>, Double> figure) {
        List<Double> ours = figures("integratorio", figure);
        List<Double> http = figures("http", figure);
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < ours.size(); i++) {
            ratios.add(ours.get(i) / http.get(i));
        }
        System.out.printf(Locale.ROOT, "| %s | %s | %s | %s × | %s |%n", title, median(ours), median(http),
                median(ratios), median(figures("none", figure)));
    }

    private List<Double> figures(String route, Function<Map<String, Long>, Double> figure) {
        return results.get(route).stream().map(figure).toList();
    }

    private static String median(List<Double> figures) {
        List<Double> sorted = figures.stream().sorted().toList();
        return String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", sorted.get(sorted.size() / 2), sorted.get(0),
                sorted.get(sorted.size() - 1));
    }

    /** Runs the benchmark and prints its results. */
    public static void main(String[] arguments) throws IOException {
        new StartBenchmark().run();
    }
}
