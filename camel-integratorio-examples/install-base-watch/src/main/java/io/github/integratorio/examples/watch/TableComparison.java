package io.github.integratorio.examples.watch;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

import io.github.integratorio.camel.api.Installation;

/** Compares the table with the API at the end of the demo. */
final class TableComparison {

    private TableComparison() {
    }

    /** Prints both side by side; returns 0 if they are equal, else 1. */
    static int print(PrintStream console, List<Installation> api, Path directory, int changes, int duplicates)
            throws Exception {
        Map<String, InstallRow> table = InstallRow.fromTable(directory);
        Map<String, InstallRow> truth = InstallRow.fromApi(api);
        console.printf(
                "%nThe watcher is stopped. It printed %d changes. %d of them were delivered again after the kill and did not change the table.%n",
                changes, duplicates);
        console.printf("%n  %-22s %-12s %-12s%n", "customer", "table", "API");
        int different = 0;
        for (String integration : keys(table, truth)) {
            InstallRow mine = table.get(integration);
            InstallRow theirs = truth.get(integration);
            boolean equal = Objects.equals(mine, theirs);
            different += equal ? 0 : 1;
            console.printf("  %-22s %-12s %-12s%s%n", (theirs == null ? mine : theirs).maskedCustomer(), state(mine),
                    state(theirs), equal ? "" : "  DIFFERENT");
        }
        console.println();
        console.println(different == 0
                ? "The table matches the API: " + truth.size() + " installs. It is in "
                        + directory.resolve("table.mv.db") + "."
                : "ERROR: the table differs from the API in " + different + " installs.");
        return different == 0 ? 0 : 1;
    }

    private static Set<String> keys(Map<String, InstallRow> table, Map<String, InstallRow> truth) {
        Set<String> keys = new TreeSet<>(table.keySet());
        keys.addAll(truth.keySet());
        return keys;
    }

    private static String state(InstallRow install) {
        return install == null ? "-"
                : install.version() + (Boolean.TRUE.equals(install.updating()) ? " (updating)" : "");
    }
}
