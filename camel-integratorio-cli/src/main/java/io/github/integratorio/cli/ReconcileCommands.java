package io.github.integratorio.cli;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

import io.github.integratorio.camel.api.ReconciledLicense;
import io.github.integratorio.camel.api.UnknownLicenses;
import io.github.integratorio.camel.api.WriteOutcome;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands that bring licenses in line with a file. */
@Command(name = "reconcile", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND",
        header = "Brings all licenses of a connector in line with a CSV file, such as the export of a billing system.",
        description = { "%nThe file has a header line and one line per license:", "",
                "  email,expires,opts.connectorEdition,sandbox", "  jane@example.com,2027-01-31T00:00:00Z,premium,", "",
                "An empty cell and a column that is left out keep the value of the license." })
final class ReconcileCommands extends CommandGroup {

    /** The options that plan and apply share. */
    static final class Options {

        @Parameters(index = "0", paramLabel = "FILE", description = "The CSV file, in UTF-8.")
        private Path file;

        @Option(names = "--unknown", paramLabel = "WHAT", defaultValue = "KEEP",
                description = "What happens to licenses that are not in the file: keep, expire (end them now) or fail."
                        + " Default: keep.")
        private UnknownLicenses unknown;

        @Option(names = "--mass-expiry-limit", paramLabel = "PERCENT", defaultValue = "20",
                description = "Refuse a file that would end more than this share of the licenses, and more than 5."
                        + " Default: ${DEFAULT-VALUE}.")
        private int massExpiryLimit;

        private Map<String, Object> endpoint(boolean dryRun) {
            Map<String, Object> options = new LinkedHashMap<>();
            options.put("unknownLicenses", unknown);
            options.put("massExpiryLimit", massExpiryLimit);
            options.put("dryRun", dryRun);
            return options;
        }
    }

    @Command(name = "plan", mixinStandardHelpOptions = true,
            header = "Prints what 'reconcile apply' would change; changes nothing.")
    int plan(@Mixin Account account, @Mixin Options options,
            @Option(names = "--detailed-exitcode",
                    description = "Exit with 3 if there are differences.") boolean detailed)
            throws Exception {
        try (Session session = account.open()) {
            Totals totals = run(account, session, options, true);
            return totals.failed > 0 ? IntegratorioCli.FAILED
                    : detailed && totals.changed() > 0 ? IntegratorioCli.DIFFERENCES : 0;
        }
    }

    @Command(name = "apply", mixinStandardHelpOptions = true,
            header = "Prints the plan, asks, and creates, changes and ends licenses accordingly.",
            description = "Safe to repeat: after an interruption, run it again.")
    int apply(@Mixin Account account, @Mixin Options options,
            @Option(names = "--yes", description = "Do not print the plan, and do not ask.") boolean yes)
            throws Exception {
        try (Session session = account.open()) {
            if (!yes) {
                Totals plan = run(account, session, options, true);
                if (plan.changed() == 0) {
                    return plan.failed > 0 ? IntegratorioCli.FAILED : 0;
                }
                if (!account.confirm("This changes " + plan.changed() + " licenses.")) {
                    return IntegratorioCli.NOT_CONFIRMED;
                }
            }
            return run(account, session, options, false).failed > 0 ? IntegratorioCli.FAILED : 0;
        }
    }

    private static Totals run(Account account, Session session, Options options, boolean dryRun) throws Exception {
        Totals totals = new Totals();
        Progress progress = new Progress(account);
        try (LicenseFile file = LicenseFile.open(options.file)) {
            session.reconcile(account.connector(session), file, options.endpoint(dryRun), rows -> {
                while (rows.hasNext()) {
                    ReconciledLicense row = (ReconciledLicense) rows.next();
                    totals.add(row);
                    if (row.outcome() != WriteOutcome.UNCHANGED) {
                        progress.clear();
                        print(account.printer(), row);
                    }
                    progress.update(totals.rows);
                }
            });
        } finally {
            progress.clear();
        }
        account.printer().line((dryRun ? "Plan: " : "Done: ") + totals);
        return totals;
    }

    private static void print(Printer printer, ReconciledLicense row) {
        String who = printer.email(row.email()) + (row.licenseId() == null ? "" : " (" + row.licenseId() + ")");
        if (row.error() != null) {
            printer.line("! line " + (row.row() + 1) + " " + who + ": " + row.error());
            return;
        }
        String sign = switch (row.outcome()) {
            case WOULD_CREATE, CREATED, RECONCILED -> "+";
            case WOULD_EXPIRE, EXPIRED -> "-";
            default -> "~";
        };
        printer.line(sign + " " + who + (sign.equals("-") ? " ends now" : ""));
        // The address is in the line above, masked or not.
        row.differences().stream().filter(difference -> !difference.field().equals("email"))
                .forEach(difference -> printer.line("    " + difference.field() + ": "
                        + (difference.oldValue() == null ? "" : difference.oldValue() + " -> ")
                        + (difference.newValue() == null ? "(removed)" : difference.newValue())));
    }

    /** Counts rows by outcome. */
    private static final class Totals {

        private final Map<WriteOutcome, Long> outcomes = new EnumMap<>(WriteOutcome.class);
        private long rows;
        private long failed;

        private void add(ReconciledLicense row) {
            rows++;
            if (row.error() != null) {
                failed++;
            } else {
                outcomes.merge(row.outcome(), 1L, Long::sum);
            }
        }

        private long changed() {
            return rows - failed - outcomes.getOrDefault(WriteOutcome.UNCHANGED, 0L);
        }

        @Override
        public String toString() {
            String counts = outcomes.entrySet().stream()
                    .map(entry -> entry.getValue() + " " + entry.getKey().name().toLowerCase().replace("would_", "to "))
                    .collect(Collectors.joining(", "));
            return (counts.isEmpty() ? "nothing" : counts) + (failed == 0 ? "" : ", " + failed + " failed");
        }
    }
}
