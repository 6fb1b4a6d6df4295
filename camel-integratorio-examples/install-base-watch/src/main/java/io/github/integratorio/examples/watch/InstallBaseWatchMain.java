package io.github.integratorio.examples.watch;

import java.nio.file.Path;
import java.util.Map;

import org.apache.camel.main.Main;

/** Keeps a table of who has installed what, and tells of each change: of a real account, or of a small world that it makes itself. */
public final class InstallBaseWatchMain {

    private InstallBaseWatchMain() {
    }

    /** Watches the account of INTEGRATOR_IO_TOKEN until it is stopped; without a token, plays the demo. */
    public static void main(String[] args) throws Exception {
        Map<String, String> environment = System.getenv();
        int status = environment.containsKey("INTEGRATOR_IO_TOKEN") ? watch(environment)
                : new WatchDemo(Path.of("target/install-base-watch-demo"), 1_500, System.out).run();
        System.exit(status);
    }

    private static int watch(Map<String, String> environment) throws Exception {
        Main main = new Main();
        main.bind("journal", new ChangePrinter(System.out));
        Path directory = Path.of(environment.getOrDefault("WATCH_DIRECTORY", "target/install-base-watch"));
        main.addInitialProperty("directory", directory.toAbsolutePath().toString());
        // What is not set stays a placeholder without a value, and the option is left out.
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
