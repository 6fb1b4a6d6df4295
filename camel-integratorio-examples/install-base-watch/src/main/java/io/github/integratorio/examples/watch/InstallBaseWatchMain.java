package io.github.integratorio.examples.watch;

import java.nio.file.Path;
import java.util.Map;

import org.apache.camel.main.Main;

/** Keeps a table of installs up to date and prints each change. */
public final class InstallBaseWatchMain {

    private InstallBaseWatchMain() {
    }

    /** Watches the account of INTEGRATOR_IO_TOKEN until stopped; without a token, runs the demo. */
    public static void main(String[] args) throws Exception {
        Map<String, String> environment = System.getenv();
        int status = environment.containsKey("INTEGRATOR_IO_TOKEN") ? watch(environment)
                : new WatchDemo(Path.of("target/install-base-watch-demo"), 1_500, System.out).run();
        System.exit(status);
    }

    private static int watch(Map<String, String> environment) throws Exception {
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
