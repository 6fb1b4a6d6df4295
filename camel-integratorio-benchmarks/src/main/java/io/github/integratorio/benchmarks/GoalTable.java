package io.github.integratorio.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

import static io.github.integratorio.benchmarks.ContenderType.HTTPCLIENT;
import static io.github.integratorio.benchmarks.ContenderType.HTTP_DYNAMIC;
import static io.github.integratorio.benchmarks.ContenderType.HTTP_FIXED;
import static io.github.integratorio.benchmarks.ContenderType.INTEGRATORIO;
import static io.github.integratorio.benchmarks.ContenderType.SOCKET_JSON;
import static io.github.integratorio.benchmarks.ContenderType.TOKENS;
import static io.github.integratorio.benchmarks.ContenderType.VERTX_DYNAMIC;

/** The table of this component's performance goals and whether they were reached. Omits what was not measured. */
final class GoalTable {

    private static final String CREATE = "create-128";
    private static final double IDEAL_RATE = 1000 / 0.020;

    private final Results results;
    private final StringBuilder table = new StringBuilder("| goal | target | measured | |\n|---|---|---|---|\n");

    private GoalTable(Results results) {
        this.results = results;
    }

    static String of(Results results) {
        GoalTable goals = new GoalTable(results);
        goals.calls();
        goals.lists();
        goals.polls();
        goals.requests();
        return goals.table.toString();
    }

    private void calls() {
        atLeast("create, 128 callers: calls/s, relative to the camel-http `toD` route", CREATE, HTTP_DYNAMIC, 4.5);
        atLeast("… to the tuned camel-http route", CREATE, HTTP_FIXED, 2.3);
        atLeast("… to the camel-vertx-http `toD` route", CREATE, VERTX_DYNAMIC, 1.25);
        atLeast("… to hand-written HttpClient 5, blocking", CREATE, HTTPCLIENT, 1.3);
        atLeast("… to the raw socket with JSON", CREATE, SOCKET_JSON, 0.4);
        atMost("client CPU per call, relative to the camel-http `toD` route", CREATE, HTTP_DYNAMIC,
                Measurement::cpuMicrosEach, 0.2);
        results.median(CREATE, INTEGRATORIO, Measurement::cpuMicrosEach)
                .ifPresent(micros -> row("… CPU per call", "at most 18 µs", format("%.1f µs", micros), micros <= 18));
        results.median(CREATE, INTEGRATORIO, Measurement::bytesEach)
                .ifPresent(bytes -> row("bytes allocated per call", "at most 14,000", format("%,.0f", bytes),
                        bytes <= 14_000));
        results.median("create-1000-slow", INTEGRATORIO, Measurement::threads).ifPresent(threads -> {
            double more = threads - results.idleThreads(INTEGRATORIO);
            row("1,000 calls in flight at 20 ms: threads in addition to idle ones", "at most 16", format("%.0f", more),
                    more <= 16);
        });
        results.median("create-1000-slow", INTEGRATORIO, Measurement::perSecond).ifPresent(rate -> row(
                "… calls/s, of the ideal 50,000", "at least 85 %", format("%.0f %%", 100 * rate / IDEAL_RATE),
                rate >= 0.85 * IDEAL_RATE));
        atMost("one call at a time: latency, relative to hand-written HttpClient 5", "create-1", HTTPCLIENT,
                Measurement::microsEach, 1.25);
    }

    private void lists() {
        results.heap("stream-100000", INTEGRATORIO).ifPresent(heap -> {
            int more = heap - results.heap("idle", INTEGRATORIO).orElse(0);
            row("100,000 licenses streamed: minimum heap beyond that of an idle context", "at most 8 MB", more + " MB",
                    more <= 8);
        });
        atMost("… time, relative to hand-written HttpClient 5", "stream-100000", HTTPCLIENT,
                Measurement::microsEach, 1.2);
    }

    private void polls() {
        atMost("poll of 100,000, unchanged data: CPU, relative to a Jackson token scan", "poll-unchanged", TOKENS,
                Measurement::cpuMicrosEach, 2);
        atMost("… identical bytes", "poll-identical", TOKENS, Measurement::cpuMicrosEach, 0.4);
    }

    private void requests() {
        results.requests("upsert", INTEGRATORIO).ifPresent(counts -> {
            double lists = counts.get("lists");
            row("upsert of 10,000, of which 100 differ: requests", "1 list, 100 writes",
                    format("1 list, %.0f reads, %.0f writes",
                            counts.get("reads") / lists, counts.get("writes") / lists),
                    counts.get("reads") == 0 && Math.round(counts.get("writes") / lists) == 100);
        });
        limited(Operation.CREATE, "create", 98);
        // At most 1.05 times as long as the limit permits.
        limited(Operation.RECONCILE, "reconcile of 100,000, of which 1,000 differ", 95);
    }

    private void limited(Operation operation, String title, int percent) {
        Results.Limited limited = results.limited().get(operation);
        if (limited != null) {
            row(title + ", under the API's rate limit (1000, then 300/s): share of the permitted rate",
                    "at least " + percent + " %, under 0.1 % rejected", limited.toString(),
                    limited.share() >= percent / 100.0 && limited.rejected() < 0.001);
        }
    }

    private void atLeast(String goal, String scenario, ContenderType other, double minimum) {
        ratio(scenario, other, Measurement::perSecond).ifPresent(ratio -> row(goal,
                format("at least %s ×", minimum), ratio.getValue(), ratio.getKey() >= minimum));
    }

    private void atMost(String goal, String scenario, ContenderType other, ToDoubleFunction<Measurement> value,
            double maximum) {
        ratio(scenario, other, value).ifPresent(ratio -> row(goal,
                format("at most %s ×", maximum), ratio.getValue(), ratio.getKey() <= maximum));
    }

    private Optional<Map.Entry<Double, String>> ratio(
            String scenario, ContenderType other, ToDoubleFunction<Measurement> value) {
        List<Double> ratios = results.ratios(scenario, other, value);
        return ratios.isEmpty() ? Optional.empty()
                : Optional.of(Map.entry(Results.median(ratios), MarkdownReport.spread(ratios)));
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private void row(String goal, String wanted, String measured, boolean isReached) {
        table.append("| ").append(goal).append(" | ").append(wanted).append(" | ").append(measured).append(" | ")
                .append(isReached ? "reached" : "**missed**").append(" |\n");
    }
}
