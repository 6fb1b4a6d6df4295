package io.github.integratorio.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Compares this component with what a user could take instead: each in a JVM of its own, all alive at the same time and measured in
 * turns, round after round, against a stub server in one more process. Prints Markdown.
 */
public final class Benchmark {

    private static final int TURN_SECONDS = 300;
    private static final int LIMITED_SECONDS = 20;
    private static final int HEAP = 640;
    /** For so many turns in a row the compilers take no more than this share. */
    private static final int AT_REST = 2;
    private static final double LITTLE = 0.05;
    private static final int FEW = 2;

    private final int rounds = Integer.getInteger("rounds", 5);
    private final long millis = Math.round(1000 * Double.parseDouble(System.getProperty("seconds", "1.5")));
    private final double warmUp = Double.parseDouble(System.getProperty("warmUp", "40"));
    private final List<String> only = words("only");
    private final List<String> contenders = words("contenders");
    private final int serverCore = Child.canPin() ? Runtime.getRuntime().availableProcessors() - 1 : -1;
    private final int clientCore = Child.canPin() ? 0 : -1;
    private final Child server;
    private final String base;
    private final Results results = new Results();

    private Benchmark() throws IOException {
        server = new Child(serverCore, List.of("-Xmx512m"), StubServer.class);
        base = "http://127.0.0.1:" + server.read(30).replace("port ", "") + "/v1";
    }

    private static List<String> words(String option) {
        return Arrays.stream(System.getProperty(option, "").split(",")).filter(word -> !word.isBlank()).toList();
    }

    private boolean isChosen(Scenario scenario) {
        return isChosen(scenario.name());
    }

    private boolean isChosen(String name) {
        return only.isEmpty() || only.stream().anyMatch(word -> name.matches(word.replace("*", ".*")));
    }

    private boolean isChosen(Contenders contender) {
        return contenders.isEmpty() || contender == Contenders.INTEGRATORIO || contenders.contains(contender.name().toLowerCase(java.util.Locale.ROOT));
    }

    private void tell(String line) throws IOException {
        if (!line.isEmpty() && !"ok".equals(server.ask(line, 60))) {
            throw new IOException("the server did not take: " + line);
        }
    }

    private Child worker(Contenders contender, int megabytes) throws IOException {
        return new Child(clientCore, List.of("-Xmx" + megabytes + "m", "-Dopenapi=" + System.getProperty("openapi")), Worker.class,
                contender.name(), base);
    }

    private void measure() throws IOException {
        Map<String, List<Scenario>> families = Scenario.ALL.stream().filter(this::isChosen)
                .collect(Collectors.groupingBy(Scenario::family, LinkedHashMap::new, Collectors.toList()));
        for (List<Scenario> family : families.values()) {
            Map<Contenders, Child> workers = new EnumMap<>(Contenders.class);
            try {
                for (Contenders contender : Contenders.values()) {
                    if (isChosen(contender) && family.stream().anyMatch(scenario -> contender.takesPart(scenario.work()))) {
                        workers.put(contender, worker(contender, HEAP));
                    }
                }
                for (Map.Entry<Contenders, Child> worker : workers.entrySet()) {
                    results.idleThreads(worker.getKey(), Figures.numbers(worker.getValue().read(TURN_SECONDS)).get("threads").intValue());
                }
                for (Scenario scenario : family) {
                    measure(scenario, workers);
                }
            } finally {
                workers.values().forEach(Child::close);
            }
        }
    }

    private void measure(Scenario scenario, Map<Contenders, Child> workers) throws IOException {
        for (int round = -1; round < rounds; round++) {
            for (Map.Entry<Contenders, Child> worker : workers.entrySet()) {
                if (!worker.getKey().takesPart(scenario.work())) {
                    continue;
                }
                tell("latency " + (round < 0 ? 0 : scenario.latency()));
                tell(scenario.setUp());
                if (round < 0) {
                    warmUp(scenario, worker.getValue());
                } else {
                    server.ask("counts", TURN_SECONDS);
                    Map<String, Long> figures = turn(worker.getValue(), scenario.work(), scenario.callers(), millis);
                    check(scenario, worker.getKey(), figures);
                    results.add(scenario, worker.getKey(), Figures.of(figures), Figures.numbers(server.ask("counts", TURN_SECONDS)));
                }
                System.err.print('.');
            }
        }
        System.err.println(" " + scenario.name());
        System.out.println(Report.table(scenario, results));
    }

    /** A contender that does not see what changed is fast for nothing. Some of the polls of a turn are not counted. */
    private static void check(Scenario scenario, Contenders contender, Map<String, Long> figures) throws IOException {
        long changes = figures.get("changes");
        boolean few = changes < scenario.changes() * figures.get("done");
        if (contender != Contenders.TOKENS && (few || scenario.changes() == 0 && changes > 0)) {
            throw new IOException(scenario.name() + ": " + contender + " saw " + changes + " changes");
        }
    }

    /**
     * Until the JVM's compilers are at rest. They share the processor with what they compile, so with many callers this would take
     * long: it begins with few.
     */
    private void warmUp(Scenario scenario, Child worker) throws IOException {
        if (scenario.callers() > FEW) {
            warmUp(scenario.work(), FEW, worker);
        }
        warmUp(scenario.work(), scenario.callers(), worker);
    }

    private void warmUp(Work work, int callers, Child worker) throws IOException {
        double seconds = 0;
        int atRest = 0;
        while (atRest < AT_REST && seconds < warmUp) {
            Map<String, Long> figures = turn(worker, work, callers, 1000);
            seconds += figures.get("nanos") / 1e9;
            atRest = figures.get("compiling") < LITTLE * figures.get("cpu") ? atRest + 1 : 0;
        }
    }

    private static Map<String, Long> turn(Child worker, Work work, int callers, long millis) throws IOException {
        String answer = worker.ask(work + " " + callers + " " + millis, TURN_SECONDS);
        if (answer == null || !answer.startsWith("done=")) {
            throw new IOException(work + ": " + answer);
        }
        return Figures.numbers(answer);
    }

    /** As much as the API permits, for a while. */
    private void measureLimited() throws IOException {
        tell("latency 0");
        try (Child worker = worker(Contenders.INTEGRATORIO_LIMITED, HEAP)) {
            worker.read(TURN_SECONDS);
            server.ask("counts", TURN_SECONDS);
            tell("limited true");
            turn(worker, Work.CREATE, 128, LIMITED_SECONDS * 1000);
            Map<String, Long> counts = Figures.numbers(server.ask("counts", TURN_SECONDS));
            tell("limited false");
            double writes = counts.get("writes");
            double refused = counts.get("refusals");
            results.limited(writes / counts.get("permitted"), refused / (refused + writes));
        }
    }

    private void measureHeaps() throws IOException {
        tell("latency 0");
        heap("idle", null, Contenders.INTEGRATORIO);
        tell("licenses 100000");
        heap("list-100000", Work.LIST, Contenders.INTEGRATORIO, Contenders.HTTPCLIENT, Contenders.HTTP_FIXED, Contenders.VERTX_FIXED,
                Contenders.OPENAPI);
        heap("stream-100000", Work.STREAM, Contenders.INTEGRATORIO, Contenders.HTTPCLIENT);
        tell("installs 100000 unchanged");
        heap("poll-unchanged", Work.POLL, Contenders.INTEGRATORIO, Contenders.TOKENS, Contenders.HTTPCLIENT, Contenders.HTTP_FIXED,
                Contenders.VERTX_FIXED);
    }

    private void heap(String what, Work work, Contenders... all) throws IOException {
        for (Contenders contender : all) {
            if (isChosen(contender)) {
                results.heap(what, contender, LeastHeap.find((megabytes, seconds) -> {
                    System.err.print('.');
                    try (Child worker = worker(contender, megabytes)) {
                        String ready = worker.read(seconds);
                        String answer = ready == null || work == null ? ready : worker.ask(work + " 1 1", seconds);
                        return answer != null && answer.contains("=");
                    }
                }));
                System.err.println(" " + what + " " + contender + " " + results.heap(what, contender).orElse(0) + " MB");
            }
        }
    }

    private void report() throws IOException {
        String how = (Child.canPin() ? "server and client each on a processor of its own" : "server and client on the same processors")
                + "; " + rounds + " rounds of " + millis / 1000.0 + " s";
        String report = Report.of(results, how);
        System.out.println(report);
        String page = System.getProperty("report", "");
        if (!page.isEmpty()) {
            Report.write(report, Path.of(page));
        }
    }

    public static void main(String[] arguments) throws IOException {
        Benchmark benchmark = new Benchmark();
        try {
            benchmark.measure();
            if (benchmark.isChosen("limited")) {
                benchmark.measureLimited();
            }
            if (benchmark.isChosen("heap")) {
                benchmark.measureHeaps();
            }
            benchmark.report();
        } finally {
            benchmark.server.close();
        }
    }
}
