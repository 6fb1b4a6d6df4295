package io.github.integratorio.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** What this component wants to reach, and whether it did; only what was measured is shown. */
final class Goals {

    private static final String CREATE = "create-128";
    private static final double IDEAL_RATE = 1000 / 0.020;

    private final Results results;
    private final StringBuilder table = new StringBuilder("| goal | wanted | measured | |\n|---|---|---|---|\n");

    private Goals(Results results) {
        this.results = results;
    }

    /** The table. */
    static String table(Results results) {
        Goals goals = new Goals(results);
        goals.calls();
        goals.lists();
        goals.polls();
        goals.requests();
        return goals.table.toString();
    }

    private void calls() {
        atLeast("create, 128 callers: calls/s, as a multiple of the camel-http `toD` route", CREATE, Contenders.HTTP_DYNAMIC, 5);
        atLeast("… of the camel-http route at its best", CREATE, Contenders.HTTP_FIXED, 2.3);
        atLeast("… of the camel-vertx-http `toD` route", CREATE, Contenders.VERTX_DYNAMIC, 2);
        atLeast("… of HttpClient 5 by hand, blocking", CREATE, Contenders.HTTPCLIENT, 1.4);
        atLeast("… of the bare socket with JSON", CREATE, Contenders.SOCKET_JSON, 0.4);
        atMost("client CPU per call, as a multiple of the camel-http `toD` route", CREATE, Contenders.HTTP_DYNAMIC, Figures::cpuMicrosEach, 0.2);
        results.median(CREATE, Contenders.INTEGRATORIO, Figures::bytesEach)
                .ifPresent(bytes -> row("bytes allocated per call", "at most 14,000", format("%,.0f", bytes), bytes <= 14_000));
        results.median("create-1000-slow", Contenders.INTEGRATORIO, Figures::threads).ifPresent(threads -> {
            double more = threads - results.idleThreads(Contenders.INTEGRATORIO);
            row("1,000 calls in flight at 20 ms: threads more than idle", "at most 16", format("%.0f", more), more <= 16);
        });
        results.median("create-1000-slow", Contenders.INTEGRATORIO, Figures::perSecond).ifPresent(rate -> row(
                "… calls/s, of the ideal 50,000", "at least 95 %", format("%.0f %%", 100 * rate / IDEAL_RATE), rate >= 0.95 * IDEAL_RATE));
        atMost("one call at a time: latency, as a multiple of HttpClient 5 by hand", "create-1", Contenders.HTTPCLIENT, Figures::microsEach, 1.15);
    }

    private void lists() {
        results.heap("stream-100000", Contenders.INTEGRATORIO).ifPresent(heap -> {
            int more = heap - results.heap("idle", Contenders.INTEGRATORIO).orElse(0);
            row("100,000 licenses streamed: least heap beyond an idle context", "at most 8 MB", more + " MB", more <= 8);
        });
        atMost("… time, as a multiple of HttpClient 5 by hand", "stream-100000", Contenders.HTTPCLIENT, Figures::microsEach, 1.2);
    }

    private void polls() {
        atMost("poll of 100,000, unchanged: CPU, as a multiple of bare Jackson tokens", "poll-unchanged", Contenders.TOKENS,
                Figures::cpuMicrosEach, 2);
        atMost("… the same bytes as before", "poll-identical", Contenders.TOKENS, Figures::cpuMicrosEach, 0.4);
    }

    private void requests() {
        results.requests("upsert", Contenders.INTEGRATORIO).ifPresent(counts -> {
            double lists = counts.get("lists");
            row("upsert of 10,000, of which 100 differ: requests", "1 list, 100 writes",
                    format("1 list, %.0f reads, %.0f writes", counts.get("reads") / lists, counts.get("writes") / lists),
                    counts.get("reads") == 0 && Math.round(counts.get("writes") / lists) == 100);
        });
        results.limited().ifPresent(share -> row("against the API's limits (1000, then 300/s): of the permitted rate",
                "at least 98 %, under 0.1 % refused", share, results.isWithinLimits()));
    }

    private void atLeast(String goal, String scenario, Contenders other, double least) {
        ratio(goal, scenario, other, Figures::perSecond).ifPresent(ratio -> row(goal, format("at least %s ×", least), ratio.getValue(),
                ratio.getKey() >= least));
    }

    private void atMost(String goal, String scenario, Contenders other, ToDoubleFunction<Figures> value, double most) {
        ratio(goal, scenario, other, value).ifPresent(ratio -> row(goal, format("at most %s ×", most), ratio.getValue(),
                ratio.getKey() <= most));
    }

    private Optional<Map.Entry<Double, String>> ratio(String goal, String scenario, Contenders other, ToDoubleFunction<Figures> value) {
        List<Double> ratios = results.ratios(scenario, other, value);
        return ratios.isEmpty() ? Optional.empty() : Optional.of(Map.entry(Results.median(ratios), Report.spread(ratios)));
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private void row(String goal, String wanted, String measured, boolean isReached) {
        table.append("| ").append(goal).append(" | ").append(wanted).append(" | ").append(measured).append(" | ")
                .append(isReached ? "reached" : "**missed**").append(" |\n");
    }
}
