package io.github.integratorio.examples.watch;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

import io.github.integratorio.camel.model.Installation;

/** The table and the API, side by side, at the end of the demo. */
final class TableComparison {

    private TableComparison() {
    }

    /** Shows them; 0 only when they are equal. */
    static int print(PrintStream console, List<Installation> api, Path directory, int told, int again) throws Exception {
        Map<String, Install> table = Install.ofTable(directory);
        Map<String, Install> truth = Install.of(api);
        console.printf("%nThe watcher is stopped. %d changes were told. %d of them came again after the kill, and changed nothing in the table.%n",
                told, again);
        console.printf("%n  %-22s %-12s %-12s%n", "customer", "table", "API");
        int different = 0;
        for (String integration : keys(table, truth)) {
            Install mine = table.get(integration);
            Install theirs = truth.get(integration);
            boolean equal = Objects.equals(mine, theirs);
            different += equal ? 0 : 1;
            console.printf("  %-22s %-12s %-12s%s%n", (theirs == null ? mine : theirs).customer(), state(mine), state(theirs), equal ? "" : "  DIFFERENT");
        }
        console.println();
        console.println(different == 0 ? "The table is what the API says: " + truth.size() + " installs. It is in " + directory.resolve("table.mv.db") + "."
                : "WRONG: the table differs from the API in " + different + " installs.");
        return different == 0 ? 0 : 1;
    }

    private static Set<String> keys(Map<String, Install> table, Map<String, Install> truth) {
        Set<String> keys = new TreeSet<>(table.keySet());
        keys.addAll(truth.keySet());
        return keys;
    }

    private static String state(Install install) {
        return install == null ? "-" : install.version() + (Boolean.TRUE.equals(install.updating()) ? " (updating)" : "");
    }
}
