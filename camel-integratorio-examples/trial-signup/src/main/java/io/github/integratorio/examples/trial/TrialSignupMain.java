package io.github.integratorio.examples.trial;

import java.io.PrintStream;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Starts the sign-up website with a real account or with an embedded integrator.io. */
public final class TrialSignupMain {

    private TrialSignupMain() {
    }

    /** Serves the pages until stopped, as a demo or with the argument {@code live}. Exit status 2 means that the configuration is invalid or the port is in use. */
    public static void main(String[] args) throws InterruptedException {
        try {
            start(TrialConfig.of(System.getenv(), List.of(args).equals(List.of("live"))));
        } catch (IllegalArgumentException | IllegalStateException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
        new CountDownLatch(1).await();
    }

    private static void start(TrialConfig config) {
        if (config.demo()) {
            // The demo polls every second: while the API is down, each poll would log an error.
            System.setProperty("org.slf4j.simpleLogger.log.io.github.integratorio.camel.IntegratorioConsumer", "off");
        }
        DemoEnvironment demo = config.demo() ? new DemoEnvironment(config.product(), Clock.systemUTC()) : null;
        TrialApp app = new TrialApp(config, demo, Clock.systemUTC());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            app.close();
            if (demo != null) {
                demo.close();
            }
        }));
        printUrls(System.out, app.url(), config);
    }

    private static void printUrls(PrintStream console, String url, TrialConfig config) {
        console.printf("%n%s, trial sign-up -> %s%n%n", config.product(),
                config.demo() ? "an embedded integrator.io" : "LIVE: integrator.io, connector " + config.connector());
        console.printf("  sign up     %s/%n", url);
        console.printf("  vendor      %s/vendor%s%n", url,
                config.demo() ? "   (password: " + config.vendorPassword() + ")" : "");
        if (config.demo()) {
            console.printf("  demo        %s/demo   (control the embedded integrator.io)%n", url);
        }
        console.printf("%nStop with Ctrl-C.%n");
        console.flush();
    }
}
