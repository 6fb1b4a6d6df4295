package io.github.integratorio.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.api.WriteOutcome;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands on licenses. */
@Command(name = "licenses", mixinStandardHelpOptions = true, header = "Lists, creates, extends and ends licenses.",
        synopsisSubcommandLabel = "COMMAND")
final class LicenseCommands extends CommandGroup {

    private static final List<String> COLUMNS =
            List.of("license", "email", "edition", "sandbox", "ends", "days left", "installed");

    @Command(name = "list", mixinStandardHelpOptions = true, header = "Lists all licenses of the connector.")
    int list(@Mixin Account account) {
        try (Session session = account.open()) {
            print(account.printer(), session.licenses(account.connector(session)));
            return 0;
        }
    }

    @Command(name = "expiring", mixinStandardHelpOptions = true,
            header = "Lists the licenses and trials that end soon, the next one first.")
    int expiring(@Mixin Account account,
            @Option(names = "--within", paramLabel = "DURATION", defaultValue = "P30D",
                    description = "How soon, such as P14D (14 days). Default: ${DEFAULT-VALUE}.") String within) {
        Instant now = Instant.now();
        Instant end = plus(account, now, within);
        try (Session session = account.open()) {
            print(account.printer(), session.licenses(account.connector(session)).stream()
                    .filter(license -> license.getEndsAt() != null && license.getEndsAt().isAfter(now)
                            && !license.getEndsAt().isAfter(end))
                    .sorted(Comparator.comparing(License::getEndsAt)).toList());
            return 0;
        }
    }

    @Command(name = "create", mixinStandardHelpOptions = true,
            header = "Creates a license for a user who has none.",
            description = "Safe to repeat: if the user has a license, nothing is changed and the status is 1.")
    int create(@Mixin Account account,
            @Parameters(index = "0", paramLabel = "EMAIL",
                    description = "E-mail address of the integrator.io user.") String email,
            @Option(names = "--expires", paramLabel = "END", required = true,
                    description = "When it ends: 2027-12-31T00:00:00Z, or from now, such as P30D.") String expires,
            @Option(names = "--edition",
                    description = "Edition of the connector (opts.connectorEdition).") String edition,
            @Option(names = "--sandbox", description = "A sandbox license.") boolean sandbox) {
        Map<String, Object> license = new LinkedHashMap<>(Map.of("email", email, "expires", expires));
        if (edition != null) {
            license.put("opts", Map.of("connectorEdition", edition));
        }
        if (sandbox) {
            license.put("sandbox", true);
        }
        try (Session session = account.open()) {
            String connector = account.connector(session);
            if (session.plan("upsert", connector, license) != WriteOutcome.WOULD_CREATE) {
                throw new IllegalStateException(account.printer().email(email)
                        + " has a license already: 'licenses extend' gives it another end.");
            }
            print(account.printer(),
                    List.of((License) session.request("licenses", "upsert", connector, license, Map.of())));
            return 0;
        }
    }

    @Command(name = "extend", mixinStandardHelpOptions = true,
            header = "Gives a license a later end; all other fields stay as they are.")
    int extend(@Mixin Account account,
            @Parameters(index = "0", paramLabel = "EMAIL", description = "E-mail address of the user.") String email,
            @Option(names = "--by", paramLabel = "DURATION", required = true,
                    description = "How long, such as P365D: from its end, or from now if it has ended. Look at the end"
                            + " before you repeat the command: each time extends it.") String by,
            @Option(names = "--sandbox", description = "The user's sandbox license.") boolean sandbox) {
        try (Session session = account.open()) {
            String connector = account.connector(session);
            License license = find(session, connector, email, sandbox);
            Instant now = Instant.now();
            Instant from = license.getEndsAt() == null || license.getEndsAt().isBefore(now) ? now : license.getEndsAt();
            License changed = (License) session.request("licenses", "update", connector,
                    Map.of("expires", plus(account, from, by).toString()),
                    Map.of("licenseId", license.getId(), "updateMode", "merge"));
            print(account.printer(), List.of(changed));
            return 0;
        }
    }

    @Command(name = "expire", mixinStandardHelpOptions = true,
            header = "Ends a license now, which shuts the customer's integration off. Nothing is deleted.")
    int expire(@Mixin Account account,
            @Parameters(index = "0", paramLabel = "EMAIL", description = "E-mail address of the user.") String email,
            @Option(names = "--sandbox", description = "The user's sandbox license.") boolean sandbox,
            @Option(names = "--yes", description = "Do not ask.") boolean yes) throws IOException {
        try (Session session = account.open()) {
            String connector = account.connector(session);
            License license = find(session, connector, email, sandbox);
            if (!yes) {
                print(account.printer(), List.of(license));
                if (!account.confirm("This ends the license now.")) {
                    return IntegratorioCli.NOT_CONFIRMED;
                }
            }
            print(account.printer(), List.of((License) session.request("licenses", "expire", connector, null,
                    Map.of("licenseId", license.getId()))));
            return 0;
        }
    }

    /** Finds the license of a user as the component does, which refuses to choose one of several. */
    private static License find(Session session, String connector, String email, boolean sandbox) {
        License found = (License) session.request("licenses", "expire", connector,
                Map.of("email", email, "sandbox", sandbox), Map.of("dryRun", true));
        return (License) session.request("licenses", "get", connector, null, Map.of("licenseId", found.getId()));
    }

    private static void print(Printer printer, List<License> licenses) {
        Instant now = Instant.now();
        printer.rows(COLUMNS, licenses.stream().map(license -> row(printer, license, now)).toList());
        if (printer.isTable() && licenses.size() > 1) {
            printer.line("");
            printer.line(licenses.size() + " licenses");
        }
    }

    private static List<Object> row(Printer printer, License license, Instant now) {
        Instant ends = license.getEndsAt();
        Object edition = license.getOpts() == null ? null : license.getOpts().get("connectorEdition");
        return Arrays.asList(license.getId(), printer.email(license.getEmail()), edition,
                Boolean.TRUE.equals(license.getSandbox()) ? "yes" : "",
                ends == null ? null
                        : ends.truncatedTo(ChronoUnit.SECONDS).toString() + (license.isTrial() ? " (trial)" : ""),
                ends == null ? null : ends.isAfter(now) ? String.valueOf(ChronoUnit.DAYS.between(now, ends)) : "ended",
                license.isInstalled() ? "yes" : "no");
    }

    private static Instant plus(Account account, Instant from, String duration) {
        try {
            return duration.contains("T") ? from.plus(Duration.parse(duration))
                    : from.atZone(ZoneOffset.UTC).plus(Period.parse(duration)).toInstant();
        } catch (DateTimeParseException e) {
            throw account.usage(duration + ": expected a duration such as P30D (days), P1M (months) or PT12H (hours)");
        }
    }
}
