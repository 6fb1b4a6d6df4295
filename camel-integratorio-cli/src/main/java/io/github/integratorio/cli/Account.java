package io.github.integratorio.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.github.integratorio.camel.api.Region;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options that every command has: which account and connector, and how to print. */
final class Account {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    @Spec(Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--token-file", paramLabel = "FILE",
            description = "File with the API token. Default: INTEGRATOR_IO_TOKEN in the environment. A token is never an"
                    + " argument: others could see it in the list of processes.")
    private Path tokenFile;

    @Option(names = "--connector", paramLabel = "ID",
            description = "Id of the connector. Default: INTEGRATOR_IO_CONNECTOR_ID in the environment.")
    private String connector;

    @Option(names = "--region", paramLabel = "REGION",
            description = "Region of the account: ${COMPLETION-CANDIDATES}. Default: US, or"
                    + " INTEGRATOR_IO_REGION in the environment.")
    private Region region;

    @Option(names = "--url", paramLabel = "URL",
            description = "URL of the API, instead of the region. Default: INTEGRATOR_IO_URL in the environment, if set.")
    private String url;

    @Option(names = "--simulator",
            description = "Use a simulated integrator.io with sample data, which is lost when the command ends.")
    private boolean simulator;

    @Mixin
    private Printer printer;

    /** Connects to the account. */
    Session open() {
        if (simulator) {
            return Session.simulated();
        }
        try {
            return Session.of(token(), url(), region());
        } catch (RuntimeException e) {
            if (e instanceof ParameterException usage) {
                throw usage;
            }
            // Nothing was sent: the token or the URL cannot be right.
            throw usage(Messages.of(e));
        }
    }

    boolean isSimulated() {
        return simulator;
    }

    /** The connector of the command. */
    String connector(Session session) {
        String id = session.sampleConnector() != null ? session.sampleConnector()
                : connector != null ? connector : cli().environment.get("INTEGRATOR_IO_CONNECTOR_ID");
        if (id == null) {
            throw usage("Which connector? Add --connector, or set INTEGRATOR_IO_CONNECTOR_ID."
                    + " 'integratorio connectors list' lists them.");
        }
        return id("--connector", id);
    }

    /** An id of the API, which becomes a part of URLs. */
    String id(String option, String id) {
        if (!isId(id)) {
            throw usage(option + ": expected 1 to 64 letters, digits, _ or -");
        }
        return id;
    }

    static boolean isId(String id) {
        return id != null && ID.matcher(id).matches();
    }

    /** An address that may be one: whether it is, the component decides. */
    String email(String email) {
        if (!email.matches("[^\\s\\p{Cntrl},]+@[^\\s\\p{Cntrl},@]+")) {
            throw usage("EMAIL: expected one e-mail address, such as name@company.com");
        }
        return email;
    }

    /** Runs a write; what to say is printed if the process is ended meanwhile. */
    <T> T write(String ifEnded, Supplier<T> write) {
        cli().underWay = ifEnded;
        try {
            return write.get();
        } finally {
            cli().underWay = null;
        }
    }

    Printer printer() {
        return printer.to(command.commandLine().getOut(), command.commandLine().getErr());
    }

    IntegratorioCli cli() {
        return (IntegratorioCli) command.root().userObject();
    }

    /** Prints a line for people, not for scripts. */
    void say(String line) {
        command.commandLine().getErr().println(line);
        command.commandLine().getErr().flush();
    }

    /** Replaces the line on which the cursor is. */
    void overwrite(String line) {
        command.commandLine().getErr().print("\r\033[K" + line);
        command.commandLine().getErr().flush();
    }

    ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    /** Asks a question; false unless the answer is yes. */
    boolean confirm(String question) throws IOException {
        command.commandLine().getErr().print(question + " Type yes to go on: ");
        command.commandLine().getErr().flush();
        String answer = cli().input.readLine();
        if (answer != null && answer.strip().equalsIgnoreCase("yes")) {
            return true;
        }
        say("Nothing was changed. (--yes answers the question in scripts.)");
        return false;
    }

    private String token() {
        if (tokenFile == null) {
            String token = cli().environment.get("INTEGRATOR_IO_TOKEN");
            if (token == null || token.isBlank()) {
                throw usage("No API token: set INTEGRATOR_IO_TOKEN, add --token-file, or try it with --simulator.");
            }
            return token;
        }
        try {
            String token = Files.readString(tokenFile).replace("\uFEFF", "").strip();
            if (token.isEmpty()) {
                throw usage("--token-file: " + tokenFile + " is empty");
            }
            return token;
        } catch (IOException e) {
            throw new ParameterException(command.commandLine(), "--token-file: cannot read " + tokenFile, e);
        }
    }

    private String url() {
        return url != null || region != null ? url : cli().environment.get("INTEGRATOR_IO_URL");
    }

    private Region region() {
        if (region != null && url != null) {
            throw usage("--region and --url exclude each other.");
        }
        String name = cli().environment.get("INTEGRATOR_IO_REGION");
        if (region != null || name == null) {
            return region;
        }
        return Stream.of(Region.values()).filter(value -> value.name().equalsIgnoreCase(name.strip())).findFirst()
                .orElseThrow(() -> usage("INTEGRATOR_IO_REGION: expected US, EU, AU or CA"));
    }
}
