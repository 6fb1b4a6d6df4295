package io.github.integratorio.cli;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.api.FieldDifference;
import io.github.integratorio.camel.api.License;
import io.github.integratorio.camel.api.WriteOutcome;
import io.github.integratorio.cli.Session.Result;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The commands on licenses. */
@Command(name = "licenses", mixinStandardHelpOptions = true, header = "Lists, creates, extends and ends licenses.",
        synopsisSubcommandLabel = "COMMAND")
final class LicenseCommands extends CommandGroup {

    private static final List<String> COLUMNS =
            List.of("license", "email", "edition", "sandbox", "ends", "trial", "days left", "installed");
    private static final long SECONDS_PER_DAY = 86_400;
    /** Dates have a year of four digits. */
    private static final Instant LAST = Instant.parse("9999-12-31T00:00:00Z");

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
        Instant end = later(account, "--within", now, within);
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
            description = "If the user has a license, nothing is changed and the status is 1. After an interruption repeat"
                    + " the command on the same computer: its file of claims knows what may have been created. Without that"
                    + " file, wait a minute and look with 'licenses list' first.")
    int create(@Mixin Account account, @Mixin ClaimsOption claims,
            @Parameters(index = "0", paramLabel = "EMAIL",
                    description = "E-mail address of the integrator.io user.") String email,
            @Option(names = "--expires", paramLabel = "END", required = true,
                    description = "When it ends: 2027-12-31T00:00:00Z, or from now, such as P30D.") String expires,
            @Option(names = "--edition",
                    description = "Edition of the connector (opts.connectorEdition).") String edition,
            @Option(names = "--sandbox", description = "A sandbox license.") boolean sandbox) {
        Map<String, Object> license = new LinkedHashMap<>(Map.of("email", account.email(email), "expires",
                end(account, expires).toString()));
        if (edition != null) {
            license.put("opts", Map.of("connectorEdition", edition));
        }
        if (sandbox) {
            license.put("sandbox", true);
        }
        try (Session session = account.open()) {
            String connector = account.connector(session);
            claims.claim(account, session);
            if (session.request("licenses", "upsert", connector, null, license, Map.of("dryRun", true))
                    .outcome() != WriteOutcome.WOULD_CREATE) {
                throw new IllegalStateException(account.printer().email(email)
                        + " has a license already: 'licenses extend' gives it another end.");
            }
            Result created = account.write("the license may or may not have been created; look with 'licenses list'"
                    + " before you repeat the command",
                    () -> session.request("licenses", "upsert", connector, null, license, Map.of()));
            if (created.outcome() != WriteOutcome.CREATED) {
                account.say("An earlier request had created this license; now it has these values.");
            }
            print(account.printer(), List.of(created.license()));
            return 0;
        }
    }

    /** The options that say which license of which user. */
    static final class Chosen {

        @Parameters(index = "0", paramLabel = "EMAIL", description = "E-mail address of the user.")
        private String email;

        @Option(names = "--license-id", paramLabel = "ID",
                description = "Which of the user's licenses, if there are several; 'licenses list' shows the ids.")
        private String id;

        @Option(names = "--sandbox", description = "The user's sandbox license.")
        private boolean sandbox;

        private void check(Account account) {
            account.email(email);
            if (id != null) {
                account.id("--license-id", id);
                if (sandbox) {
                    throw account.usage("--sandbox: not with --license-id, which names the license");
                }
            }
        }

        /** Finds the license as the component does, which refuses to choose one of several. */
        private License find(Session session, String connector) {
            License found = session.request("licenses", "expire", connector, id,
                    id == null ? Map.of("email", email, "sandbox", sandbox) : Map.of("email", email),
                    Map.of("dryRun", true)).license();
            return session.request("licenses", "get", connector, found.getId(), null, Map.of()).license();
        }
    }

    @Command(name = "extend", mixinStandardHelpOptions = true,
            header = "Gives a license a later end; all other fields stay as they are, and a trial stays a trial.")
    int extend(@Mixin Account account, @Mixin Chosen chosen,
            @Option(names = "--by", paramLabel = "DURATION", required = true,
                    description = "How long, such as P365D: from its end, or from now if it has ended. Look at the end"
                            + " before you repeat the command: each time extends it.") String by) {
        Instant now = Instant.now();
        later(account, "--by", now, by);
        chosen.check(account);
        try (Session session = account.open()) {
            String connector = account.connector(session);
            License license = chosen.find(session, connector);
            Instant ends = license.getEndsAt();
            if (ends == null) {
                throw new IllegalStateException("the license " + license.getId()
                        + " has no end that can be read, so it cannot be extended; nothing was changed");
            }
            String field = license.isTrial() ? "trialEndDate" : "expires";
            Map<String, Object> change =
                    Map.of(field, later(account, "--by", ends.isBefore(now) ? now : ends, by).toString());
            requireUnchanged(license, field, session.request("licenses", "update", connector, license.getId(), change,
                    Map.of("updateMode", "merge", "dryRun", true)).differences());
            License changed = account.write("the license may or may not have been extended; look at its end with"
                    + " 'licenses list' before you repeat the command",
                    () -> session.request("licenses", "update", connector, license.getId(), change,
                            Map.of("updateMode", "merge")))
                    .license();
            print(account.printer(), List.of(changed));
            return 0;
        }
    }

    /** What another has just changed is not overwritten. */
    private static void requireUnchanged(License license, String field, List<FieldDifference> differences) {
        if (differences.size() != 1 || !differences.get(0).field().equals(field)
                || !differences.get(0).oldValue().equals(license.get(field))) {
            throw new IllegalStateException("the end of the license " + license.getId()
                    + " was changed by somebody else at this moment; nothing was changed: look at it and repeat the command");
        }
    }

    @Command(name = "expire", mixinStandardHelpOptions = true,
            header = "Ends a license now, which shuts the customer's integration off. Nothing is deleted.")
    int expire(@Mixin Account account, @Mixin Chosen chosen,
            @Option(names = "--yes", description = "Do not ask.") boolean yes) throws IOException {
        chosen.check(account);
        try (Session session = account.open()) {
            String connector = account.connector(session);
            License license = chosen.find(session, connector);
            if (!yes) {
                if (!account.confirm("This ends the license " + license.getId() + " of "
                        + account.printer().email(license.getEmail()) + " now, which "
                        + (license.getEndsAt() == null ? "has no end." : "ends at " + license.getEndsAt() + "."))) {
                    return IntegratorioCli.NOT_CONFIRMED;
                }
            }
            License ended = account.write("the license may or may not have ended; look with 'licenses list'",
                    () -> session.request("licenses", "expire", connector, license.getId(), null, Map.of())).license();
            print(account.printer(), List.of(ended));
            return 0;
        }
    }

    private static void print(Printer printer, List<License> licenses) {
        Instant now = Instant.now();
        printer.rows(COLUMNS, licenses.stream().map(license -> row(printer, license, now)).toList());
        if (printer.isTable() && licenses.size() > 1) {
            printer.line("");
            printer.line(Printer.count(licenses.size(), "license"));
        }
    }

    private static List<Object> row(Printer printer, License license, Instant now) {
        Instant ends = license.getEndsAt();
        Object edition = license.getOpts() == null ? null : license.getOpts().get("connectorEdition");
        Long days = ends == null ? null : Math.floorDiv(Duration.between(now, ends).toSeconds(), SECONDS_PER_DAY);
        return Arrays.asList(license.getId(), printer.email(license.getEmail()), edition,
                Boolean.TRUE.equals(license.getSandbox()), ends == null ? null : ends.truncatedTo(ChronoUnit.SECONDS),
                license.isTrial(), printer.isTable() && days != null && days < 0 ? "ended" : days,
                license.isInstalled());
    }

    /** The end of a license: a date, or a duration from now. */
    private static Instant end(Account account, String expires) {
        if (expires.startsWith("P")) {
            return later(account, "--expires", Instant.now(), expires);
        }
        try {
            Instant end = OffsetDateTime.parse(expires).toInstant();
            if (end.isAfter(Instant.now())) {
                return end;
            }
        } catch (DateTimeParseException e) {
            throw account.usage("--expires: expected a date and time with a zone such as 2027-12-31T00:00:00Z, or a"
                    + " duration such as P30D");
        }
        throw account.usage("--expires: " + expires + " is in the past");
    }

    /** @throws picocli.CommandLine.ParameterException if the duration is none, or not positive */
    private static Instant later(Account account, String option, Instant from, String duration) {
        try {
            Instant later = duration.contains("T") ? from.plus(Duration.parse(duration))
                    : from.atZone(ZoneOffset.UTC).plus(Period.parse(duration)).toInstant();
            if (later.isAfter(from) && later.isBefore(LAST)) {
                return later;
            }
        } catch (DateTimeException | ArithmeticException e) {
            // It gets the message below.
        }
        throw account.usage(option + ": expected a duration such as P30D (days), P1M (months) or PT12H (hours), not "
                + duration);
    }
}
