package io.github.integratorio.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A benchmark scenario.
 *
 * @param family    scenarios of the same family are measured in the same processes
 * @param name      name in the option {@code only}
 * @param title     name in the tables
 * @param operation the operation to perform
 * @param users     number of virtual users
 * @param latency   latency of the server in milliseconds
 * @param setUp     command that prepares the server; empty for none
 * @param changes   number of changed rows that each poll must detect
 */
record Scenario(String family, String name, String title, Operation operation, int users, int latency, String setUp,
        long changes) {

    static final List<Scenario> ALL = all();

    private static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        for (int latency : new int[] { 0, 20 }) {
            for (int users : new int[] { 1, 16, 128, 512, 1000 }) {
                String name = "create-" + users + (latency == 0 ? "" : "-slow");
                all.add(call(name, "Create a license", Operation.CREATE, users, latency));
            }
        }
        all.add(call("get-128", "Read a license", Operation.GET, 128, 0));
        for (int rows : new int[] { 1_000, 10_000, 100_000 }) {
            all.add(list("list-" + rows, "List %,d licenses into a `List`", Operation.LIST, rows));
            all.add(list("stream-" + rows, "Iterate over %,d licenses", Operation.STREAM, rows));
        }
        all.add(new Scenario("upsert", "upsert", "Upsert of 10,000 licenses, of which 100 differ",
                Operation.UPSERT, 1, 0, "licenses 10000", 0));
        all.add(poll("identical", "identical bytes", 0));
        all.add(poll("unchanged", "identical data in different bytes", 0));
        all.add(poll("1", "1 row changed", 1));
        all.add(poll("1000", "1,000 rows changed", 1_000));
        all.add(poll("50000", "50,000 rows changed", 50_000));
        return all;
    }

    private static Scenario call(String name, String title, Operation operation, int users, int latency) {
        return new Scenario("calls", name,
                title + ", " + users + (users == 1 ? " caller, " : " callers, ") + latency + " ms of server latency",
                operation, users, latency, "", 0);
    }

    private static Scenario list(String name, String title, Operation operation, int rows) {
        return new Scenario("lists", name, String.format(Locale.ROOT, title, rows), operation, 1, 0,
                "licenses " + rows, 0);
    }

    private static Scenario poll(String change, String title, long changes) {
        return new Scenario("polls", "poll-" + change, "Poll of 100,000 installs, " + title, Operation.POLL, 1, 0,
                "installs 100000 " + change, changes);
    }
}
