package io.github.integratorio.simulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The commands of the program: what customers and integrator.io itself do, typed into its terminal. */
final class SimulatorConsole {

    private static final String HELP = """
            licenses                print the licenses
            installs                print the installs
            install EMAIL           the customer installs the connector
            uninstall EMAIL         the customer uninstalls it
            finish-updates VERSION  the updates in progress complete with this version
            quit                    end the simulator; its data is lost
            """;

    private final IntegratorioSimulator simulator;
    private final String connector;
    private final PrintStream out;

    SimulatorConsole(IntegratorioSimulator simulator, String connector, PrintStream out) {
        this.simulator = simulator;
        this.connector = connector;
        this.out = out;
    }

    /**
     * Executes one command after the other.
     *
     * @return true after {@code quit}, false at the end of the input: a program in the background has none
     */
    boolean run(Reader input) throws IOException {
        BufferedReader lines = new BufferedReader(input);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.strip().equals("quit")) {
                return true;
            }
            if (!line.isBlank()) {
                out.println(execute(line.strip().split("\\s+")).stripTrailing());
                out.flush();
            }
        }
        return false;
    }

    private String execute(String[] words) {
        String argument = words.length > 1 ? words[1] : null;
        boolean needsArgument = List.of("install", "uninstall", "finish-updates").contains(words[0]);
        if (words.length > 2 || needsArgument != (argument != null)) {
            return "expected a command and what it needs\n" + HELP;
        }
        return switch (words[0]) {
            case "licenses" -> table(simulator.licenses(connector), "_id", "expires", "_integrationId", "user");
            case "installs" -> table(simulator.installBase(connector), "_integrationId", "version", "updateInProgress",
                    "email");
            case "install" -> install(argument);
            case "uninstall" -> uninstall(argument);
            case "finish-updates" -> {
                simulator.finishUpdates(connector, argument);
                yield table(simulator.installBase(connector), "_integrationId", "version", "updateInProgress", "email");
            }
            case "help" -> HELP;
            default -> "unknown command: " + words[0] + '\n' + HELP;
        };
    }

    private String install(String email) {
        Map<String, Object> license = find(simulator.licenses(connector),
                row -> row.get("_integrationId") == null && row.get("user") instanceof Map<?, ?> user
                        && email.equalsIgnoreCase(String.valueOf(user.get("email"))));
        return license == null ? email + " has no license that is not installed yet"
                : "installed as " + simulator.install(connector, license.get("_id").toString());
    }

    private String uninstall(String email) {
        Map<String, Object> install = find(simulator.installBase(connector),
                row -> email.equalsIgnoreCase(String.valueOf(row.get("email"))));
        if (install == null) {
            return email + " has not installed the connector";
        }
        simulator.uninstall(connector, install.get("_integrationId").toString());
        return "uninstalled";
    }

    private static Map<String, Object> find(List<Map<String, Object>> rows, Predicate<Map<String, Object>> condition) {
        return rows.stream().filter(condition).findFirst().orElse(null);
    }

    private static String table(List<Map<String, Object>> rows, String... fields) {
        StringBuilder text = new StringBuilder(rows.size() + (rows.size() == 1 ? " row\n" : " rows\n"));
        for (Map<String, Object> row : rows) {
            for (String field : fields) {
                Object value = row.get(field) instanceof Map<?, ?> user ? user.get("email") : row.get(field);
                text.append("  ").append(field.equals("user") ? "email" : field).append('=')
                        .append(value == null ? "-" : value);
            }
            text.append('\n');
        }
        return text.toString();
    }
}
