package io.github.integratorio.examples.trial;

import java.io.PrintStream;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;

/** A website's trial sign-up: of a real account, or of an embedded one. */
public final class TrialSignupMain {

    private TrialSignupMain() {
    }

    /** Serves the pages until it is stopped. Exit status 2 when a setting is missing or no good, or the port is taken. */
    public static void main(String[] args) throws InterruptedException {
        try {
            start(TrialConfig.of(System.getenv()));
        } catch (IllegalArgumentException | IllegalStateException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
        new CountDownLatch(1).await();
    }

    private static void start(TrialConfig settings) {
        if (settings.demo()) {
            // Its feeds look every second, and each look at an API that was taken down would be a page of log.
            System.setProperty("org.slf4j.simpleLogger.log.io.github.integratorio.camel.IntegratorioConsumer", "off");
        }
        DemoEnvironment world = settings.demo() ? new DemoEnvironment(settings.product(), Clock.systemUTC()) : null;
        TrialApp app = new TrialApp(settings, world, Clock.systemUTC());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            app.close();
            if (world != null) {
                world.close();
            }
        }));
        say(System.out, app.url(), settings);
    }

    private static void say(PrintStream console, String url, TrialConfig settings) {
        console.printf("%n%s, trial sign-up -> %s%n%n", settings.product(), settings.demo() ? "an embedded integrator.io" : "integrator.io");
        console.printf("  sign up     %s/%n", url);
        console.printf("  the vendor  %s/vendor%s%n", url, settings.demo() ? "   (password: " + settings.vendorPassword() + ")" : "");
        if (settings.demo()) {
            console.printf("  make things happen  %s/demo%n", url);
        }
        console.printf("%nCtrl-C ends it.%n");
        console.flush();
    }
}
