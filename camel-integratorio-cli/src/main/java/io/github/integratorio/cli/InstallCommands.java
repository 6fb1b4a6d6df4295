package io.github.integratorio.cli;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.github.integratorio.camel.api.Installation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The commands on installs. */
@Command(name = "installs", mixinStandardHelpOptions = true,
        header = "Shows who installed the connector, and updates installs.",
        synopsisSubcommandLabel = "COMMAND")
final class InstallCommands extends CommandGroup {

    /** The API takes this many at once. */
    private static final int BATCH = 1000;

    @Command(name = "report", mixinStandardHelpOptions = true,
            header = "Lists the installs with their version, and counts the versions.")
    int report(@Mixin Account account) {
        try (Session session = account.open()) {
            Printer printer = account.printer();
            List<Installation> installs = installs(session, account.connector(session));
            printer.rows(List.of("install", "email", "version", "updating", "sandbox"), installs.stream()
                    .map(install -> Arrays.<Object>asList(install.getIntegrationId(), printer.email(install.getEmail()),
                            install.getVersion(), install.getUpdateInProgress(), install.getSandbox()))
                    .toList());
            if (printer.isTable()) {
                Map<String, Long> versions = installs.stream().collect(Collectors
                        .groupingBy(install -> String.valueOf(install.getVersion()), TreeMap::new,
                                Collectors.counting()));
                printer.line("");
                printer.line(Printer.count(installs.size(), "install") + ": " + versions.entrySet().stream()
                        .map(version -> version.getValue() + " of version " + version.getKey())
                        .collect(Collectors.joining(", ")));
            }
            return 0;
        }
    }

    @Command(name = "push-update", mixinStandardHelpOptions = true,
            header = "Starts the connector's update function on installs that do not have a version.",
            description = "Installs that are being updated are left out. 'installs report' shows when they are done.")
    int pushUpdate(@Mixin Account account,
            @Option(names = "--unless-version", paramLabel = "VERSION", required = true,
                    description = "Version that is up to date, such as 1.52.0; all others are updated.") String version,
            @Option(names = "--yes", description = "Do not ask.") boolean yes) throws IOException {
        try (Session session = account.open()) {
            String connector = account.connector(session);
            List<String> old = installs(session, connector).stream()
                    .filter(install -> !version.equals(install.getVersion())
                            && !Boolean.TRUE.equals(install.getUpdateInProgress()))
                    .map(Installation::getIntegrationId).distinct().toList();
            if (old.isEmpty()) {
                account.say("All installs have version " + version + " or are being updated.");
                return 0;
            }
            if (!yes && !account.confirm("This updates " + Printer.count(old.size(), "install") + ".")) {
                return IntegratorioCli.NOT_CONFIRMED;
            }
            List<String> ids = old.stream().filter(Account::isId).toList();
            old.stream().filter(id -> !Account.isId(id)).forEach(
                    id -> account
                            .say("! " + Printer.visible(id) + ": this install is left out, because its id is odd"));
            int started = 0;
            for (int from = 0; from < ids.size(); from += BATCH) {
                List<String> batch = ids.subList(from, Math.min(ids.size(), from + BATCH));
                try {
                    account.write("the update of installs may or may not have been started; look with 'installs report'"
                            + " before you repeat it",
                            () -> session.request("installBase", "pushUpdate", connector, null, batch, Map.of()));
                    started += batch.size();
                } catch (RuntimeException e) {
                    account.say("! " + Printer.count(batch.size(), "install") + " from " + batch.get(0) + " on: "
                            + Messages.of(e));
                }
            }
            account.say("The update of " + Printer.count(started, "install") + " was started.");
            return started == old.size() ? 0 : IntegratorioCli.FAILED;
        }
    }

    private static List<Installation> installs(Session session, String connector) {
        return Session.list(session.request("installBase", "list", connector, null, null, Map.of()).body(),
                Installation.class);
    }
}
