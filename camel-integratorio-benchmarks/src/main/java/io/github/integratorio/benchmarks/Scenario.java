package io.github.integratorio.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * Something to be measured.
 *
 * @param family  what is measured in the same processes
 * @param name    what it is chosen by
 * @param title   its name in tables
 * @param work    what is done
 * @param callers how many do it at the same time
 * @param latency how many milliseconds the server takes
 * @param setUp   what else the server is told first; empty for nothing
 * @param changes how many changed rows each poll must find
 */
record Scenario(String family, String name, String title, Work work, int callers, int latency, String setUp, long changes) {

    static final List<Scenario> ALL = all();

    private static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        for (int latency : new int[] { 0, 20 }) {
            for (int callers : new int[] { 1, 16, 128, 512, 1000 }) {
                all.add(call("create-" + callers + (latency == 0 ? "" : "-slow"), "Create a license", Work.CREATE, callers, latency));
            }
        }
        all.add(call("get-128", "Read a license", Work.GET, 128, 0));
        for (int rows : new int[] { 1_000, 10_000, 100_000 }) {
            all.add(list("list-" + rows, "List %,d licenses into a `List`", Work.LIST, rows));
            all.add(list("stream-" + rows, "Go through %,d licenses one by one", Work.STREAM, rows));
        }
        all.add(new Scenario("upsert", "upsert", "Upsert of 10,000 licenses, of which 100 differ", Work.UPSERT, 1, 0, "licenses 10000", 0));
        all.add(poll("identical", "the same bytes as before", 0));
        all.add(poll("unchanged", "nothing changed, but not the same bytes", 0));
        all.add(poll("1", "one row changed", 1));
        all.add(poll("1000", "1,000 rows changed", 1_000));
        all.add(poll("50000", "50,000 rows changed", 50_000));
        return all;
    }

    private static Scenario call(String name, String title, Work work, int callers, int latency) {
        return new Scenario("calls", name, title + ", " + callers + (callers == 1 ? " caller, " : " callers, ") + latency + " ms of server latency",
                work, callers, latency, "", 0);
    }

    private static Scenario list(String name, String title, Work work, int rows) {
        return new Scenario("lists", name, String.format(java.util.Locale.ROOT, title, rows), work, 1, 0, "licenses " + rows, 0);
    }

    private static Scenario poll(String change, String title, long changes) {
        return new Scenario("polls", "poll-" + change, "Poll of 100,000 installs, " + title, Work.POLL, 1, 0, "installs 100000 " + change,
                changes);
    }
}
