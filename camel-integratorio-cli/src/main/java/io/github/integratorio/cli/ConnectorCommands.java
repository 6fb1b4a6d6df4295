package io.github.integratorio.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.github.integratorio.camel.api.Connector;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The commands on connectors. */
@Command(name = "connectors", mixinStandardHelpOptions = true, header = "Lists the connectors of the account.",
        synopsisSubcommandLabel = "COMMAND")
final class ConnectorCommands extends CommandGroup {

    @Command(name = "list", mixinStandardHelpOptions = true, header = "Lists the connectors with their ids.")
    int list(@Mixin Account account) {
        try (Session session = account.open()) {
            List<List<Object>> rows = Session
                    .list(session.request("connectors", "list", null, null, null, Map.of()).body(), Connector.class)
                    .stream()
                    .map(connector -> Arrays.<Object>asList(connector.getId(), connector.getName(),
                            connector.getPublished(), connector.getTrialEnabled()))
                    .toList();
            account.printer().rows(List.of("connector", "name", "published", "trials"), rows);
            return 0;
        }
    }
}
