package io.github.integratorio.examples.watch;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.apache.camel.main.Main;

/** Keeps a table of installs up to date and prints each change. */
public final class InstallBaseWatchMain {

    private InstallBaseWatchMain() {
    }

    /** Runs the demo; with the argument {@code live}, watches the account of INTEGRATOR_IO_TOKEN until stopped. */
    public static void main(String[] args) throws Exception {
        int status = List.of(args).equals(List.of("live")) ? watch(System.getenv())
                : new WatchDemo(Path.of("target/install-base-watch-demo"), 1_500, System.out).run();
        System.exit(status);
    }

    private static int watch(Map<String, String> environment) throws Exception {
        if (!environment.containsKey("INTEGRATOR_IO_TOKEN")) {
            System.out.println("live needs INTEGRATOR_IO_TOKEN in the environment");
            return 2;
        }
        if (System.getProperty("camel.component.integratorio.base-url") == null) {
            System.out.println("LIVE: integrator.io, " + (environment.containsKey("INTEGRATOR_IO_CONNECTOR_ID")
                    ? "connector " + environment.get("INTEGRATOR_IO_CONNECTOR_ID") : "all connectors of the account")
                    + ". Stop with Ctrl-C.");
        }
        Main main = new Main();
        main.bind("changePrinter", new ChangePrinter(System.out));
        Path directory = Path.of(environment.getOrDefault("WATCH_DIRECTORY", "target/install-base-watch"));
        main.addInitialProperty("directory", directory.toAbsolutePath().toString());
        // The routes omit an option whose property is not set.
        if (environment.containsKey("INTEGRATOR_IO_CONNECTOR_ID")) {
            main.addInitialProperty("connector", environment.get("INTEGRATOR_IO_CONNECTOR_ID"));
        }
        if (environment.containsKey("INTEGRATOR_IO_REGION")) {
            main.addInitialProperty("region", environment.get("INTEGRATOR_IO_REGION"));
        }
        main.run();
        return main.getExitCode();
    }
}
