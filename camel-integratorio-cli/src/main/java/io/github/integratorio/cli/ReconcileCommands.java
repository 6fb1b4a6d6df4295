package io.github.integratorio.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.api.UnknownLicenses;
import io.github.integratorio.cli.LicenseFile.Row;
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

        @Parameters(index = "0", paramLabel = "FILE", description = "The CSV file, in UTF-8; - is the standard input.")
        private Path file;

        @Option(names = "--unknown", paramLabel = "WHAT", defaultValue = "KEEP",
                description = "What happens to licenses that are not in the file: keep, expire (end them now) or fail."
                        + " Default: keep.")
        private UnknownLicenses unknown;

        @Option(names = "--mass-expiry-limit", paramLabel = "PERCENT", defaultValue = "20",
                description = "Refuse a file that would end more than this share of the licenses, and more than 5."
                        + " Default: ${DEFAULT-VALUE}.")
        private int massExpiryLimit;

        private List<Row> rows(Account account) {
            if (massExpiryLimit < 0 || massExpiryLimit > 100) {
                throw account.usage("--mass-expiry-limit: expected a percentage from 0 to 100");
            }
            return LicenseFile.read(file, System.in);
        }

        Map<String, Object> endpoint(boolean dryRun, UnknownLicenses which) {
            return Map.of("unknownLicenses", which, "massExpiryLimit", massExpiryLimit, "dryRun", dryRun);
        }

        UnknownLicenses unknown() {
            return unknown;
        }
    }

    @Command(name = "plan", mixinStandardHelpOptions = true,
            header = "Prints what 'reconcile apply' would change; changes nothing.")
    int plan(@Mixin Account account, @Mixin Options options,
            @Option(names = "--detailed-exitcode",
                    description = "Exit with 3 if there are differences.") boolean detailed)
            throws Exception {
        List<Row> rows = options.rows(account);
        try (Session session = account.open()) {
            Changes plan = new Reconcile(account, session, options).plan(rows);
            plan.print(account.printer());
            account.printer().line("Plan: " + plan);
            return plan.failed() > 0 ? IntegratorioCli.FAILED
                    : detailed && plan.changed() > 0 ? IntegratorioCli.DIFFERENCES : 0;
        }
    }

    @Command(name = "apply", mixinStandardHelpOptions = true,
            header = "Prints the plan, asks, and creates, changes and ends licenses accordingly.",
            description = "If the plan has changed by the time you answer, nothing is written and the new plan is printed."
                    + " After an interruption run it again on the same computer: its file of claims knows what may have been"
                    + " created. Without that file, wait a minute first.")
    int apply(@Mixin Account account, @Mixin Options options, @Mixin ClaimsOption claims,
            @Option(names = "--yes", description = "Do not print the plan, and do not ask.") boolean yes)
            throws Exception {
        if (!yes && options.file.toString().equals("-")) {
            throw account.usage("A list from the standard input cannot be confirmed there: add --yes.");
        }
        List<Row> rows = options.rows(account);
        try (Session session = account.open()) {
            Reconcile reconcile = new Reconcile(account, session, options);
            Changes plan = null;
            if (!yes) {
                plan = reconcile.plan(rows);
                plan.tell(account.printer());
                account.printer().line("Plan: " + plan);
                if (plan.changed() == 0) {
                    if (!account.printer().isTable()) {
                        plan.print(account.printer());
                    }
                    return plan.failed() > 0 ? IntegratorioCli.FAILED : 0;
                }
                if (!account.confirm("This changes " + Printer.count(plan.changed(), "license") + ".")) {
                    return IntegratorioCli.NOT_CONFIRMED;
                }
                Changes now = reconcile.plan(rows);
                if (!now.isSameAs(plan)) {
                    now.tell(account.printer());
                    account.printer().line("Plan: " + now);
                    account.say(
                            "Nothing was changed: the plan has changed since it was printed. This is the new one.");
                    return IntegratorioCli.NOT_CONFIRMED;
                }
                plan = now;
            }
            claims.claim(account, session);
            Changes done = reconcile.apply(rows, plan);
            return done.failed() > 0 ? IntegratorioCli.FAILED : 0;
        }
    }
}
