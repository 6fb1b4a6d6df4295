package io.github.integratorio.cli;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code integratorio}. */
@Command(name = "integratorio", mixinStandardHelpOptions = true, versionProvider = IntegratorioCli.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        header = "Licenses, installs and connectors of integrator.io.",
        description = "%nThe account is that of INTEGRATOR_IO_TOKEN in the environment, or of --token-file; the connector"
                + " that of INTEGRATOR_IO_CONNECTOR_ID, or of --connector. --simulator needs neither: try every command"
                + " with it.%n",
        footer = "%nExit status: 0 done; 1 failed, or some rows did; 2 the command line is wrong;"
                + " 3 'reconcile plan --detailed-exitcode' found differences; 4 you did not confirm.",
        subcommands = { LicenseCommands.class, ReconcileCommands.class, InstallCommands.class, ConnectorCommands.class,
                CommandLine.HelpCommand.class })
public final class IntegratorioCli implements Runnable {

    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int DIFFERENCES = 3;
    static final int NOT_CONFIRMED = 4;

    /** The environment variables. */
    final Map<String, String> environment;
    /** Answers to questions. */
    final BufferedReader input;
    /** Whether a person sees the progress. */
    final boolean isTerminal;
    /** What to say if the process is ended now: a write is under way. Null if none is. */
    volatile String underWay;

    @Spec
    private CommandLine.Model.CommandSpec spec;

    IntegratorioCli(Map<String, String> environment, Reader input, boolean isTerminal) {
        this.environment = environment;
        this.input = new BufferedReader(input);
        this.isTerminal = isTerminal;
    }

    /** @param arguments see {@code --help} */
    public static void main(String[] arguments) {
        IntegratorioCli cli = new IntegratorioCli(System.getenv(),
                new InputStreamReader(System.in, Charset.defaultCharset()), System.console() != null);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            if (cli.underWay != null) {
                err.println("\nInterrupted: " + cli.underWay);
            }
        }));
        System.exit(run(cli, new PrintWriter(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8),
                err, arguments));
    }

    static int run(IntegratorioCli cli, PrintWriter out, PrintWriter err, String... arguments) {
        if (String.join("", arguments).indexOf('\uFFFD') >= 0) {
            err.println("integratorio: an argument has characters that this locale cannot represent;"
                    + " set one with UTF-8, such as LC_ALL=C.UTF-8");
            return USAGE;
        }
        int status = new CommandLine(cli).setOut(out).setErr(err).setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler((exception, words) -> {
                    CommandLine command = exception.getCommandLine();
                    err.println("integratorio: " + Printer.visible(problem(exception)));
                    if (!UnmatchedArgumentException.printSuggestions(exception, err)) {
                        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
                    }
                    return USAGE;
                })
                .setExecutionExceptionHandler((exception, command, result) -> {
                    err.println("integratorio: " + Messages.of(exception));
                    return FAILED;
                }).execute(arguments);
        if (out.checkError()) {
            err.println(
                    "integratorio: the output cannot be written; the account may have been changed");
            return status == 0 ? FAILED : status;
        }
        return status;
    }

    /** What is wrong with the arguments. One that has no place may be a token or an address, and is not repeated; a command is. */
    private static String problem(ParameterException exception) {
        if (!(exception instanceof UnmatchedArgumentException unmatched)
                || !exception.getCommandLine().getSubcommands().isEmpty()) {
            return exception.getMessage();
        }
        String first = unmatched.getUnmatched().get(0);
        return first.startsWith("--") ? "Unknown option: '" + first.replaceFirst("=.*", "") + "'"
                : "There are more arguments than this command has, or an unknown option.";
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command.");
    }

    /** Takes the version from the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = IntegratorioCli.class.getPackage().getImplementationVersion();
            return new String[] { "integratorio " + (version == null ? "(development)" : version) };
        }
    }
}
