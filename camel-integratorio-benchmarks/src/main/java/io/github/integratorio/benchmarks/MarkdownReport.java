package io.github.integratorio.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

import org.apache.camel.CamelContext;
import org.apache.hc.client5.http.classic.HttpClient;

/** Formats the results as Markdown, and writes them into a page between two markers. */
final class MarkdownReport {

    private static final String BEGIN = "<!-- benchmark: begin -->";
    private static final String END = "<!-- benchmark: end -->";

    private MarkdownReport() {
    }

    static String spread(List<Double> ratios) {
        return String.format(Locale.ROOT, "%.2f × (%.2f to %.2f)", Results.median(ratios),
                ratios.get(0), ratios.get(ratios.size() - 1));
    }

    /** Returns the table of a scenario. */
    static String table(Scenario scenario, Results results) {
        boolean calls = scenario.family().equals("calls");
        Map<ContenderType, List<Measurement>> rows = results.of(scenario);
        List<Measurement> integratorio = rows.get(ContenderType.INTEGRATORIO);
        String format = calls ? "%,.0f" : "%,.1f";
        StringBuilder table = new StringBuilder("### ").append(scenario.title()).append("\n\n")
                .append(calls
                        ? "| | calls/s | integratorio's relative speed | CPU µs | bytes allocated | threads | peak MB |\n"
                        : "| | ms | integratorio's relative speed | CPU ms | MB allocated | threads | peak MB |\n")
                .append("|---|--:|--:|--:|--:|--:|--:|\n");
        rows.forEach((contender, turns) -> table.append("| ").append(contender.title())
                .append(median(format, turns, one -> calls ? one.perSecond() : one.microsEach() / 1000))
                .append(" | ").append(contender == ContenderType.INTEGRATORIO || integratorio == null ? ""
                        : spread(Results.ratios(integratorio, turns, Measurement::perSecond)))
                .append(median("%,.1f", turns, one -> one.cpuMicrosEach() / (calls ? 1 : 1000)))
                .append(median(format, turns, one -> one.bytesEach() / (calls ? 1 : 1e6)))
                .append(median("%.0f", turns, Measurement::threads))
                .append(median("%.0f", turns, one -> one.memory() / 1e6)).append(" |\n"));
        return table.append('\n').toString();
    }

    private static String median(String format, List<Measurement> turns, ToDoubleFunction<Measurement> value) {
        return " | " + String.format(Locale.ROOT, format, Results.median(turns, value));
    }

    private static String heaps(Results results) {
        StringBuilder table = new StringBuilder();
        results.heaps().forEach((name, rows) -> rows.forEach((contender, megabytes) -> table
                .append("| ").append(name).append(" | ").append(contender.title()).append(" | ")
                .append(megabytes == 0 ? "more than " + MinimumHeapSearch.MAXIMUM : megabytes.toString())
                .append(" |\n")));
        return table.isEmpty() ? "" : "### Minimum heap (`-Xmx`)\n\n| | | MB |\n|---|---|--:|\n" + table + "\n";
    }

    /** Returns the whole report. */
    static String of(Results results, String setup) throws IOException {
        StringBuilder report = new StringBuilder("Measured ").append(LocalDate.now()).append(" on ").append(machine())
                .append("; ").append(setup).append(".\n\n## Goals\n\n").append(GoalTable.of(results))
                .append("\n## Measurements\n\n");
        results.scenarios().forEach(scenario -> report.append(table(scenario, results)));
        return report.append(heaps(results)).toString();
    }

    private static String machine() throws IOException {
        Path cpu = Path.of("/proc/cpuinfo");
        String model = !Files.isReadable(cpu) ? System.getProperty("os.arch")
                : Files.readAllLines(cpu).stream().filter(line -> line.startsWith("model name"))
                        .findFirst().orElse(": unknown").replaceAll("^.*?:\\s*", "");
        return Runtime.getRuntime().availableProcessors() + " × " + model + ", " + System.getProperty("os.name") + " "
                + System.getProperty("os.version") + ", Java " + System.getProperty("java.version") + ", Camel "
                + version(CamelContext.class) + ", HttpClient " + version(HttpClient.class);
    }

    private static String version(Class<?> type) {
        // The version comes from the name of the jar, because not every manifest contains it.
        String jar = type.getProtectionDomain().getCodeSource().getLocation().getPath();
        return jar.replaceAll("^.*?-(\\d[\\w.]*)\\.jar$", "$1");
    }

    /** Replaces the report in a page. */
    static void write(String report, Path page) throws IOException {
        String text = Files.readString(page);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IOException(page + ": markers not found; expected " + BEGIN + " followed by " + END);
        }
        Files.writeString(page, text.substring(0, begin + BEGIN.length()) + "\n" + report + text.substring(end));
    }
}
