package io.github.integratorio.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.apache.camel.CamelContext;
import org.apache.hc.client5.http.classic.HttpClient;

/** What was measured, as Markdown; also into a page, between two marks. */
final class Report {

    private static final String BEGIN = "<!-- benchmark: begin -->";
    private static final String END = "<!-- benchmark: end -->";

    private Report() {
    }

    static String spread(List<Double> ratios) {
        return String.format(Locale.ROOT, "%.2f × (%.2f to %.2f)", Results.median(ratios), ratios.get(0), ratios.get(ratios.size() - 1));
    }

    /** Of one scenario. */
    static String table(Scenario scenario, Results results) {
        boolean calls = scenario.family().equals("calls");
        Map<Contenders, List<Figures>> rows = results.of(scenario);
        StringBuilder table = new StringBuilder("### ").append(scenario.title()).append("\n\n")
                .append(calls ? "| | calls/s | integratorio is so many times as fast | CPU µs | bytes allocated | threads | peak MB |\n"
                        : "| | ms | integratorio is so many times as fast | CPU ms | MB allocated | threads | peak MB |\n")
                .append("|---|--:|--:|--:|--:|--:|--:|\n");
        rows.forEach((contender, figures) -> table.append("| ").append(contender.title())
                .append(cell(calls ? "%,.0f" : "%,.1f", Results.median(figures, one -> calls ? one.perSecond() : one.microsEach() / 1000)))
                .append(" | ").append(contender == Contenders.INTEGRATORIO || !rows.containsKey(Contenders.INTEGRATORIO) ? ""
                        : spread(Results.ratios(rows.get(Contenders.INTEGRATORIO), figures, Figures::perSecond)))
                .append(cell("%,.1f", Results.median(figures, one -> one.cpuMicrosEach() / (calls ? 1 : 1000))))
                .append(cell(calls ? "%,.0f" : "%,.1f", Results.median(figures, one -> one.bytesEach() / (calls ? 1 : 1e6))))
                .append(cell("%.0f", Results.median(figures, Figures::threads)))
                .append(cell("%.0f", Results.median(figures, one -> one.memory() / 1e6))).append(" |\n"));
        return table.append('\n').toString();
    }

    private static String cell(String format, double value) {
        return " | " + String.format(Locale.ROOT, format, value);
    }

    private static String heaps(Results results) {
        StringBuilder table = new StringBuilder();
        results.heaps().forEach((what, rows) -> rows.forEach((contender, megabytes) -> table
                .append("| ").append(what).append(" | ").append(contender.title()).append(" | ")
                .append(megabytes == 0 ? "more than " + LeastHeap.MOST : megabytes.toString()).append(" |\n")));
        return table.isEmpty() ? "" : "### Least heap (`-Xmx`) with which it completes\n\n| | | MB |\n|---|---|--:|\n" + table + "\n";
    }

    /** All of it. */
    static String of(Results results, String how) throws IOException {
        StringBuilder report = new StringBuilder("Measured ").append(LocalDate.now()).append(" on ").append(machine()).append("; ").append(how)
                .append(".\n\n## Goals\n\n").append(Goals.table(results)).append("\n## Figures\n\n");
        results.scenarios().forEach(scenario -> report.append(table(scenario, results)));
        return report.append(heaps(results)).toString();
    }

    private static String machine() throws IOException {
        Path cpu = Path.of("/proc/cpuinfo");
        String model = !Files.isReadable(cpu) ? System.getProperty("os.arch")
                : Files.readAllLines(cpu).stream().filter(line -> line.startsWith("model name")).findFirst().orElse(": unknown")
                        .replaceAll("^.*?:\\s*", "");
        return Runtime.getRuntime().availableProcessors() + " × " + model + ", " + System.getProperty("os.name") + " "
                + System.getProperty("os.version") + ", Java " + System.getProperty("java.version") + ", Camel "
                + version(CamelContext.class) + ", HttpClient " + version(HttpClient.class);
    }

    private static String version(Class<?> type) {
        // From the name of its jar: not every library says it in its manifest.
        return type.getProtectionDomain().getCodeSource().getLocation().getPath().replaceAll("^.*?-(\\d[\\w.]*)\\.jar$", "$1");
    }

    /** Puts it into a page, in the place of the one before. */
    static void write(String report, Path page) throws IOException {
        String text = Files.readString(page);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IOException(page + " has no place for it, between " + BEGIN + " and " + END);
        }
        Files.writeString(page, text.substring(0, begin + BEGIN.length()) + "\n" + report + text.substring(end));
    }
}
