package io.github.integratorio.simulator;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** Command line program that runs a simulator with sample data until it is killed, and takes commands. */
public final class SimulatorMain {

    private static final String HELP = """
            Simulates the integrator.io connectors-and-licenses API.

              --port N             listen on this port; 0 for any free port (default 8484)
              --host ADDRESS       listen at this address (default 127.0.0.1; in a container 0.0.0.0)
              --token TEXT         the access token to accept (default simulator-token)
              --page-size N        maximum rows per list response; 0 for no maximum (default 0)
              --offset-paging      link to the next page by the number of rows to skip, not by a cursor
              --newest-first       list the rows that were created last first
              --list-lag P         by how long license lists lag behind the writes, e.g. PT2S (default PT0S)
              --lagging-gets       GET of a license lags, too
              --update-duration P  how long pushed updates take (default: they do not end)
              --clock-offset P     by how long its clock is ahead of the system's, e.g. PT-1M (default PT0S)
              --all-fields         answer with the undocumented fields that were seen, too
              --omit-empty-fields  leave false and empty fields out of answers
              --help               print this text

            While it runs, type help for the commands that do what customers do, such as install EMAIL.
            """;

    private SimulatorMain() {
    }

    /**
     * Runs until killed. Exits with 2 if an option is invalid, and with 1 if it cannot listen.
     *
     * @param arguments the options; {@code --help} lists them
     */
    public static void main(String[] arguments) {
        // Configures slf4j-simple in the runnable jar: Jetty logs its start at info.
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
        int status = run(arguments, System.out, System.err, SimulatorMain::readCommands);
        System.exit(status);
    }

    static int run(String[] arguments, PrintStream out, PrintStream err, Consumer<IntegratorioSimulator> whileRunning) {
        SimulatorBuilder builder = IntegratorioSimulator.builder().port(8484).recordRequests(false);
        try {
            if (!parse(arguments, builder)) {
                out.print(HELP);
                return 0;
            }
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            err.print(HELP);
            return 2;
        }
        try (IntegratorioSimulator simulator = builder.start()) {
            String connectorId = seed(simulator);
            out.println("integrator.io simulator at " + simulator.baseUrl());
            out.println("For the terminal of your application:");
            out.println("  export INTEGRATOR_IO_URL=" + simulator.baseUrl());
            out.println("  export INTEGRATOR_IO_TOKEN=" + simulator.token());
            out.println("  export INTEGRATOR_IO_CONNECTOR_ID=" + connectorId);
            out.println("Try: curl -H 'Authorization: Bearer " + simulator.token() + "' "
                    + simulator.baseUrl() + "/connectors/" + connectorId + "/licenses");
            out.println("Type help for what customers do here, such as install eve@example.com. Ctrl-C ends it.");
            out.flush();
            whileRunning.accept(simulator);
            return 0;
        } catch (IllegalStateException e) {
            err.println(e.getMessage());
            return 1;
        }
    }

    /** Applies the options to the builder; returns false if {@code --help} was given. */
    private static boolean parse(String[] arguments, SimulatorBuilder builder) {
        for (int i = 0; i < arguments.length; i++) {
            String option = arguments[i];
            if (option.equals("--help")) {
                return false;
            }
            if (flag(option, builder)) {
                continue;
            }
            Consumer<String> setting = switch (option) {
                case "--port" -> value -> builder.port(number(option, value));
                case "--host" -> builder::host;
                case "--token" -> builder::token;
                case "--list-lag" -> value -> builder.listLag(duration(option, value));
                case "--update-duration" -> value -> builder.updateDuration(duration(option, value));
                case "--clock-offset" -> value -> builder.clock(
                        Clock.offset(Clock.systemUTC(), duration(option, value)));
                case "--page-size" -> value -> builder.pageSize(number(option, value));
                default -> throw new IllegalArgumentException("Unknown option " + option);
            };
            if (++i == arguments.length) {
                throw new IllegalArgumentException(option + " needs a value");
            }
            setting.accept(arguments[i]);
        }
        return true;
    }

    /** Applies an option without a value; returns false if it is none. */
    private static boolean flag(String option, SimulatorBuilder builder) {
        switch (option) {
            case "--offset-paging" -> builder.offsetPaging(true);
            case "--lagging-gets" -> builder.laggingGets(true);
            case "--all-fields" -> builder.allFields(true);
            case "--omit-empty-fields" -> builder.omitEmptyFields(true);
            case "--newest-first" -> builder.newestFirst(true);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static int number(String option, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + ": expected a number, got " + value, e);
        }
    }

    private static Duration duration(String option, String value) {
        try {
            return Duration.parse(value);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(option + ": expected a duration such as PT2S, got " + value, e);
        }
    }

    private static String seed(IntegratorioSimulator simulator) {
        String connectorId = simulator.addConnector(Map.of("name", "Demo SmartConnector", "published", true));
        String nextYear = Timestamps.iso(Instant.now().plus(Duration.ofDays(365)));
        for (String email : new String[] { "ann@example.com", "bob@example.com", "eve@example.com" }) {
            String licenseId = simulator.addLicense(connectorId, Map.of(
                    "email", email, "expires", nextYear, "opts", Map.of("connectorEdition", "standard")));
            // One of the three users has not installed the connector yet.
            if (!email.startsWith("eve")) {
                simulator.install(connectorId, licenseId);
            }
        }
        return connectorId;
    }

    private static void readCommands(IntegratorioSimulator simulator) {
        String connector = simulator.connectors().get(0).get("_id").toString();
        try {
            Reader input = new InputStreamReader(System.in, Charset.defaultCharset());
            if (!new SimulatorConsole(simulator, connector, System.out).run(input)) {
                new CountDownLatch(1).await();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
